use belljar_diff::{Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ305",
    name: "rename-object",
    title: "a view, type or sequence is renamed",
    explanation: "Whatever names it fails from then on: queries of the previous release, functions, reports. In \
                  PostgreSQL, columns of a type and defaults that call a sequence follow the rename; SQL stored as \
                  text does not.",
    recipe: &[
        Step::advise("Expand: create the new one beside the old one."),
        Step::advise("Contract: drop the old one when nothing names it."),
    ],
    supersedes: &["squawk renaming-object"],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let subjects = [Subject::View, Subject::Type, Subject::Sequence];
    match &change.was {
        Some(was) if subjects.iter().any(|subject| is_renamed(change, *subject)) => {
            let kind = change.subject.text();
            Draft::new(format!("{kind} `{was}` is renamed to `{}`", change.path)).list()
        }
        _ => vec![],
    }
}
