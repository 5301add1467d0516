use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ041",
    name: "triggers-disabled",
    title: "triggers or foreign keys are not checked",
    explanation: "`DISABLE TRIGGER`, `session_replication_role` and `FOREIGN_KEY_CHECKS = 0` let rows in \
                  that violate foreign keys, and it is not found out later.",
    recipe: &[Step::advise(
        "Change the rows in an order that the foreign keys allow, or make them deferrable.",
    )],
    supersedes: &["squawk ban-disable-trigger"],
    ..Rule::BASE
};
