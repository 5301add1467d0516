use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ013",
    name: "generation-changed",
    title: "the two sides run with different releases of SQLAlchemy",
    severity: Severity::Note,
    explanation: "A project's requirements choose the SQLAlchemy that its models run with, and releases may build \
                  different schemas from the same code.",
    recipe: &[Step::advise("Compare both sides with one release: `--sqlalchemy 2.0`.")],
    ..Rule::BASE
};
