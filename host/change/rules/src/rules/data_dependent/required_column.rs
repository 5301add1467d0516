use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ203",
    name: "required-column",
    title: "a required column is added without a server default",
    severity: Severity::Error,
    explanation: "Existing rows have no value for it: PostgreSQL and SQLite reject it, MySQL fills in zero or the \
                  empty string. A default of the model does not help, because the database does not know it: inserts \
                  of the previous release fail too.",
    recipe: &[
        Step::run(
            "Add it as nullable, and make the code write it.",
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
        Some(_) => "; its default exists only in the code",
        None => "",
    };
    let message =
        format!("required column `{}` is added, and existing rows have no value for it{client}", change.path);
    Draft::new(message)
        .sql("type", column.ty.postgresql.as_ref().unwrap_or(&column.ty.repr))
        .sql("mysql_type", column.ty.mysql.as_ref().unwrap_or(&column.ty.repr))
        .list()
}
