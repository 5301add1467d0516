use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ412",
    name: "expression-default-copies",
    title: "MySQL copies the table for a column whose default is an expression",
    explanation: "A constant and `CURRENT_TIMESTAMP` are kept beside the rows; an expression, in parentheses or a \
                  call, is computed for every existing row, and the table is copied while writes are blocked.",
    recipe: &[
        Step::run("Add the column without a default.", "ALTER TABLE {table} ADD COLUMN {name} {type};"),
        Step::run(
            "Then set the default, for new rows.",
            "ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT ({default});",
        ),
        Step::advise("Fill in existing rows in batches."),
    ],
    supersedes: &["strong_migrations add_column_default_callable"],
    references: &["https://dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html"],
    dialects: MYSQLS,
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let Some((column, default)) =
        added_column(change).and_then(|one| Some((one, one.server_default.as_deref()?)))
    else {
        return vec![];
    };
    // Older releases copy it for any default, which `add-column-rebuilds` reports.
    let instant = |dialect: &Database| match dialect {
        Database::Mysql => context.versions().mysql >= Version(8, 0, 12),
        Database::Mariadb => context.versions().mariadb >= Version(10, 3, 2),
        _ => false,
    };
    let dialects: Vec<Database> = context.dialects.iter().copied().filter(instant).collect();
    if dialects.is_empty() || !is_expression(default) {
        return vec![];
    }
    let draft = Draft::new(format!(
        "column `{}` is added with the default `{default}`, and the table is copied",
        change.path
    ))
    .on(dialects)
    .sql("default", without_parentheses(default))
    .sql("type", column.ty.mysql.as_ref().unwrap_or(&column.ty.repr));
    draft.list()
}

/// Whether it is neither a constant nor the time of the statement as MySQL has it without parentheses.
fn is_expression(default: &str) -> bool {
    let text = sql::without_literals(default).trim().to_lowercase();
    let name = text.split('(').next().unwrap_or_default().trim();
    let times = ["now", "current_timestamp", "localtime", "localtimestamp"];
    text.contains('(') && !times.contains(&name)
}

/// Without the parentheses around all of it.
fn without_parentheses(default: &str) -> &str {
    let inner = default.trim().strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    let balanced = |text: &&str| {
        let mut depth = 0_i64;
        text.chars().all(|letter| {
            depth += match letter {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            depth >= 0
        }) && depth == 0
    };
    inner.filter(balanced).unwrap_or(default)
}
