use belljar_diff::{Aspect, Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ308",
    name: "becomes-generated",
    title: "a column becomes generated, is generated differently, or is no longer generated",
    severity: Severity::Error,
    explanation: "Code of the previous release writes it, and fails. No database turns an existing column into a \
                  generated one: it has to be dropped and added, with its values and its indexes.",
    recipe: &[
        Step::advise("Stop writing it, and release that."),
        Step::advise("Add the generated column under another name, and read that; then drop the old one."),
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
        (None, Some(_)) if computed => {
            Draft::new(format!("column `{path}` becomes a generated column")).list()
        }
        (Some(_), Some(_)) if computed => {
            Draft::new(format!("generated column `{path}` gets another expression, and is rebuilt")).list()
        }
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
            let message = format!(
                "generated column `{path}` becomes a plain column, and nothing fills it from then on"
            );
            Draft::new(message).graded(Severity::Warning).list()
        }
        _ => vec![],
    }
}
