use belljar_diff::{Action, Aspect, Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ312",
    name: "change-sequence",
    title: "a sequence or an identity is numbered differently",
    explanation: "Numbers may repeat or run out: a new start value applies only when it restarts, a smaller maximum or \
                  a narrower type may lie below the current value, and a cycle repeats old numbers.",
    recipe: &[Step::run("Check its current value.", "SELECT last_value FROM {table};")],
    supersedes: &["squawk ban-alter-sequence-values"],
    dialects: &[Database::Postgresql, Database::Mariadb],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    if let (true, Some(Value::Identity(before)), Some(Value::Identity(after))) =
        (modifies(change, Subject::Column, Aspect::Identity), &change.before, &change.after)
    {
        let counts = |one: &belljar_schema::Identity| (one.start, one.increment, one.options.clone());
        if counts(before) == counts(after) {
            return vec![];
        }
        let message = format!("the identity of `{}` is numbered differently", change.path);
        return Draft::new(message).on(POSTGRESQL).list();
    }
    if change.subject != Subject::Sequence || change.action != Action::Modify {
        return vec![];
    }
    let aspects: Vec<String> = change.aspects.iter().map(|aspect| aspect.text().replace('-', " ")).collect();
    Draft::new(format!("sequence `{}` has another {}", change.path, aspects.join(", "))).list()
}
