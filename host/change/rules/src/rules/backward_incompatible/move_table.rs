use belljar_diff::{Action, Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ302",
    name: "move-table",
    title: "a table is moved to another schema",
    severity: Severity::Error,
    explanation: "For queries that qualify it with its schema, and for sessions whose search path lacks the new \
                  schema, this is a rename; grants on the new schema are needed too.",
    recipe: &[
        Step::run(
            "Expand: move it, and create a view in the old schema in the same transaction.",
            "BEGIN;\nALTER TABLE {old} SET SCHEMA {schema};\nCREATE VIEW {old} AS SELECT * FROM {table};\nCOMMIT;",
        )
        .on(POSTGRESQL),
        Step::advise("Release the code that uses the new schema, then drop the view."),
    ],
    supersedes: &["squawk ban-set-schema", "strong_migrations rename_schema"],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    match &change.was {
        Some(was) if change.subject == Subject::Table && change.action == Action::Move => {
            let schema = change.path.schema.as_deref().unwrap_or("public");
            Draft::new(format!("table `{was}` is moved to `{}`", change.path))
                .table("old", was.schema.as_deref(), &was.name)
                .name("schema", schema)
                .list()
        }
        _ => vec![],
    }
}
