//! Compares the schema that migrations leave with the schema that the models declare, without a database.
//!
//! [`compare`] uses the comparison of `belljar-diff`, with the migrations as its base and the models as its head, and
//! keeps what a database of the migrations' dialect would show.
//!
//! * `prepare`: both sides, with what they can have in common
//! * [`lint`]: what version files do, statement by statement
//! * `message`: the sentences of findings
//! * `doubts`: why a finding is undetermined
//! * `view`: what a database of one dialect has of a table
//! * [`wanted`]: what a new version has to change
//! * [`tested`]: tests of all versions, as of pytest-alembic
//! * [`render`]: text, markdown, SARIF, annotations

mod doubts;
pub mod lint;
mod message;
mod prepare;
pub mod render;
pub mod tested;
#[cfg(test)]
mod tests;
mod view;
mod wanted;

use std::collections::BTreeSet;

use belljar_diff::{Action, Aspect, Change, Effect, Note, Options, Side, Subject, Value};
use belljar_discover::StrayVersion;
use belljar_schema::{Certainty, Diagnostic, Document, Place, Reason, Severity};
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use crate::FailOn;
use message::{message, plain};
pub use wanted::{Wanted, wanted};

/// The version of the JSON form. Its second number increases when a field is added.
pub const FORMAT_VERSION: &str = "1.0";

/// The differences between migrations and models, for each database of each environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Comparison {
    /// [`FORMAT_VERSION`] of the writer.
    pub format: String,
    /// Version of Belljar that made the comparison.
    pub belljar: String,
    /// Whether nothing fails it.
    pub passed: bool,
    /// The lowest severity at which a finding fails it.
    pub fail_on: FailOn,
    /// The environments, sorted by their folders of scripts.
    pub environments: Vec<Drift>,
}

impl Comparison {
    /// A comparison by this version of Belljar, which fails at a severity.
    pub fn new(belljar: &str, fail_on: FailOn, environments: Vec<Drift>) -> Self {
        let passed = !environments.iter().any(|drift| drift.fails(fail_on));
        Self { format: FORMAT_VERSION.to_owned(), belljar: belljar.to_owned(), passed, fail_on, environments }
    }
}

/// The JSON Schema of a [`Comparison`].
pub fn json_schema() -> Schema {
    schema_for!(Comparison)
}

/// The recorded head of an environment.
#[derive(Debug)]
pub struct Migrations<'a> {
    /// The name of the environment.
    pub name: &'a str,
    /// The dialect that its versions ran for.
    pub dialect: &'a str,
    /// The revisions that no other follows.
    pub heads: &'a [String],
    /// The number of its versions.
    pub versions: usize,
    /// The recorded schema.
    pub document: &'a Document,
    /// Why it may have more or fewer tables than those recorded.
    pub reasons: &'a [Reason],
    /// Tables that the environment leaves out of comparisons, with their schemas.
    pub ignored: &'a BTreeSet<String>,
    /// The tables of the models that it compares with; `None` if they are not known.
    pub targets: Option<&'a BTreeSet<String>>,
    /// Tables that only other environments of the source create.
    pub elsewhere: &'a BTreeSet<String>,
    /// Files that are written like versions, and are in no environment.
    pub stray: &'a [StrayVersion],
    /// The operations that name a table and a part of it, in the order in which they happened.
    pub operations: &'a [Operation<'a>],
    /// What is wrong with the history or its run.
    pub problems: &'a [Diagnostic],
}

/// An operation of a version.
#[derive(Debug, Clone, Copy)]
pub struct Operation<'a> {
    /// The table, with its schema.
    pub table: &'a str,
    /// The column, constraint or index.
    pub name: &'a str,
    /// Its place.
    pub place: &'a Place,
}

impl Migrations<'_> {
    /// The last operation on the part of a finding.
    fn last(&self, finding: &Finding) -> Option<&Operation<'_>> {
        let part = finding.part.as_deref()?;
        let is_of = |operation: &&Operation<'_>| operation.name == part && operation.table == finding.name;
        self.operations.iter().rev().find(is_of)
    }
}

/// The differences between the head of an environment and the models.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Drift {
    /// The name of the environment.
    pub environment: String,
    /// The dialect that is compared for.
    pub dialect: String,
    /// The revisions that no other follows.
    pub heads: Vec<String>,
    /// The number of versions.
    pub versions: usize,
    /// The number of tables of the migrations that are compared.
    pub migrated_tables: usize,
    /// The number of tables of the models that are compared.
    pub model_tables: usize,
    /// The number of compared tables of the migrations that are in doubt, or have a column that is.
    pub migrated_in_doubt: usize,
    /// The same for the models.
    pub models_in_doubt: usize,
    /// What is wrong with the history or its run.
    pub problems: Vec<Diagnostic>,
    /// Why the head may have more or fewer tables than those recorded.
    pub reasons: Vec<Reason>,
    /// The differences: what the models have, what the migrations create, what differs; the certain ones first.
    pub findings: Vec<Finding>,
}

