use belljar_diff::{Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ304",
    name: "rename-enum-value",
    title: "a value of an enumeration is renamed",
    severity: Severity::Error,
    explanation: "All rows have the new value at once, which code of the previous release does not know: SQLAlchemy \
                  raises `LookupError` when it reads one, and the database rejects the old value when it is written.",
    recipe: &[
        Step::advise("Expand: add the new value, and release code that reads both."),
        Step::advise("Write the new value, and change the rows that have the old one in batches."),
        Step::advise("Contract: when no row has the old value, keep it in the type unused."),
    ],
    supersedes: &["strong_migrations rename_enum_value"],
    dialects: SERVERS,
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    match change.was.as_ref().and_then(|was| was.part.as_deref()) {
        Some(old) if is_renamed(change, Subject::EnumValue) => {
            let new = change.path.part.as_deref().unwrap_or_default();
            Draft::new(format!("value `{old}` of enumeration `{}` becomes `{new}`", change.path.name)).list()
        }
        _ => vec![],
    }
}
