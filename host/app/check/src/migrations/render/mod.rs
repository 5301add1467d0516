//! Writes the differences for people and for programs.

mod github;
mod markdown;
mod sarif;
mod text;

pub use github::github;
pub use markdown::markdown;
pub use sarif::sarif;
pub use text::text;

use belljar_schema::{Certainty, Severity};
use belljar_text::counted;

use super::{Comparison, Drift, Finding, Kind, message::beneath_heading};
use crate::render::{self, at, severity};

/// The most notes of a finding.
const MOST_NOTES: usize = 3;

/// The most reasons of a head.
const MOST_REASONS: usize = 10;

/// The headings in their order: the kind, or what can't be determined.
const GROUPS: [(Option<Kind>, &str); 4] = [
    (Some(Kind::NotMigrated), "The models have, and no migration creates"),
    (Some(Kind::NotDeclared), "The migrations create, and no model declares"),
    (Some(Kind::Differs), "Migrations and models differ"),
    (None, "Undetermined"),
];

/// The findings of a group, in order.
fn group(drift: &Drift, kind: Option<Kind>) -> Vec<&Finding> {
    let is_in = |finding: &&Finding| match kind {
        Some(kind) => finding.certainty != Certainty::CannotTell && finding.kind == kind,
        None => finding.certainty == Certainty::CannotTell,
    };
    drift.findings.iter().filter(is_in).collect()
}

/// What is written about one finding, or about several of a table that can't be determined.
struct Entry<'a> {
    first: &'a Finding,
    message: String,
}

/// The most differences of a table that an entry names.
const MOST_NAMED: usize = 6;

/// The entries of a group: those of a table that can't be determined are one.
fn entries<'a>(findings: &[&'a Finding], kind: Option<Kind>) -> Vec<Entry<'a>> {
    let mut of_object: Vec<Vec<&'a Finding>> = Vec::new();
    for finding in findings {
        match of_object.iter_mut().find(|of| of.first().is_some_and(|it| it.name == finding.name)) {
            Some(of) if kind.is_none() => of.push(finding),
            _ => of_object.push(vec![finding]),
        }
    }
    let entry = |of: &Vec<&'a Finding>| {
        let first: &'a Finding = of.first()?;
        let message = if kind.is_some() { beneath_heading(first) } else { message(of)? };
        Some(Entry { first, message })
    };
    of_object.iter().filter_map(entry).collect()
}

fn message(of: &[&Finding]) -> Option<String> {
    let (first, others) = of.split_first()?;
    if others.is_empty() {
        return Some(first.message.clone());
    }
    let name = |finding: &&Finding| {
        let kind = finding.code.split_once('-').map_or("", |(_, rest)| rest);
        let kind = kind.split('-').next().unwrap_or_default();
        let part = finding.part.as_deref().filter(|part| !part.is_empty());
        part.map_or_else(|| format!("the {kind}"), |part| format!("the {kind} `{}`", part.replace('`', "'")))
    };
    let mut names: Vec<String> = of.iter().map(name).collect();
    names.dedup();
    let more = names.len().checked_sub(MOST_NAMED).filter(|more| *more > 0);
    names.truncate(MOST_NAMED);
    let more = more.map(|more| format!(" and {more} more")).unwrap_or_default();
    let object = first.name.replace('`', "'");
    Some(format!("{} differences of `{object}`: {}{more}", of.len(), names.join(", ")))
}

/// What stands before the message: the severity, or that it is undetermined.
fn label(finding: &Finding) -> &'static str {
    render::label(finding.certainty, finding.severity)
}

fn likely(finding: &Finding) -> &'static str {
    render::likely(finding.certainty)
}

/// `db: 12 versions, head a1b2, postgresql`.
fn title(drift: &Drift) -> String {
    let heads = match drift.heads.as_slice() {
        [] => "no head".to_owned(),
        [head] => format!("head {head}"),
        heads => format!("{}: {}", counted(heads.len(), "head"), heads.join(", ")),
    };
    format!("{}: {}, {heads}, {}", drift.environment, counted(drift.versions, "version"), drift.dialect)
}

/// What was compared, and the numbers of findings.
fn summary(drift: &Drift) -> String {
    let in_doubt = |number: usize| match number {
        0 => String::new(),
        number => format!(" ({number} in doubt)"),
    };
    let compared = format!(
        "{} of the migrations{} compared with {} of the models{}",
        counted(drift.migrated_tables, "table"),
        in_doubt(drift.migrated_in_doubt),
        counted(drift.model_tables, "table"),
        in_doubt(drift.models_in_doubt)
    );
    let counts = [(drift.count(Severity::Error), "error"), (drift.count(Severity::Warning), "warning")];
    let mut parts: Vec<String> = counts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, noun)| counted(*number, noun))
        .collect();
    if drift.undetermined() > 0 {
        parts.push(format!("{} undetermined", drift.undetermined()));
    }
    let parts = if parts.is_empty() { "no differences".to_owned() } else { parts.join(", ") };
    format!("{compared}: {parts}")
}

/// Why the comparison failed, or that it did not.
fn ending(comparison: &Comparison) -> String {
    let broken = comparison.environments.iter().flat_map(|drift| &drift.problems);
    let broken = broken.filter(|problem| problem.severity == Severity::Error).count();
    let findings = comparison.environments.iter().flat_map(|drift| &drift.findings);
    let failing = findings.filter(|finding| comparison.fail_on.fails(finding.severity)).count();
    let level = comparison.fail_on.text();
    match (comparison.passed, failing) {
        (true, _) => "passed".to_owned(),
        (false, 0) => format!("failed: {} in the history", counted(broken, "error")),
        (false, _) => format!("failed: {} at `{level}` or above", counted(failing, "finding")),
    }
}
