use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ021",
    name: "revision-duplicate",
    title: "two version files have the same revision",
    severity: Severity::Error,
    explanation: "Alembic loads one of them and warns; which one is not determined by the history. The \
                  operations of the other are never run.",
    recipe: &[Step::advise(
        "Give one of them another revision, and set `down_revision` so that they follow each other.",
    )],
    ..Rule::BASE
};
