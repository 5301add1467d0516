use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ410",
    name: "serial-rewrites",
    title: "a numbered column is added to a table with rows",
    explanation: "A `SERIAL`, an identity or an `AUTO_INCREMENT` numbers every row, which rewrites the table under a \
                  lock.",
    recipe: &[Step::advise(
        "Add a plain nullable column, number new rows with a sequence as its default, and the others in batches.",
    )],
    supersedes: &["strong_migrations add_column_auto_incrementing", "squawk adding-serial-primary-key-field"],
    dialects: SERVERS,
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let Some(column) = added_column(change) else { return vec![] };
    let table = context.table(&change.path);
    if column.identity.is_none() && !is_serial(table, column) && column.sequence.is_none() {
        return vec![];
    }
    Draft::new(format!("column `{}` is added, and every existing row is numbered", change.path)).list()
}
