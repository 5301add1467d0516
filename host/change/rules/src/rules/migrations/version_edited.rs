use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ024",
    name: "version-edited",
    title: "a version that the base has is edited",
    explanation: "A database that has run the version does not run it again, so that it differs from new \
                  ones. Comments, formatting and `downgrade` do not count.",
    recipe: &[
        Step::advise("Undo the edit, and add a version with the change."),
        Step::advise("If no database has run it, it may be edited."),
    ],
    ..Rule::BASE
};
