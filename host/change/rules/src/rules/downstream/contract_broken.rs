use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ001",
    name: "contract-broken",
    title: "a column that a contract promises is dropped or changed",
    severity: Severity::Error,
    explanation: "A contract says which parts of the schema others may rely on. They have no reason to look at this \
                  change.",
    recipe: &[
        Step::advise(
            "Keep the promised column beside its replacement until the consumers named in the contract have moved.",
        ),
        Step::advise("If they agree to do without it, change the contract in the same pull request."),
    ],
    references: &["https://bitol-io.github.io/open-data-contract-standard/latest/"],
    ..Rule::BASE
};
