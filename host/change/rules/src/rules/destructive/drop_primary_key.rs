use belljar_diff::{Aspect, Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ106",
    name: "drop-primary-key",
    title: "a table loses its primary key",
    severity: Severity::Error,
    explanation: "Rows can no longer be distinguished. Logical replication and change capture stop for updates and \
                  deletes, foreign keys that refer to it block the change, and MySQL rewrites the table.",
    recipe: &[Step::advise("Keep a primary key; a new one can replace the old one in one statement.")],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    match (&change.before, &change.after) {
        (Some(Value::PrimaryKey(before)), Some(Value::PrimaryKey(after)))
            if modifies(change, Subject::PrimaryKey, Aspect::Columns)
                && after.columns.is_empty()
                && !before.columns.is_empty() =>
        {
            let columns = ticked(&before.columns);
            Draft::new(format!("table `{}` loses its primary key of {columns}", change.path)).list()
        }
        _ => vec![],
    }
}
