use belljar_diff::{Aspect, Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ406",
    name: "required-scans",
    title: "`SET NOT NULL` reads the whole table",
    explanation: "PostgreSQL scans every row under a lock against reads and writes. From 12 on it skips the scan if a \
                  validated check already proves it.",
    recipe: &[
        Step::run(
            "Add a check that new rows must satisfy.",
            "ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({name} IS NOT NULL) NOT VALID;",
        ),
        Step::run(
            "Validate the existing rows, which blocks nothing.",
            "ALTER TABLE {table} VALIDATE CONSTRAINT {check};",
        ),
        Step::run(
            "From PostgreSQL 12 on, make it required and drop the check; before that, keep the check instead.",
            "ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL;\nALTER TABLE {table} DROP CONSTRAINT {check};",
        ),
    ],
    supersedes: &[
        "atlas PG303",
        "squawk adding-not-nullable-field",
        "strong_migrations change_column_null",
        "strong_migrations change_column_with_not_null",
    ],
    dialects: POSTGRESQL,
    part_of: &["BJ204"],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    if !modifies(change, Subject::Column, Aspect::Nullable) || change.after != Some(Value::Flag(false)) {
        return vec![];
    }
    let (path, column) = (&change.path, change.path.part.as_deref().unwrap_or_default());
    let is_checked = context.old_table(path).is_some_and(|table| is_checked_for_null(table, column));
    if is_checked && context.versions().postgresql >= Version(12, 0, 0) {
        return vec![];
    }
    let check = format!("ck_{}_{column}_not_null", path.name);
    let message =
        format!("table `{}` is locked while every row is scanned for NULL in `{column}`", path.name);
    Draft::new(message).name("check", &check).list()
}
