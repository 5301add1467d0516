use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ012",
    name: "artefact-changed",
    title: "the change brings other artefacts of those who read the schema",
    severity: Severity::Warning,
    explanation: "What breaks downstream is told from the artefacts of the base: those of the change may leave out who would complain.",
    recipe: &[
        Step::advise(
            "Let a reviewer look at which readers are gone or differ, and whether they are deployed with this change.",
        ),
        Step::advise(
            "Where those who propose changes are trusted, `--config-from head` takes their artefacts at once.",
        ),
    ],
    ..Rule::BASE
};
