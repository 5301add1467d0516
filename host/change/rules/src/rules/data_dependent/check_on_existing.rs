use belljar_diff::{Aspect, Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ207",
    name: "check-on-existing",
    title: "a check is added to existing rows",
    explanation: "It fails where a row does not satisfy it, and code of the release before may still write such rows.",
    recipe: &[
        Step::run(
            "Look for rows that do not satisfy it.",
            "SELECT count(*) FROM {table} WHERE NOT ({condition});",
        ),
        Step::advise("Let the code write none, settle those that are there, then add it."),
    ],
    supersedes: &["squawk ban-new-write-restriction"],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let new = is_new(change) || modifies(change, Subject::Check, Aspect::Expression);
    let (true, Some(Value::Check(check))) = (new, &change.after) else { return vec![] };
    let message = format!(
        "check `{}` is put on rows that may not satisfy it",
        check.name.as_ref().unwrap_or(&check.sql)
    );
    Draft::new(message).sql("condition", &check.sql).list()
}