/// The kind of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The models have it, and no migration creates it.
    NotMigrated,
    /// The migrations create it, and no model declares it.
    NotDeclared,
    /// Both have it, in different forms.
    Differs,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    /// The kind of difference.
    pub kind: Kind,
    /// The code of the change from the migrations to the models: `add-column`, `modify-column-type`.
    pub code: String,
    /// An error; a warning for what Alembic does not compare by default and for names; a note if it is undetermined.
    pub severity: Severity,
    /// How certain it is.
    pub certainty: Certainty,
    /// The table or type, with its schema.
    pub name: String,
    /// The column, constraint or value of it.
    pub part: Option<String>,
    /// The difference as a sentence, with values in backticks.
    pub message: String,
    /// Where the models declare it.
    pub models: Option<Place>,
    /// The operation of a migration that decides about it.
    pub migrations: Option<Place>,
    /// Evidence, and reasons for doubt.
    pub notes: Vec<String>,
}

impl Kind {
    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotMigrated => "not-migrated",
            Self::NotDeclared => "not-declared",
            Self::Differs => "differs",
        }
    }

    /// What it means, as a sentence.
    pub const fn title(self) -> &'static str {
        match self {
            Self::NotMigrated => "The models declare something that no migration creates.",
            Self::NotDeclared => "The migrations create something that no model declares.",
            Self::Differs => "Migrations and models differ.",
        }
    }
}

impl Drift {
    /// The number of findings of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// The number of differences that can't be determined.
    pub fn undetermined(&self) -> usize {
        self.findings.iter().filter(|finding| finding.certainty == Certainty::CannotTell).count()
    }

    /// Whether a finding has this severity or a higher one, or the history is broken.
    pub fn fails(&self, fail_on: FailOn) -> bool {
        let is_broken = self.problems.iter().any(|problem| problem.severity == Severity::Error);
        self.findings.iter().any(|finding| fail_on.fails(finding.severity))
            || (is_broken && fail_on != FailOn::Never)
    }
}

impl Finding {
    /// Where it is shown: at the models, or at the migrations for what no model declares.
    pub fn place(&self) -> Option<&Place> {
        self.both_places().0
    }

    /// The side of the other place, and the other place.
    pub fn other_place(&self) -> Option<(&'static str, &Place)> {
        let (_, other) = self.both_places();
        let side =
            if self.kind == Kind::NotDeclared || self.models.is_none() { "models" } else { "migrations" };
        other.map(|place| (side, place))
    }

    fn both_places(&self) -> (Option<&Place>, Option<&Place>) {
        let (models, migrations) = (self.models.as_ref(), self.migrations.as_ref());
        let is_of_migrations = self.kind == Kind::NotDeclared || models.is_none();
        if is_of_migrations && migrations.is_some() { (migrations, models) } else { (models, migrations) }
    }
}

/// Compares the head of an environment with the models.
pub fn compare(migrations: &Migrations<'_>, models: &Document) -> Drift {
    let prepared = prepare::prepare(migrations, models);
    let options = Options { renames: Vec::new(), databases: vec![migrations.dialect.to_owned()] };
    let diff = belljar_diff::diff(&prepared.migrations, &prepared.models, &options);
    let counts = |change: &&Change| counts(change, migrations.dialect);
    let mut findings: Vec<Finding> =
        diff.changes.iter().filter(counts).map(|change| finding(change, migrations, models)).collect();
    let implied: Vec<String> = implied_types(&diff.changes, &findings);
    findings.retain(|finding| finding.code != "add-type" || !implied.contains(&finding.name));
    findings.extend(prepared.ambiguous.iter().map(|name| ambiguous(name)));
    findings.sort_by(|a, b| {
        (a.certainty, a.kind, &a.name, &a.part, &a.code).cmp(&(
            b.certainty,
            b.kind,
            &b.name,
            &b.part,
            &b.code,
        ))
    });
    Drift {
        environment: migrations.name.to_owned(),
        dialect: migrations.dialect.to_owned(),
        heads: migrations.heads.to_vec(),
        versions: migrations.versions,
        migrated_tables: prepared.migrations.tables.len(),
        model_tables: prepared.models.tables.len(),
        migrated_in_doubt: prepared
            .migrations
            .tables
            .iter()
            .filter(|table| doubts::is_doubtful(table))
            .count(),
        models_in_doubt: prepared.models.tables.iter().filter(|table| doubts::is_doubtful(table)).count(),
        problems: migrations.problems.to_vec(),
        reasons: migrations.reasons.to_vec(),
        findings,
    }
}

