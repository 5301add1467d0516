use std::fmt;

use belljar_schema::Certainty;
use belljar_text::safe;

use super::{Selection, kind};
use crate::graph::Point;

/// A Mermaid flow chart, which GitHub and GitLab draw: datasets as subgraphs of their columns. Nodes have numbers as
/// names, so no text of an artefact is syntax.
#[derive(Debug, Clone, Copy)]
pub struct Mermaid<'a>(pub &'a Selection<'a>);

impl fmt::Display for Mermaid<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let graph = self.0.graph;
        writeln!(out, "flowchart LR")?;
        for (id, columns) in self.0.datasets() {
            let Some(dataset) = graph.dataset(id) else { continue };
            if columns.is_empty() {
                writeln!(out, "    d{}[\"{}\"]", id.0, escaped(&dataset.name))?;
                continue;
            }
            writeln!(out, "    subgraph d{}[\"{}\"]", id.0, escaped(&dataset.name))?;
            for column in columns {
                let point = Point { dataset: id, column: Some(column) };
                let name = graph.column(point).map_or("", |column| column.name.as_str());
                writeln!(out, "        d{}c{}[\"{}\"]", id.0, column.0, escaped(name))?;
            }
            writeln!(out, "    end")?;
        }
        for edge in &self.0.edges {
            let arrow = if edge.certainty == Certainty::Certain { "-->" } else { "-.->" };
            writeln!(out, "    {} {arrow}|{}| {}", node(edge.from), kind(edge.kind), node(edge.to))?;
        }
        if self.0.left_out > 0 {
            writeln!(out, "    %% {} more edges are omitted", self.0.left_out)?;
        }
        Ok(())
    }
}

fn node(point: Point) -> String {
    match point.column {
        Some(column) => format!("d{}c{}", point.dataset.0, column.0),
        None => format!("d{}", point.dataset.0),
    }
}

/// A quoted string: characters with a meaning in Mermaid, HTML or Markdown become numeric entities.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in safe(text).chars() {
        if letter.is_alphanumeric() || matches!(letter, ' ' | '_' | '.' | '-' | '/' | ':' | ',' | '(' | ')') {
            out.push(letter);
        } else {
            out.extend(["#", &u32::from(letter).to_string(), ";"]);
        }
    }
    if out.is_empty() { " ".to_owned() } else { out }
}
