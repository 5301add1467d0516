//! What the guest is told.

use std::collections::BTreeSet;

use belljar_diff::Change;
use belljar_schema::{Document, NamedType, Table};
use serde::Serialize;
use serde_json::Value;

use crate::{Request, pieces};

/// See `guest/belljar_guest/render/job.py`.
#[derive(Serialize)]
struct Job<'a> {
    render: Rendering<'a>,
}

#[derive(Serialize)]
struct Rendering<'a> {
    base: Side<'a>,
    head: Side<'a>,
    changes: &'a [Change],
    dialects: [&'a str; 1],
    script: bool,
}

#[derive(Serialize)]
struct Side<'a> {
    tables: Vec<&'a Table>,
    types: &'a [NamedType],
    /// `schema` and `name` of all other tables, which foreign keys may refer to.
    others: Vec<(Option<&'a str>, &'a str)>,
}

type Name<'a> = (Option<&'a str>, &'a str);

/// The job as the guest reads it.
pub(crate) fn encode(request: Request<'_>, script: bool) -> Vec<u8> {
    let renamed = belljar_diff::renamed(request.base, request.diff);
    let base = renamed.as_ref().unwrap_or(request.base);
    let mut wanted: BTreeSet<Name<'_>> = BTreeSet::new();
    for change in &request.diff.changes {
        wanted.extend([Some(&change.path), change.was.as_ref()].into_iter().flatten().map(|path| {
            let schema: Option<&str> = path.schema.as_deref();
            (schema, path.name.as_str())
        }));
    }
    // Columns of a type that changes.
    let touched: BTreeSet<&str> = base
        .types
        .iter()
        .chain(&request.head.types)
        .filter(|ty| wanted.contains(&(ty.schema.as_deref(), ty.name.as_str())))
        .flat_map(|ty| ty.columns.iter().filter_map(|column| Some(column.rsplit_once('.')?.0)))
        .collect();
    let rendering = Rendering {
        base: side(base, &wanted, &touched),
        head: side(request.head, &wanted, &touched),
        changes: &request.diff.changes,
        dialects: [request.dialect],
        script,
    };
    // No map in it has keys that are no strings.
    let mut job = serde_json::to_value(Job { render: rendering }).unwrap_or_default();
    let refused = pieces::refused(&job, request.dialect);
    if let Some(Value::Object(rendering)) = job.get_mut("render") {
        rendering.insert("refused".to_owned(), refused.into_iter().collect());
    }
    serde_json::to_vec(&job).unwrap_or_default()
}

fn side<'a>(document: &'a Document, wanted: &BTreeSet<Name<'a>>, touched: &BTreeSet<&str>) -> Side<'a> {
    let name = |table: &'a Table| (table.schema.as_deref(), table.name.as_str());
    let is_touched = |table: &Table| match &table.schema {
        Some(schema) => touched.contains(format!("{schema}.{}", table.name).as_str()),
        None => touched.contains(table.name.as_str()),
    };
    let (tables, others): (Vec<&Table>, Vec<&Table>) =
        document.tables.iter().partition(|table| wanted.contains(&name(table)) || is_touched(table));
    Side { tables, types: &document.types, others: others.into_iter().map(name).collect() }
}
