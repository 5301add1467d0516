use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ409",
    name: "generated-rewrites",
    title: "a stored generated column rewrites the table",
    explanation: "Its value is computed and written for every row, under a lock against reads and writes.",
    recipe: &[
        Step::advise("Add a plain column, fill it in batches, and maintain it with a trigger."),
        Step::advise("Or compute it on read: a virtual column, a view, or an index on the expression."),
    ],
    supersedes: &[
        "squawk adding-field-with-default",
        "strong_migrations add_column_generated_stored",
        "squawk ban-alter-generated-expression",
    ],
    check,
    dialects: SERVERS,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let Some(computed) = added_column(change).and_then(|column| column.computed.as_ref()) else {
        return vec![];
    };
    // Left to the database it is virtual, but in PostgreSQL before 18, which had stored ones only.
    let stored = |dialect: &Database| match (computed.persisted, *dialect) {
        (Some(persisted), _) => persisted,
        (None, Database::Postgresql) => context.versions().postgresql < Version(18, 0, 0),
        (None, _) => false,
    };
    let dialects: Vec<Database> = context.dialects.iter().copied().filter(stored).collect();
    let message = format!("stored generated column `{}` is computed for every row", change.path);
    Draft::new(message).on(dialects).list()
}
