use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ909",
    name: "prefer-timestamptz",
    title: "a time without a time zone",
    severity: Severity::Note,
    explanation: "It says what a clock showed, and not where. PostgreSQL keeps a `TIMESTAMP WITH TIME ZONE` in as many bytes, as a \
                  point in time; to change a column later moves its values by the session's zone.",
    recipe: &[Step::advise("`DateTime(timezone=True)`")],
    supersedes: &["squawk prefer-timestamptz"],
    dialects: POSTGRESQL,
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    of_type(context, change, |ty| ty.name == "TIMESTAMP" && ty.zone() == Some(false), "has no time zone")
}
