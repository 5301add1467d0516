use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ045",
    name: "model-not-migrated",
    title: "a change of the models that no migration makes",
    explanation: "The recorded head of the migrations differs from the models in what this change touches: \
                  a database that is upgraded does not get it, and the code of this change may fail.",
    recipe: &[
        Step::advise("Add a version: `alembic revision --autogenerate`."),
        Step::advise("`belljar migrations check` shows all differences, those from before too."),
    ],
    ..Rule::BASE
};
