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

use super::{Drift, Finding, Kind, NotCompared, message::plain};
use crate::render::{self, at};

/// The most notes of a finding.
const MOST_NOTES: usize = 3;

/// The most entries of what is not compared or left out.
const MOST_OTHERS: usize = 20;

/// The headings in their order: the kind, or what can't be determined.
const GROUPS: [(Option<Kind>, &str); 4] = [
    (Some(Kind::NotInDatabase), "The database lacks"),
    (Some(Kind::NotInCode), "The code does not know"),
    (Some(Kind::Differs), "Code and database differ"),
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

/// The sentence of a finding beneath the heading of a group.
fn beneath(finding: &Finding, kind: Option<Kind>) -> &str {
    if kind.is_some() { super::message::beneath_heading(finding) } else { &finding.message }
}

/// What stands before the message: the severity, or that it is undetermined.
fn label(finding: &Finding) -> &'static str {
    render::label(finding.certainty, finding.severity)
}

fn likely(finding: &Finding) -> &'static str {
    render::likely(finding.certainty)
}

/// `postgresql://app@db/shop (postgresql 16.2) and the code of shop`.
fn title(drift: &Drift) -> String {
    let database = &drift.database;
    // A file has no server, and the version is that of what has read it.
    let version = if database.dialect == "sqlite" { String::new() } else { format!(" {}", database.version) };
    format!("{} ({}{version}) and {}", database.name, database.dialect, drift.code.name)
}

/// What is not compared, as a sentence.
fn not_compared(item: &NotCompared) -> String {
    match &item.name {
        Some(name) => format!("{}: `{}`: {}", item.side.name(), plain(name), item.message),
        None => format!("{}: {}", item.side.name(), item.message),
    }
}

/// How many more entries there are than are shown.
fn more(all: usize, shown: usize) -> Option<usize> {
    all.checked_sub(shown).filter(|more| *more > 0)
}

/// What was compared, and the numbers of findings.
fn summary(drift: &Drift) -> String {
    let compared = format!(
        "{} of the database compared with {} of the code",
        counted(drift.database.tables, "table"),
        counted(drift.code.tables, "table")
    );
    let counts = [(drift.count(Severity::Error), "error"), (drift.count(Severity::Warning), "warning")];
    let shown = counts.iter().filter(|(number, _)| *number > 0);
    let mut parts: Vec<String> = shown.map(|(number, noun)| counted(*number, noun)).collect();
    let others = [
        (drift.undetermined(), "undetermined"),
        (drift.not_compared.len(), "not compared"),
        (drift.ignored.len(), "left out"),
    ];
    let shown = others.iter().filter(|(number, _)| *number > 0);
    if parts.is_empty() {
        parts.push("no differences".to_owned());
    }
    parts.extend(shown.map(|(number, what)| format!("{number} {what}")));
    format!("{compared}: {}", parts.join(", "))
}

/// Why the comparison failed, or that it did not.
fn ending(drift: &Drift) -> String {
    let failing = drift.findings.iter().filter(|finding| drift.fail_on.fails(finding.severity)).count();
    match (drift.passed, failing) {
        (true, _) => "passed".to_owned(),
        (false, 0) => "failed: not everything could be compared, which `--strict` demands".to_owned(),
        (false, _) => {
            let level = drift.fail_on.text();
            format!("failed: {} at `{level}` or above", counted(failing, "finding"))
        }
    }
}
