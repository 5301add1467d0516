use belljar_diff::{Change, Subject, Value};
use belljar_schema::ObjectKind;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ109",
    name: "drop-object",
    title: "a schema, function, trigger, policy or similar object is dropped",
    explanation: "Dropping a schema drops everything in it, dropping an extension its types and their columns; \
                  dropping a policy exposes the rows it hid, and what a trigger wrote is no longer written. Code of \
                  the previous release still relies on it.",
    recipe: &[
        Step::advise("Stop using it, and release that."),
        Step::advise(
            "Drop it without `CASCADE`, so that the statement fails if something still depends on it.",
        ),
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
