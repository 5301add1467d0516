use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ022",
    name: "revision-circle",
    title: "versions follow each other in a circle",
    severity: Severity::Error,
    explanation: "Alembic refuses the whole history (`Cycle is detected in revisions`).",
    recipe: &[Step::advise("Set the `down_revision` of one of them to the version that it was made after.")],
    ..Rule::BASE
};
