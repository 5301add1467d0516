use belljar_diff::{Aspect, Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ408",
    name: "foreign-key-validates",
    title: "a foreign key is validated under a lock",
    explanation: "PostgreSQL blocks writes to both tables while it looks up every row; MySQL copies the table. Added \
                  as `NOT VALID`, it applies to new rows at once, and existing rows are validated without blocking.",
    recipe: &[
        Step::run(
            "Add it for new rows.",
            "ALTER TABLE {table} ADD CONSTRAINT {key} FOREIGN KEY ({columns}) REFERENCES {target} (…) NOT VALID;",
        )
        .on(POSTGRESQL),
        Step::run("In another transaction, validate it.", "ALTER TABLE {table} VALIDATE CONSTRAINT {key};").on(POSTGRESQL),
        Step::advise("In MySQL, add it at a time of few writes.").on(MYSQLS),
    ],
    supersedes: &[
        "squawk adding-foreign-key-constraint",
        "squawk constraint-missing-not-valid",
        "strong_migrations add_foreign_key",
    ],
    dialects: SERVERS,
    part_of: &["BJ208"],
    check,
    ..Rule::BASE
};

/// What of a foreign key can't be altered.
const REMADE: &[Aspect] = &[Aspect::Columns, Aspect::Targets, Aspect::Onupdate, Aspect::Match];

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let remade = REMADE.iter().any(|aspect| modifies(change, Subject::ForeignKey, *aspect));
    if change.subject != Subject::ForeignKey || !(is_new(change) || remade) {
        return vec![];
    }
    let Some(belljar_diff::Value::ForeignKey(key)) = &change.after else { return vec![] };
    // A new column without a default has no value that is looked up.
    if !context.any_existed(&change.path, &key.columns) {
        return vec![];
    }
    let name =
        key.name.clone().unwrap_or_else(|| format!("fk_{}_{}", change.path.name, key.columns.join("_")));
    let target = target_table(key).unwrap_or_default();
    Draft::new(format!(
        "writes to `{}` and `{target}` are blocked while every row is looked up",
        change.path.name
    ))
    .name("key", &name)
    .names("columns", &key.columns)
    .sql("target", target)
    .list()
}
