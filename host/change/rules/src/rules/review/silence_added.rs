use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ011",
    name: "silence-added",
    title: "a comment is new that silences findings",
    severity: Severity::Warning,
    explanation: "A comment silences a finding only where the base has it on the same declaration, so that a change can't silence what it does. A new one counts once it is merged.",
    recipe: &[
        Step::advise("Let a reviewer read the reason of the comment, and what it silences."),
        Step::advise(
            "Where those who propose changes are trusted, `--config-from head` takes their comments at once.",
        ),
    ],
    ..Rule::BASE
};
