use belljar_diff::{Aspect, Change, Subject};
use belljar_schema::Table;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ306",
    name: "drop-server-default",
    title: "a required column loses its server default",
    severity: Severity::Error,
    explanation: "Inserts that do not name the column fail from then on, including those of the previous release, of \
                  other services and of hand-written SQL. A default of the model (`default=`) exists only in the code that has it: \
                  if both releases have one, SQLAlchemy's own inserts succeed, and this is a warning.",
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
    let path = &change.path;
    let has_own = |table: Option<&Table>| {
        let column = table.and_then(|table| column_of(table, path.part.as_deref()?));
        column.is_some_and(|column| column.default.is_some())
    };
    let what = format!("required column `{path}` loses its default, and inserts that omit it fail");
    match (has_own(context.old_table(path)), has_own(context.table(path))) {
        (true, true) => Draft::new(format!(
            "{what}; those of SQLAlchemy have the model's own default, those of other services and of SQL do not"
        ))
        .graded(Severity::Warning),
        (false, true) => Draft::new(format!("{what}; the model's own default exists only in the new code")),
        (_, false) => Draft::new(what),
    }
    .list()
}

/// Whether inserts must name the column that a change is of, unless it has a default.
pub(super) fn is_needed(context: &RuleContext<'_>, change: &Change) -> bool {
    context
        .column(&change.path)
        .is_some_and(|column| !column.nullable && !fills_itself(context.table(&change.path), column))
}
