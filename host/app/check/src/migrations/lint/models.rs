//! A change of the models that no migration makes, and a change of a migration that the models do not declare.

use std::collections::BTreeSet;

use belljar_diff::{Change, Diff, Effect, Subject};
use belljar_rules::{ReviewFinding, Severity};
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
        message: format!("{message} (`{}`)", belljar_rules::within_quotes(&drift.environment)),
        place,
    }
}
