use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ002",
    name: "downstream-breaks",
    title: "a model or report that reads the table fails",
    severity: Severity::Error,
    explanation: "It names a column or a table that is gone, or computes with a type of another family. It fails at its next run, \
                  after the change is out.",
    recipe: &[
        Step::advise(
            "Tell its owners, and change it in step: `belljar impact` shows the way from the change to it.",
        ),
        Step::advise("Or keep the old name beside the new one until nothing reads it any more."),
    ],
    ..Rule::BASE
};
