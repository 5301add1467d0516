use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ011",
    name: "silence-added",
    title: "a new comment silences findings",
    severity: Severity::Warning,
    explanation: "A comment silences a finding only if the base has it on the same declaration, so that a change can't \
                  silence its own findings. A new comment takes effect once it is merged.",
    recipe: &[
        Step::advise("Let a reviewer check the comment's reason and what it silences."),
        Step::advise(
            "If the authors of changes are trusted, `--config-from head` applies their comments at once.",
        ),
    ],
    ..Rule::BASE
};
