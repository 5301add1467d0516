use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ027",
    name: "revision-too-long",
    title: "a revision is longer than the column that holds it",
    severity: Severity::Error,
    explanation: "Alembic stores the revision in `alembic_version.version_num`, a `VARCHAR(32)`. The \
                  upgrade runs, and then fails when it stores the revision.",
    recipe: &[Step::advise("Use a revision of at most 32 characters.")],
    dialects: SERVERS,
    ..Rule::BASE
};
