use belljar_diff::{Aspect, Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ501",
    name: "enum-order",
    title: "the values of an enumeration are reordered",
    severity: Severity::Error,
    explanation: "Databases compare and sort by that order, and PostgreSQL can't change it without recreating the type \
                  and rewriting every table that uses it.",
    recipe: &[Step::advise(
        "Keep the order of the database, and sort in the query: `case(…)`, or a column for the rank.",
    )],
    dialects: POSTGRESQL,
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    if !modifies(change, Subject::Type, Aspect::Order) {
        return vec![];
    }
    Draft::new(format!("the values of enumeration `{}` are in another order", change.path)).list()
}
