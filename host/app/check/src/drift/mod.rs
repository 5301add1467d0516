//! Compares code with a live database, in both directions.
//!
//! [`compare`] uses the comparison of `belljar-diff`, with the database as its base and the code as its head. Before, the code gets
//! the spelling of the database ([`belljar_diff::aligned`]), so that what the database merely writes differently is no difference.
//! What can't be compared is listed, and never counts as equal.
//!
//! * `prepare`: both sides, with what they can have in common
//! * `doubts`: what is not compared, and why
//! * `ignore`: what the configuration leaves out, and tables of tools
//! * `message`: the sentences of findings
//! * [`render`]: text, markdown, SARIF, annotations

mod doubts;
mod ignore;
mod message;
mod prepare;
pub mod render;
#[cfg(test)]
mod tests;

use belljar_diff::{Action, Aspect, Change, Effect, Note, Options, Side, Subject};
use belljar_schema::{Certainty, Document, Place, Severity};
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use crate::FailOn;
pub use ignore::{Ignore, ObjectKind};

/// The version of the JSON form. Its second number increases when a field is added.
pub const FORMAT_VERSION: &str = "1.0";

/// The differences between code and a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Drift {
    /// [`FORMAT_VERSION`] of the writer.
    pub format: String,
    /// Version of Belljar that made the comparison.
    pub belljar: String,
    /// Whether nothing fails it.
    pub passed: bool,
    /// The lowest severity at which a finding fails it.
    pub fail_on: FailOn,
    /// Whether it also fails if anything could not be compared.
    pub strict: bool,
    /// The database.
    pub database: ComparedDatabase,
    /// The code.
    pub code: ComparedCode,
    /// The differences: what the database lacks, what the code does not know, what differs; the certain ones first.
    pub findings: Vec<Finding>,
    /// What could not be compared: it may differ.
    pub not_compared: Vec<NotCompared>,
    /// Differences that the configuration leaves out, and tables of tools.
    pub ignored: Vec<Ignored>,
}

/// The database that was compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ComparedDatabase {
    /// Its name, without a password.
    pub name: String,
    /// Its name in SQLAlchemy.
    pub dialect: String,
    /// The version of its server.
    pub version: String,
    /// The number of its tables.
    pub tables: usize,
}

/// The code that was compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ComparedCode {
    /// Its name.
    pub name: String,
    /// The number of tables that are compared.
    pub tables: usize,
}

/// The JSON Schema of a [`Drift`].
pub fn json_schema() -> Schema {
    schema_for!(Drift)
}

/// Who is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The code declares it, and the database lacks it.
    NotInDatabase,
    /// The database has it, and the code does not know it.
    NotInCode,
    /// Both have it, in different forms.
    Differs,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    /// Who is behind.
    pub kind: Kind,
    /// The code of the change from the database to the code: `add-column`, `modify-column-type`.
    pub code: String,
    /// An error; a warning for names, comments and other properties that code works without; a note if it is undetermined.
    pub severity: Severity,
    /// How certain it is.
    pub certainty: Certainty,
    /// The table, view, type or other object, with its schema.
    pub name: String,
    /// The column, constraint, index or value of it.
    pub part: Option<String>,
    /// The difference as a sentence, with values in backticks.
    pub message: String,
    /// Where the code declares it, or the table that it is missing in.
    pub place: Option<Place>,
    /// Evidence, and reasons for doubt.
    pub notes: Vec<String>,
}

/// Something that could not be compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct NotCompared {
    /// The side that does not show it.
    pub side: Unseen,
    /// The table or other object, with its schema; null if it is none in particular.
    pub name: Option<String>,
    /// Why.
    pub message: String,
    /// The place in the code.
    pub place: Option<Place>,
}

/// The side that does not show something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unseen {
    /// The database.
    Database,
    /// The code.
    Code,
}

impl Unseen {
    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Code => "code",
        }
    }
}

/// A difference that is left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Ignored {
    /// The object or part that differs.
    pub name: String,
    /// The key of the configuration, or the tool to which a table belongs.
    pub by: String,
}

impl Kind {
    /// All kinds, in the order of reports.
    pub const ALL: [Self; 3] = [Self::NotInDatabase, Self::NotInCode, Self::Differs];

    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotInDatabase => "not-in-database",
            Self::NotInCode => "not-in-code",
            Self::Differs => "differs",
        }
    }

    /// What it means, as a sentence.
    pub const fn title(self) -> &'static str {
        match self {
            Self::NotInDatabase => "The code declares something that the database lacks.",
            Self::NotInCode => "The database has something that the code does not know.",
            Self::Differs => "Code and database differ.",
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
}

/// What is compared.
#[derive(Debug)]
pub struct Input<'a> {
    /// The document of the database.
    pub database: &'a Document,
    /// The name of the database, without a password.
    pub database_name: &'a str,
    /// The document of the code.
    pub code: &'a Document,
    /// The name of the code.
    pub code_name: &'a str,
    /// What is left out.
    pub ignore: &'a Ignore,
    /// The lowest severity at which a finding fails the comparison.
    pub fail_on: FailOn,
    /// Whether it also fails if anything could not be compared.
    pub strict: bool,
}

