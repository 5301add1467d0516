use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ010",
    name: "settings-changed",
    title: "the change modifies the settings of its own check",
    severity: Severity::Warning,
    explanation: "A change is checked with the settings of its base, so that it can't disable the rule that would stop \
                  it. Its own settings take effect once it is merged.",
    recipe: &[
        Step::advise("Let a reviewer check what the new settings would allow."),
        Step::advise(
            "If the authors of changes are trusted, `--config-from head` applies their settings at once.",
        ),
    ],
    ..Rule::BASE
};
