//! What to ask a database about its rows, so that a suspicion of a rule becomes a number.
//!
//! A question has names and numbers of the diff, and never an expression: a condition of the head is a stranger's code.
//! The names are those of the base, which is what a database has before the change.

mod bounds;

use belljar_diff::{Action, Change, Diff, Path, Subject, Value};
use belljar_schema::{ColumnType, ForeignKeyConstraint, PrimaryKey};
use serde::{Deserialize, Serialize};

use crate::{Category, Database, Finding, ty::Ty, unique::Uniqueness};

/// What is counted, as in the guest's `database/questions.py`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuestionKind {
    /// All rows of the table.
    Rows,
    /// Rows with NULL in one of the columns.
    Nulls,
    /// Rows with a value in all columns.
    Values,
    /// Combinations of values that occur more than once.
    Duplicates,
    /// The same, where two NULLs are equal.
    DuplicatesWithNulls,
    /// Rows that refer to nothing.
    Orphans,
    /// Texts that are longer than the limit.
    Longer,
    /// Numbers outside of the bounds, or with more digits after the point.
    Outside,
    /// Texts that are no value of a type.
    Unreadable,
    /// The estimated number of rows, and the size in bytes.
    Size,
}

/// What is asked about the rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DataQuestion {
    /// What is counted.
    pub kind: QuestionKind,
    /// The table in the base.
    pub table: String,
    /// Its schema.
    pub schema: Option<String>,
    /// The columns in the base.
    pub columns: Vec<String>,
    /// The table that rows refer to; empty if it is not about references.
    pub target_table: String,
    /// The schema of that table.
    pub target_schema: Option<String>,
    /// The columns that are referred to.
    pub target_columns: Vec<String>,
    /// The longest text that fits.
    pub limit: u32,
    /// The smallest number that fits.
    pub low: String,
    /// The largest number that fits.
    pub high: String,
    /// The digits after the point that fit.
    pub scale: Option<u32>,
    /// The type of which a text must be a value.
    pub into: String,
}

/// What is asked for a finding, or why nothing is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataRequest {
    /// A question, and what it counts, such as "rows with NULL in `email`".
    Question {
        /// What the database is asked.
        question: Box<DataQuestion>,
        /// What is counted.
        counted: String,
        /// Whether the change fails on fewer rows than are counted, as its condition is not asked for.
        is_upper_bound: bool,
    },
    /// Nothing is asked, for this reason.
    Nothing(String),
}

impl DataRequest {
    fn new(question: DataQuestion, counted: String) -> Self {
        Self::Question { question: Box::new(question), counted, is_upper_bound: false }
    }

    fn nothing(reason: &str) -> Self {
        Self::Nothing(reason.to_owned())
    }
}

/// What to ask for a finding of a diff, and for those that are merged into it.
pub fn data_questions(finding: &Finding, diff: &Diff, database: Database) -> Vec<DataRequest> {
    let names = Names { diff };
    let codes: Vec<(&str, Category)> = std::iter::once((finding.code.as_str(), finding.category))
        .chain(finding.also.iter().map(|also| (also.code.as_str(), also.category)))
        .collect();
    let mut found: Vec<DataRequest> = Vec::new();
    for change in changes(finding, diff) {
        for (code, category) in &codes {
            let asked = of_rule(code, *category, change, &names, database);
            for asked in asked {
                if !found.contains(&asked) {
                    found.push(asked);
                }
            }
        }
    }
    found
}

/// The change of a finding, and those of other tables by the same declaration.
fn changes<'a>(finding: &'a Finding, diff: &'a Diff) -> impl Iterator<Item = &'a Change> {
    let own = finding.change.index.and_then(|index| diff.changes.get(index));
    let is_other = |change: &&Change| {
        own.is_some_and(|own| own.code == change.code) && finding.others.contains(&change.path)
    };
    let others = diff.changes.iter().filter(is_other);
    own.into_iter().chain(others.collect::<Vec<_>>())
}

fn of_rule(
    code: &str,
    category: Category,
    change: &Change,
    names: &Names<'_>,
    database: Database,
) -> Vec<DataRequest> {
    let one = |asked: DataRequest| vec![asked];
    match code {
        "BJ201" | "BJ202" => one(duplicates(change, names, database)),
        "BJ203" => one(rows(change, names)),
        "BJ204" => one(nulls(change, names)),
        "BJ205" => one(types(change).map_or_else(unknown, |types| narrower(change, names, types, database))),
        "BJ206" => {
            one(types(change).map_or_else(unknown, |types| conversion(change, names, types, database)))
        }
        "BJ207" | "BJ209" => {
            one(DataRequest::nothing("a condition of the models is code, and is not run on a database"))
        }
        "BJ208" => one(orphans(change, names)),
        "BJ210" => primary_key(change, names),
        _ if category == Category::DataDependent => one(unknown()),
        _ => match (change.action, change.subject) {
            (Action::Drop, Subject::Table) if category == Category::Destructive => one(rows(change, names)),
            (Action::Drop, Subject::Column) if category == Category::Destructive => {
                one(values(change, names))
            }
            _ if category == Category::Locks => size(change, names).into_iter().collect(),
            _ => vec![],
        },
    }
}