/// The types of the models that only columns use which are in findings themselves: they come with their columns.
fn implied_types(changes: &[Change], findings: &[Finding]) -> Vec<String> {
    let is_found = |column: &String| {
        findings.iter().any(|finding| {
            let part = finding.part.as_deref().unwrap_or_default();
            finding.name == *column
                || format!("{}.{part}", finding.name) == *column
                || (finding.code == "add-table" && column.starts_with(&format!("{}.", finding.name)))
        })
    };
    let is_implied = |change: &&Change| match &change.after {
        Some(Value::Type(of)) => change.action == Action::Add && of.columns.iter().all(is_found),
        _ => false,
    };
    changes.iter().filter(is_implied).map(|change| change.path.full_name()).collect()
}

/// Whether a change is one of a database of this dialect.
fn counts(change: &Change, dialect: &str) -> bool {
    let is_of_dialect = change.dialects.is_empty() || change.dialects.iter().any(|name| name == dialect);
    let is_of_tables = !matches!(
        change.subject,
        Subject::Class
            | Subject::Relationship
            | Subject::Property
            | Subject::View
            | Subject::Object
            | Subject::Sequence
    );
    change.effect == Effect::Database && is_of_dialect && is_of_tables && !is_unnamed(change)
}

/// Whether only the name of a constraint differs that one side leaves to the database.
fn is_unnamed(change: &Change) -> bool {
    change.action == Action::Modify
        && change.aspects == [Aspect::Name]
        && (change.before.is_none() || change.after.is_none() || belljar_diff::render::is_unnamed(change))
}

fn finding(change: &Change, migrations: &Migrations<'_>, models: &Document) -> Finding {
    let kind = match change.action {
        Action::Add | Action::Unseen => Kind::NotMigrated,
        Action::Drop | Action::Missing => Kind::NotDeclared,
        Action::Rename | Action::Move | Action::Modify => Kind::Differs,
    };
    let mut found = Finding {
        kind,
        code: change.code.clone(),
        severity: severity(change, migrations.dialect),
        certainty: change.certainty,
        name: change.path.full_name(),
        part: change.path.part.clone(),
        message: message(change, kind),
        models: change.head.clone(),
        migrations: change.base.clone(),
        notes: change.notes.iter().map(note).collect(),
    };
    if let Some(operation) = migrations.last(&found) {
        found.migrations = Some(operation.place.clone());
    }
    let doubts = doubts::doubts(&found, migrations, models);
    if !doubts.is_empty() {
        found.certainty = Certainty::CannotTell;
        found.notes.extend(doubts);
    }
    if found.certainty == Certainty::CannotTell {
        found.severity = Severity::Note;
    }
    found
}

fn note(note: &Note) -> String {
    let side = match note.side {
        Some(Side::Base) => "migrations: ",
        Some(Side::Head) => "models: ",
        None => "",
    };
    format!("{side}{}", note.message)
}

/// Whether only the order of the columns of a primary key differs.
fn is_order(change: &Change) -> bool {
    let columns = |value: &Option<Value>| match value {
        Some(Value::PrimaryKey(key)) => Some(key.columns.iter().cloned().collect::<BTreeSet<String>>()),
        _ => None,
    };
    change.action == Action::Modify
        && columns(&change.before).is_some()
        && columns(&change.before) == columns(&change.after)
}

/// What a database accepts from the models either way is a warning.
fn severity(change: &Change, dialect: &str) -> Severity {
    // SQLite does not limit the length of a text.
    let is_length = dialect == "sqlite" && change.aspects.contains(&Aspect::Length);
    let is_lesser = change.action == Action::Modify
        && change.aspects.iter().all(|aspect| {
            matches!(
                aspect,
                Aspect::Name
                    | Aspect::Comment
                    | Aspect::ServerDefault
                    | Aspect::Option
                    | Aspect::Options
                    | Aspect::Prefixes
                    | Aspect::Autoincrement
                    | Aspect::UseAlter
            )
        });
    if is_lesser
        || is_length
        || is_order(change)
        || matches!(change.subject, Subject::Index | Subject::Check | Subject::Exclude)
    {
        Severity::Warning
    } else {
        Severity::Error
    }
}

/// A table that the models declare more than once.
fn ambiguous(name: &str) -> Finding {
    Finding {
        kind: Kind::Differs,
        code: "declared-twice".to_owned(),
        severity: Severity::Note,
        certainty: Certainty::CannotTell,
        name: name.to_owned(),
        part: None,
        message: format!(
            "the models declare the table `{}` more than once, so it is not compared",
            plain(name)
        ),
        models: None,
        migrations: None,
        notes: Vec::new(),
    }
}
