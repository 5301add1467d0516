use belljar_diff::{Aspect, Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ210",
    name: "change-primary-key",
    title: "a table gets another primary key",
    severity: Severity::Error,
    explanation: "It fails where two rows have the same values, or one has null. The index is built, and columns that took \
                  null are scanned, under a lock against reads and writes; MySQL writes the table anew. Foreign keys that \
                  lead to the old key are in the way.",
    recipe: &[
        Step::say("Make the columns required first; see `nullable-to-required`."),
        Step::run(
            "Build its index without blocking.",
            "CREATE UNIQUE INDEX CONCURRENTLY {index} ON {table} ({columns});",
        )
        .on(POSTGRESQL),
        Step::run(
            "Make it the key.",
            "ALTER TABLE {table} ADD CONSTRAINT {index} PRIMARY KEY USING INDEX {index};",
        )
        .on(POSTGRESQL),
    ],
    supersedes: &["atlas PG104", "atlas PG304", "squawk adding-serial-primary-key-field"],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    match &change.after {
        Some(Value::PrimaryKey(after))
            if modifies(change, Subject::PrimaryKey, Aspect::Columns) && !after.columns.is_empty() =>
        {
            let columns = ticked(&after.columns);
            let index = format!("{}_pkey_new", change.path.name);
            let message = format!("the primary key of `{}` becomes {columns}", change.path);
            Draft::new(message).names("columns", &after.columns).name("index", &index).list()
        }
        _ => vec![],
    }
}
