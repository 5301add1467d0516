use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ405",
    name: "default-rewrites",
    title: "a new column's default rewrites the table",
    explanation: "A default that differs from row to row, such as `gen_random_uuid()`, is computed for every existing \
                  row, under a lock against reads and writes. A constant is kept in the catalog since PostgreSQL 11.",
    recipe: &[
        Step::run("Add the column without a default.", "ALTER TABLE {table} ADD COLUMN {name} {type};"),
        Step::run(
            "Then set the default, for new rows.",
            "ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT {default};",
        ),
        Step::advise("Fill in existing rows in batches."),
    ],
    supersedes: &["atlas PG302", "squawk adding-field-with-default", "strong_migrations add_column_default"],
    dialects: POSTGRESQL,
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let Some((column, default)) =
        added_column(change).and_then(|one| Some((one, one.server_default.as_ref()?)))
    else {
        return vec![];
    };
    let old = context.versions().postgresql < Version(11, 0, 0);
    let draft = Draft::new(format!(
        "column `{}` is added with the default `{default}`, and every row is written",
        change.path
    ))
    .sql("default", default)
    .sql("type", column.ty.postgresql.as_ref().unwrap_or(&column.ty.repr));
    match sql::volatility(default) {
        _ if old => draft.list(),
        Volatility::Volatile => draft.list(),
        Volatility::Unknown => draft.likely().list(),
        Volatility::Stable => vec![],
    }
}
