use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ003",
    name: "downstream-changes",
    title: "a model or report that reads the table goes on, and means something else",
    severity: Severity::Warning,
    explanation: "A star hands on another set of columns, a NULL reaches a join, a filter or a test, or a value that is filtered for \
                  is another. Nothing fails, so nobody looks.",
    recipe: &[Step::advise("Tell its owners: `belljar impact` shows the way from the change to it.")],
    ..Rule::BASE
};
