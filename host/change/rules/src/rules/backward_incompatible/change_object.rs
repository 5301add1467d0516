use belljar_diff::{Action, Change, Subject, Value};
use belljar_schema::ObjectKind;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ313",
    name: "change-object",
    title: "a function, trigger, policy or similar object is new on an existing table, or changes",
    severity: Severity::Note,
    explanation: "What the database does on its own changes at once for all clients: a trigger writes or rejects rows, \
                  a policy hides them, a grant gives access. Code of the previous release does not expect it.",
    recipe: &[Step::advise("Deploy code that works with and without it first.")],
    supersedes: &[
        "squawk ban-replace-view-function",
        "squawk ban-create-policy",
        "squawk ban-alter-policy-condition",
        "squawk ban-alter-policy-roles",
        "squawk ban-alter-function-options",
        "squawk ban-new-write-restriction",
        "squawk ban-revoke",
        "squawk ban-add-composite-attribute",
        "squawk ban-alter-extension",
        "squawk ban-alter-row-level-security",
    ],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let (Subject::Object, Some(Value::Object(object))) = (change.subject, &change.after) else {
        return vec![];
    };
    let kind = format!("{:?}", object.kind).to_lowercase();
    let acts = matches!(
        object.kind,
        ObjectKind::Trigger | ObjectKind::Policy | ObjectKind::Rule | ObjectKind::Grant
    ) || is_row_security(object.sql.as_deref().or(object.postgresql.as_deref()));
    // Nothing depends on the behaviour of a table that is new.
    let on_new = object.table.as_ref().is_some_and(|table| context.is_new_table(table));
    match change.action {
        Action::Modify => Draft::new(format!("{kind} `{}` changes", change.path)).list(),
        Action::Add | Action::Unseen if acts && !on_new => {
            Draft::new(format!("{kind} `{}` is new, on an existing object", change.path)).list()
        }
        _ => vec![],
    }
}

/// Whether a statement switches the policies of a table on or off.
fn is_row_security(sql: Option<&str>) -> bool {
    let words: Vec<String> = sql.unwrap_or_default().split_whitespace().map(str::to_uppercase).collect();
    words.windows(3).any(|three| three == ["ROW", "LEVEL", "SECURITY"].map(str::to_owned))
}