fn unknown() -> DataRequest {
    DataRequest::nothing("there is no question for this rule")
}

fn types(change: &Change) -> Option<(&ColumnType, &ColumnType)> {
    match (&change.before, &change.after) {
        (Some(Value::ColumnType(before)), Some(Value::ColumnType(after))) => Some((before, after)),
        (Some(Value::Column(before)), Some(Value::Column(after))) => Some((&before.ty, &after.ty)),
        _ => None,
    }
}

/// The names of the base.
struct Names<'a> {
    diff: &'a Diff,
}

impl Names<'_> {
    /// The table that a change is about.
    fn table(&self, path: &Path) -> (Option<String>, String) {
        let was = self.renamed(path, Subject::Table, None).and_then(|change| change.was.as_ref());
        let path = was.unwrap_or(path);
        (path.schema.clone(), path.name.clone())
    }

    fn renamed(&self, path: &Path, subject: Subject, part: Option<&str>) -> Option<&Change> {
        self.diff.changes.iter().find(|change| {
            change.subject == subject
                && change.was.is_some()
                && change.path.metadata == path.metadata
                && change.path.schema == path.schema
                && change.path.name == path.name
                && change.path.part.as_deref() == part
        })
    }

    /// A column of the table that a change is about; `None` if the change adds it.
    fn column(&self, path: &Path, name: &str) -> Option<String> {
        let is_added = self.diff.changes.iter().any(|change| {
            (change.action, change.subject) == (Action::Add, Subject::Column)
                && change.path == Path { part: Some(name.to_owned()), ..path.clone() }
        });
        if is_added {
            return None;
        }
        let was = self.renamed(path, Subject::Column, Some(name)).and_then(|change| change.was.as_ref());
        Some(was.and_then(|was| was.part.clone()).unwrap_or_else(|| name.to_owned()))
    }

    fn columns(&self, path: &Path, names: &[String]) -> Option<Vec<String>> {
        names.iter().map(|name| self.column(path, name)).collect()
    }

    /// A question about these columns of the table that a change is about.
    fn question(&self, kind: QuestionKind, path: &Path, columns: Vec<String>) -> DataQuestion {
        let (schema, table) = self.table(path);
        DataQuestion {
            kind,
            table,
            schema,
            columns,
            target_table: String::new(),
            target_schema: None,
            target_columns: Vec::new(),
            limit: 0,
            low: String::new(),
            high: String::new(),
            scale: None,
            into: String::new(),
        }
    }
}

const NEW_COLUMN: &str = "the database does not have the column yet";

/// The question about the column that a change is about, and its name in the base.
fn of_column(kind: QuestionKind, change: &Change, names: &Names<'_>) -> Option<(DataQuestion, String)> {
    let part = change.was.as_ref().and_then(|was| was.part.clone());
    let name = part.or_else(|| names.column(&change.path, change.path.part.as_deref()?))?;
    Some((names.question(kind, &change.path, vec![name.clone()]), name))
}

fn rows(change: &Change, names: &Names<'_>) -> DataRequest {
    let question = names.question(QuestionKind::Rows, &change.path, Vec::new());
    let counted =
        format!("rows in `{}`", belljar_schema::full_name(question.schema.as_deref(), &question.table));
    DataRequest::new(question, counted)
}

fn nulls(change: &Change, names: &Names<'_>) -> DataRequest {
    match of_column(QuestionKind::Nulls, change, names) {
        Some((question, name)) => DataRequest::new(question, format!("rows with NULL in `{name}`")),
        None => DataRequest::nothing(NEW_COLUMN),
    }
}

fn values(change: &Change, names: &Names<'_>) -> DataRequest {
    match of_column(QuestionKind::Values, change, names) {
        Some((question, name)) => DataRequest::new(question, format!("rows with a value in `{name}`")),
        None => unknown(),
    }
}

fn duplicates(change: &Change, names: &Names<'_>, database: Database) -> DataRequest {
    let unique = match &change.after {
        Some(Value::Column(column)) => Some(Uniqueness::of_columns(std::slice::from_ref(&column.name))),
        Some(value) => Uniqueness::of_value(value, database),
        None => None,
    };
    let Some(unique) = unique else { return unknown() };
    if expressions(change) {
        return DataRequest::nothing("an expression of the models is code, and is not run on a database");
    }
    let Some(columns) = names.columns(&change.path, &unique.elements) else {
        return DataRequest::nothing(NEW_COLUMN);
    };
    let kind =
        if unique.nulls_are_equal() { QuestionKind::DuplicatesWithNulls } else { QuestionKind::Duplicates };
    let counted = format!("duplicate values of {}", ticked(&columns));
    let question = names.question(kind, &change.path, columns);
    DataRequest::Question {
        question: Box::new(question),
        counted,
        is_upper_bound: unique.predicate().is_some(),
    }
}

