use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ031",
    name: "lock-held-over-scan",
    title: "a lock on a table is held while rows are read or written",
    explanation: "A lock is held until the transaction ends. After `ALTER TABLE`, no other session can \
                  read or write the table until the statements after it are done, and a statement on all \
                  rows may take hours.",
    recipe: &[
        Step::advise(
            "Put the statement that takes long into a version of its own, before the `ALTER TABLE` or after it.",
        ),
        Step::advise("Or end the transaction in between: `with op.get_context().autocommit_block():`."),
    ],
    supersedes: &["django-migration-linter CREATE_INDEX_EXCLUSIVE"],
    dialects: POSTGRESQL,
    part_of: &["BJ032", "BJ401"],
    ..Rule::BASE
};
