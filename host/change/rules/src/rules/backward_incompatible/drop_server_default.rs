use belljar_diff::{Aspect, Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ306",
    name: "drop-server-default",
    title: "a required column loses its server default",
    severity: Severity::Error,
    explanation: "Inserts that do not name the column fail from then on, including those of the previous release, of \
                  other services and of hand-written SQL. A default of the model exists only in the code that has it.",
    recipe: &[
        Step::advise("Release code that always writes the column."),
        Step::run("Then drop the default.", "ALTER TABLE {table} ALTER COLUMN {name} DROP DEFAULT;")
            .on(SERVERS),
    ],
    supersedes: &["squawk ban-drop-default"],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    if !modifies(change, Subject::Column, Aspect::ServerDefault)
        || change.after.is_some()
        || !is_needed(context, change)
    {
        return vec![];
    }
    Draft::new(format!("required column `{}` loses its default, and inserts that omit it fail", change.path))
        .list()
}

/// Whether inserts must name the column that a change is of, unless it has a default.
pub(super) fn is_needed(context: &RuleContext<'_>, change: &Change) -> bool {
    context
        .column(&change.path)
        .is_some_and(|column| !column.nullable && !fills_itself(context.table(&change.path), column))
}
