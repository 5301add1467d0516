use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ014",
    name: "exactness-lost",
    title: "a table that was known exactly is in doubt",
    severity: Severity::Warning,
    explanation: "Of what is in doubt nothing certain can be said: a column that is gone, or no longer takes null, may not be \
                  seen. The base was exact, so it is the change that brought the doubt. It is an error where the code of the \
                  change alone makes the doubt: where its surroundings decide, where it declares a table twice, or where one \
                  module changes the table of another.",
    recipe: &[
        Step::advise(
            "Declare what is in doubt so that it does not depend on what is absent or differs elsewhere.",
        ),
        Step::advise("Give what is absent with `--wheelhouse` or `--venv`."),
        Step::advise("Otherwise let a reviewer compare the declaration with that of the base."),
    ],
    ..Rule::BASE
};
