//! What a message says, before it is written in the form of a service. All texts are in one line and without characters
//! that are not seen; each form escapes what is markup in it.

use std::collections::BTreeSet;

use belljar_check::{Item, Verdict};
use belljar_diff::Certainty;
use belljar_impact::{Affected as Reader, Verdict as Effect};
use belljar_schema::{Place, Severity};
use belljar_text::{brief, counted, safe};

use crate::{Event, Run, owners::Affected};

/// The maximum length of a message of a finding, of a name, and of a list of names, in bytes.
const LONGEST: usize = 600;
const LONGEST_NAME: usize = 200;
const LONGEST_LIST: usize = 400;

/// The maximum number of readers and of owners that are named with a finding.
const MOST_NAMED: usize = 3;

/// The maximum number of problems.
const MOST_PROBLEMS: usize = 5;

/// The contents of a message to one target.
#[derive(Debug, Clone)]
pub struct Notice<'a> {
    /// What happened.
    pub event: Event,
    /// The name of the project.
    pub name: String,
    /// The run of CI.
    pub run: &'a Run,
    /// The outcome, in one line.
    pub headline: String,
    /// The verdict; `None` if there is none.
    pub verdict: Option<&'a Verdict>,
    /// The findings for the target: the most severe first.
    pub items: Vec<&'a Item>,
    /// Why a check could not run, or could not read everything.
    pub problems: Vec<String>,
    /// What is not shown, and what else is known.
    pub remarks: Vec<String>,
    /// Whether it is a sample.
    pub is_sample: bool,
}

/// A finding as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) severity: Severity,
    /// Code and name of the rule.
    pub(crate) rule: String,
    pub(crate) message: String,
    /// Where it is, and where it was.
    pub(crate) place: Option<String>,
    /// The readers that the change affects.
    pub(crate) readers: Option<String>,
    pub(crate) owners: Option<String>,
}

impl Notice<'_> {
    /// The first findings as people read them.
    pub(crate) fn lines(&self, most: usize) -> Vec<Line> {
        let Some(verdict) = self.verdict else { return Vec::new() };
        let affected = Affected::new(verdict);
        self.items.iter().take(most).map(|item| line(item, verdict, &affected)).collect()
    }

    /// The project, and the change.
    pub(crate) fn subject(&self) -> String {
        let change = self.run.change.as_deref().map(|change| format!(" ({change})")).unwrap_or_default();
        one_line(&format!("{}{change}", self.name), LONGEST_NAME)
    }

    /// The sentence that findings were left out to keep a message short.
    pub(crate) fn left_out(count: usize) -> Option<String> {
        (count > 0)
            .then(|| format!("… and {} more; the report of the check has all", counted(count, "finding")))
    }
}

/// The outcome of a check, in one line.
pub(crate) fn headline(event: Event, verdict: Option<&Verdict>) -> String {
    let tally = verdict.map(tally).unwrap_or_default();
    match (event, verdict) {
        (Event::CheckFailed, Some(verdict)) if verdict.summary.failing == 0 => {
            format!("Schema check failed: the change could not be read completely; {tally}")
        }
        (Event::CheckFailed, Some(_)) => format!("Schema check failed: {tally}"),
        (Event::CheckFailed, None) => "Schema check failed".to_owned(),
        (Event::CheckPassed, Some(_)) => format!("Schema check passed: {tally}"),
        (Event::CheckPassed, None) => "Schema check passed".to_owned(),
        (Event::CheckError, Some(_)) => {
            "Schema check could not compare: the base could not be read".to_owned()
        }
        (Event::CheckError, None) => "Schema check could not run".to_owned(),
        (Event::ExtractFinished, _) => "Schema extracted".to_owned(),
        (Event::ExtractError, _) => "Schema could not be extracted".to_owned(),
    }
}

fn tally(verdict: &Verdict) -> String {
    let summary = &verdict.summary;
    let counts = [(summary.errors, "error"), (summary.warnings, "warning"), (summary.notes, "note")];
    let counts: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, noun)| counted(*count, noun)).collect();
    if counts.is_empty() { "no findings".to_owned() } else { counts.join(", ") }
}

