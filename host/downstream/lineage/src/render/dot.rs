use std::fmt;

use belljar_schema::Certainty;
use belljar_text::safe;

use super::{Selection, kind};
use crate::graph::Point;

/// The Graphviz language: datasets as clusters of their columns. Nodes have numbers as names.
#[derive(Debug, Clone, Copy)]
pub struct Dot<'a>(pub &'a Selection<'a>);

impl fmt::Display for Dot<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let graph = self.0.graph;
        writeln!(out, "digraph lineage {{")?;
        writeln!(out, "  rankdir=LR; compound=true; node [shape=box];")?;
        for (id, columns) in self.0.datasets() {
            let Some(dataset) = graph.dataset(id) else { continue };
            writeln!(out, "  subgraph cluster_{} {{", id.0)?;
            writeln!(out, "    label={};", quoted(&dataset.name))?;
            // A dataset that is read as a whole has a node too, as the end of edges.
            writeln!(out, "    d{} [label=\"*\", shape=plaintext];", id.0)?;
            for column in columns {
                let point = Point { dataset: id, column: Some(column) };
                let name = graph.column(point).map_or("", |column| column.name.as_str());
                writeln!(out, "    d{}c{} [label={}];", id.0, column.0, quoted(name))?;
            }
            writeln!(out, "  }}")?;
        }
        for edge in &self.0.edges {
            let style = if edge.certainty == Certainty::Certain { "" } else { ", style=dashed" };
            let label = kind(edge.kind);
            writeln!(out, "  {} -> {} [label=\"{label}\"{style}];", node(edge.from), node(edge.to))?;
        }
        if self.0.left_out > 0 {
            writeln!(out, "  // {} more edges are omitted", self.0.left_out)?;
        }
        writeln!(out, "}}")
    }
}

fn node(point: Point) -> String {
    match point.column {
        Some(column) => format!("d{}c{}", point.dataset.0, column.0),
        None => format!("d{}", point.dataset.0),
    }
}

/// A quoted string with escaped quotes and backslashes: a backslash starts `\n`, `\N` and similar.
fn quoted(text: &str) -> String {
    format!("\"{}\"", safe(text).replace('\\', "\\\\").replace('"', "\\\""))
}
