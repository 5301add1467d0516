use belljar_schema::Place;
use belljar_text::{MOST_BYTES, Page, brief, code, prose};

use super::{
    GROUPS, MOST_NOTES, MOST_OTHERS, at, beneath, ending, group, label, likely, more, summary, title,
};
use crate::{
    drift::{Drift, Finding, Kind},
    render::bounds::{MESSAGE, NAME},
};

/// The number of findings of a group that are shown unfolded.
const MOST_OPEN: usize = 12;

/// The most findings of a group.
const MOST: usize = 100;

/// For an issue or a comment: never more than [`MOST_BYTES`].
pub fn markdown(drift: &Drift) -> String {
    let mut page = Page::new(MOST_BYTES);
    page.close(&format!("### Code and database\n\n{}\n\n", message(&title(drift))));
    for (kind, heading) in GROUPS {
        for piece in section(drift, kind, heading) {
            page.push(&piece);
        }
    }
    let others: Vec<String> = drift.not_compared.iter().map(super::not_compared).collect();
    page.push(&folded("Not compared", &others));
    let ignored: Vec<String> =
        drift.ignored.iter().map(|item| format!("`{}` ({})", item.name.replace('`', "'"), item.by)).collect();
    page.push(&folded("Left out", &ignored));
    page.push(&format!("\n{}\n\n", summary(drift)));
    if page.left_out() > 0 {
        page.close("The rest is too long for a comment; `belljar drift` shows it.\n\n");
    }
    page.close(&format!("<sub>{}</sub>\n", ending(drift)));
    page.into_text()
}

fn section(drift: &Drift, kind: Option<Kind>, heading: &str) -> Vec<String> {
    let findings = group(drift, kind);
    if findings.is_empty() {
        return Vec::new();
    }
    let lines: Vec<String> = findings.iter().take(MOST).map(|finding| line(finding, kind)).collect();
    let more = more(findings.len(), MOST).map(|more| format!("- … and {more} more\n")).unwrap_or_default();
    if findings.len() > MOST_OPEN || kind.is_none() {
        let title = format!("{heading} ({})", findings.len());
        let text = format!("\n<details><summary>{title}</summary>\n\n{}{more}\n</details>\n", lines.concat());
        return vec![text];
    }
    std::iter::once(format!("\n**{heading}**\n\n")).chain(lines).collect()
}

fn folded(heading: &str, lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let shown: Vec<String> =
        lines.iter().take(MOST_OTHERS).map(|line| format!("- {}\n", message(line))).collect();
    let shown = shown.concat();
    let more =
        more(lines.len(), MOST_OTHERS).map(|more| format!("- … and {more} more\n")).unwrap_or_default();
    format!("\n<details><summary>{heading} ({})</summary>\n\n{shown}{more}\n</details>\n", lines.len())
}

fn line(finding: &Finding, kind: Option<Kind>) -> String {
    let place = finding.place.as_ref().map(|place| format!(" {}", shown(place))).unwrap_or_default();
    let text = message(beneath(finding, kind));
    let first = format!("- **{}** {text}{}{place}\n", label(finding), likely(finding));
    let notes = finding.notes.iter().take(MOST_NOTES).map(|note| format!("  - {}\n", message(note)));
    std::iter::once(first).chain(notes).collect()
}

fn message(text: &str) -> String {
    prose(&brief(text, MESSAGE))
}

fn shown(place: &Place) -> String {
    code(&brief(&at(place), NAME))
}
