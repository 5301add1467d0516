//! A change of the models that no migration makes, and a change of a migration that the models do not declare.

use std::collections::BTreeSet;

use belljar_diff::{Change, Diff, Effect, Subject};
use belljar_rules::{ReviewFinding, Severity, within_quotes};
use belljar_schema::{Certainty, Place};

use super::Migrated;
use crate::migrations::{Drift, Finding, Kind};

/// The most findings of a rule that are reported one by one.
const MOST: usize = 20;

/// The findings. Differences between models and migrations that this change does not make are none.
pub(crate) fn findings(diff: &Diff, migrated: Migrated<'_>) -> Vec<ReviewFinding> {
    let Some(changes) = migrated.changes else { return Vec::new() };
    let changed: BTreeSet<(String, String)> =
        diff.changes.iter().filter(|change| counts(change)).map(of_change).collect();
    let mut found = Vec::new();
    for drift in migrated.drifts {
        let certain = drift.findings.iter().filter(|finding| finding.certainty != Certainty::CannotTell);
        for finding in certain {
            let is_new = |place: &Place| changes.added.contains(&place.path);
            let is_migrated = finding.migrations.as_ref().is_some_and(is_new);
            if changed.contains(&of_finding(finding)) && !is_of_table(&changed, finding) {
                found.push(stated("BJ045", drift, finding));
            } else if is_migrated {
                found.push(stated("BJ046", drift, finding));
            }
        }
    }
    let mut kept = Vec::new();
    for code in ["BJ045", "BJ046"] {
        kept.extend(found.iter().filter(|one| one.code == code).take(MOST).cloned());
    }
    kept
}

/// The most changes that a message names.
const MOST_NAMED: usize = 3;

/// The finding about a change of the models where no version file differs, although version files name its tables: `words`
/// has all words of these.
pub(crate) fn unmigrated(diff: &Diff, words: &BTreeSet<String>) -> Option<ReviewFinding> {
    let is_certain = |change: &&Change| counts(change) && change.certainty != Certainty::CannotTell;
    let changed: Vec<&Change> = diff.changes.iter().filter(is_certain).collect();
    let is_managed = |change: &&&Change| words.contains(&change.path.name.to_lowercase());
    let first = changed.iter().find(is_managed)?;
    let names = changed
        .iter()
        .take(MOST_NAMED)
        .map(|change| format!("`{}`", within_quotes(&change.path.to_string())));
    let names: Vec<String> = names.collect();
    let more = changed.len().checked_sub(names.len()).filter(|more| *more > 0);
    let more = more.map(|more| format!(" and {more} more")).unwrap_or_default();
    Some(ReviewFinding {
        code: "BJ045",
        severity: Severity::Warning,
        subject: first.path.full_name(),
        part: first.path.part.clone(),
        message: format!(
            "the models change {}{more}, and no version of the migrations is new",
            names.join(", ")
        ),
        place: first.head.clone().or_else(|| first.base.clone()),
    })
}

/// Whether a change is one of the database.
fn counts(change: &Change) -> bool {
    change.effect == Effect::Database
        && !matches!(
            change.subject,
            Subject::Class | Subject::Relationship | Subject::Property | Subject::View | Subject::Object
        )
}

fn of_change(change: &Change) -> (String, String) {
    (change.path.full_name().to_lowercase(), change.path.part.clone().unwrap_or_default().to_lowercase())
}

fn of_finding(finding: &Finding) -> (String, String) {
    (finding.name.to_lowercase(), finding.part.clone().unwrap_or_default().to_lowercase())
}

/// Whether a finding is about a part of a table that is itself a finding.
fn is_of_table(changed: &BTreeSet<(String, String)>, finding: &Finding) -> bool {
    finding.part.is_some() && changed.contains(&(finding.name.to_lowercase(), String::new()))
}

fn stated(code: &'static str, drift: &Drift, finding: &Finding) -> ReviewFinding {
    let place = if code == "BJ045" {
        finding.models.clone().or_else(|| finding.migrations.clone())
    } else {
        finding.migrations.clone()
    };
    let message = match finding.kind {
        Kind::Differs if code == "BJ046" => format!("{} after this version", finding.message),
        _ => finding.message.clone(),
    };
    ReviewFinding {
        code,
        severity: Severity::Warning,
        subject: finding.name.clone(),
        part: finding.part.clone(),
        message: format!("{message} (`{}`)", within_quotes(&drift.environment)),
        place,
    }
}
