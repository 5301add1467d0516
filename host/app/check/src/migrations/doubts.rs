//! Why a difference can't be determined, beyond what the comparison knows.

use belljar_schema::{Document, Status, Table};

use super::{Finding, Kind, Migrations};

/// The most reasons of a head that a finding repeats.
const MOST_REASONS: usize = 3;

/// The endings of tables that extensions of the ORM create beside the table of a model.
const BESIDE: &[&str] = &["_history", "_version", "_versions", "_audit", "_log", "_aud", "_archive"];

/// The reasons why a finding is undetermined; none if it is not.
pub(super) fn doubts(finding: &Finding, migrations: &Migrations<'_>, models: &Document) -> Vec<String> {
    let is_table = finding.code.ends_with("-table");
    let mut found = Vec::new();
    // A version that did not run, or that is not there, may create the table.
    if finding.kind == Kind::NotMigrated && is_table {
        let reasons = migrations.reasons.iter().take(MOST_REASONS);
        found.extend(reasons.map(|reason| format!("migrations: {}", reason.message)));
    }
    if finding.kind != Kind::NotDeclared {
        found.extend(of_stray(finding, migrations));
    }
    if finding.kind == Kind::NotDeclared && is_table {
        found.extend(of_extended(finding, models));
    }
    found
}

/// Versions in no environment that name the table and the part.
fn of_stray(finding: &Finding, migrations: &Migrations<'_>) -> Vec<String> {
    let table = finding.name.rsplit('.').next().unwrap_or_default();
    let part =
        finding.part.as_deref().filter(|part| part.chars().all(|it| it.is_alphanumeric() || it == '_'));
    let names = migrations.stray.iter().filter(|stray| {
        stray.words.contains(table) && part.is_none_or(|part| part.is_empty() || stray.words.contains(part))
    });
    let text = |path: &str| format!("migrations: `{path}` names it, and is a version of no environment");
    names.take(MOST_REASONS).map(|stray| text(&stray.path)).collect()
}

/// The doubts about the model beside whose table an extension of the ORM may create this one.
fn of_extended(finding: &Finding, models: &Document) -> Vec<String> {
    let Some(name) = BESIDE.iter().find_map(|ending| finding.name.strip_suffix(ending)) else {
        return Vec::new();
    };
    let beside = models.tables.iter().find(|table| table.full_name() == name && is_doubtful(table));
    let text = |table: &Table| {
        let why = table.reasons.first().map(|reason| format!(": {}", reason.message)).unwrap_or_default();
        format!("models: what else the class of `{name}` declares is in doubt{why}")
    };
    beside.map(text).into_iter().collect()
}

/// Whether a table or one of its columns is in doubt.
pub(super) fn is_doubtful(table: &Table) -> bool {
    table.status == Status::Partial || table.columns.iter().any(|column| column.status == Status::Partial)
}
