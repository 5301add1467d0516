use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ033",
    name: "validated-in-transaction",
    title: "a constraint is validated in the transaction that adds it",
    explanation: "`NOT VALID` avoids the lock during the scan only if the transaction ends before \
                  `VALIDATE CONSTRAINT`: a lock is held until then.",
    recipe: &[Step::advise(
        "Put `VALIDATE CONSTRAINT` into a version of its own, or into `with op.get_context().autocommit_block():`.",
    )],
    supersedes: &["strong_migrations validate_foreign_key", "strong_migrations validate_check_constraint"],
    dialects: POSTGRESQL,
    ..Rule::BASE
};
