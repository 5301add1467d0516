use belljar_diff::{Aspect, Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ210",
    name: "change-primary-key",
    title: "a table gets another primary key",
    severity: Severity::Error,
    explanation: "It fails if two rows have the same values, or one has NULL. The index is built, and columns that \
                  were nullable are scanned, under a lock against reads and writes; MySQL rewrites the table. Foreign \
                  keys that refer to the old key block it.",
    recipe: &[
        Step::advise("Make {nullable} required first; see `nullable-to-required`.").needs("nullable"),
        Step::run(
            "Build its index without blocking.",
            "CREATE UNIQUE INDEX CONCURRENTLY {index} ON {table} ({columns});",
        )
        .on(POSTGRESQL),
        Step::run(
            "Make it the key.",
            "ALTER TABLE {table} DROP CONSTRAINT {old}, ADD CONSTRAINT {index} PRIMARY KEY USING INDEX {index};",
        )
        .on(POSTGRESQL),
    ],
    supersedes: &["atlas PG104", "atlas PG304", "squawk adding-serial-primary-key-field"],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    match &change.after {
        Some(Value::PrimaryKey(after))
            if modifies(change, Subject::PrimaryKey, Aspect::Columns) && !after.columns.is_empty() =>
        {
            let columns = ticked(&after.columns);
            let index = format!("{}_pkey_new", change.path.name);
            let message = format!("the primary key of `{}` becomes {columns}", change.path);
            // PostgreSQL's own name, unless the key has one.
            let old = match &change.before {
                Some(Value::PrimaryKey(before)) => before.name.clone(),
                _ => None,
            };
            let old = old.unwrap_or_else(|| format!("{}_pkey", change.path.name));
            let draft = Draft::new(message).names("columns", &after.columns).name("index", &index);
            let draft = draft.name("old", &old);
            let nullable = nullable(context, change, &after.columns);
            let draft = if nullable.is_empty() { draft } else { draft.names("nullable", &nullable) };
            if cannot_fail(context, change, &after.columns) {
                draft.graded(Severity::Warning).list()
            } else {
                draft.list()
            }
        }
        _ => vec![],
    }
}

/// Of these columns, those that are nullable in the base.
fn nullable(context: &RuleContext<'_>, change: &Change, columns: &[String]) -> Vec<String> {
    let base = context.old_table(&change.path);
    let is_nullable = |name: &&String| {
        base.and_then(|base| column_of(base, name))
            .is_some_and(|column| column.nullable && !column.primary_key)
    };
    columns.iter().filter(is_nullable).cloned().collect()
}

/// Whether another key of the base already makes these columns unique and all of them are required. Then only the work
/// under a lock remains.
fn cannot_fail(context: &RuleContext<'_>, change: &Change, columns: &[String]) -> bool {
    let (Some(base), Some(head)) = (context.old_table(&change.path), context.table(&change.path)) else {
        return false;
    };
    let is_required =
        |name: &String| column_of(base, name).is_some_and(|column| !column.nullable || column.primary_key);
    columns.iter().all(is_required) && unique::is_kept(Some(base), head, &Uniqueness::of_columns(columns))
}
