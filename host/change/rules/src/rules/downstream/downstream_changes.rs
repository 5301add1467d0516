use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ003",
    name: "downstream-changes",
    title: "a model or report that reads the table silently changes its meaning",
    severity: Severity::Warning,
    explanation: "A `SELECT *` returns another set of columns, a NULL reaches a join, a filter or a test, or a value \
                  that is filtered for changes. Nothing fails, so nobody notices.",
    recipe: &[Step::advise("Inform its owners: `belljar impact` shows the path from the change to it.")],
    ..Rule::BASE
};
