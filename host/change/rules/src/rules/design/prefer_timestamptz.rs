use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ909",
    name: "prefer-timestamptz",
    title: "a timestamp without a time zone",
    severity: Severity::Note,
    explanation: "It records what a clock showed, but not where. PostgreSQL stores a `TIMESTAMP WITH TIME ZONE` in the \
                  same number of bytes, as a point in time; changing the column later shifts its values by the time \
                  zone of the session.",
    recipe: &[Step::advise("Use `DateTime(timezone=True)`.")],
    supersedes: &["squawk prefer-timestamptz"],
    dialects: POSTGRESQL,
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    of_type(context, change, |ty| ty.name == "TIMESTAMP" && ty.zone() == Some(false), "has no time zone")
}
