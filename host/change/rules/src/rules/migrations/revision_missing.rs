use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ020",
    name: "revision-missing",
    title: "a version follows a revision that no file has",
    severity: Severity::Error,
    explanation: "Alembic refuses the whole history (`Can't locate revision`): no command works, not even \
                  for the versions that are complete. The file was deleted or never committed, or the \
                  revision is misspelled.",
    recipe: &[Step::advise(
        "Restore the file, or set `down_revision` to the revision that the version follows; `belljar migrations history` lists them.",
    )],
    ..Rule::BASE
};
