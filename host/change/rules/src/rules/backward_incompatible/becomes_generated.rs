use belljar_diff::{Aspect, Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ308",
    name: "becomes-generated",
    title: "a column becomes a generated one, another, or none",
    severity: Severity::Error,
    explanation: "Code of the release before writes it, and fails. No database makes a generated column of one that is there: it \
                  has to be dropped and added, with its values and its indexes.",
    recipe: &[
        Step::advise("Stop writing it, and release that."),
        Step::advise("Add the generated column by another name, and read that; then drop the old one."),
    ],
    supersedes: &[
        "squawk ban-alter-generated-expression",
        "squawk ban-drop-generated-expression",
        "squawk ban-alter-identity",
    ],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let path = &change.path;
    let computed = modifies(change, Subject::Column, Aspect::Computed);
    let identity = modifies(change, Subject::Column, Aspect::Identity);
    match (&change.before, &change.after) {
        (None, Some(_)) if computed => Draft::new(format!("column `{path}` becomes a generated one")).list(),
        (Some(_), Some(_)) if computed => Draft::new(format!(
            "generated column `{path}` gets another expression, for which it is made anew"
        ))
        .list(),
        (before, Some(Value::Identity(after))) if identity && after.always => {
            let was = matches!(before, Some(Value::Identity(before)) if before.always);
            if was {
                return vec![];
            }
            Draft::new(format!(
                "column `{path}` becomes `GENERATED ALWAYS`, and inserts that give a value fail"
            ))
            .list()
        }
        (Some(_), None) if computed => {
            let message =
                format!("generated column `{path}` becomes a plain one, and nothing fills it from then on");
            Draft::new(message).graded(Severity::Warning).list()
        }
        _ => vec![],
    }
}
