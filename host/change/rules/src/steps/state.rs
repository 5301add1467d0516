//! What is known while the statements of a version are judged.

use std::collections::{BTreeMap, BTreeSet};

use belljar_diff::{Action, Change, Subject, Value};
use belljar_schema::ForeignKeyConstraint;

use super::{
    Step,
    sql::{self, Words},
};
use crate::Database;

/// A column, with its table.
type Column = (String, String);

#[derive(Debug, Default)]
pub(super) struct State {
    /// The tables that this version has created.
    new_tables: BTreeSet<String>,
    /// The columns that this version has added to tables that were there, and whether rows have a value in them.
    new_columns: BTreeMap<Column, bool>,
    /// The columns that statements have filled in, in this version or one before.
    filled: BTreeSet<Column>,
    /// The tables that the transaction has locked against reads or writes, with the line of the statement.
    locked: BTreeMap<String, u32>,
    /// The constraints that the transaction has added without validating them.
    unvalidated: BTreeSet<Column>,
    /// The checks that have been added without validating them, in this version or one before.
    not_valid: BTreeSet<Column>,
    /// The values that the transaction has added to enumerations.
    enum_values: Vec<String>,
    /// Whether a timeout for locks is set.
    has_timeout: bool,
    /// The tables with rows that statements have changed or removed, in this version or one before.
    changed_rows: BTreeSet<String>,
    /// The foreign keys that the version has dropped: their tables, columns and targets.
    dropped_keys: Vec<(String, Vec<String>, Vec<String>)>,
    /// Whether the version may have changed rows in ways that are not known.
    may_have_changed_rows: bool,
}

/// A name in the form in which names are compared: PostgreSQL folds them, and `public` need not be written.
pub(super) fn key(name: &str) -> String {
    let name = name.to_lowercase();
    name.strip_prefix("public.").map(str::to_owned).unwrap_or(name)
}

impl State {
    /// Begins a version. `is_complete` says that all of its statements are known.
    pub(super) fn begin(&mut self, is_complete: bool) {
        let (filled, not_valid) = (std::mem::take(&mut self.filled), std::mem::take(&mut self.not_valid));
        let changed_rows = std::mem::take(&mut self.changed_rows);
        *self =
            Self { filled, not_valid, changed_rows, may_have_changed_rows: !is_complete, ..Self::default() };
    }

    /// Whether the version may have changed rows in ways that are not known.
    pub(super) fn may_have_changed_rows(&self) -> bool {
        self.may_have_changed_rows
    }

    /// Forgets what only holds within a transaction.
    pub(super) fn end_transaction(&mut self) {
        self.locked.clear();
        self.unvalidated.clear();
        self.enum_values.clear();
    }

    pub(super) fn is_new_table(&self, table: &str) -> bool {
        self.new_tables.contains(&key(table))
    }

    /// Whether this version has added a column, and if so, whether rows have a value in it.
    pub(super) fn new_column(&self, table: &str, column: &str) -> Option<bool> {
        self.new_columns.get(&(key(table), column.to_lowercase())).copied()
    }

    /// Whether a statement has filled in a column.
    pub(super) fn is_filled(&self, table: &str, column: &str) -> bool {
        self.filled.contains(&(key(table), column.to_lowercase()))
    }

    /// The line of the statement that has locked a table.
    pub(super) fn lock(&self, table: &str) -> Option<u32> {
        self.locked.get(&key(table)).copied()
    }

    pub(super) fn is_unvalidated(&self, table: &str, constraint: &str) -> bool {
        self.unvalidated.contains(&(key(table), constraint.to_lowercase()))
    }

    /// Whether statements have changed or removed rows of a table.
    pub(super) fn has_changed_rows(&self, table: &str) -> bool {
        self.changed_rows.contains(&key(table))
    }

    /// Whether the version has dropped a foreign key with the columns and the targets of another.
    pub(super) fn is_dropped(&self, table: &str, other: &ForeignKeyConstraint) -> bool {
        let is_same = |(own, columns, targets): &(String, Vec<String>, Vec<String>)| {
            *own == key(table) && *columns == other.columns && *targets == other.targets
        };
        self.dropped_keys.iter().any(is_same)
    }

    /// Whether a check exists and is not validated.
    pub(super) fn is_not_valid(&self, table: &str, check: &str) -> bool {
        self.not_valid.contains(&(key(table), check.to_lowercase()))
    }

    /// The value of an enumeration that the transaction has added, and a statement uses.
    pub(super) fn used_value(&self, words: &Words) -> Option<&str> {
        self.enum_values.iter().map(String::as_str).find(|value| words.has_literal(value))
    }

    pub(super) fn has_timeout(&self) -> bool {
        self.has_timeout
    }

