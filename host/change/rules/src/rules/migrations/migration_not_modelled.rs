use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ046",
    name: "migration-not-modelled",
    title: "a new version makes what the models do not declare",
    explanation: "Either the models lack it, or the version makes something by mistake: the next `alembic \
                  revision --autogenerate` would undo it.",
    recipe: &[
        Step::advise("Declare it in the models, or leave it out of the version."),
        Step::advise("`include_object` in `env.py` names what the models leave to others."),
    ],
    ..Rule::BASE
};
