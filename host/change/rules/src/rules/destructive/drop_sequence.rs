use belljar_diff::{Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ107",
    name: "drop-sequence",
    title: "a sequence is dropped",
    explanation: "Where it stood is lost: one that is made again begins anew and gives numbers that are taken. Defaults that \
                  call it are in the way, or fall with `CASCADE`.",
    recipe: &[Step::run("Keep what it stands at before it is dropped.", "SELECT last_value FROM {table};")],
    dialects: &[Dialect::Postgresql, Dialect::Mariadb],
    supersedes: &["squawk ban-drop-sequence"],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    if !is_gone(change, Subject::Sequence) {
        return vec![];
    }
    Draft::new(format!("sequence `{}` is dropped, and where it stood is lost", change.path)).list()
}
