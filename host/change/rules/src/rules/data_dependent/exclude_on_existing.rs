use belljar_diff::{Change, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ209",
    name: "exclude-on-existing",
    title: "an exclusion constraint is added to existing rows",
    severity: Severity::Error,
    explanation: "It fails if two rows exclude each other. It can't be added as `NOT VALID`, nor from an index that \
                  was built before: the table is locked against reads and writes while its index is built.",
    recipe: &[
        Step::advise("Find rows that exclude each other, and resolve them."),
        Step::advise("Add it during a maintenance window, or in a new table that replaces the old one."),
    ],
    supersedes: &["strong_migrations add_exclusion_constraint"],
    dialects: POSTGRESQL,
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let (true, Some(Value::Exclude(exclude))) = (is_new(change) || !change.aspects.is_empty(), &change.after)
    else {
        return vec![];
    };
    let name = exclude.name.as_ref().unwrap_or(&exclude.sql);
    Draft::new(format!("exclusion constraint `{name}` is added to rows that may exclude each other")).list()
}
