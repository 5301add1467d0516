use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ911",
    name: "char-column",
    title: "a `CHAR` column",
    severity: Severity::Note,
    explanation: "Values are filled up with spaces, and compared without them: `LIKE`, lengths and joins with other texts surprise. \
                  In PostgreSQL it is no faster.",
    recipe: &[Step::advise("`Text`, or `String(n)`.")],
    supersedes: &["squawk ban-char-field"],
    dialects: POSTGRESQL,
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    of_type(context, change, |ty| ty.name == "CHAR", "is a `CHAR`, filled up with spaces")
}
