use std::fmt::Write as _;

use belljar_schema::Place;
use belljar_text::safe;

use super::{
    asked, databases, doubt, ending, full_message, known, problem_text, severity, subject, tally,
    undetermined_version,
};
use crate::{Doubt, JudgedVersions, Verdict};

/// The maximum number of doubts shown.
const MOST_DOUBTS: usize = 10;

/// The maximum number of settled findings shown.
const MOST_SETTLED: usize = 50;

/// For people and logs: one line for each finding, the most severe first.
pub fn concise(verdict: &Verdict) -> String {
    let mut out = String::new();
    problems(verdict, &mut out);
    for item in &verdict.findings {
        let place = item.spot.place.as_ref().map(|place| format!("{}: ", at(place)));
        let (level, code) = (severity(item.finding.severity), &item.finding.code);
        // Writing to a string does not fail.
        let _ = writeln!(out, "{}{level} {code}: {}", place.unwrap_or_default(), full_message(item, verdict));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    details(verdict, &mut out);
    result(verdict, &mut out);
    out
}

/// The problems besides findings, one line each.
pub(super) fn problems(verdict: &Verdict, out: &mut String) {
    for problem in &verdict.problems {
        let place = problem.place.as_ref().map(|place| format!("{}: ", at(place))).unwrap_or_default();
        let _ = writeln!(out, "{place}{}: {}", severity(problem.severity), problem_text(problem));
    }
}

/// What is silenced, what is uncertain, and the effects on readers.
pub(super) fn details(verdict: &Verdict, out: &mut String) {
    if !verdict.silenced.is_empty() {
        let _ = writeln!(out, "silenced by comments:");
        for one in &verdict.silenced {
            let (place, code) = (at(&one.comment), &one.item.finding.code);
            let _ = writeln!(
                out,
                "  {place}: {code}: {} ({})",
                full_message(&one.item, verdict),
                safe(&one.reason)
            );
        }
        out.push('\n');
    }
    settled(verdict, out);
    doubts(verdict, out);
    undetermined(verdict, out);
    if let Some(impact) = &verdict.impact {
        let _ = writeln!(out, "downstream:\n{}", belljar_impact::render::Text(impact));
    }
}

/// The doubts about the head that the base does not have, and the number of the others.
fn doubts(verdict: &Verdict, out: &mut String) {
    let news: Vec<&Doubt> = verdict.new_doubts().collect();
    if !news.is_empty() {
        let _ = writeln!(out, "uncertain in the head:");
        for one in news.iter().take(MOST_DOUBTS) {
            let place = one.place.as_ref().map(|place| format!("{}: ", at(place)));
            let _ = writeln!(out, "  {}{}", place.unwrap_or_default(), doubt(one));
        }
        if let Some(more) = news.len().checked_sub(MOST_DOUBTS).filter(|more| *more > 0) {
            let _ = writeln!(out, "  … and {more} more");
        }
    }
    if let Some(known) = known(verdict) {
        let _ = writeln!(out, "{known}");
    }
    if !verdict.doubts.is_empty() {
        out.push('\n');
    }
}

/// The findings that migrations settle.
fn settled(verdict: &Verdict, out: &mut String) {
    let settled = verdict.migrations.iter().flat_map(|one| &one.settled);
    let mut lines: Vec<String> = settled
        .take(MOST_SETTLED)
        .map(|one| {
            let (place, code) = (at(&one.by), &one.item.finding.code);
            let reason = safe(&one.reason);
            format!("  {place}: {code}: {} ({reason})\n", full_message(&one.item, verdict))
        })
        .collect();
    if lines.is_empty() {
        return;
    }
    let all = verdict.migrations.as_ref().map_or(0, |one| one.settled.len());
    lines.extend((all > MOST_SETTLED).then(|| format!("  … and {} more\n", all - MOST_SETTLED)));
    let _ = writeln!(out, "settled by migrations:\n{}", lines.concat());
}

/// The versions that could not be judged completely.
fn undetermined(verdict: &Verdict, out: &mut String) {
    let versions: Vec<_> = verdict.migrations.iter().flat_map(JudgedVersions::undetermined).collect();
    if versions.is_empty() {
        return;
    }
    let _ = writeln!(out, "judged only in part:");
    for one in versions.iter().take(MOST_DOUBTS) {
        let place = one.place.as_ref().map(|place| format!("{}: ", at(place))).unwrap_or_default();
        let _ = writeln!(out, "  {place}{}", undetermined_version(one));
    }
    if let Some(more) = versions.len().checked_sub(MOST_DOUBTS).filter(|more| *more > 0) {
        let _ = writeln!(out, "  … and {more} more");
    }
    out.push('\n');
}

/// The numbers, and whether the check passed.
pub(super) fn result(verdict: &Verdict, out: &mut String) {
    let mut parts = vec![subject(verdict), tally(verdict)];
    if verdict.summary.cannot_tell > 0 {
        parts.push(format!("{} of them undetermined", verdict.summary.cannot_tell));
    }
    if verdict.summary.silenced > 0 {
        parts.push(format!("{} silenced", verdict.summary.silenced));
    }
    let settled = verdict.migrations.as_ref().map_or(0, |one| one.settled.len());
    if settled > 0 {
        parts.push(format!("{settled} settled by migrations"));
    }
    let _ = writeln!(out, "{}; {}", parts.join(", "), databases(verdict));
    if let Some(asked) = asked(verdict) {
        let _ = writeln!(out, "{asked}");
    }
    let _ = writeln!(out, "{}", ending(verdict));
    if let Some(item) = verdict.findings.first() {
        let code = &item.finding.code;
        let _ = writeln!(out, "`belljar explain {code}` explains the rule, and what to do instead");
    }
}

/// A place as file and line. A line of a log that begins with `::` is a command where GitHub runs it.
fn at(place: &Place) -> String {
    let text = safe(&super::at(place));
    if text.starts_with(':') { format!("./{text}") } else { text }
}
