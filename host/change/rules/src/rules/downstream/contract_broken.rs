use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ001",
    name: "contract-broken",
    title: "a column that is promised to others is gone or differs",
    severity: Severity::Error,
    explanation: "A contract says what of the schema others may build on. Whoever does has no reason to look at this change.",
    recipe: &[
        Step::advise(
            "Keep what is promised beside what takes its place, until those who are named in the contract have moved.",
        ),
        Step::advise("Where they agree to do without it, change the contract in the same pull request."),
    ],
    references: &["https://bitol-io.github.io/open-data-contract-standard/latest/"],
    ..Rule::BASE
};
