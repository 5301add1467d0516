use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ037",
    name: "drop-cascade",
    title: "`CASCADE` drops what it does not name",
    explanation: "Views, foreign keys and other objects that depend on it are dropped too, in each \
                  database those that are there.",
    recipe: &[Step::advise("Drop the objects that depend on it by name, and leave out `CASCADE`.")],
    dialects: POSTGRESQL,
    ..Rule::BASE
};
