//! Small graphs.

use belljar_lineage::{
    Builder, Dialect, Input,
    graph::{Graph, Kind, Relation, System},
    input::{InputColumn, Sql},
};
use belljar_testing::graph::column_sources;

/// A table of which all columns are known: `db.schema.table(a, b)`.
pub(crate) fn table(text: &str, dialect: Dialect) -> Input {
    let (name, columns) = text.trim_end_matches(')').split_once('(').expect("a table with columns");
    let mut input = Input::new(format!("source.{name}"), System::Dbt, Kind::Source, name);
    input.relations = vec![Relation::parse(name)];
    input.dialect = dialect;
    let columns: Vec<&str> = columns.split(',').map(str::trim).filter(|one| !one.is_empty()).collect();
    // `…` at the end: there may be more.
    input.is_complete = columns.last() != Some(&"…");
    input.columns = columns.into_iter().filter(|one| *one != "…").map(InputColumn::new).collect();
    input
}

/// A model by its name and SQL.
pub(crate) fn model(name: &str, sql: &str, dialect: Dialect) -> Input {
    let mut input = Input::new(format!("model.{name}"), System::Dbt, Kind::Model, name);
    input.relations = vec![Relation::parse(name)];
    input.dialect = dialect;
    input.wants_sql = true;
    input.sql = Some(Sql { text: sql.to_owned(), lines: Vec::new() });
    input
}

pub(crate) fn graph(inputs: impl IntoIterator<Item = Input>) -> Graph {
    let mut builder = Builder::new();
    inputs.into_iter().for_each(|input| builder.add(input));
    builder.finish()
}

/// The lineage of one query over tables.
pub(crate) fn query(dialect: Dialect, tables: &[&str], sql: &str) -> Vec<String> {
    let graph = query_graph(dialect, tables, sql);
    assert!(graph.report().unknowns.is_empty(), "unresolved: {:#?}", graph.report().unknowns);
    column_sources(&graph, "model.m")
}

pub(crate) fn query_graph(dialect: Dialect, tables: &[&str], sql: &str) -> Graph {
    let tables = tables.iter().map(|text| table(text, dialect));
    graph(tables.chain([model("m", sql, dialect)]))
}
