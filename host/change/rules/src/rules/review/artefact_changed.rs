use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ012",
    name: "artefact-changed",
    title: "the change modifies downstream artefacts",
    severity: Severity::Warning,
    explanation: "Downstream breakage is determined from the artefacts of the base: those of the change may omit the \
                  affected readers.",
    recipe: &[
        Step::advise(
            "Let a reviewer check which readers are removed or changed, and whether they are deployed with this change.",
        ),
        Step::advise(
            "If the authors of changes are trusted, `--config-from head` applies their artefacts at once.",
        ),
    ],
    ..Rule::BASE
};
