//! The catalog: columns of the warehouse at the time of `dbt docs generate`.

use std::collections::BTreeMap;

use belljar_schema::{Diagnostic, Severity};
use serde::Deserialize;

/// Columns in order, with their types; by the id of a node.
pub(super) type Catalog = BTreeMap<String, Vec<(String, Option<String>)>>;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Whole {
    nodes: BTreeMap<String, Entry>,
    sources: BTreeMap<String, Entry>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    columns: BTreeMap<String, Column>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Column {
    name: Option<String>,
    #[serde(rename = "type")]
    ty: Option<String>,
    index: Option<i64>,
}

/// Reads a catalog; a damaged one gives a diagnostic and no columns.
pub(super) fn parse_catalog(bytes: &[u8], diagnostics: &mut Vec<Diagnostic>) -> Catalog {
    let whole: Whole = match serde_json::from_slice(bytes) {
        Ok(whole) => whole,
        Err(error) => {
            let text = format!("the catalog is damaged, and was not used: {error}");
            let diagnostic = Diagnostic::new(Severity::Error, "catalog-damaged", text);
            diagnostics.push(diagnostic.hint("generate it again with `dbt docs generate`"));
            return Catalog::new();
        }
    };
    let all = whole.nodes.into_iter().chain(whole.sources);
    all.map(|(id, entry)| {
        let mut columns: Vec<(String, Column)> = entry.columns.into_iter().collect();
        columns.sort_by(|(a, one), (b, other)| (one.index, a).cmp(&(other.index, b)));
        let named = columns.into_iter().map(|(key, column)| (column.name.unwrap_or(key), column.ty));
        (id, named.collect())
    })
    .collect()
}
