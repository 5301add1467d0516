use belljar_diff::{Change, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ804",
    name: "unnamed-constraint",
    title: "a constraint has no name",
    severity: Severity::Note,
    explanation: "Each database generates its own name, SQLite none at all: a migration that drops the constraint \
                  later does not know its name.",
    recipe: &[Step::advise("Name it, or give the `MetaData` a `naming_convention`.")],
    references: &["https://alembic.sqlalchemy.org/en/latest/naming.html"],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let mut found: Vec<(&str, String, Option<&belljar_schema::Place>)> = vec![];
    match (is_new(change), &change.after) {
        (true, Some(Value::Unique(one))) if one.name.is_none() => {
            found.push(("unique constraint", ticked(&one.columns), None));
        }
        (true, Some(Value::ForeignKey(one))) if one.name.is_none() => {
            found.push(("foreign key", ticked(&one.columns), None));
        }
        (true, Some(Value::Check(one))) if one.name.is_none() => {
            found.push(("check", format!("`{}`", one.sql), None));
        }
        (true, Some(Value::Table(table))) => {
            let unique = table.unique.iter().filter(|one| one.name.is_none());
            found.extend(unique.map(|one| {
                ("unique constraint", ticked(&one.columns), place_of(table, one.columns.first()))
            }));
            let keys = table.foreign_keys.iter().filter(|one| one.name.is_none());
            found.extend(
                keys.map(|one| ("foreign key", ticked(&one.columns), place_of(table, one.columns.first()))),
            );
            let checks = table.checks.iter().filter(|one| one.name.is_none());
            found.extend(checks.map(|one| ("check", format!("`{}`", one.sql), None)));
        }
        _ => {}
    }
    let name = &change.path.name;
    let drafts = found.into_iter().map(|(kind, what, place)| {
        Draft::new(format!("the {kind} of {what} in `{name}` has no name")).at(place)
    });
    drafts.collect()
}
