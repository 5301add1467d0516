use belljar_diff::{Action, Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ301",
    name: "rename-table",
    title: "a table is renamed",
    severity: Severity::Error,
    explanation: "After the change, code of the previous release fails on the old name; before it, code of the new \
                  release fails on the new one. External readers of the database follow no release at all.",
    recipe: &[
        Step::run(
            "Expand: rename it, and create a view with the old name in the same transaction.",
            "BEGIN;\nALTER TABLE {old} RENAME TO {new};\nCREATE VIEW {old} AS SELECT * FROM {table};\nCOMMIT;",
        )
        .on(POSTGRESQL),
        Step::advise("Expand: rename it, and create a view with the old name.").on(MYSQLS),
        Step::advise("Expand: add the new table, write both, and copy the rows in batches; views are not writable.").on(SQLITE),
        Step::advise("Release the code that uses the new name."),
        Step::run("Contract: when nothing reads the old name, drop the view.", "DROP VIEW {old};").on(SERVERS),
    ],
    supersedes: &[
        "atlas BC101",
        "squawk renaming-table",
        "strong_migrations rename_table",
        "django-migration-linter RENAME_TABLE",
    ],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    match &change.was {
        Some(was) if is_renamed(change, Subject::Table) && change.action == Action::Rename => {
            let message = format!(
                "table `{was}` is renamed to `{}`, and code that runs uses the old name",
                change.path
            );
            Draft::new(message)
                .table("old", was.schema.as_deref(), &was.name)
                .name("new", &change.path.name)
                .list()
        }
        _ => vec![],
    }
}
