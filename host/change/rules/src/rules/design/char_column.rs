use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ911",
    name: "char-column",
    title: "a `CHAR` column",
    severity: Severity::Note,
    explanation: "Values are padded with spaces and compared without them, so that `LIKE`, lengths and joins with \
                  other strings give unexpected results. In PostgreSQL it is not faster than `VARCHAR`.",
    recipe: &[Step::advise("Use `Text`, or `String(n)`.")],
    supersedes: &["squawk ban-char-field"],
    dialects: POSTGRESQL,
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    of_type(context, change, |ty| ty.name == "CHAR", "is a `CHAR`, padded with spaces")
}
