use std::collections::{BTreeSet, VecDeque};

use belljar_schema::Certainty;

use super::{Edge, EdgeKind, Graph, Point};

/// The direction of a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From a dataset to what it reads.
    Upstream,
    /// From a dataset to its readers.
    Downstream,
}

/// Limits of a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WalkLimits {
    /// The maximum number of steps from the start.
    pub depth: usize,
    /// The maximum number of reached points; others are omitted.
    pub points: usize,
}

impl Default for WalkLimits {
    /// No limits: a graph is bounded by its input.
    fn default() -> Self {
        Self { depth: usize::MAX, points: usize::MAX }
    }
}

/// One step of a path.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// The edge of the step.
    pub edge: &'a Edge,
    /// The point that it leads to, in the direction of the walk.
    pub to: Point,
}

/// A point that a walk reached.
#[derive(Debug, Clone)]
pub struct Reached<'a> {
    /// The dataset or column that was reached.
    pub point: Point,
    /// A shortest path from the start, first step first; of several, the first in the order of the graph.
    pub path: Vec<Step<'a>>,
    /// The lowest certainty of the edges and datasets on the path.
    pub certainty: Certainty,
}

/// How a point was reached: the step, and the index of the point before it.
struct Visit<'a> {
    point: Point,
    step: Option<(Step<'a>, usize)>,
    depth: usize,
    certainty: Certainty,
}

impl Graph {
    /// All points reachable from a point, the nearest first and then in the order of the graph, each with a shortest
    /// path. Every point is visited once, so cycles end.
    ///
    /// From a dataset that is reached as a whole (by a filter, a join), the walk continues from all its columns.
    /// Foreign keys are followed only if `follow` returns true for them.
    pub fn walk<'a>(
        &'a self,
        start: Point,
        direction: Direction,
        limits: WalkLimits,
        follow: &dyn Fn(&Edge) -> bool,
    ) -> Vec<Reached<'a>> {
        let mut visits = vec![Visit { point: start, step: None, depth: 0, certainty: Certainty::Certain }];
        let mut seen = BTreeSet::from([start]);
        let mut queue = VecDeque::from([0usize]);
        while let Some(at) = queue.pop_front() {
            let Some(visit) = visits.get(at) else { break };
            let (from, depth, certainty) = (visit.point, visit.depth, visit.certainty);
            if depth >= limits.depth {
                continue;
            }
            for (edge, to) in self.next(from, direction) {
                if !follow(edge) || visits.len() > limits.points || !seen.insert(to) {
                    continue;
                }
                let of_dataset = self.dataset(to.dataset).map_or(Certainty::Certain, |one| one.certainty);
                queue.push_back(visits.len());
                visits.push(Visit {
                    point: to,
                    step: Some((Step { edge, to }, at)),
                    depth: depth + 1,
                    certainty: certainty.max(edge.certainty).max(of_dataset),
                });
            }
        }
        (1..visits.len()).filter_map(|index| reached(&visits, index)).collect()
    }

    /// Edges that continue from a point, with their ends.
    pub(crate) fn next<'a>(
        &'a self,
        from: Point,
        direction: Direction,
    ) -> Box<dyn Iterator<Item = (&'a Edge, Point)> + 'a> {
        match direction {
            Direction::Downstream => {
                // A reader of a dataset that uses unknown columns may read every column.
                let whole = from.column.map(|_| self.out_of_whole(from.dataset));
                let reads = whole.into_iter().flatten().filter(|edge| edge.kind == EdgeKind::Reads);
                Box::new(self.out_of(from).chain(reads).map(|edge| (edge, edge.to)))
            }
            Direction::Upstream => {
                // A filter affects every column.
                let rows = from.column.map_or(&[][..], |_| self.into_whole(from.dataset));
                Box::new(self.into(from).iter().chain(rows).map(|edge| (edge, edge.from)))
            }
        }
    }
}

/// The path to a visited point, reconstructed from its end.
fn reached<'a>(visits: &[Visit<'a>], index: usize) -> Option<Reached<'a>> {
    let last = visits.get(index)?;
    let mut path = Vec::with_capacity(last.depth);
    let mut at = last;
    while let Some((step, before)) = at.step {
        path.push(step);
        at = visits.get(before)?;
    }
    path.reverse();
    Some(Reached { point: last.point, path, certainty: last.certainty })
}
