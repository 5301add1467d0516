use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ905",
    name: "no-primary-key",
    title: "a new table without a primary key",
    explanation: "Rows can't be distinguished: logical replication refuses updates and deletes, change capture and \
                  backfills in batches have no key to use, and InnoDB adds a hidden key.",
    recipe: &[Step::advise("Give it a primary key; for an association table, both of its foreign keys.")],
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