/// Whether an index has an element that is no column.
fn expressions(change: &Change) -> bool {
    match &change.after {
        Some(Value::Index(index)) => index.elements.iter().any(|element| element.column.is_none()),
        _ => false,
    }
}

fn primary_key(change: &Change, names: &Names<'_>) -> Vec<DataRequest> {
    let Some(Value::PrimaryKey(PrimaryKey { columns, .. })) = &change.after else { return vec![unknown()] };
    let Some(columns) = names.columns(&change.path, columns) else {
        return vec![DataRequest::nothing(NEW_COLUMN)];
    };
    let (with_null, twice) = (
        format!("rows with NULL in {}", ticked(&columns)),
        format!("duplicate values of {}", ticked(&columns)),
    );
    let nulls = names.question(QuestionKind::Nulls, &change.path, columns.clone());
    let duplicates = names.question(QuestionKind::Duplicates, &change.path, columns);
    vec![DataRequest::new(nulls, with_null), DataRequest::new(duplicates, twice)]
}

fn orphans(change: &Change, names: &Names<'_>) -> DataRequest {
    let Some(Value::ForeignKey(key)) = &change.after else { return unknown() };
    let Some(target) = target(key) else { return unknown() };
    let Some(columns) = names.columns(&change.path, &key.columns) else {
        return DataRequest::nothing(NEW_COLUMN);
    };
    let path = Path { schema: target.schema, name: target.table, part: None, ..change.path.clone() };
    let Some(target_columns) = names.columns(&path, &target.columns) else {
        return DataRequest::nothing("the database does not have the referenced column yet");
    };
    let (target_schema, target_table) = names.table(&path);
    let counted = format!("rows whose {} refers to nothing in `{}`", ticked(&columns), path.full_name());
    let question = names.question(QuestionKind::Orphans, &change.path, columns);
    DataRequest::new(DataQuestion { target_table, target_schema, target_columns, ..question }, counted)
}

struct Target {
    schema: Option<String>,
    table: String,
    columns: Vec<String>,
}

/// What a foreign key refers to; `None` if a name has a point of its own, so that it can't be told where it ends.
fn target(key: &ForeignKeyConstraint) -> Option<Target> {
    let mut found: Option<Target> = None;
    for text in &key.targets {
        let parts: Vec<&str> = text.split('.').collect();
        let (schema, table, column) = match parts.as_slice() {
            [table, column] => (None, *table, *column),
            [schema, table, column] => (Some((*schema).to_owned()), *table, *column),
            _ => return None,
        };
        let target =
            found.get_or_insert_with(|| Target { schema, table: table.to_owned(), columns: Vec::new() });
        target.columns.push(column.to_owned());
    }
    found
}

fn narrower(
    change: &Change,
    names: &Names<'_>,
    (before, after): (&ColumnType, &ColumnType),
    database: Database,
) -> DataRequest {
    let parsed = Ty::from_column(before, database).zip(Ty::from_column(after, database));
    // The limits of this type are not told from those of `INTEGER`.
    let is_medium = after.ddl(database).is_some_and(|text| text.to_uppercase().starts_with("MEDIUMINT"));
    let Some((from, into)) = parsed.filter(|_| !is_medium) else { return unknown() };
    let Some((question, name)) = of_column(QuestionKind::Longer, change, names) else { return unknown() };
    if into.is_text() {
        let Some(limit) = into.length() else { return unknown() };
        let counted = format!("values of `{name}` with more than {limit} characters");
        return DataRequest::new(DataQuestion { limit, ..question }, counted);
    }
    match bounds::of(&from, &into) {
        Some(bounds) => {
            let counted = format!("values of `{name}` beyond the new type");
            let bounds::Bounds { low, high, scale } = bounds;
            let question = DataQuestion { kind: QuestionKind::Outside, low, high, scale, ..question };
            DataRequest::new(question, counted)
        }
        None => DataRequest::nothing("how its values convert can't be asked without converting them"),
    }
}

fn conversion(
    change: &Change,
    names: &Names<'_>,
    (_, after): (&ColumnType, &ColumnType),
    database: Database,
) -> DataRequest {
    let Some((question, name)) = of_column(QuestionKind::Unreadable, change, names) else { return unknown() };
    let into = Ty::from_column(after, database).and_then(|ty| ty.builtin_name());
    match into.filter(|_| database == Database::Postgresql) {
        Some(into) => {
            let counted = format!("values of `{name}` not readable as `{into}`");
            DataRequest::new(DataQuestion { into: into.to_owned(), ..question }, counted)
        }
        None => DataRequest::nothing("how its values convert can't be asked without converting them"),
    }
}

/// The size of a table that the database has.
fn size(change: &Change, names: &Names<'_>) -> Option<DataRequest> {
    let is_new = (change.action, change.subject) == (Action::Add, Subject::Table);
    let question = names.question(QuestionKind::Size, &change.path, Vec::new());
    let counted =
        format!("rows in `{}`", belljar_schema::full_name(question.schema.as_deref(), &question.table));
    (!is_new).then(|| DataRequest::new(question, counted))
}

fn ticked(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
