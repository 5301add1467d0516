use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ211",
    name: "change-timezone",
    title: "a time gets a time zone, or loses it",
    explanation: "PostgreSQL takes what is there for times of the session's zone: a migration that runs with another one moves \
                  every value by hours, and nothing fails. Code that compares times with and without a zone fails.",
    recipe: &[Step::run(
        "Say which zone the old values are in.",
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
    match (Ty::read(before).zone(), Ty::read(after).zone()) {
        (Some(old), Some(new)) if old != new => {
            let what = if new { "gets a time zone" } else { "loses its time zone" };
            let message = format!(
                "column `{}` {what}, and its values are read in the zone of the session",
                change.path
            );
            Draft::new(message).sql("after", after).list()
        }
        _ => vec![],
    }
}
