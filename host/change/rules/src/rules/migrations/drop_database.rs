use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ038",
    name: "drop-database",
    title: "a version drops a database, or changes the server",
    severity: Severity::Error,
    explanation: "`DROP DATABASE` removes everything; `ALTER SYSTEM` and settings of databases and roles \
                  apply to more than the schema of the application.",
    recipe: &[Step::advise("Do it outside of migrations.")],
    supersedes: &[
        "squawk ban-drop-database",
        "squawk ban-alter-database-options",
        "squawk ban-alter-role-options",
        "squawk ban-alter-system-options",
    ],
    ..Rule::BASE
};