    /// Notes what a statement has done.
    pub(super) fn note(&mut self, step: &Step<'_>, words: &Words, changes: &[Change], database: Database) {
        if sql::transaction(words).is_some_and(|word| word != "BEGIN" && word != "START TRANSACTION") {
            self.end_transaction();
        }
        self.has_timeout |= sql::sets_timeout(words);
        self.may_have_changed_rows |= step.kind == "question";
        for change in changes {
            self.note_change(change);
        }
        if step.kind == "create_table" {
            self.new_tables.extend(step.table.map(key));
        }
        if words.begins("CREATE TABLE") || words.begins("CREATE UNLOGGED TABLE") {
            let names = step.after.tables.iter().map(belljar_schema::Table::full_name);
            let known: BTreeSet<String> =
                step.before.tables.iter().map(belljar_schema::Table::full_name).collect();
            self.new_tables.extend(names.filter(|name| !known.contains(name)).map(|name| key(&name)));
        }
        self.note_data(step, words, database);
        let added = Self::added_without_validation(step, words);
        self.not_valid.extend(added.iter().cloned());
        if let Some((table, name)) = words.altered_table().zip(words.constraint("VALIDATE")) {
            self.not_valid.remove(&(key(&table), name.to_lowercase()));
        }
        if !step.has("autocommit") {
            self.note_in_transaction(step, words);
        }
    }

    fn note_change(&mut self, change: &Change) {
        let table = key(&change.path.full_name());
        match (change.subject, change.action, &change.after) {
            (Subject::Table, Action::Add | Action::Unseen, _) => {
                self.new_tables.insert(table);
            }
            (Subject::ForeignKey, Action::Drop | Action::Missing, _) => {
                if let Some(Value::ForeignKey(dropped)) = &change.before {
                    self.dropped_keys.push((table, dropped.columns.clone(), dropped.targets.clone()));
                }
            }
            (Subject::Table, Action::Rename | Action::Move, _) => {
                let old = change.was.as_ref().map(|was| key(&was.full_name()));
                if old.is_some_and(|old| self.new_tables.contains(&old)) {
                    self.new_tables.insert(table);
                }
            }
            (Subject::Column, Action::Add | Action::Unseen, Some(Value::Column(column))) => {
                let has_value =
                    column.server_default.is_some() || column.computed.is_some() || column.identity.is_some();
                if !self.new_tables.contains(&table) {
                    self.new_columns.insert((table, column.name.to_lowercase()), has_value);
                }
            }
            _ => {}
        }
    }

    fn note_data(&mut self, step: &Step<'_>, words: &Words, database: Database) {
        let Some(data) = step.text.and_then(|text| sql::data(text, words, database)) else { return };
        let table = key(&data.table);
        if data.verb != "INSERT" {
            self.changed_rows.insert(table.clone());
        }
        if data.verb != "UPDATE" {
            return;
        }
        self.may_have_changed_rows |= data.filled.is_none();
        // One batch leaves rows, unless a loop goes on until there are none.
        if data.is_limited && !step.has("repeated") {
            return;
        }
        for column in data.filled.unwrap_or_default() {
            let column = column.to_lowercase();
            if let Some(has_value) = self.new_columns.get_mut(&(table.clone(), column.clone())) {
                *has_value = true;
            }
            self.filled.insert((table.clone(), column));
        }
    }

    /// The constraint that a statement adds without validating it.
    fn added_without_validation(step: &Step<'_>, words: &Words) -> Vec<Column> {
        let of_operation = step.table.zip(step.name).filter(|_| step.has("not-valid"));
        let of_text = words.altered_table().zip(words.constraint("ADD")).filter(|_| words.has("NOT VALID"));
        let named =
            of_operation.map(|(table, name)| (table.to_owned(), name.to_owned())).into_iter().chain(of_text);
        named.map(|(table, name)| (key(&table), name.to_lowercase())).collect()
    }

    fn note_in_transaction(&mut self, step: &Step<'_>, words: &Words) {
        let line = step.place.map_or(0, |place| place.line);
        if let Some(table) = locked_table(step, words).filter(|table| !self.is_new_table(table)) {
            self.locked.entry(key(&table)).or_insert(line);
        }
        let added = Self::added_without_validation(step, words);
        self.unvalidated.extend(added);
        self.enum_values.extend(words.enum_value().map(|(_, value)| value));
    }
}

/// Operations that hold a lock against reads and writes of their table until the transaction ends.
const LOCKING: &[&str] = &[
    "add_column",
    "alter_column",
    "create_check_constraint",
    "create_exclude_constraint",
    "create_foreign_key",
    "create_primary_key",
    "create_unique_constraint",
    "drop_column",
    "drop_constraint",
    "rename_table",
];

/// The table that a statement locks against reads or writes.
pub(super) fn locked_table(step: &Step<'_>, words: &Words) -> Option<String> {
    if step.is_statement() {
        let is_light = words.has("VALIDATE CONSTRAINT") || words.has("SET STATISTICS");
        return words.altered_table().filter(|_| !is_light);
    }
    step.table.filter(|_| LOCKING.contains(&step.kind)).map(str::to_owned)
}
