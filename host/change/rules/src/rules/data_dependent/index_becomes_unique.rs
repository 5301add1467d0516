use belljar_diff::{Aspect, Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ202",
    name: "index-becomes-unique",
    title: "an index becomes unique",
    severity: Severity::Error,
    explanation: "The index is rebuilt, which fails where two rows have the same values.",
    recipe: &[
        Step::run(
            "Find duplicates, and resolve them.",
            "SELECT {columns}, count(*) FROM {table} GROUP BY {columns} HAVING count(*) > 1;",
        ),
        Step::advise("Build the unique index beside the old one, then drop the old one."),
    ],
    supersedes: &["atlas MF102"],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    match (&change.before, &change.after) {
        (Some(Value::Index(before)), Some(Value::Index(after)))
            if modifies(change, Subject::Index, Aspect::Unique) && after.unique && !before.unique =>
        {
            let table = context.table(&change.path);
            let kept = |unique: Uniqueness| {
                table.is_some_and(|table| unique::is_kept(context.old_table(&change.path), table, &unique))
            };
            if Uniqueness::of_index(after).is_some_and(kept) {
                return vec![];
            }
            let message = format!("index `{}` becomes unique, which fails on duplicates", change.path);
            Draft::new(message).names("columns", &after.columns).list()
        }
        _ => vec![],
    }
}
