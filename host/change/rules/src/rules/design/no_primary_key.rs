use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ905",
    name: "no-primary-key",
    title: "a new table without a primary key",
    explanation: "Rows can't be told apart: logical replication refuses updates and deletes, change capture and backfills in \
                  batches have nothing to go by, and InnoDB makes a hidden key of its own.",
    recipe: &[Step::advise("Give it a key; for a table between two others, both of its foreign keys.")],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    match new_table(change) {
        Some(table) if table.primary_key.columns.is_empty() => {
            Draft::new(format!("table `{}` has no primary key", change.path)).list()
        }
        _ => vec![],
    }
}
