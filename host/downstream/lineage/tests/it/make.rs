//! Small graphs, and how they read.

use belljar_lineage::{
    Builder, Dialect, Input,
    graph::{Graph, Kind, Point, Relation, System},
    input::{InputColumn, Sql},
};

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

/// What a dataset is made from, as lines: `column: from, from` in its order, `=` before what is handed on as it is, `+`
/// before an aggregate; what decides over rows behind `rows`.
pub(crate) fn told(graph: &Graph, id: &str) -> Vec<String> {
    use belljar_lineage::graph::EdgeKind;
    let dataset = graph.find(id).unwrap_or_else(|| panic!("no dataset {id}"));
    let of = graph.dataset(dataset).expect("it was found");
    let mut lines = Vec::new();
    for column in &of.columns {
        let point = graph.find_column(dataset, &column.name).expect("its own column");
        let from: Vec<String> = graph
            .into(point)
            .iter()
            .filter(|edge| edge.kind.is_direct())
            .map(|edge| {
                let mark = match edge.kind {
                    EdgeKind::Identity => "=",
                    EdgeKind::Aggregation => "+",
                    _ => "",
                };
                format!("{mark}{}", graph.label(edge.from))
            })
            .collect();
        lines.push(format!("{}: {}", column.name, from.join(", ")).trim_end().to_owned());
    }
    lines
}

/// What decides over the rows of a dataset: `kind column`.
pub(crate) fn rows(graph: &Graph, id: &str) -> Vec<String> {
    let dataset = graph.find(id).expect("a dataset");
    let mut all: Vec<String> = graph
        .into_whole(dataset)
        .iter()
        .map(|edge| format!("{} {}", format!("{:?}", edge.kind).to_lowercase(), graph.label(edge.from)))
        .collect();
    all.sort();
    all
}

/// The lineage of one query over tables.
pub(crate) fn query(dialect: Dialect, tables: &[&str], sql: &str) -> Vec<String> {
    let graph = query_graph(dialect, tables, sql);
    assert!(graph.report().unknowns.is_empty(), "not understood: {:#?}", graph.report().unknowns);
    told(&graph, "model.m")
}

pub(crate) fn query_graph(dialect: Dialect, tables: &[&str], sql: &str) -> Graph {
    let tables = tables.iter().map(|text| table(text, dialect));
    graph(tables.chain([model("m", sql, dialect)]))
}

/// All that a column reaches, as labels.
pub(crate) fn downstream(graph: &Graph, id: &str, column: &str) -> Vec<String> {
    use belljar_lineage::graph::{Direction, Limits};
    let dataset = graph.find(id).expect("a dataset");
    let start = graph.find_column(dataset, column).expect("a column");
    let reached = graph.walk(start, Direction::Downstream, Limits::default(), &|_| true);
    reached.iter().map(|one| graph.label(one.point)).collect()
}

#[expect(dead_code, reason = "for tests that ask for a point")]
pub(crate) fn point(graph: &Graph, id: &str, column: &str) -> Point {
    graph.find_column(graph.find(id).expect("a dataset"), column).expect("a column")
}
