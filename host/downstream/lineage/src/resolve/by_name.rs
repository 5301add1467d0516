//! Joins relations of a warehouse to tables of the application by name, if no replication is described.
//!
//! Such a join is likely and never certain. It is only attempted if no replication is described at all: a description
//! that does not match is an error to report, and no reason to guess.

use std::collections::{BTreeMap, BTreeSet};

use belljar_schema::Certainty;

use super::{catalog::Datasets, trees::Trees};
use crate::{
    Dialect, Input,
    graph::{EdgeKind, Kind, Relation, System},
    input::{InputColumn, InputEdge, Target},
};

/// Prefixes that loaders and their users add to the name of a table.
const PREFIXES: &[&str] =
    &["airbyteraw", "raw", "src", "source", "stg", "dbo", "public", "cdc", "ods", "landing"];

/// Suffixes of that kind.
const SUFFIXES: &[&str] =
    &["raw", "src", "source", "cdc", "latest", "current", "history", "scd", "view", "replica"];

/// The maximum number of relations for a table, and of tables for a relation.
const MOST: usize = 16;

/// Datasets to add, and pairs of a replicated table and a dataset that describes or reads it: indices of both, the new
/// ones after the old.
pub(super) struct ByName {
    pub(super) added: Vec<Input>,
    pub(super) links: Vec<(usize, usize)>,
}

/// Letters and digits only: `OrderItems`, `order_items` and `"Order Items"` are the same name.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|one| one.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How well a name matches that of a table; lower is better.
fn fit(name: &str, schema: Option<&str>, relation: &Relation) -> Option<u8> {
    let (table, wanted) = (plain(name), plain(relation.name()));
    if table.is_empty() {
        return None;
    }
    let given: Vec<String> = relation.parts.iter().rev().skip(1).map(|part| plain(part)).collect();
    let schema = schema.map(plain);
    if wanted == table {
        let is_schema = schema.as_ref().is_some_and(|schema| given.first() == Some(schema));
        return Some(u8::from(!is_schema));
    }
    // The schema may be part of the name.
    if schema.is_some_and(|schema| wanted == schema + &table) {
        return Some(1);
    }
    let bare = |text: &str| {
        let before = text.strip_suffix(&table).filter(|rest| PREFIXES.contains(rest));
        let behind = text.strip_prefix(&table).filter(|rest| SUFFIXES.contains(rest));
        before.or(behind).is_some()
    };
    bare(&wanted).then_some(2)
}

pub(super) fn find(inputs: &[Input], trees: &Trees, datasets: &Datasets) -> ByName {
    let mut found = ByName { added: Vec::new(), links: Vec::new() };
    let tables: Vec<&Input> = inputs
        .iter()
        .filter(|one| matches!(one.kind, Kind::ApplicationTable | Kind::ApplicationView))
        .collect();
    if tables.is_empty() || inputs.iter().any(|one| one.system == System::Landing) {
        return found;
    }
    let mut by_plain: BTreeMap<String, Vec<&Input>> = BTreeMap::new();
    for table in &tables {
        let (name, schema) = own_name(table);
        let name = plain(name);
        if let Some(schema) = schema {
            by_plain.entry(plain(schema) + &name).or_default().push(table);
        }
        by_plain.entry(name).or_default().push(table);
    }
    for (relation, (described, dialect)) in entries(inputs, trees, datasets) {
        let tables = fitting(&relation, &by_plain);
        if tables.is_empty() {
            continue;
        }
        let reader = described.unwrap_or_else(|| {
            found.added.push(outside(&relation, dialect));
            inputs.len() + found.added.len() - 1
        });
        for table in tables.into_iter().take(MOST) {
            let names = inputs.get(reader).map(|input| input.columns.as_slice()).unwrap_or_default();
            found.links.push((inputs.len() + found.added.len(), reader));
            found.added.push(replicated(table, &relation, names));
        }
    }
    found
}

/// The name and the schema of a table.
fn own_name(table: &Input) -> (&str, Option<&str>) {
    let parts = table.relations.first().map(|one| one.parts.as_slice()).unwrap_or_default();
    match parts {
        [.., schema, name] => (name, Some(schema)),
        [name] => (name, None),
        [] => ("", None),
    }
}

/// The tables that match a relation best.
fn fitting<'i>(relation: &Relation, by_plain: &BTreeMap<String, Vec<&'i Input>>) -> Vec<&'i Input> {
    let wanted = plain(relation.name());
    let before = PREFIXES.iter().filter_map(|prefix| wanted.strip_prefix(prefix));
    let behind = SUFFIXES.iter().filter_map(|suffix| wanted.strip_suffix(suffix));
    let names = std::iter::once(wanted.as_str()).chain(before).chain(behind);
    let mut ranked: Vec<(u8, &Input)> = names
        .filter_map(|name| by_plain.get(name))
        .flatten()
        .filter_map(|table| {
            let (name, schema) = own_name(table);
            Some((fit(name, schema, relation)?, *table))
        })
        .collect();
    let best = ranked.iter().map(|(rank, _)| *rank).min();
    ranked.retain(|(rank, _)| Some(*rank) == best);
    let mut tables: Vec<&Input> = ranked.into_iter().map(|(_, table)| table).collect();
    tables.sort_by(|one, other| one.id.cmp(&other.id));
    tables.dedup_by(|one, other| one.id == other.id);
    tables
}

