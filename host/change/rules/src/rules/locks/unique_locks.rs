use belljar_diff::{Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ403",
    name: "unique-locks",
    title: "a unique constraint builds its index under a lock",
    explanation: "`ADD CONSTRAINT … UNIQUE` builds an index, and blocks reads and writes of the table meanwhile.",
    recipe: &[
        Step::run(
            "Build the index without blocking.",
            "CREATE UNIQUE INDEX CONCURRENTLY {index} ON {table} ({columns});",
        ),
        Step::run(
            "Make it the constraint.",
            "ALTER TABLE {table} ADD CONSTRAINT {index} UNIQUE USING INDEX {index};",
        ),
    ],
    supersedes: &[
        "atlas PG105",
        "squawk disallowed-unique-constraint",
        "strong_migrations add_unique_constraint",
    ],
    dialects: POSTGRESQL,
    part_of: &["BJ201"],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let (Subject::Unique, Some(unique)) = (change.subject, new_unique(change)) else { return vec![] };
    let made = format!("uq_{}_{}", change.path.name, unique.columns.join("_"));
    let message =
        format!("table `{}` is locked while the index of a unique constraint is built", change.path.name);
    Draft::new(message)
        .names("columns", &unique.columns)
        .name("index", unique.name.as_ref().unwrap_or(&made))
        .list()
}
