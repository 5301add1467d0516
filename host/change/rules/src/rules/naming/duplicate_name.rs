use std::collections::{BTreeMap, BTreeSet};

use belljar_diff::Change;

use crate::rules::prelude::*;
use crate::taken::Owner;

pub(super) const RULE: Rule = Rule {
    code: "BJ805",
    name: "duplicate-name",
    title: "two names in one namespace are equal, or differ only in case",
    severity: Severity::Error,
    explanation: "In PostgreSQL an index shares its schema with all tables, views, sequences and other indexes, those \
                  of keys and unique constraints among them, and in SQLite with tables and views: a second one of its \
                  name fails. In every database two indexes of one table need different names, and so are two \
                  constraints of one table in PostgreSQL and two foreign keys of one database in MySQL. Columns and \
                  tables that differ only in case are equal in MySQL on some platforms, in SQLite, and wherever the \
                  quotes are omitted.",
    recipe: &[Step::advise(
        "Choose another name; a naming convention that includes the name of the table avoids duplicates.",
    )],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let mut drafts = taken(context, change);
    let columns = context.new_columns(change);
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
    if let Some((table, other)) = new_table(change).and_then(|table| Some((table, context.namesake(table)?)))
    {
        drafts.push(Draft::new(format!("tables `{}` and `{other}` differ only in case", table.name)));
    }
    drafts
}

/// What is called as something else is that it may not be.
fn taken(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let metadata = change.path.metadata.as_deref();
    let mut reported: BTreeSet<(String, String)> = BTreeSet::new();
    let mut drafts = vec![];
    for Named { kind, name, place } in new_names(context, change) {
        let alone = ["table", "view", "sequence", "type"].contains(&kind);
        let table = (!alone).then_some(change.path.name.as_str());
        let owner = Owner { metadata, schema: change.path.schema.as_deref(), table };
        for (other, dialects) in context.taken.others(kind, name, owner) {
            let own = table.map_or_else(|| kind.to_owned(), |table| format!("{kind} of `{table}`"));
            // Of two that come with one change, one is enough.
            if !reported.contains(&(name.to_owned(), own.clone()))
                && reported.insert((name.to_owned(), other.clone()))
            {
                let message = format!("`{name}` is the name of the {own}, and of the {other}");
                drafts.push(Draft::new(message).on(dialects.into_iter().collect::<Vec<_>>()).at(place));
            }
        }
    }
    drafts
}
