//! A small diagram of what a change touches, for a comment on it.

use std::collections::{BTreeMap, BTreeSet};

use belljar_dialect::Database;
use belljar_schema::{Document, Table};

use crate::{
    build::{Columns, Selection},
    model::{Diagram, Mark},
    write::{Format, write},
};

/// The maximum size in bytes. A page for a comment has 60,000, and findings come first.
const MOST_BYTES: usize = 8_000;

/// The maximum number of tables; a diagram of more explains nothing at the width of a comment.
const MOST_TABLES: usize = 24;

/// What a change does to the tables that it touches, by schema and name.
pub type Touches = BTreeMap<(Option<String>, String), Touch>;

/// What a change does to a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touch {
    /// What happens to the table.
    pub mark: Mark,
    /// What happens to its columns.
    pub columns: BTreeMap<String, Mark>,
}

/// The touched tables with their changed columns and their neighbours, in Mermaid; with less detail if that is too
/// large, and `None` if nothing is touched or even the touched tables alone are too many.
pub fn mermaid_of_change(base: &Document, head: &Document, touches: &Touches) -> Option<String> {
    if touches.is_empty() || touches.len() > MOST_TABLES {
        return None;
    }
    let whole = with_dropped(base, head, touches);
    let attempts = [(1, true), (0, true), (0, false)];
    attempts.into_iter().find_map(|(depth, has_columns)| {
        let diagram = diagram(&whole, touches, depth, has_columns);
        let text = write(&diagram, Format::Mermaid);
        (diagram.entities.len() <= MOST_TABLES && text.len() <= MOST_BYTES).then_some(text)
    })
}

/// The head, with the tables and columns that it drops.
fn with_dropped(base: &Document, head: &Document, touches: &Touches) -> Document {
    let mut whole = head.clone();
    for table in &base.tables {
        let Some(touch) = touches.get(&(table.schema.clone(), table.name.clone())) else { continue };
        let same = |other: &&mut Table| (&other.schema, &other.name) == (&table.schema, &table.name);
        match whole.tables.iter_mut().find(same) {
            Some(kept) => {
                let is_dropped = |name: &String| touch.columns.get(name) == Some(&Mark::Dropped);
                let dropped = table.columns.iter().filter(|column| is_dropped(&column.name));
                kept.columns.extend(dropped.cloned());
            }
            None => whole.tables.push(table.clone()),
        }
    }
    whole
}

fn diagram(whole: &Document, touches: &Touches, depth: usize, has_columns: bool) -> Diagram {
    let key = |schema: Option<&str>, name: &str| (schema.map(str::to_owned), name.to_owned());
    let is_touched = |schema: Option<&str>, name: &str| touches.contains_key(&key(schema, name));
    let selection = Selection {
        chosen: Some(&is_touched),
        depth,
        columns: Columns::All,
        grouping: None,
        database: Database::Postgresql,
    };
    let mut diagram = Diagram::new(whole, selection);
    for entity in &mut diagram.entities {
        let touch = touches.get(&key(entity.schema.as_deref(), &entity.name));
        entity.marks.extend(touch.map(|touch| touch.mark));
        let changed: BTreeSet<&String> = touch.iter().flat_map(|touch| touch.columns.keys()).collect();
        // A new table is shown with its keys; all its columns are in the code.
        let is_new = touch.is_some_and(|touch| touch.mark == Mark::Added);
        entity.rows.retain(|row| {
            has_columns
                && touch.is_some()
                && (row.primary || changed.contains(&row.name) || is_new && row.foreign)
        });
        for row in &mut entity.rows {
            row.mark = touch.and_then(|touch| touch.columns.get(&row.name)).copied();
        }
    }
    diagram
}
