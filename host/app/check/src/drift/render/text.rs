use std::fmt::Write as _;

use belljar_schema::Place;
use belljar_text::safe;

use super::{
    GROUPS, MOST_NOTES, MOST_OTHERS, at, beneath, ending, group, label, likely, more, summary, title,
};
use crate::drift::{Drift, Finding, Kind};

/// For a terminal and for logs.
pub fn text(drift: &Drift) -> String {
    // Writing to a string does not fail.
    let mut out = format!("{}\n", safe(&title(drift)));
    for (kind, heading) in GROUPS {
        let findings = group(drift, kind);
        if !findings.is_empty() {
            let _ = writeln!(out, "\n{heading}:");
        }
        for finding in findings {
            line(finding, kind, &mut out);
        }
    }
    let others = drift.not_compared.iter().map(|item| {
        let place = item.place.as_ref().map(|place| format!("{}: ", shown(place))).unwrap_or_default();
        format!("{place}{}", safe(&super::not_compared(item)))
    });
    list("Not compared", &others.collect::<Vec<_>>(), &mut out);
    let ignored = drift.ignored.iter().map(|item| format!("`{}` ({})", safe(&item.name), safe(&item.by)));
    list("Left out", &ignored.collect::<Vec<_>>(), &mut out);
    let _ = writeln!(out, "\n{}\n{}", summary(drift), ending(drift));
    out
}

fn list(heading: &str, lines: &[String], out: &mut String) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{heading}:");
    for line in lines.iter().take(MOST_OTHERS) {
        let _ = writeln!(out, "  {line}");
    }
    if let Some(more) = more(lines.len(), MOST_OTHERS) {
        let _ = writeln!(out, "  … and {more} more");
    }
}

fn line(finding: &Finding, kind: Option<Kind>, out: &mut String) {
    let place = finding.place.as_ref().map(|place| format!("{}: ", shown(place))).unwrap_or_default();
    let message = safe(beneath(finding, kind));
    let _ = writeln!(out, "  {place}{}: {message}{}", label(finding), likely(finding));
    for note in finding.notes.iter().take(MOST_NOTES) {
        let _ = writeln!(out, "    {}", safe(note));
    }
}

/// A place. A line of a log that begins with `::` is a command where GitHub runs it.
fn shown(place: &Place) -> String {
    let text = safe(&at(place));
    if text.starts_with(':') { format!("./{text}") } else { text }
}
