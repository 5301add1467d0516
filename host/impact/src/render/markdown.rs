use std::fmt::{self, Write};

use belljar_diff::render::{code, prose};

use super::{Group, groups, kind, not_covered, spot, sure, tally, what};
use crate::{ChangeImpact, Impact, Verdict};

/// For a comment on a pull request: short, the gravest first, the same for the same impact. All that comes from a repository
/// stands in code spans, so that it can't be markup, a link or a mention.
#[derive(Debug, Clone, Copy)]
pub struct Markdown<'a>(pub &'a Impact);

/// Readers of one change that are shown at once; the next are behind a fold.
const MOST_SHOWN: usize = 5;

/// Readers of one change that are shown at all.
const MOST: usize = 50;

/// Changes that are shown.
const MOST_CHANGES: usize = 30;

/// Columns of one reader that are named.
const MOST_COLUMNS: usize = 5;

impl fmt::Display for Markdown<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let impact = self.0;
        let felt: Vec<&ChangeImpact> =
            impact.changes.iter().filter(|change| change.verdict != Verdict::NotAffected).collect();
        let head = match (impact.unjoined.everything, felt.is_empty(), impact.unjoined.is_empty()) {
            (true, ..) => "Downstream: can't tell",
            (_, true, true) => "Downstream: nothing is affected",
            (_, true, false) => "Downstream: nothing is known to be affected",
            (_, false, _) => "Downstream",
        };
        write!(out, "### {head}\n\n")?;
        tally(impact, out)?;
        write!(out, ".\n\n")?;
        for sentence in not_covered(impact, &quoted) {
            write!(out, "{sentence}.\n\n")?;
        }
        for change in felt.iter().take(MOST_CHANGES) {
            self::change(change, out)?;
        }
        if let Some(more) = felt.len().checked_sub(MOST_CHANGES + 1) {
            write!(out, "… and {} more changes that are felt\n\n", more + 1)?;
        }
        if !impact.notify.is_empty() {
            writeln!(out, "**Tell**\n")?;
            for notify in &impact.notify {
                let names: Vec<String> =
                    notify.datasets.iter().take(MOST_SHOWN).map(|name| code(name)).collect();
                let more = notify.datasets.len().saturating_sub(MOST_SHOWN);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                let who = code(&notify.owner.name);
                writeln!(out, "- {who}: {}{more} (at worst: {})", names.join(", "), notify.verdict.text())?;
            }
            writeln!(out)?;
        }
        unknowns(impact, out)
    }
}

/// A name in a code span; a sentence with spans of its own.
fn quoted(text: &str) -> String {
    if text.contains('`') { prose(text) } else { code(text) }
}

fn change(change: &ChangeImpact, out: &mut dyn Write) -> fmt::Result {
    write!(out, "#### {}", what(change, &code))?;
    if let Some(place) = &change.place {
        write!(out, " {}", code(&spot(place)))?;
    }
    write!(out, "\n\n")?;
    let groups = groups(change);
    let (shown, folded) = groups.split_at(groups.len().min(MOST_SHOWN));
    for group in shown {
        reader(group, out)?;
    }
    if !folded.is_empty() {
        write!(out, "\n<details><summary>{} more</summary>\n\n", folded.len())?;
        for group in folded.iter().take(MOST - MOST_SHOWN) {
            reader(group, out)?;
        }
        if let Some(more) = folded.len().checked_sub(MOST - MOST_SHOWN + 1) {
            writeln!(out, "- … and {} more", more + 1)?;
        }
        write!(out, "\n</details>\n")?;
    }
    writeln!(out)
}

fn reader(group: &Group<'_>, out: &mut dyn Write) -> fmt::Result {
    let one = group.first;
    write!(
        out,
        "- **{}**{} {} {}",
        one.verdict.text(),
        sure(one.certainty),
        kind(one.kind),
        code(&one.name)
    )?;
    if !group.columns.is_empty() {
        let names: Vec<String> = group.columns.iter().take(MOST_COLUMNS).map(|name| code(name)).collect();
        let more = group.columns.len().saturating_sub(MOST_COLUMNS);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        write!(out, " ({}{more})", names.join(", "))?;
    }
    if let Some(place) = &one.place {
        write!(out, " {}", code(&spot(place)))?;
    }
    writeln!(out, ": {}", prose(&one.message))?;
    let way: Vec<String> = one.way.iter().map(|step| code(&step.label)).collect();
    writeln!(out, "  - {}", way.join(" → "))?;
    for doubt in &one.doubts {
        writeln!(out, "  - in doubt: {}", code(doubt))?;
    }
    Ok(())
}

fn unknowns(impact: &Impact, out: &mut dyn Write) -> fmt::Result {
    const MOST_UNKNOWNS: usize = 20;
    if impact.unknowns.is_empty() {
        return Ok(());
    }
    let count = impact.unknowns.len();
    write!(out, "<details><summary>{count} things of the lineage were not understood</summary>\n\n")?;
    for unknown in impact.unknowns.iter().take(MOST_UNKNOWNS) {
        let of = unknown.dataset.as_ref().map(|name| format!("{}: ", code(name))).unwrap_or_default();
        writeln!(out, "- {of}{}", prose(&unknown.message))?;
    }
    if count > MOST_UNKNOWNS {
        writeln!(out, "- … and {} more", count - MOST_UNKNOWNS)?;
    }
    write!(out, "\n</details>\n")
}
