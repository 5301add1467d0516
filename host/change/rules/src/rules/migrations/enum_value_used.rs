use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ039",
    name: "enum-value-used",
    title: "a new value of an enumeration is used in the transaction that adds it",
    severity: Severity::Error,
    explanation: "PostgreSQL refuses it (`unsafe use of new value`) until the transaction that added the \
                  value has ended.",
    recipe: &[Step::advise(
        "Add the value in `with op.get_context().autocommit_block():`, or use it in a later version.",
    )],
    dialects: POSTGRESQL,
    ..Rule::BASE
};