/// The errors besides findings: what could not be read.
pub(crate) fn problems(verdict: Option<&Verdict>, failure: Option<&str>) -> Vec<String> {
    let mut found: Vec<String> = failure.map(|text| one_line(text, LONGEST)).into_iter().collect();
    let errors: Vec<&belljar_schema::Diagnostic> = verdict
        .iter()
        .flat_map(|verdict| &verdict.problems)
        .filter(|problem| problem.severity == Severity::Error)
        .collect();
    let text = |problem: &&belljar_schema::Diagnostic| {
        let place = problem.place.as_ref().map(|place| format!("{}: ", at(place))).unwrap_or_default();
        one_line(&format!("{place}{}", problem.message), LONGEST)
    };
    found.extend(errors.iter().take(MOST_PROBLEMS).map(text));
    let more = errors.len().saturating_sub(MOST_PROBLEMS);
    if more > 0 {
        found.push(format!("… and {}", counted(more, "more error")));
    }
    found
}

/// The readers of the whole change, in one line.
pub(crate) fn downstream(verdict: &Verdict) -> Option<String> {
    let impact = verdict.impact.as_ref()?;
    if impact.unjoined.everything {
        return Some("Downstream: undetermined, as no table is joined to a reader".to_owned());
    }
    let (breaks, silent) = (impact.summary.breaks, impact.summary.changes_silently);
    let unread = if impact.unjoined.is_read() { "" } else { "; some artefacts could not be read" };
    Some(format!(
        "Downstream: {} break, {} change silently{unread}",
        counted(breaks, "reader"),
        counted(silent, "reader")
    ))
}

fn line(item: &Item, verdict: &Verdict, affected: &Affected) -> Line {
    let finding = &item.finding;
    let also: Vec<String> =
        finding.also.iter().map(|other| format!("{} {}", other.code, other.name)).collect();
    let also = if also.is_empty() { String::new() } else { format!("; also {}", also.join(", ")) };
    let doubt = match finding.certainty {
        Certainty::Certain => "",
        Certainty::Likely => " (likely)",
        Certainty::CannotTell => " (undetermined)",
    };
    let was = item.spot.was.as_ref().map(|place| format!("was at {}", at(place)));
    let place: Vec<String> = item.spot.place.as_ref().map(at).into_iter().chain(was).collect();
    let owners: Vec<String> = affected.owners(item).into_iter().map(|owner| owner.name).collect();
    Line {
        severity: finding.severity,
        rule: one_line(&format!("{} {}", finding.code, finding.name), LONGEST_NAME),
        message: one_line(&format!("{}{doubt}{also}", finding.message), LONGEST),
        place: (!place.is_empty()).then(|| one_line(&place.join(", "), LONGEST_LIST)),
        readers: readers(item, verdict),
        owners: list(&owners).map(|text| one_line(&text, LONGEST_LIST)),
    }
}

/// The readers that the change of a finding affects.
fn readers(item: &Item, verdict: &Verdict) -> Option<String> {
    let change = item.finding.change.index?;
    let changes = verdict.impact.iter().flat_map(|impact| &impact.changes);
    let affected = changes.filter(|one| one.change == change).flat_map(|one| &one.affected);
    // A set, as the document decides how many there are.
    let mut seen = BTreeSet::new();
    let affected = affected.filter(|one| one.is_reader() && one.verdict != Effect::NotAffected);
    let name = |one: &Reader| {
        let (kind, name) = (belljar_impact::render::kind(one.kind), brief(&one.name, LONGEST_NAME));
        format!("{kind} {name} {}", one.verdict.text())
    };
    let names: Vec<String> = affected.filter(|one| seen.insert(&one.dataset)).map(name).collect();
    list(&names).map(|text| one_line(&text, LONGEST_LIST))
}

/// The first few names, and the number of the others.
fn list(names: &[String]) -> Option<String> {
    let shown = names.get(..names.len().min(MOST_NAMED)).unwrap_or_default().join(", ");
    match names.len().saturating_sub(MOST_NAMED) {
        _ if names.is_empty() => None,
        0 => Some(shown),
        more => Some(format!("{shown} and {more} more")),
    }
}

/// The name of a severity.
pub(crate) const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn at(place: &Place) -> String {
    if place.line == 0 { place.path.clone() } else { format!("{}:{}", place.path, place.line) }
}

/// A text of a repository in one line, of a limited size.
pub(crate) fn one_line(text: &str, most: usize) -> String {
    brief(&safe(&brief(text, most)), most)
}
