use belljar_diff::{Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ208",
    name: "foreign-key-on-existing",
    title: "a foreign key is added to a column that holds values",
    explanation: "It fails if a row refers to a missing row. SQLite does not check existing rows, and reports them \
                  later.",
    recipe: &[
        Step::run(
            "Find rows that refer to a missing row.",
            "SELECT {columns} FROM {table} AS child WHERE {columns} IS NOT NULL\n  AND NOT EXISTS (SELECT 1 FROM \
             {target} AS parent WHERE …);",
        ),
        Step::advise("Resolve them, then add the constraint."),
    ],
    supersedes: &["squawk ban-new-write-restriction"],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    if change.subject != Subject::ForeignKey {
        return vec![];
    }
    let found = context.new_foreign_keys(change).into_iter().filter(|(_, key)| {
        let filled = |name: &String| {
            let column = context.table(&change.path).and_then(|table| column_of(table, name));
            column.is_none_or(|column| column.server_default.is_some())
        };
        key.columns.iter().all(|name| !context.is_new_column(&change.path, name) || filled(name))
    });
    let drafts = found.map(|(table, key)| {
        let target = target_table(key).unwrap_or_default();
        let message = format!(
            "{} of `{}` must now refer to `{target}`, which fails on rows that do not",
            ticked(&key.columns),
            table.full_name()
        );
        Draft::new(message).names("columns", &key.columns).sql("target", target)
    });
    drafts.collect()
}
