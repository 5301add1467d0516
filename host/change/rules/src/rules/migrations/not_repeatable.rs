use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ043",
    name: "not-repeatable",
    title: "a statement outside of a transaction can't be run again",
    severity: Severity::Note,
    enabled: false,
    explanation: "If the version fails after it, it stays, and the version fails on it when it is run \
                  again.",
    recipe: &[Step::advise("Use `if_not_exists=True` and `if_exists=True`.")],
    supersedes: &["squawk prefer-robust-stmts"],
    dialects: POSTGRESQL,
    ..Rule::BASE
};
