use belljar_diff::{Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ108",
    name: "drop-type",
    title: "a type is dropped",
    explanation: "A type can't be dropped while a column or a function uses it, and `CASCADE` drops those columns too. \
                  Alembic does not drop types: a leftover type conflicts when the name is used again.",
    recipe: &[
        Step::advise("Change every column that uses it first."),
        Step::run("Drop it, without `CASCADE`.", "DROP TYPE {table};"),
    ],
    dialects: POSTGRESQL,
    supersedes: &["squawk ban-drop-type", "squawk ban-drop-domain"],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    if !is_gone(change, Subject::Type) {
        return vec![];
    }
    Draft::new(format!("type `{}` is dropped", change.path)).list()
}
