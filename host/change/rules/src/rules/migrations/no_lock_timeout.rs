use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ040",
    name: "no-lock-timeout",
    title: "a table is locked without `lock_timeout`",
    severity: Severity::Note,
    enabled: false,
    explanation: "A statement that waits for a lock makes all later ones wait behind it. With a timeout it \
                  fails instead, and can be tried again.",
    recipe: &[Step::advise(
        "Execute `SET lock_timeout = '2s'` first, or set it for the role that runs migrations.",
    )],
    supersedes: &["squawk require-lock-timeout", "squawk require-timeout-settings"],
    dialects: POSTGRESQL,
    ..Rule::BASE
};
