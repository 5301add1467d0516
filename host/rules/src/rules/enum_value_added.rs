use belljar_diff::{Change, Subject};

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ503",
    name: "enum-value-added",
    title: "a value is added to an enumeration",
    severity: Severity::Note,
    explanation: "Code of the release before fails with a `LookupError` when it reads the new value. In PostgreSQL the value can't \
                  be used in the transaction that adds it, can't be dropped again, and before 12 can't be added in one at all. \
                  Alembic does not see that it is missing.",
    recipe: &[
        Step::say("Release code that reads it before the first row is written with it."),
        Step::run("Add it in a migration of its own.", "ALTER TYPE {type} ADD VALUE IF NOT EXISTS {value};")
            .on(POSTGRESQL),
    ],
    supersedes: &["squawk ban-add-enum-value"],
    dialects: SERVERS,
    check,
    ..Rule::BASE
};

fn check(look: &Look<'_>, change: &Change) -> Vec<Draft> {
    if change.subject != Subject::EnumValue || !is_new(change) {
        return vec![];
    }
    let path = &change.path;
    let value = path.part.as_deref().unwrap_or_default();
    let draft = Draft::new(format!("value `{value}` is added to enumeration `{}`", path.name))
        .table("type", path.schema.as_deref(), &path.name)
        .sql("value", format!("'{}'", value.replace('\'', "''")));
    let outside =
        look.versions().postgresql < Version(12, 0, 0) && look.dialects.contains(&Dialect::Postgresql);
    if outside { draft.graded(Severity::Warning).list() } else { draft.list() }
}
