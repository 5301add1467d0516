use belljar_diff::{Action, Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ901",
    name: "foreign-key-index",
    title: "a foreign key without an index",
    explanation: "PostgreSQL and SQLite do not create one. Each delete, and each update of the key, in the referenced \
                  table scans this table row by row under locks; so does a join. MySQL creates one.",
    recipe: &[
        Step::run(
            "Build an index outside of a transaction.",
            "CREATE INDEX CONCURRENTLY {index} ON {table} ({columns});",
        )
        .on(POSTGRESQL),
        Step::advise("In the model: `index=True`, or an `Index` that begins with these columns."),
    ],
    dialects: &[Database::Postgresql, Database::Sqlite],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let mut found = context.new_foreign_keys(change);
    // A foreign key that had an index, and no longer has one.
    if let (Subject::Index, Action::Drop | Action::Missing, Some(Value::Index(gone)), Some(table)) =
        (change.subject, change.action, &change.before, context.table(&change.path))
    {
        let served = |key: &&belljar_schema::ForeignKeyConstraint| begins_with(&gone.columns, &key.columns);
        found.extend(table.foreign_keys.iter().filter(served).map(|key| (table, key)));
    }
    let bare = found.into_iter().filter(|(table, key)| !has_index(table, &key.columns));
    let drafts = bare.map(|(table, key)| {
        let index = format!("ix_{}_{}", table.name, key.columns.join("_"));
        let message =
            format!("the foreign key of {} in `{}` has no index", ticked(&key.columns), table.full_name());
        Draft::new(message)
            .at(place_of(table, key.columns.first()))
            .names("columns", &key.columns)
            .name("index", &index)
    });
    drafts.collect()
}

/// Whether something finds rows by these columns: an index of all rows that begins with them, or a key.
fn has_index(table: &belljar_schema::Table, columns: &[String]) -> bool {
    let whole = |index: &&belljar_schema::Index| !index.options.keys().any(|name| name.ends_with("_where"));
    table.indexes.iter().filter(whole).any(|index| begins_with(&index.columns, columns))
        || table.unique.iter().any(|unique| begins_with(&unique.columns, columns))
        || begins_with(&table.primary_key.columns, columns)
}

/// Whether the first of some columns are these, in any order.
fn begins_with(all: &[String], columns: &[String]) -> bool {
    !columns.is_empty()
        && all.get(..columns.len()).is_some_and(|first| columns.iter().all(|one| first.contains(one)))
}
