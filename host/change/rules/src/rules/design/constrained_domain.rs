use belljar_diff::{Change, Subject, Value};
use belljar_schema::TypeKind;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ914",
    name: "constrained-domain",
    title: "a domain with a check, or one that changes",
    explanation: "A check of a domain is validated for all columns that have it at once, under a lock of all their \
                  tables, and it is not enforced in elements of arrays and composite types.",
    recipe: &[Step::advise(
        "Put the check on the column: it can be added as `NOT VALID`, and validated without blocking.",
    )],
    supersedes: &["squawk ban-create-domain-with-constraint", "squawk ban-alter-domain-with-add-constraint"],
    dialects: POSTGRESQL,
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let (Subject::Type, Some(Value::Type(ty))) = (change.subject, &change.after) else { return vec![] };
    let sql = sql::without_literals(ty.sql.as_deref().unwrap_or_default()).to_uppercase();
    let constrained = sql.contains("CHECK") || sql.contains("NOT NULL");
    if ty.kind != TypeKind::Domain || !constrained || change.was.is_some() {
        return vec![];
    }
    let what = if is_new(change) { "has a constraint" } else { "changes, with a constraint" };
    Draft::new(format!("domain `{}` {what}", change.path)).list()
}
