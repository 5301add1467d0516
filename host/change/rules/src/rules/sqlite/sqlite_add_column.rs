use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ702",
    name: "sqlite-add-column",
    title: "SQLite can't add such a column",
    severity: Severity::Error,
    explanation: "`ADD COLUMN` rejects a column that is a key or unique, one that is required without a constant \
                  default, one whose default is `CURRENT_TIMESTAMP` or an expression, a stored generated one, and, \
                  while foreign keys are enforced, one that refers to another table and has a default.",
    recipe: &[Step::advise(
        "Add it as nullable and without the default, fill it in, and apply the rest with `batch_alter_table`.",
    )],
    references: &["https://www.sqlite.org/lang_altertable.html#altertabaddcol"],
    dialects: SQLITE,
    part_of: &["BJ203"],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let Some(column) = added_column(change) else { return vec![] };
    let Some(table) = context.table(&change.path) else { return vec![] };
    let default = column.server_default.as_deref();
    let unique = table.unique.iter().any(|unique| unique.columns == [column.name.clone()]);
    let stored = column.computed.as_ref().is_some_and(|computed| computed.persisted == Some(true));
    let why = if column.primary_key {
        "it is a part of the primary key"
    } else if unique {
        "it is unique"
    } else if default.is_some_and(is_expression) {
        "its default is not a constant"
    } else if !column.nullable && default.is_none() && column.computed.is_none() {
        "it is required and has no default"
    } else if stored {
        "it is generated and stored"
    } else if !column.foreign_keys.is_empty() && default.is_some() {
        "it refers to another table and has a default"
    } else {
        return vec![];
    };
    Draft::new(format!("column `{}` can't be added in place, as {why}", change.path)).list()
}

/// SQLite accepts literals only.
fn is_expression(text: &str) -> bool {
    let bare = sql::without_literals(text).to_uppercase();
    bare.contains('(') || bare.contains("CURRENT_") || bare.contains("LOCALTIME")
}
