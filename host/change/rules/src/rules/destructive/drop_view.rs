use belljar_diff::{Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ103",
    name: "drop-view",
    title: "a view is dropped",
    explanation: "A view is an interface: reports, other views and other services read it, and none of them is in this \
                  repository. A materialized view loses what it has computed.",
    recipe: &[
        Step::advise("Find who reads it, in the statistics of the database rather than in the code."),
        Step::advise("Keep it for a release as a view of what takes its place, then drop it."),
    ],
    supersedes: &["squawk ban-drop-view"],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    if !is_gone(change, Subject::View) {
        return vec![];
    }
    let materialized = matches!(&change.before, Some(Value::View(view)) if view.materialized);
    let kind = if materialized { "materialized view" } else { "view" };
    Draft::new(format!("{kind} `{}` is dropped, and what reads it fails", change.path)).list()
}
