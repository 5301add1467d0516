use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ014",
    name: "exactness-lost",
    title: "a table that was exact is in doubt",
    severity: Severity::Warning,
    explanation: "A change of what is in doubt may go unnoticed: a dropped column, or one that becomes required, may \
                  not be seen. The base was exact, so the change introduced the doubt. It is an error if the code of \
                  the change alone causes it: its result depends on the environment, it declares a table twice, or one \
                  module changes the table of another.",
    recipe: &[
        Step::advise(
            "Declare it so that it does not depend on what is absent or differs between environments.",
        ),
        Step::advise("Provide absent packages with `--wheelhouse` or `--venv`."),
        Step::advise("Otherwise let a reviewer compare the declaration with that of the base."),
    ],
    ..Rule::BASE
};
