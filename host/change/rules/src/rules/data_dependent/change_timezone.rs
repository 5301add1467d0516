use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ211",
    name: "change-timezone",
    title: "a timestamp gains or loses its time zone",
    explanation: "PostgreSQL interprets the existing values as times of the session's zone: a migration that runs in \
                  another zone shifts every value by hours without an error. Code that compares times with and without \
                  a zone fails.",
    recipe: &[Step::run(
        "State the zone of the old values.",
        "ALTER TABLE {table} ALTER COLUMN {name} TYPE {after} USING {name} AT TIME ZONE 'UTC';",
    )],
    dialects: POSTGRESQL,
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let Some((Some(before), Some(after))) =
        types(change).map(|(before, after)| (&before.postgresql, &after.postgresql))
    else {
        return vec![];
    };
    match (Ty::parse(before).zone(), Ty::parse(after).zone()) {
        (Some(old), Some(new)) if old != new => {
            let what = if new { "gets a time zone" } else { "loses its time zone" };
            let message = format!(
                "column `{}` {what}, and its values are interpreted in the time zone of the session",
                change.path
            );
            Draft::new(message).sql("after", after).list()
        }
        _ => vec![],
    }
}
