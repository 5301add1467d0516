use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ034",
    name: "transaction-statement",
    title: "a version begins or ends a transaction in SQL",
    explanation: "Alembic has begun one, and records the version in it. After `COMMIT`, what fails later \
                  is not undone, and the version is not recorded as run.",
    recipe: &[Step::advise(
        "Use `with op.get_context().autocommit_block():` for what can't run in a transaction.",
    )],
    supersedes: &["squawk transaction-nesting"],
    ..Rule::BASE
};
