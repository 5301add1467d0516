use belljar_diff::Change;

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ805",
    name: "duplicate-name",
    title: "two names in one place are the same, or differ only in case",
    severity: Severity::Error,
    explanation: "In PostgreSQL and SQLite an index shares its schema with all others, so that a second one of its name fails. \
                  Columns and tables that differ only in case are the same to MySQL on some machines, to SQLite, and to \
                  everything that forgets the quotes.",
    recipe: &[Step::say(
        "Choose another name; a naming convention with the table's name in it makes none twice.",
    )],
    check,
    ..Rule::BASE
};

fn check(look: &Look<'_>, change: &Change) -> Vec<Draft> {
    let mut drafts = vec![];
    for (table, index) in look.new_indexes(change) {
        let Some(name) = &index.name else { continue };
        let same = look.head.tables.iter().find(|other| {
            other.schema == table.schema
                && other.name != table.name
                && other.indexes.iter().any(|one| one.name.as_ref() == Some(name))
        });
        if let Some(other) = same {
            let message =
                format!("index `{name}` of `{}` has the name of one of `{}`", table.name, other.name);
            drafts.push(Draft::new(message).on([Dialect::Postgresql, Dialect::Sqlite]));
        }
    }
    for (table, column) in look.new_columns(change) {
        let same = |other: &&belljar_schema::Column| {
            other.name != column.name && other.name.to_lowercase() == column.name.to_lowercase()
        };
        if let Some(other) = table.columns.iter().find(same) {
            let message = format!(
                "columns `{}` and `{}` of `{}` differ only in case",
                column.name, other.name, table.name
            );
            drafts.push(Draft::new(message).at(column.place.as_ref()));
        }
    }
    if let Some(table) = new_table(change) {
        let same = |other: &&belljar_schema::Table| {
            other.schema == table.schema
                && other.name != table.name
                && other.name.to_lowercase() == table.name.to_lowercase()
        };
        if let Some(other) = look.head.tables.iter().find(same) {
            drafts.push(Draft::new(format!(
                "tables `{}` and `{}` differ only in case",
                table.name, other.name
            )));
        }
    }
    drafts
}
