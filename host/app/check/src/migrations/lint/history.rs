//! The order of the versions, and how they differ from those of a base.

use belljar_discover::VersionChanges;
use belljar_rules::{ReviewFinding, Severity, within_quotes};
use belljar_schema::{Diagnostic, Place};

use super::{History, Version};

/// The rules about problems with the order of versions, by the codes of these.
const RULES: [(&str, &str); 4] = [
    ("migration-missing", "BJ020"),
    ("migration-duplicate", "BJ021"),
    ("migration-circle", "BJ022"),
    ("migration-heads", "BJ023"),
];

/// The longest revision that Alembic's own table holds.
const LONGEST_REVISION: usize = 32;

/// The rule that a problem is a finding of.
fn rule(problem: &Diagnostic) -> Option<&'static str> {
    RULES.iter().find(|(code, _)| *code == problem.code).map(|(_, rule)| *rule)
}

/// Whether a problem is a finding of a rule.
pub(super) fn is_finding(problem: &Diagnostic) -> bool {
    rule(problem).is_some()
}

/// The findings about the order of the versions, and about each version as a whole.
pub(super) fn findings(history: &History<'_>) -> Vec<ReviewFinding> {
    let of_order = history.problems.iter().filter_map(|problem| {
        let path = problem.place.as_ref().map_or(history.name, |place| place.path.as_str());
        Some(ReviewFinding {
            code: rule(problem)?,
            severity: Severity::Error,
            subject: path.to_owned(),
            part: None,
            message: problem.message.clone(),
            place: problem.place.clone(),
        })
    });
    let judged = history.versions.iter().filter(|version| version.is_judged);
    of_order.chain(judged.flat_map(|version| of_version(version, history.dialect))).collect()
}

fn of_version(version: &Version<'_>, dialect: &str) -> Vec<ReviewFinding> {
    let path = version.place.map_or(version.revision, |place| place.path.as_str());
    let stated = |code, severity, message| ReviewFinding {
        code,
        severity,
        subject: path.to_owned(),
        part: None,
        message,
        place: version.place.cloned(),
    };
    let mut found = Vec::new();
    let length = version.revision.chars().count();
    if length > LONGEST_REVISION && dialect != "sqlite" {
        let revision: String = version.revision.chars().take(LONGEST_REVISION * 2).collect();
        let message = format!(
            "the revision `{}` has {length} characters, and `alembic_version` holds {LONGEST_REVISION}",
            within_quotes(&revision)
        );
        found.push(stated("BJ027", Severity::Error, message));
    }
    if !version.is_reversible && !version.steps.is_empty() {
        found.push(stated("BJ026", Severity::Note, "its `downgrade` does nothing".to_owned()));
    }
    found
}

/// The findings about versions of the base that are edited or gone.
pub(super) fn changes(changes: &VersionChanges) -> Vec<ReviewFinding> {
    let stated = |code, path: &str, message, place| ReviewFinding {
        code,
        severity: Severity::Warning,
        subject: path.to_owned(),
        part: None,
        message,
        place,
    };
    let edited = changes.edited.iter().map(|path| {
        let message = "it does something else than in the base, where it may have been run".to_owned();
        stated("BJ024", path, message, Some(Place { path: path.clone(), line: 1 }))
    });
    let removed = changes.removed.iter().map(|(path, revision)| {
        let message = format!(
            "the revision `{}` of the base (`{}`) is gone, and databases may be at it",
            within_quotes(revision),
            within_quotes(path)
        );
        stated("BJ025", path, message, None)
    });
    edited.chain(removed).collect()
}