/// Relations at which data enters: each with the dataset that describes it, if there is one, and the dialect of its
/// readers.
fn entries(
    inputs: &[Input],
    trees: &Trees,
    datasets: &Datasets,
) -> BTreeMap<Relation, (Option<usize>, Dialect)> {
    let mut found: BTreeMap<Relation, (Option<usize>, Dialect)> = BTreeMap::new();
    let mut seen: BTreeSet<Vec<String>> = BTreeSet::new();
    for (at, input) in inputs.iter().enumerate() {
        if matches!(input.kind, Kind::Source | Kind::Declaration)
            && let Some(relation) = input.relations.first()
        {
            found.insert(relation.clone(), (Some(at), input.dialect));
        }
    }
    for (at, input) in inputs.iter().enumerate().filter(|(_, one)| one.system != System::Application) {
        let scopes = input.expressions.iter().flat_map(|one| &one.scope).map(|(_, target)| target);
        let edges = input.edges.iter().map(|edge| &edge.from);
        let named = input.reads.iter().chain(&input.stars).chain(edges).chain(scopes);
        let named = named.filter_map(|target| match target {
            Target::Relation(relation) => Some(relation),
            Target::Id(_) => None,
        });
        for relation in trees.names(at).iter().chain(named) {
            let key = relation.parts.iter().map(|part| part.to_lowercase()).collect();
            if datasets.relation(relation, input, Some(at)).is_none() && seen.insert(key) {
                found.entry(relation.clone()).or_insert((None, input.dialect));
            }
        }
    }
    found
}

/// A relation that is only named in SQL.
fn outside(relation: &Relation, dialect: Dialect) -> Input {
    let name = relation.to_string();
    let id = format!("external:{}", name.to_lowercase());
    let mut input = Input::new(id, System::Elsewhere, Kind::External, name);
    input.relations = vec![relation.clone()];
    // As its readers write it.
    input.dialect = dialect;
    input
}

/// The replicated table with its likely name. Known columns of the relation decide how names are written.
fn replicated(table: &Input, relation: &Relation, known: &[InputColumn]) -> Input {
    let id = format!("by-name:{relation}:{}", table.id);
    let mut input = Input::new(id, System::Landing, Kind::LandedTable, relation.to_string());
    input.dialect = table.dialect;
    input.place.clone_from(&table.place);
    let is_raw = plain(relation.name()).starts_with("airbyteraw");
    let service = if is_raw { "airbyte" } else { "not described; joined by name" };
    input.facts = vec![("service".to_owned(), service.to_owned())];
    if is_raw {
        raw_rows(table, &mut input);
    }
    for column in &table.columns {
        let there = known.iter().find(|one| plain(&one.name) == plain(&column.name));
        let name = there.map_or_else(|| column.name.clone(), |one| one.name.clone());
        // Loaders write `createdAt` like this; the readers show which form is used.
        let other = Some(snake(&column.name)).filter(|other| there.is_none() && *other != name);
        for name in std::iter::once(name).chain(other) {
            let edge = InputEdge::new(
                Target::Id(table.id.clone()),
                Some(&column.name),
                Some(&name),
                EdgeKind::Identity,
            );
            input.edges.push(InputEdge { certainty: Certainty::Likely, ..edge });
            input.columns.push(InputColumn {
                nullable: column.nullable,
                place: column.place.clone(),
                certainty: Certainty::Likely,
                ..InputColumn::new(name)
            });
        }
    }
    input.stars = vec![Target::Id(table.id.clone())];
    input
}

/// Airbyte's raw tables hold each row as one JSON value, and the columns of the service. Other columns show that a
/// table only has such a name. <https://docs.airbyte.com/platform/using-airbyte/core-concepts/typing-deduping>
fn raw_rows(table: &Input, input: &mut Input) {
    const DATA: &str = "_airbyte_data";
    let own = [
        "_airbyte_raw_id",
        "_airbyte_ab_id",
        "_airbyte_extracted_at",
        "_airbyte_emitted_at",
        "_airbyte_loaded_at",
    ];
    let column = |name: &str| InputColumn { certainty: Certainty::Likely, ..InputColumn::new(name) };
    input.columns = std::iter::once(DATA).chain(own).map(column).collect();
    for column in &table.columns {
        let from = Target::Id(table.id.clone());
        let edge = InputEdge::new(from, Some(&column.name), Some(DATA), EdgeKind::Transformation);
        input.edges.push(InputEdge { certainty: Certainty::Likely, ..edge });
    }
}

/// Converts camel case to snake case: `createdAt` becomes `created_at`.
fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut before = '_';
    for one in name.chars() {
        if one.is_uppercase() && before.is_lowercase() {
            out.push('_');
        }
        out.extend(one.to_lowercase());
        before = one;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_one_and_names_that_are_not() {
        let fits = |table: &str, schema: Option<&str>, relation: &str| {
            fit(table, schema, &Relation::parse(relation))
        };
        for (table, schema, relation, expected) in [
            ("orders", None, "raw.public.orders", Some(1)),
            ("orders", Some("shop"), "raw.shop.orders", Some(0)),
            ("orders", None, "RAW.PUBLIC.ORDERS", Some(1)),
            ("OrderItems", None, "raw.order_items", Some(1)),
            ("orders", Some("shop"), "raw.shop__orders", Some(1)),
            ("orders", None, "airbyte._airbyte_raw_orders", Some(2)),
            ("orders", None, "src_orders", Some(2)),
            ("orders", None, "orders_cdc", Some(2)),
            ("orders", None, "orders_eu", None),
            ("orders", None, "reorders", None),
            ("orders", None, "order", None),
            ("raw", None, "rawraw", Some(2)),
        ] {
            assert_eq!(fits(table, schema, relation), expected, "{table} and {relation}");
        }
        assert_eq!(snake("createdAt"), "created_at");
        assert_eq!(snake("ID"), "id");
    }
}
