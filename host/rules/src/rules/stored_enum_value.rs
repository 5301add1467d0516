use belljar_diff::{Aspect, Change};

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ504",
    name: "stored-enum-value",
    title: "a value of an enumeration that is kept as text is dropped",
    severity: Severity::Error,
    explanation: "The database does not hear of it, as the column is a `VARCHAR`: rows keep the value, and SQLAlchemy fails with a \
                  `LookupError` when it reads one of them.",
    recipe: &[
        Step::run("Look for rows that have it.", "SELECT {name}, count(*) FROM {table} GROUP BY {name};"),
        Step::say("Stop writing the value, give another to the rows that have it in batches, then drop it."),
    ],
    check,
    ..Rule::BASE
};

fn check(_: &Look<'_>, change: &Change) -> Vec<Draft> {
    let Some((before, after)) = types(change) else { return vec![] };
    let as_text = |text: &Option<String>| text.as_deref().is_some_and(|text| Ty::read(text).is_text());
    let plain = as_text(&before.postgresql) && as_text(&after.postgresql);
    // A MySQL `ENUM` may stand beside a text of other databases, and has a rule of its own.
    let inline = before.mysql.as_deref().is_some_and(is_inline_enum);
    let (true, Some(old), Some(new)) = (
        plain && !inline && change.aspects.contains(&Aspect::Values),
        &before.enum_values,
        &after.enum_values,
    ) else {
        return vec![];
    };
    let gone: Vec<String> = old.iter().filter(|value| !new.contains(value)).cloned().collect();
    if gone.is_empty() {
        return vec![];
    }
    Draft::new(format!("column `{}` may hold {}, which the code no longer knows", change.path, ticked(&gone)))
        .list()
}
