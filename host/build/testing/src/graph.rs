//! The contents of a lineage graph, as lines to compare.

use belljar_lineage::graph::{Direction, EdgeKind, Graph, WalkLimits};

/// The inputs of a dataset's columns, as lines: `column: from, from` in order, with `=` before unchanged values and `+`
/// before aggregates.
pub fn column_sources(graph: &Graph, id: &str) -> Vec<String> {
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

/// The inputs that filter and join the rows of a dataset: `kind column`.
pub fn rows(graph: &Graph, id: &str) -> Vec<String> {
    let dataset = graph.find(id).expect("a dataset");
    let mut all: Vec<String> = graph
        .into_whole(dataset)
        .iter()
        .map(|edge| format!("{} {}", format!("{:?}", edge.kind).to_lowercase(), graph.label(edge.from)))
        .collect();
    all.sort();
    all
}

/// All points that a column reaches, as labels.
pub fn downstream(graph: &Graph, id: &str, column: &str) -> Vec<String> {
    let dataset = graph.find(id).expect("a dataset");
    let start = graph.find_column(dataset, column).expect("a column");
    let reached = graph.walk(start, Direction::Downstream, WalkLimits::default(), &|_| true);
    reached.iter().map(|one| graph.label(one.point)).collect()
}
