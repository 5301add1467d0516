use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ203",
    name: "required-column",
    title: "a required column is added without a server default",
    severity: Severity::Error,
    explanation: "Rows that are there have no value for it: PostgreSQL and SQLite refuse it, MySQL fills in zero or the empty \
                  text. A default of the model is no help, as the database never hears of it: inserts of the release before \
                  fail too.",
    recipe: &[
        Step::run(
            "Add it as nullable, and let the code write it.",
            "ALTER TABLE {table} ADD COLUMN {name} {type};",
        ),
        Step::run(
            "Fill in existing rows, in batches outside of the migration's transaction.",
            "UPDATE {table} SET {name} = … WHERE {name} IS NULL;",
        ),
        Step::run(
            "When all rows have a value, make it required; see `nullable-to-required` for how not to block.",
            "ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL;",
        )
        .on(POSTGRESQL),
        Step::run(
            "When all rows have a value, make it required.",
            "ALTER TABLE {table} MODIFY COLUMN {name} {mysql_type} NOT NULL;",
        )
        .on(MYSQLS),
        Step::advise("When all rows have a value, make it required with Alembic's `batch_alter_table`.")
            .on(SQLITE),
    ],
    supersedes: &[
        "atlas MF103",
        "atlas MY101",
        "squawk adding-required-field",
        "squawk ban-new-write-restriction",
        "django-migration-linter NOT_NULL",
    ],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let Some(column) = added_column(change) else { return vec![] };
    if column.nullable || fills_itself(context.table(&change.path), column) {
        return vec![];
    }
    let client = match &column.default {
        Some(_) => "; its default is known to the code alone",
        None => "",
    };
    let message =
        format!("required column `{}` is added, and existing rows have no value for it{client}", change.path);
    Draft::new(message)
        .sql("type", column.ty.postgresql.as_ref().unwrap_or(&column.ty.repr))
        .sql("mysql_type", column.ty.mysql.as_ref().unwrap_or(&column.ty.repr))
        .list()
}
