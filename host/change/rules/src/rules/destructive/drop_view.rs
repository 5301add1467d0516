use belljar_diff::{Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ103",
    name: "drop-view",
    title: "a view is dropped",
    explanation: "A view is an interface: reports, other views and other services read it, and none of them is in this \
                  repository. A materialized view also loses its stored rows.",
    recipe: &[
        Step::advise("Find its readers in the statistics of the database rather than in the code."),
        Step::advise("Keep it for one release as a view of its replacement, then drop it."),
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
    Draft::new(format!("{kind} `{}` is dropped, and its readers fail", change.path)).list()
}
