use belljar_diff::{Aspect, Change, Subject};

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ311",
    name: "change-server-default",
    title: "a column gets another server default",
    severity: Severity::Note,
    enabled: false,
    explanation: "Inserts that leave the column out write something else from then on, those of the release before and of other \
                  services too. Rows that are there keep what they have.",
    recipe: &[Step::say(
        "Make sure that all who write know the new value, and fill in the rows that need it.",
    )],
    supersedes: &["squawk ban-set-default"],
    check,
    ..Rule::BASE
};

fn check(_: &Look<'_>, change: &Change) -> Vec<Draft> {
    match (modifies(change, Subject::Column, Aspect::ServerDefault), texts(change)) {
        (true, (Some(before), Some(after))) => {
            Draft::new(format!("the default of column `{}` goes from `{before}` to `{after}`", change.path))
                .list()
        }
        (true, (None, Some(after))) => {
            Draft::new(format!("column `{}` gets the default `{after}`", change.path)).list()
        }
        _ => vec![],
    }
}
