use belljar_diff::{Aspect, Change, Subject};

use crate::rules::prelude::*;

use super::drop_server_default;

pub(super) const RULE: Rule = Rule {
    code: "BJ311",
    name: "change-server-default",
    title: "a column gets another server default, or a nullable column loses it",
    severity: Severity::Note,
    enabled: false,
    explanation: "Inserts that omit the column write another value from then on, including those of the previous \
                  release and of other services. Existing rows keep their values.",
    recipe: &[Step::advise(
        "Make sure that all writers expect the new value, and update the rows that need it.",
    )],
    supersedes: &["squawk ban-set-default", "squawk ban-drop-default"],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    match (modifies(change, Subject::Column, Aspect::ServerDefault), texts(change)) {
        (true, (Some(before), Some(after))) => Draft::new(format!(
            "the default of column `{}` changes from `{before}` to `{after}`",
            change.path
        ))
        .list(),
        (true, (None, Some(after))) => {
            Draft::new(format!("column `{}` gets the default `{after}`", change.path)).list()
        }
        (true, (Some(before), None)) if !drop_server_default::is_needed(context, change) => {
            Draft::new(format!(
                "column `{}` loses its default `{before}`, and inserts that omit it write NULL",
                change.path
            ))
            .list()
        }
        _ => vec![],
    }
}
