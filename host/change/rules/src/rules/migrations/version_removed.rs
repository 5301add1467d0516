use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ025",
    name: "version-removed",
    title: "a version that the base has is gone",
    explanation: "A database that is at this revision can't be upgraded: Alembic does not find it. \
                  Squashed versions are removed only when every database is past them.",
    recipe: &[Step::advise("Keep the file until every database is past it.")],
    ..Rule::BASE
};
