use belljar_diff::{Aspect, Change, Subject};

use crate::rules::prelude::*;

use super::drop_server_default;

pub(super) const RULE: Rule = Rule {
    code: "BJ311",
    name: "change-server-default",
    title: "a column gets another server default, or one that takes null loses it",
    severity: Severity::Note,
    enabled: false,
    explanation: "Inserts that leave the column out write something else from then on, those of the release before and of other \
                  services too. Rows that are there keep what they have.",
    recipe: &[Step::advise(
        "Make sure that all who write know the new value, and fill in the rows that need it.",
    )],
    supersedes: &["squawk ban-set-default", "squawk ban-drop-default"],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    match (modifies(change, Subject::Column, Aspect::ServerDefault), texts(change)) {
        (true, (Some(before), Some(after))) => {
            Draft::new(format!("the default of column `{}` goes from `{before}` to `{after}`", change.path))
                .list()
        }
        (true, (None, Some(after))) => {
            Draft::new(format!("column `{}` gets the default `{after}`", change.path)).list()
        }
        (true, (Some(before), None)) if !drop_server_default::is_needed(context, change) => {
            Draft::new(format!(
                "column `{}` loses its default `{before}`, and inserts that leave it out write null",
                change.path
            ))
            .list()
        }
        _ => vec![],
    }
}
