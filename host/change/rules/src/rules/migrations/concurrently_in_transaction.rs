use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ030",
    name: "concurrently-in-transaction",
    title: "`CONCURRENTLY` in a transaction",
    severity: Severity::Error,
    explanation: "PostgreSQL refuses it (`cannot run inside a transaction block`), and Alembic runs each \
                  version in a transaction.",
    recipe: &[Step::advise(
        "Put it into `with op.get_context().autocommit_block():`, in a version of its own.",
    )],
    supersedes: &["atlas PG103", "squawk ban-concurrent-index-creation-in-transaction"],
    dialects: POSTGRESQL,
    ..Rule::BASE
};
