use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ806",
    name: "no-schema",
    title: "a new table without an explicit schema",
    severity: Severity::Note,
    enabled: false,
    explanation: "It is created, and looked up, in the first schema of the search path, which differs between sessions.",
    recipe: &[Step::advise("Give it one: `MetaData(schema=…)`, or `schema` among the table's arguments.")],
    supersedes: &["squawk require-table-schema"],
    dialects: POSTGRESQL,
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    match new_table(change) {
        Some(table) if table.schema.is_none() => {
            Draft::new(format!("table `{}` has no explicit schema", change.path)).list()
        }
        _ => vec![],
    }
}
