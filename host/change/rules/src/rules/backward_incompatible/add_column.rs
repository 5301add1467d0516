use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ314",
    name: "add-column",
    title: "a table gets a column",
    severity: Severity::Note,
    enabled: false,
    explanation: "`SELECT *` gives one more, and `INSERT` without names of columns has one value too few: what copies, \
                  exports or replicates the table by the order of its columns fails. SQLAlchemy names its columns, and \
                  is not touched.",
    recipe: &[Step::advise("Make sure that all readers and writers of the table name the columns they use.")],
    supersedes: &["squawk ban-add-column"],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    match added_column(change) {
        Some(_) => Draft::new(format!("column `{}` is added", change.path)).list(),
        None => vec![],
    }
}
