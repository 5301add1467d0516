//! A [`Verdict`] in the forms that people and programs read. Each gives a text; who prints it decides where.
//!
//! What comes from the repository is escaped for the form that it stands in: control characters, turns of the writing
//! direction and commands of CI systems everywhere, markup in Markdown, `%` and line ends in workflow commands, links and
//! placeholders in SARIF, what XML can't hold in XML. `bounds` says how much of it there may be.

pub(crate) mod bounds;
mod declaration;
mod full;
pub(crate) mod github;
mod gitlab;
mod junit;
mod lines;
mod markdown;
pub(crate) mod sarif;
mod text;

pub use full::{TextOptions, full};
pub use github::github;
pub use gitlab::gitlab;
pub use junit::junit;
pub use markdown::markdown;
pub use sarif::sarif;
pub use text::concise;

use belljar_diff::Certainty;
use belljar_schema::{Diagnostic, Place, Severity};
use belljar_text::{brief, counted as count, safe};

use crate::{Doubt, DoubtKind, Item, UndeterminedVersion, Verdict};

/// The counts of findings, such as `2 errors, 1 warning`; zeros are omitted.
fn tally(verdict: &Verdict) -> String {
    let summary = &verdict.summary;
    let counts = [(summary.errors, "error"), (summary.warnings, "warning"), (summary.notes, "note")];
    let problem_text: Vec<String> =
        counts.iter().filter(|(number, _)| *number > 0).map(|(number, noun)| count(*number, noun)).collect();
    if problem_text.is_empty() { "no findings".to_owned() } else { problem_text.join(", ") }
}

/// The name of a severity in reports.
pub(crate) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// The name of a certainty in reports.
fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Certain => "certain",
        Certainty::Likely => "likely",
        Certainty::CannotTell => "cannot-tell",
    }
}

/// What stands before the message of a difference: its severity, or that it is undetermined.
pub(crate) fn label(certainty: Certainty, level: Severity) -> &'static str {
    match certainty {
        Certainty::CannotTell => "undetermined",
        Certainty::Likely | Certainty::Certain => severity(level),
    }
}

/// What follows the message of a difference.
pub(crate) fn likely(certainty: Certainty) -> &'static str {
    if certainty == Certainty::Likely { " (likely)" } else { "" }
}

/// A place as file and line, or as the file alone.
pub(crate) fn at(place: &Place) -> String {
    if place.line == 0 { place.path.clone() } else { format!("{}:{}", place.path, place.line) }
}

/// The databases of a finding, unless it applies to all databases of the check.
fn only(item: &Item, verdict: &Verdict) -> Option<String> {
    let titles: Vec<&str> = item.finding.dialects.iter().map(|dialect| dialect.title()).collect();
    (titles.len() < verdict.dialects.len()).then(|| titles.join(", "))
}

/// The full message of a finding, in one line and not escaped for a format.
fn full_message(item: &Item, verdict: &Verdict) -> String {
    let was = item.spot.was.as_ref().map(|place| format!("was at {}", at(place)));
    let aside: Vec<String> = was.into_iter().chain(only(item, verdict)).collect();
    let aside = if aside.is_empty() { String::new() } else { format!(" ({})", aside.join("; ")) };
    brief(&safe(&format!("{}{aside}{}{}", item.finding.message, also(item), rows(item))), bounds::MESSAGE)
}

/// What a live database says about the rows of a finding, in the same line.
fn rows(item: &Item) -> String {
    item.rows.iter().flat_map(|row| ["; ".to_owned(), row.text()]).collect()
}

/// The live database that was asked; `None` if none was.
fn asked(verdict: &Verdict) -> Option<String> {
    let asked = verdict.database.as_ref()?;
    let name = brief(&safe(&asked.name), bounds::NAME);
    Some(match asked.questions {
        0 => format!("no finding depends on rows of {name} that can be counted"),
        number => {
            format!("{name} answered {} of {} about its rows", asked.answered, count(number, "question"))
        }
    })
}

/// The other rules with findings about the same statement.
fn also(item: &Item) -> String {
    let names: Vec<String> =
        item.finding.also.iter().map(|other| format!("{} {}", other.code, other.name)).collect();
    if names.is_empty() { String::new() } else { format!("; also {}", names.join(", ")) }
}

/// A problem with its hint, in one line.
fn problem_text(problem: &Diagnostic) -> String {
    let hint = problem.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
    brief(&safe(&format!("{}{hint}", problem.message)), bounds::MESSAGE)
}

/// How many doubts about the head the base has too; `None` if it has none of them.
fn known(verdict: &Verdict) -> Option<String> {
    let (count, news) = (verdict.known_doubts(), verdict.new_doubts().next().is_some());
    let more = if news { " more" } else { "" };
    match count {
        0 => None,
        1 => Some(format!("1{more} uncertainty is the same in the base; `belljar extract` shows it")),
        _ => Some(format!(
            "{count}{more} uncertainties are the same in the base; `belljar extract` shows them"
        )),
    }
}

/// A doubt, in one line.
fn doubt(doubt: &Doubt) -> String {
    let kind = match (doubt.kind, doubt.columns) {
        (DoubtKind::Unresolved, _) => {
            "is declared, but no run produced it; it can't be determined whether it changed".to_owned()
        }
        (DoubtKind::Partial, 0) => "is partial".to_owned(),
        (DoubtKind::Partial, columns) => format!("is partial, with {} in doubt", count(columns, "column")),
    };
    let name = brief(&doubt.name, bounds::NAME);
    brief(&safe(&format!("`{name}` {kind}: {}", doubt.reason.message)), bounds::MESSAGE)
}

/// What to do about databases that nothing sets.
const CHOOSE: &str = "set `databases` in `belljar.toml` to choose";

/// What was judged: changes, or versions.
fn subject(verdict: &Verdict) -> String {
    match &verdict.migrations {
        Some(migrations) if migrations.alone => {
            let (judged, all) = (migrations.judged(), migrations.versions());
            if judged == all {
                count(all, "version")
            } else {
                format!("{judged} of {}", count(all, "version"))
            }
        }
        _ => count(verdict.diff.changes.len(), "change"),
    }
}

/// A version that could not be judged completely, in one line.
fn undetermined_version(version: &UndeterminedVersion) -> String {
    let revision = brief(&version.revision, bounds::NAME);
    brief(&safe(&format!("`{revision}`: {}", version.reason)), bounds::MESSAGE)
}

/// The databases, and how they were determined.
fn databases(verdict: &Verdict) -> String {
    let titles: Vec<&str> = verdict.dialects.iter().map(|dialect| dialect.title()).collect();
    let from = match (verdict.dialects_set, verdict.dialects_named_by.as_slice()) {
        (true, _) => String::new(),
        (false, []) => format!(", derived from the types; {CHOOSE}"),
        (false, named) => format!(", as {}; {CHOOSE}", named.join(" and ")),
    };
    brief(&safe(&format!("checked for {}{from}", titles.join(", "))), bounds::MESSAGE)
}

/// Why the check failed, or that it did not.
fn ending(verdict: &Verdict) -> String {
    let lost = verdict.problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    let failing = verdict.summary.failing;
    match (verdict.compared, verdict.passed) {
        (false, _) => "not compared: the base could not be read".to_owned(),
        (true, true) => "passed".to_owned(),
        (true, false) if failing == 0 => format!("failed: {} in reading the head", count(lost, "error")),
        (true, false) => {
            let level = verdict.fail_on.text();
            format!("failed: {} at `{level}` or above", count(failing, "finding"))
        }
    }
}
