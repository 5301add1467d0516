use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ908",
    name: "prefer-text",
    title: "a string column with a length",
    severity: Severity::Note,
    enabled: false,
    explanation: "In PostgreSQL a `VARCHAR(n)` is no faster and no smaller than a `TEXT`; shortening it scans the \
                  whole table. A check can be added without blocking.",
    recipe: &[Step::advise("Use `Text`, with a check of the length where one is needed.")],
    supersedes: &["squawk prefer-text-field"],
    dialects: POSTGRESQL,
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    of_type(context, change, |ty| ty.name == "VARCHAR" && ty.length().is_some(), "has a length")
}
