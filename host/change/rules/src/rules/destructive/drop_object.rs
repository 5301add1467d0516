use belljar_diff::{Change, Subject, Value};
use belljar_schema::ObjectKind;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ109",
    name: "drop-object",
    title: "a schema, function, trigger, policy or the like is dropped",
    explanation: "A schema takes all that is in it, an extension its types and the columns of them, a policy the rows it hid, a \
                  trigger what it wrote. Code of the release before still counts on it.",
    recipe: &[
        Step::advise("Stop using it, and release that."),
        Step::advise("Drop it without `CASCADE`, so that what still needs it says so."),
    ],
    supersedes: &[
        "atlas DS101",
        "squawk ban-drop-schema",
        "squawk ban-drop-extension",
        "squawk ban-drop-function",
        "squawk ban-drop-trigger",
        "squawk ban-drop-policy",
    ],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    if !is_gone(change, Subject::Object) {
        return vec![];
    }
    let Some(Value::Object(object)) = &change.before else { return vec![] };
    let kind = format!("{:?}", object.kind).to_lowercase();
    let draft = Draft::new(format!("{kind} `{}` is dropped", change.path));
    let grave = matches!(
        object.kind,
        ObjectKind::Schema | ObjectKind::Extension | ObjectKind::Policy | ObjectKind::Table
    );
    if grave { draft.graded(Severity::Error).list() } else { draft.list() }
}
