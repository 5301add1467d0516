//! The rules on statements: what their text says, and what the transaction did before them.

use super::{
    Judge, Step,
    made::Said,
    sql::{self, Data, Rows, Words},
    state::locked_table,
};
use crate::{Finding, Severity};

/// The longest revision or text that a message quotes.
const LONGEST: usize = 60;

impl Judge<'_> {
    /// The findings about the text of a statement, and about how an operation is carried out.
    pub(super) fn of_text(&self, step: &Step<'_>, words: &Words) -> Vec<Finding> {
        let mut found: Vec<Option<Finding>> = Vec::new();
        let table = subject(step, words);
        let say = |code, severity, part: Option<String>, message| {
            self.made(Said { code, severity, subject: &table, part, message, place: step.place })
        };
        let is_in_transaction = !step.has("autocommit");
        if is_in_transaction && (step.has("concurrently") || uses_concurrently(words)) {
            let message = "`CONCURRENTLY` can't run in the transaction of the version".to_owned();
            found.push(say("BJ030", None, step.name.map(str::to_owned), message));
        }
        if let Some(word) = sql::transaction(words) {
            let message = format!("`{word}` begins or ends the transaction that the version runs in");
            found.push(say("BJ034", None, None, message));
        }
        if let Some(command) = sql::blocking_command(words) {
            let message = format!("`{command}` blocks other sessions until it is done");
            found.push(say("BJ036", None, None, message));
        }
        if sql::cascade(words) {
            let message = format!("`{} … CASCADE` also drops what depends on it", words.shown(2));
            found.push(say("BJ037", None, None, message));
        }
        if let Some(what) = sql::of_server(words) {
            let severity = (what != "DROP DATABASE").then_some(Severity::Warning);
            let message = format!("`{what}` is about more than the schema");
            found.push(say("BJ038", severity, None, message));
        }
        if let Some(what) = sql::disables_checks(words) {
            let message = format!("`{what}` lets rows in that violate foreign keys or triggers");
            found.push(say("BJ041", None, None, message));
        }
        if let Some(what) = sql::blocking_option(words) {
            let message = format!("`{what}` makes MySQL copy or lock the table");
            found.push(say("BJ042", None, None, message));
        }
        if let Some(value) = self.state.used_value(words).filter(|_| words.enum_value().is_none()) {
            let message =
                format!("the value `{}` was added in this transaction, and can't be used yet", brief(value));
            found.push(say("BJ039", None, None, message));
        }
        if step.has("autocommit") && !is_repeatable(step, words) {
            let message = "it fails if the version is run again after a failure".to_owned();
            found.push(say("BJ043", None, None, message));
        }
        found.extend(self.of_locks(step, words));
        if let Some(data) = step.text.and_then(|text| sql::data(text, words, self.database)) {
            found.extend(self.of_data(step, &data));
        }
        found.into_iter().flatten().collect()
    }

    /// The findings about locks that are held.
    fn of_locks(&self, step: &Step<'_>, words: &Words) -> Vec<Option<Finding>> {
        let mut found = Vec::new();
        let say = |code, table: &str, part, message| {
            self.made(Said { code, severity: None, subject: table, part, message, place: step.place })
        };
        let locked = locked_table(step, words).filter(|table| !self.state.is_new_table(table));
        if let Some(table) = locked.filter(|_| !self.state.has_timeout()) {
            let message = format!("`{table}` is locked, and no `lock_timeout` is set");
            found.push(say("BJ040", &table, None, message));
        }
        if let Some((table, name)) = words.altered_table().zip(words.constraint("VALIDATE"))
            && !step.has("autocommit")
            && self.state.is_unvalidated(&table, &name)
        {
            let message = format!("`{name}` is validated while `{table}` is still locked by its addition");
            found.push(say("BJ033", &table, Some(name), message));
        }
        let is_built = step.kind == "create_index" || words.is_index_created();
        let is_concurrent = step.has("concurrently") || words.has("CONCURRENTLY");
        if is_built && !is_concurrent && !step.has("autocommit") {
            let table = step.table.map(str::to_owned).or_else(|| words.indexed_table());
            if let Some((line, table)) = table.and_then(|table| Some((self.state.lock(&table)?, table))) {
                let message =
                    format!("`{table}` stays locked against reads, by line {line}, while an index is built");
                found.push(say("BJ031", &table, step.name.map(str::to_owned), message));
            }
        }
        found
    }

    /// The findings about a statement on rows.
    fn of_data(&self, step: &Step<'_>, data: &Data) -> Vec<Option<Finding>> {
        let Data { verb, table, rows, is_unconditional, .. } = data;
        if self.state.is_new_table(table) {
            return Vec::new();
        }
        let say = |code, severity, message| {
            self.made(Said { code, severity, subject: table, part: None, message, place: step.place })
        };
        let mut found = Vec::new();
        if *is_unconditional && matches!(*verb, "DELETE" | "TRUNCATE") {
            let is_cascading = step.text.is_some_and(|text| sql::words(text, self.database).has("CASCADE"));
            let (more, severity) = if is_cascading {
                (", and of all that refer to it,", Some(Severity::Error))
            } else {
                ("", None)
            };
            found.push(say("BJ035", severity, format!("all rows of `{table}`{more} are removed")));
        }
        if *rows == Rows::All && *verb != "TRUNCATE" {
            if let Some(line) = self.state.lock(table).filter(|_| !step.has("autocommit")) {
                let message = format!(
                    "`{table}` stays locked against reads and writes, by line {line}, while its rows are changed"
                );
                found.push(say("BJ031", None, message));
            }
            if *verb != "INSERT" {
                let message = format!("one `{verb}` changes all rows of `{table}`");
                found.push(say("BJ032", None, message));
            }
        }
        found
    }
}

/// What a statement is about.
fn subject(step: &Step<'_>, words: &Words) -> String {
    let table = step.table.map(str::to_owned).or_else(|| words.altered_table());
    table.or_else(|| words.indexed_table()).unwrap_or_else(|| "statement".to_owned())
}

/// Whether it is a statement with the word that PostgreSQL refuses in a transaction.
fn uses_concurrently(words: &Words) -> bool {
    let begins = ["CREATE", "DROP", "REINDEX", "ALTER TABLE"].iter().any(|word| words.begins(word));
    begins && words.has("CONCURRENTLY") && !words.begins("CREATE MATERIALIZED")
}

/// Whether it may be run again after it has succeeded.
fn is_repeatable(step: &Step<'_>, words: &Words) -> bool {
    let is_schema = matches!(step.kind, "create_index" | "drop_index" | "create_table" | "add_column")
        || ["CREATE", "DROP"].iter().any(|word| words.begins(word));
    !is_schema
        || step.has("repeatable")
        || words.has("IF EXISTS")
        || words.has("IF NOT EXISTS")
        || words.begins("CREATE OR REPLACE")
}

fn brief(text: &str) -> String {
    belljar_text::brief(&crate::within_quotes(text), LONGEST)
}
