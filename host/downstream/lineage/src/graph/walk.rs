use std::collections::{BTreeSet, VecDeque};

use belljar_schema::Certainty;

use super::{Edge, EdgeKind, Graph, Point};

/// Which way to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To what it is made from.
    Upstream,
    /// To what is made from it.
    Downstream,
}

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Steps away from the start.
    pub depth: usize,
    /// Points that are reached; the rest is left out.
    pub points: usize,
}

impl Default for Limits {
    /// All of it: a graph is as large as what was read.
    fn default() -> Self {
        Self { depth: usize::MAX, points: usize::MAX }
    }
}

/// One step of a path.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// The edge.
    pub edge: &'a Edge,
    /// Where it leads, in the direction of the walk.
    pub to: Point,
}

/// A point that a walk came to.
#[derive(Debug, Clone)]
pub struct Reached<'a> {
    /// Where.
    pub point: Point,
    /// A shortest path from the start, first step first; of several the first in the graph's order.
    pub path: Vec<Step<'a>>,
    /// The least sure of the path's edges and of the datasets on it.
    pub certainty: Certainty,
}

/// How a point was come to: the step, and the index of the point before it.
struct Visit<'a> {
    point: Point,
    step: Option<(Step<'a>, usize)>,
    depth: usize,
    certainty: Certainty,
}

impl Graph {
    /// All that is reached from a point, nearest first and then in the graph's order, each with a shortest path. Every
    /// point is come to once, so cycles end.
    ///
    /// What reaches a dataset as a whole (a filter, a join) goes on from all of its columns. Foreign keys are followed only
    /// where `follow` says so.
    pub fn walk<'a>(
        &'a self,
        start: Point,
        direction: Direction,
        limits: Limits,
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

    /// Edges that go on from a point, with where they lead.
    pub(crate) fn next<'a>(
        &'a self,
        from: Point,
        direction: Direction,
    ) -> Box<dyn Iterator<Item = (&'a Edge, Point)> + 'a> {
        match direction {
            Direction::Downstream => {
                // What reads a dataset, and nobody can tell what of it, may read every column.
                let whole = from.column.map(|_| self.out_of_whole(from.dataset));
                let reads = whole.into_iter().flatten().filter(|edge| edge.kind == EdgeKind::Reads);
                Box::new(self.out_of(from).chain(reads).map(|edge| (edge, edge.to)))
            }
            Direction::Upstream => {
                // What decides over rows decides over every column of them.
                let rows = from.column.map_or(&[][..], |_| self.into_whole(from.dataset));
                Box::new(self.into(from).iter().chain(rows).map(|edge| (edge, edge.from)))
            }
        }
    }
}

/// The path to a visited point, read back from its end.
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
