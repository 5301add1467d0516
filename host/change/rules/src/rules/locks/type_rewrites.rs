use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ404",
    name: "type-rewrites",
    title: "the new type of a column rewrites the table",
    explanation: "Every row and every index is written again. Meanwhile PostgreSQL blocks reads and writes, MySQL \
                  blocks writes. Only a few changes avoid it: a longer `VARCHAR`, `VARCHAR` to `TEXT`, more digits \
                  before the decimal point.",
    recipe: &[
        Step::run("Add a column of the new type beside it.", "ALTER TABLE {table} ADD COLUMN {new} {after};"),
        Step::advise("Write both, and fill in existing rows in batches."),
        Step::advise("Read the new one; then stop writing the old one, and drop it."),
    ],
    supersedes: &[
        "atlas PG301",
        "squawk changing-column-type",
        "strong_migrations change_column",
        "django-migration-linter ALTER_COLUMN",
    ],
    references: &["https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES"],
    dialects: SERVERS,
    part_of: &["BJ205", "BJ206"],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let Some((before, after)) = types(change) else { return vec![] };
    let rewritten = |dialect: &Database| {
        let (from, into) = (before.ddl(*dialect)?, after.ddl(*dialect)?);
        // An inline enumeration of MySQL has a rule of its own.
        let own = is_inline_enum(from) && is_inline_enum(into);
        (!own && from != into && context.conversion(before, after, *dialect)?.rewrites)
            .then_some((from, into))
    };
    let dialects: Vec<Database> =
        context.dialects.iter().copied().filter(|one| rewritten(one).is_some()).collect();
    let Some((from, into)) = dialects.first().and_then(rewritten) else { return vec![] };
    let new = format!("{}_new", change.path.part.as_deref().unwrap_or_default());
    let message =
        format!("column `{}` changes from `{from}` to `{into}`, and every row is rewritten", change.path);
    Draft::new(message).on(dialects).sql("after", into).name("new", &new).list()
}
