use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ023",
    name: "several-heads",
    title: "a history has two heads that no branch label distinguishes",
    severity: Severity::Error,
    explanation: "`alembic upgrade head` fails with `Multiple head revisions are present`. It happens \
                  where two branches each add a version.",
    recipe: &[Step::advise(
        "Set `down_revision` of the newer version to the other head, or join both: `alembic merge heads`.",
    )],
    ..Rule::BASE
};
