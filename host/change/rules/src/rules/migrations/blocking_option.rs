use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ042",
    name: "blocking-option",
    title: "an option makes MySQL copy or lock the table",
    explanation: "`ALGORITHM=COPY` writes the table again, and `LOCK=SHARED` and `LOCK=EXCLUSIVE` block \
                  writes meanwhile.",
    recipe: &[Step::advise(
        "Leave the option out, or state `ALGORITHM=INPLACE, LOCK=NONE`, so that it fails instead of blocking.",
    )],
    supersedes: &["strong_migrations copy_algorithm", "strong_migrations lock_option"],
    dialects: MYSQLS,
    ..Rule::BASE
};
