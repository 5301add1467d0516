use std::fmt::{self, Write as _};

use belljar_text::{MOST_BYTES, Page, code, prose};

use super::{Group, groups, kind, not_covered, spot, sure, tally, what};
use crate::{ChangeImpact, Impact, Verdict};

/// For a comment on a pull request: short, the most severe first, the same for the same impact, at most [`MOST_BYTES`].
/// All that comes from a repository stands in code spans, so that it can't be markup, a link or a mention.
#[derive(Debug, Clone, Copy)]
pub struct Markdown<'a>(pub &'a Impact);

/// Readers of one change that are shown unfolded; the next are folded.
const MOST_SHOWN: usize = 5;

/// The maximum number of readers shown for one change.
const MOST: usize = 50;

/// The maximum number of changes shown.
const MOST_CHANGES: usize = 30;

/// The maximum number of columns named for one reader.
const MOST_COLUMNS: usize = 5;

/// The maximum number of steps named of a path.
const MOST_STEPS: usize = 12;

/// The maximum number of doubts shown for one reader.
const MOST_DOUBTS: usize = 5;

/// The maximum number of unresolved items shown.
const MOST_UNKNOWNS: usize = 20;

impl fmt::Display for Markdown<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.within(MOST_BYTES))
    }
}

impl Markdown<'_> {
    /// The same with a given limit in bytes; omitted lines are counted.
    pub fn within(&self, most: usize) -> String {
        let impact = self.0;
        let affected: Vec<&ChangeImpact> =
            impact.changes.iter().filter(|change| change.verdict != Verdict::NotAffected).collect();
        let unjoined = &impact.unjoined;
        let head = match (unjoined.everything, affected.is_empty(), unjoined.is_empty()) {
            (true, ..) => "Downstream: undetermined",
            (_, true, _) if !unjoined.unread.is_empty() => "Downstream: undetermined",
            (_, true, true) => "Downstream: nothing is affected",
            (_, true, false) => "Downstream: nothing is known to be affected",
            (_, false, _) => "Downstream",
        };
        let mut page = Page::new(most);
        page.close(&format!("### {head}\n\n"));
        // Writing to a string does not fail.
        let mut counts = String::new();
        let _ = tally(impact, &mut counts);
        page.close(&format!("{counts}.\n\n"));
        for sentence in not_covered(impact, &code, &prose) {
            page.push(&format!("{sentence}.\n\n"));
        }
        for change in affected.iter().take(MOST_CHANGES) {
            render_change(change, &mut page);
        }
        if let Some(more) = affected.len().checked_sub(MOST_CHANGES + 1) {
            page.close(&format!("… and {} more changes with effects\n\n", more + 1));
        }
        notify(impact, &mut page);
        unknowns(impact, &mut page);
        if page.left_out() > 0 {
            page.close(&format!("… and {} more lines, too many for a comment\n\n", page.left_out()));
        }
        page.into_text()
    }
}

/// The section of owners to notify.
fn notify(impact: &Impact, page: &mut Page) {
    for (position, notify) in impact.notify.iter().enumerate() {
        let heading = if position == 0 { "**Tell**\n\n" } else { "" };
        let names: Vec<String> = notify.datasets.iter().take(MOST_SHOWN).map(|name| code(name)).collect();
        let more = notify.datasets.len().saturating_sub(MOST_SHOWN);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let (who, worst) = (code(&notify.owner.name), notify.verdict.text());
        let end = if position + 1 == impact.notify.len() { "\n" } else { "" };
        page.push(&format!("{heading}- {who}: {}{more} (at worst: {worst})\n{end}", names.join(", ")));
    }
}

fn render_change(change: &ChangeImpact, page: &mut Page) {
    let place = change.place.as_ref().map(|place| format!(" {}", code(&spot(place)))).unwrap_or_default();
    page.push(&format!("#### {}{place}\n\n", what(change, &code)));
    let groups = groups(change);
    let (shown, folded) = groups.split_at(groups.len().min(MOST_SHOWN));
    for group in shown {
        page.push(&reader(group));
    }
    if !folded.is_empty() && page.left_out() == 0 {
        page.push(&format!("\n<details><summary>{} more</summary>\n\n", folded.len()));
        let is_open = page.left_out() == 0;
        for group in folded.iter().take(MOST - MOST_SHOWN) {
            page.push(&reader(group));
        }
        if let Some(more) = folded.len().checked_sub(MOST - MOST_SHOWN + 1) {
            page.push(&format!("- … and {} more\n", more + 1));
        }
        if is_open {
            page.close("\n</details>\n");
        }
    }
    page.push("\n");
}

fn reader(group: &Group<'_>) -> String {
    let one = group.first;
    let mut out =
        format!("- **{}**{} {} {}", one.verdict.text(), sure(one.certainty), kind(one.kind), code(&one.name));
    // Writing to a string does not fail.
    if !group.columns.is_empty() {
        let names: Vec<String> = group.columns.iter().take(MOST_COLUMNS).map(|name| code(name)).collect();
        let more = group.columns.len().saturating_sub(MOST_COLUMNS);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let _ = write!(out, " ({}{more})", names.join(", "));
    }
    if let Some(place) = &one.place {
        let _ = write!(out, " {}", code(&spot(place)));
    }
    let way: Vec<String> = one.way.iter().take(MOST_STEPS).map(|step| code(&step.label)).collect();
    let more = if one.way.len() > MOST_STEPS { " → …" } else { "" };
    let _ = write!(out, ": {}\n  - {}{more}\n", prose(&one.message), way.join(" → "));
    for doubt in one.doubts.iter().take(MOST_DOUBTS) {
        let _ = writeln!(out, "  - in doubt: {}", prose(doubt));
    }
    if let Some(more) = one.doubts.len().checked_sub(MOST_DOUBTS).filter(|more| *more > 0) {
        let _ = writeln!(out, "  - … and {more} more");
    }
    out
}

fn unknowns(impact: &Impact, page: &mut Page) {
    let count = impact.unknowns.len();
    if count == 0 || page.left_out() > 0 {
        return;
    }
    page.push(&format!("<details><summary>{}</summary>\n\n", super::text::not_understood(count)));
    let is_open = page.left_out() == 0;
    for unknown in impact.unknowns.iter().take(MOST_UNKNOWNS) {
        let of = unknown.dataset.as_ref().map(|name| format!("{}: ", code(name))).unwrap_or_default();
        page.push(&format!("- {of}{}\n", prose(&unknown.message)));
    }
    if count > MOST_UNKNOWNS {
        page.push(&format!("- … and {} more\n", count - MOST_UNKNOWNS));
    }
    if is_open {
        page.close("\n</details>\n");
    }
}
