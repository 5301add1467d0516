use belljar_diff::{Aspect, Change};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ504",
    name: "stored-enum-value",
    title: "a value of an enumeration stored as text is dropped",
    severity: Severity::Error,
    explanation: "The database does not know the enumeration, as the column is a `VARCHAR`: rows keep the value, and \
                  SQLAlchemy raises `LookupError` when it reads one of them.",
    recipe: &[
        Step::run("Find rows that have it.", "SELECT {name}, count(*) FROM {table} GROUP BY {name};"),
        Step::advise("Stop writing the value, change the rows that have it in batches, then drop it."),
    ],
    part_of: &["BJ104", "BJ601"],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let Some((before, after)) = types(change) else { return vec![] };
    let (true, Some(old), Some(new)) =
        (change.aspects.contains(&Aspect::Values), &before.enum_values, &after.enum_values)
    else {
        return vec![];
    };
    // A type with a name, and an `ENUM` of MySQL, have rules of their own.
    let as_text = |dialect: &Database| {
        let is_text = |ty| Ty::from_column(ty, *dialect).is_some_and(|ty| ty.is_text());
        is_text(before) && is_text(after)
    };
    let dialects: Vec<Database> = context.dialects.iter().copied().filter(as_text).collect();
    let gone: Vec<String> = old.iter().filter(|value| !new.contains(value)).cloned().collect();
    if gone.is_empty() || dialects.is_empty() {
        return vec![];
    }
    Draft::new(format!("column `{}` may hold {}, which the code no longer knows", change.path, ticked(&gone)))
        .on(dialects)
        .everywhere()
        .list()
}
