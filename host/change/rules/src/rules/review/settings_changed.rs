use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ010",
    name: "settings-changed",
    title: "the change brings other settings for its own check",
    severity: Severity::Warning,
    explanation: "A change is checked with the settings of its base, so that it can't switch off what would stop it. What it sets counts once it is merged, for every change after it.",
    recipe: &[
        Step::advise("Let a reviewer look at what the settings would allow."),
        Step::advise(
            "Where those who propose changes are trusted, `--config-from head` takes their settings at once.",
        ),
    ],
    ..Rule::BASE
};
