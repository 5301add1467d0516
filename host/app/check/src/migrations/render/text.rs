use std::fmt::Write as _;

use belljar_schema::Place;
use belljar_text::safe;

use super::{
    Entry, GROUPS, MOST_NOTES, MOST_REASONS, at, ending, entries, group, label, likely, severity, summary,
    title,
};
use crate::migrations::{Comparison, Drift};

/// For a terminal and for logs.
pub fn text(comparison: &Comparison) -> String {
    let mut out = String::new();
    for drift in &comparison.environments {
        environment(drift, &mut out);
    }
    let _ = writeln!(out, "{}", ending(comparison));
    out
}

// Writing to a string does not fail.

fn environment(drift: &Drift, out: &mut String) {
    let _ = writeln!(out, "{}", safe(&title(drift)));
    for problem in &drift.problems {
        let place = problem.place.as_ref().map(|place| format!("{}: ", shown(place))).unwrap_or_default();
        let _ = writeln!(out, "  {place}{}: {}", severity(problem.severity), safe(&problem.message));
    }
    for (kind, heading) in GROUPS {
        let findings = group(drift, kind);
        if !findings.is_empty() {
            let _ = writeln!(out, "\n{heading}:");
        }
        for entry in entries(&findings, kind) {
            line(&entry, out);
        }
    }
    if !drift.reasons.is_empty() {
        let _ = writeln!(out, "\nThe recorded head may have other tables or lack some:");
    }
    for reason in drift.reasons.iter().take(MOST_REASONS) {
        let _ = writeln!(out, "  {}", safe(&reason.message));
    }
    if let Some(more) = drift.reasons.len().checked_sub(MOST_REASONS).filter(|more| *more > 0) {
        let _ = writeln!(out, "  … and {more} more");
    }
    let _ = writeln!(out, "\n{}\n", summary(drift));
}

fn line(entry: &Entry<'_>, out: &mut String) {
    let finding = entry.first;
    let place = finding.place().map(|place| format!("{}: ", shown(place))).unwrap_or_default();
    let _ = writeln!(out, "  {place}{}: {}{}", label(finding), safe(&entry.message), likely(finding));
    if let Some((side, place)) = finding.other_place() {
        let _ = writeln!(out, "    {side}: {}", shown(place));
    }
    for note in finding.notes.iter().take(MOST_NOTES) {
        let _ = writeln!(out, "    {}", safe(note));
    }
}

/// A place. A line of a log that begins with `::` is a command where GitHub runs it.
fn shown(place: &Place) -> String {
    let text = safe(&at(place));
    if text.starts_with(':') { format!("./{text}") } else { text }
}
