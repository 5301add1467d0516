use belljar_diff::{Aspect, Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ204",
    name: "nullable-to-required",
    title: "a nullable column becomes required",
    severity: Severity::Error,
    explanation: "It fails if a row has NULL, and code of the previous release may still write it. Outside strict \
                  mode, MySQL converts NULL to zero or the empty string.",
    recipe: &[
        Step::advise("Make the code always write a value, and release that."),
        Step::run("Fill in the rows without a value, in batches.", "UPDATE {table} SET {name} = … WHERE {name} IS NULL;"),
        Step::run(
            "Validate it without blocking.",
            "ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({name} IS NOT NULL) NOT VALID;\n\
             ALTER TABLE {table} VALIDATE CONSTRAINT {check};",
        )
        .on(POSTGRESQL),
        Step::run(
            "PostgreSQL 12 and later skip the scan because of the check.",
            "ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL;\nALTER TABLE {table} DROP CONSTRAINT {check};",
        )
        .on(POSTGRESQL),
    ],
    supersedes: &["atlas MF104", "atlas LT101", "strong_migrations change_column_null", "django-migration-linter \
        NOT_NULL", "squawk ban-new-write-restriction"],
    check,
    ..Rule::BASE
};

/// The first release of MySQL that keeps checks.
const KEEPS_CHECKS: Version = Version(8, 0, 16);

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    if !modifies(change, Subject::Column, Aspect::Nullable) || change.after != Some(Value::Flag(false)) {
        return vec![];
    }
    let path = &change.path;
    let column = path.part.as_deref().unwrap_or_default();
    if context.old_table(path).is_some_and(|table| is_checked_for_null(table, column)) {
        let is_old = context.versions().mysql < KEEPS_CHECKS;
        let dialects: &[Database] = if is_old { &[Database::Mysql] } else { &[] };
        return draft(path).on(dialects).list();
    }
    draft(path).list()
}

fn draft(path: &belljar_diff::Path) -> Draft {
    let check = format!("ck_{}_{}_not_null", path.name, path.part.as_deref().unwrap_or_default());
    Draft::new(format!("column `{path}` becomes required, which fails on rows with NULL"))
        .name("check", &check)
}
