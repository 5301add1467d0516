use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ912",
    name: "prefer-identity",
    title: "a `SERIAL` key",
    severity: Severity::Note,
    enabled: false,
    explanation: "The sequence behind a `SERIAL` has its own owner and grants, and inserts may override its numbers. \
                  An identity is a part of the column.",
    recipe: &[Step::advise("Use `mapped_column(Identity(always=True), primary_key=True)`.")],
    supersedes: &["squawk prefer-identity"],
    dialects: POSTGRESQL,
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let serial =
        context.new_columns(change).into_iter().filter(|(table, column)| is_serial(Some(table), column));
    let drafts = serial.map(|(table, column)| {
        let message = format!("key `{}.{}` is a `SERIAL`", table.full_name(), column.name);
        Draft::new(message).at(column.place.as_ref())
    });
    drafts.collect()
}
