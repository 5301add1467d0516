//! What a lineage graph says, as lines to compare.

use belljar_lineage::graph::{Direction, EdgeKind, Graph, Limits};

/// What a dataset is made from, as lines: `column: from, from` in its order, `=` before what is handed on as it is, `+`
/// before an aggregate; what decides over rows behind `rows`.
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

/// What decides over the rows of a dataset: `kind column`.
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

/// All that a column reaches, as labels.
pub fn downstream(graph: &Graph, id: &str, column: &str) -> Vec<String> {
    let dataset = graph.find(id).expect("a dataset");
    let start = graph.find_column(dataset, column).expect("a column");
    let reached = graph.walk(start, Direction::Downstream, Limits::default(), &|_| true);
    reached.iter().map(|one| graph.label(one.point)).collect()
}
