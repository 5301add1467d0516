//! Renders a graph, or the part reachable from a point: [`Tree`] as text, [`Summary`], [`Mermaid`], [`Dot`], and
//! [`openlineage`].
//!
//! All text from artefacts is escaped for its format. The same graph and selection give the same bytes. Mermaid and DOT
//! need no crate: a statement is a name, an arrow and a label, and the difficult part is the escaping.

mod dot;
mod mermaid;
pub mod openlineage;
mod summary;
mod tree;

use std::collections::BTreeSet;

pub use dot::Dot;
pub use mermaid::Mermaid;
pub use summary::Summary;
pub use tree::Tree;

use crate::graph::{ColumnId, DatasetId, Direction, Edge, EdgeKind, Graph, Point, WalkLimits};

/// The part of a graph to render.
#[derive(Debug, Clone)]
pub struct Selection<'a> {
    /// The graph that contains the selection.
    pub graph: &'a Graph,
    /// Edges in the order of the graph.
    pub edges: Vec<&'a Edge>,
    /// Points without edges, such as an isolated start.
    pub points: Vec<Point>,
    /// Number of edges that a limit omitted.
    pub left_out: usize,
}

impl<'a> Selection<'a> {
    /// All of a graph, up to a number of edges.
    pub fn all(graph: &'a Graph, most: usize) -> Self {
        let edges: Vec<&Edge> = graph.edges().iter().take(most).collect();
        let left_out = graph.edges().len() - edges.len();
        let points = graph.iter().map(|(id, _)| Point::whole(id)).collect();
        Self { graph, edges, points, left_out }
    }

    /// The part that leads to a point, or from it: edges with both ends reached. Foreign keys are followed if `keys` is
    /// set.
    pub fn around(
        graph: &'a Graph,
        start: Point,
        direction: Direction,
        limits: WalkLimits,
        keys: bool,
    ) -> Self {
        let follow = |edge: &Edge| keys || edge.kind != EdgeKind::Key;
        let reached = graph.walk(start, direction, limits, &follow);
        let mut points: BTreeSet<Point> = reached.iter().map(|one| one.point).collect();
        points.insert(start);
        let is_reached = |point: Point| points.contains(&point) || is_within(point, start);
        let datasets: BTreeSet<DatasetId> = points.iter().map(|point| point.dataset).collect();
        // A reader of a dataset that uses unknown columns reads every column.
        let is_reached =
            |point: Point| is_reached(point) || (point.column.is_none() && datasets.contains(&point.dataset));
        let edges = graph.edges().iter().filter(|edge| follow(edge));
        let edges = edges.filter(|edge| is_reached(edge.from) && is_reached(edge.to)).collect();
        Self { graph, edges, points: vec![start], left_out: 0 }
    }

    /// The union of two selections.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.edges.extend(other.edges);
        self.edges.sort_by_key(|edge| (edge.to, edge.from, edge.kind));
        self.edges.dedup_by(|one, other| std::ptr::eq(*one, *other));
        self.points.extend(other.points);
        self.left_out += other.left_out;
        self
    }

    /// The selected datasets, each with its selected columns.
    fn datasets(&self) -> Vec<(DatasetId, Vec<ColumnId>)> {
        let ends = self.edges.iter().flat_map(|edge| [edge.from, edge.to]);
        let all: BTreeSet<Point> = ends.chain(self.points.iter().copied()).collect();
        let mut out: Vec<(DatasetId, Vec<ColumnId>)> = Vec::new();
        for point in all {
            if out.last().is_none_or(|(dataset, _)| *dataset != point.dataset) {
                out.push((point.dataset, Vec::new()));
            }
            if let (Some((_, columns)), Some(column)) = (out.last_mut(), point.column) {
                columns.push(column);
            }
        }
        out
    }
}

/// The column that stands for the whole dataset.
fn is_within(point: Point, whole: Point) -> bool {
    whole.column.is_none() && point.dataset == whole.dataset
}

/// The label of a kind of edge.
fn kind(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Identity => "identity",
        EdgeKind::Transformation => "transformation",
        EdgeKind::Aggregation => "aggregation",
        EdgeKind::Filter => "filter",
        EdgeKind::Join => "join",
        EdgeKind::Group => "group",
        EdgeKind::Sort => "sort",
        EdgeKind::Key => "key",
        EdgeKind::Named => "named",
        EdgeKind::Reads => "reads",
    }
}
