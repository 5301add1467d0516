use belljar_diff::{Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ101",
    name: "drop-table",
    title: "a table is dropped",
    severity: Severity::Error,
    explanation: "All its rows are lost, together with what only the database knows: grants, triggers, statistics. \
                  Code of the previous release still reads it during the rollout.",
    recipe: &[
        Step::advise("Stop reading and writing `{table}` in a separate release, and keep the table."),
        Step::run("Rename it, and wait until nothing fails.", "ALTER TABLE {table} RENAME TO {trash};"),
        Step::run("Make a backup, then drop it.", "DROP TABLE {trash};"),
    ],
    supersedes: &["atlas DS102", "squawk ban-drop-table", "django-migration-linter DROP_TABLE"],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    if !is_gone(change, Subject::Table) {
        return vec![];
    }
    let path = &change.path;
    let trash = format!("{}_dropped", path.name);
    Draft::new(format!("table `{path}` is dropped with all its rows")).name("trash", &trash).list()
}
