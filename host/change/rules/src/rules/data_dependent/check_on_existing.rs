use belljar_diff::{Aspect, Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ207",
    name: "check-on-existing",
    title: "a check is added to a table with rows",
    explanation: "It fails if a row violates it, and code of the previous release may still write such rows.",
    recipe: &[
        Step::run("Find rows that violate it.", "SELECT count(*) FROM {table} WHERE NOT ({condition});"),
        Step::advise("Make the code stop writing such rows, fix the existing ones, then add it."),
    ],
    supersedes: &["squawk ban-new-write-restriction"],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let new = is_new(change) || modifies(change, Subject::Check, Aspect::Expression);
    let (true, Some(Value::Check(check))) = (new, &change.after) else { return vec![] };
    let message =
        format!("check `{}` is added to rows that may violate it", check.name.as_ref().unwrap_or(&check.sql));
    Draft::new(message).sql("condition", &check.sql).list()
}
