use std::collections::{BTreeMap, BTreeSet};

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
        if let Some(other) = look.other_with_index(table, name) {
            let message = format!("index `{name}` of `{}` has the name of one of `{other}`", table.name);
            drafts.push(Draft::new(message).on([Dialect::Postgresql, Dialect::Sqlite]));
        }
    }
    let columns = look.new_columns(change);
    let mut folded: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    if let Some((table, _)) = columns.first() {
        for column in &table.columns {
            folded.entry(column.name.to_lowercase()).or_default().insert(&column.name);
        }
    }
    for (table, column) in columns {
        let names = folded.get(&column.name.to_lowercase());
        if let Some(other) = names.and_then(|names| names.iter().find(|name| **name != column.name)) {
            let message =
                format!("columns `{}` and `{other}` of `{}` differ only in case", column.name, table.name);
            drafts.push(Draft::new(message).at(column.place.as_ref()));
        }
    }
    if let Some((table, other)) = new_table(change).and_then(|table| Some((table, look.namesake(table)?))) {
        drafts.push(Draft::new(format!("tables `{}` and `{other}` differ only in case", table.name)));
    }
    drafts
}
