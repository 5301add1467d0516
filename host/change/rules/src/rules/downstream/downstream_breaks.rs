use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ002",
    name: "downstream-breaks",
    title: "a model or report that reads the table fails",
    severity: Severity::Error,
    explanation: "It names a column or a table that no longer exists, or computes with a type of another family. It \
                  fails at its next run, after the change is deployed.",
    recipe: &[
        Step::advise(
            "Inform its owners, and change it together with the schema: `belljar impact` shows the path from the \
             change to it.",
        ),
        Step::advise("Or keep the old name beside the new one until nothing reads it."),
    ],
    ..Rule::BASE
};
