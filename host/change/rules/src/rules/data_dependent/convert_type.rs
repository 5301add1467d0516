use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ206",
    name: "convert-type",
    title: "a column gets a type that its values are not converted to automatically",
    severity: Severity::Error,
    explanation: "PostgreSQL rejects the change without a `USING` clause; with one, and in MySQL, it fails on the \
                  first value that can't be converted. Code of the previous release reads and writes the old type.",
    recipe: &[
        Step::run("Add a column of the new type beside it.", "ALTER TABLE {table} ADD COLUMN {new} {after};"),
        Step::advise("Write both, fill in existing rows in batches, then read the new one."),
        Step::run(
            "Drop the old one when no running code names it.",
            "ALTER TABLE {table} DROP COLUMN {name};",
        ),
    ],
    supersedes: &["django-migration-linter ALTER_COLUMN"],
    dialects: SERVERS,
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let Some((before, after)) = types(change) else { return vec![] };
    // Values of one enumeration are reported one by one.
    if before.enum_values.is_some() && after.enum_values.is_some() && before.enum_name == after.enum_name {
        return vec![];
    }
    let refused = |dialect: &Database| {
        let (from, into) = (before.ddl(*dialect)?, after.ddl(*dialect)?);
        (!context.conversion(before, after, *dialect)?.automatic).then_some((from, into))
    };
    let dialects: Vec<Database> =
        context.dialects.iter().copied().filter(|one| refused(one).is_some()).collect();
    let Some((from, into)) = dialects.first().and_then(refused) else { return vec![] };
    let path = &change.path;
    let message = format!("column `{path}` changes from `{from}` to `{into}`, and values may not convert");
    let new = format!("{}_new", path.part.as_deref().unwrap_or_default());
    Draft::new(message).on(dialects).sql("after", into).name("new", &new).list()
}
