use belljar_schema::Place;
use belljar_text::{MOST_BYTES, Page, brief, code, prose};

use super::{
    Entry, GROUPS, MOST_NOTES, MOST_REASONS, at, ending, entries, group, label, likely, severity, summary,
    title,
};
use crate::{
    migrations::{Comparison, Drift},
    render::bounds::{MESSAGE, NAME},
};

/// The number of findings of a group that are shown unfolded.
const MOST_OPEN: usize = 12;

/// The most findings of a group.
const MOST: usize = 100;

/// For a comment on a pull request: never more than [`MOST_BYTES`].
pub fn markdown(comparison: &Comparison) -> String {
    let mut page = Page::new(MOST_BYTES);
    page.close("### Migrations and models\n\n");
    for drift in &comparison.environments {
        for piece in environment(drift) {
            page.push(&piece);
        }
    }
    if page.left_out() > 0 {
        page.close("The rest is too long for a comment; `belljar migrations check` shows it.\n\n");
    }
    page.close(&format!("<sub>{}</sub>\n", ending(comparison)));
    page.into_text()
}

fn environment(drift: &Drift) -> Vec<String> {
    let mut pieces = vec![format!("#### {}\n\n", prose(&brief(&title(drift), MESSAGE)))];
    let problems = drift.problems.iter().take(MOST_OPEN).map(|problem| {
        let place = problem.place.as_ref().map(|place| format!(" {}", shown(place))).unwrap_or_default();
        format!("- **{}** {}{place}\n", severity(problem.severity), message(&problem.message))
    });
    pieces.extend(problems);
    for (kind, heading) in GROUPS {
        let findings = group(drift, kind);
        if findings.is_empty() {
            continue;
        }
        let entries = entries(&findings, kind);
        let lines: Vec<String> = entries.iter().take(MOST).map(line).collect();
        let more = entries.len().checked_sub(MOST).filter(|more| *more > 0);
        let more = more.map(|more| format!("- … and {more} more\n")).unwrap_or_default();
        pieces.push(if findings.len() > MOST_OPEN || kind.is_none() {
            let title = format!("{heading} ({})", findings.len());
            format!("\n<details><summary>{title}</summary>\n\n{}{more}\n</details>\n", lines.concat())
        } else {
            format!("\n**{heading}**\n\n{}", lines.concat())
        });
    }
    if !drift.reasons.is_empty() {
        let reasons = drift.reasons.iter().take(MOST_REASONS);
        let reasons: Vec<String> =
            reasons.map(|reason| format!("- {}\n", message(&reason.message))).collect();
        let reasons = reasons.concat();
        pieces.push(format!(
            "\n<details><summary>The recorded head may have other tables or lack some</summary>\n\n{reasons}\n</details>\n"
        ));
    }
    pieces.push(format!("\n{}\n\n", summary(drift)));
    pieces
}

fn line(entry: &Entry<'_>) -> String {
    let finding = entry.first;
    let place = finding.place().map(|place| format!(" {}", shown(place))).unwrap_or_default();
    let other = finding.other_place().map(|(side, place)| format!(", {side}: {}", shown(place)));
    let first = format!(
        "- **{}** {}{}{place}{}\n",
        label(finding),
        message(&entry.message),
        likely(finding),
        other.unwrap_or_default()
    );
    let notes = finding.notes.iter().take(MOST_NOTES).map(|note| format!("  - {}\n", message(note)));
    std::iter::once(first).chain(notes).collect()
}

fn message(text: &str) -> String {
    prose(&brief(text, MESSAGE))
}

fn shown(place: &Place) -> String {
    code(&brief(&at(place), NAME))
}