/// Compares code with a database; `None` if the document of the database is of something else.
pub fn compare(input: &Input<'_>) -> Option<Drift> {
    let live = input.database.database.as_ref()?;
    let prepared = prepare::prepare(input.code, input.database, live)?;
    let options = Options { renames: Vec::new(), databases: vec![live.dialect.clone()] };
    let diff = belljar_diff::diff(&prepared.database, &prepared.code, &options);
    let (mut findings, mut ignored) = (Vec::new(), Vec::new());
    for change in diff.changes.iter().filter(|change| counts(change, &live.dialect)) {
        match left_out(change, input.ignore) {
            Some(by) => ignored.push(Ignored { name: change.path.to_string(), by }),
            None => findings.push(finding(change, &prepared)),
        }
    }
    without_implied_types(&mut findings, &diff.changes);
    findings.sort_by(|a, b| {
        let key = |one: &'_ Finding| {
            (one.certainty, one.kind, one.name.clone(), one.part.clone(), one.code.clone())
        };
        key(a).cmp(&key(b))
    });
    ignored.sort();
    ignored.dedup();
    let not_compared = doubts::not_compared(&prepared, input.ignore);
    let passed = !findings.iter().any(|finding| input.fail_on.fails(finding.severity));
    let is_whole = not_compared.is_empty() && !findings.iter().any(is_undetermined);
    Some(Drift {
        format: FORMAT_VERSION.to_owned(),
        belljar: env!("CARGO_PKG_VERSION").to_owned(),
        passed: passed && (is_whole || !input.strict),
        fail_on: input.fail_on,
        strict: input.strict,
        database: ComparedDatabase {
            name: input.database_name.to_owned(),
            dialect: live.dialect.clone(),
            version: live.version.clone(),
            tables: prepared.database.tables.len(),
        },
        code: ComparedCode { name: input.code_name.to_owned(), tables: prepared.code.tables.len() },
        findings,
        not_compared,
        ignored,
    })
}

fn is_undetermined(finding: &Finding) -> bool {
    finding.certainty == Certainty::CannotTell
}

/// Whether a change is one of a database of this dialect.
fn counts(change: &Change, dialect: &str) -> bool {
    let is_of = |name: &String| name == dialect || (name == "mysql" && dialect == "mariadb");
    let is_of_dialect = change.dialects.is_empty() || change.dialects.iter().any(is_of);
    let is_of_code = matches!(change.subject, Subject::Class | Subject::Relationship | Subject::Property);
    change.effect == Effect::Database && is_of_dialect && !is_of_code && !is_unnamed(change)
}

/// Whether only the name of a constraint differs that the code leaves to the database.
fn is_unnamed(change: &Change) -> bool {
    change.action == Action::Modify
        && change.aspects == [Aspect::Name]
        && (change.before.is_none() || change.after.is_none() || belljar_diff::render::is_unnamed(change))
}

/// Why a change is left out, if it is.
fn left_out(change: &Change, ignore: &Ignore) -> Option<String> {
    if let Some(kind) = ignore.matching(change) {
        return Some(format!("drift.ignore.{}", kind.key()));
    }
    let is_only_there = matches!(change.action, Action::Drop | Action::Missing);
    let is_table = matches!(change.subject, Subject::Table | Subject::View);
    let tool = ignore::known_tool(&change.path.name).filter(|_| is_only_there && is_table);
    tool.map(str::to_owned)
}

fn finding(change: &Change, prepared: &prepare::Prepared) -> Finding {
    let kind = match change.action {
        Action::Add | Action::Unseen => Kind::NotInDatabase,
        Action::Drop | Action::Missing => Kind::NotInCode,
        Action::Rename | Action::Move | Action::Modify => Kind::Differs,
    };
    let place = change.head.clone().or_else(|| prepared.place_of(change));
    let mut found = Finding {
        kind,
        code: change.code.clone(),
        severity: severity(change),
        certainty: change.certainty,
        name: change.path.full_name(),
        part: change.path.part.clone(),
        message: message::message(change, kind, prepared.dialect),
        place,
        notes: change.notes.iter().map(note).collect(),
    };
    if let Some(doubt) = doubts::of_change(change) {
        found.certainty = Certainty::CannotTell;
        found.notes.push(doubt.to_owned());
    }
    if is_undetermined(&found) {
        found.severity = Severity::Note;
    }
    found
}

fn note(note: &Note) -> String {
    let side = match note.side {
        Some(Side::Base) => "database: ",
        Some(Side::Head) => "code: ",
        None => "",
    };
    format!("{side}{}", note.message)
}

/// What code works without is a warning.
fn severity(change: &Change) -> Severity {
    let is_lesser = |aspect: &Aspect| {
        matches!(
            aspect,
            Aspect::Name
                | Aspect::Comment
                | Aspect::Option
                | Aspect::Options
                | Aspect::Prefixes
                | Aspect::UseAlter
                | Aspect::Cache
        )
    };
    let is_modified = change.action == Action::Modify && !change.aspects.is_empty();
    if is_modified && change.aspects.iter().all(is_lesser) { Severity::Warning } else { Severity::Error }
}

/// Leaves out types that only columns use which are in findings themselves: they come with their columns.
fn without_implied_types(findings: &mut Vec<Finding>, changes: &[Change]) {
    let is_found = |column: &String| {
        findings.iter().any(|finding| {
            let part = finding.part.as_deref().unwrap_or_default();
            format!("{}.{part}", finding.name) == *column
                || (finding.code.ends_with("-table") && column.starts_with(&format!("{}.", finding.name)))
        })
    };
    let is_implied = |change: &&Change| {
        let (Action::Add | Action::Drop, Some(belljar_diff::Value::Type(of))) =
            (change.action, change.after.as_ref().or(change.before.as_ref()))
        else {
            return false;
        };
        !of.columns.is_empty() && of.columns.iter().all(is_found)
    };
    let implied: Vec<(String, String)> = changes
        .iter()
        .filter(is_implied)
        .map(|change| (change.code.clone(), change.path.full_name()))
        .collect();
    findings
        .retain(|finding| !implied.iter().any(|(code, name)| finding.code == *code && finding.name == *name));
}
