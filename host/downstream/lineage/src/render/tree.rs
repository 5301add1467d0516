use std::{
    collections::BTreeSet,
    fmt::{self, Write},
};

use belljar_schema::Certainty;
use belljar_text::safe;

use super::kind;
use crate::graph::{Direction, Edge, EdgeKind, Graph, Point, WalkLimits};

/// The inputs or dependents of a point, as an indented tree. A point is expanded once; repetitions and cycles are
/// marked.
#[derive(Clone, Copy)]
pub struct Tree<'a> {
    /// The graph that contains the tree.
    pub graph: &'a Graph,
    /// The point at the root.
    pub start: Point,
    /// The direction of the tree.
    pub direction: Direction,
    /// Its maximum depth, and number of lines.
    pub limits: WalkLimits,
    /// Whether foreign keys are followed.
    pub keys: bool,
}

impl fmt::Display for Tree<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", safe(&self.graph.label(self.start)))?;
        let mut written = BTreeSet::from([self.start]);
        // Not recursive: a chain may be as long as the graph.
        let mut stack = vec![(self.next(self.start), 0)];
        let mut lines = 0;
        while let Some((edges, at)) = stack.last_mut() {
            let Some((edge, to)) = edges.get(*at).copied() else {
                stack.pop();
                continue;
            };
            let is_last = *at + 1 == edges.len();
            *at += 1;
            lines += 1;
            if lines > self.limits.points {
                return writeln!(out, "… and more");
            }
            let levels: Vec<bool> = stack.iter().map(|(edges, at)| *at < edges.len()).collect();
            let again = !written.insert(to);
            self.line(edge, to, &levels, is_last, again, out)?;
            if !again && stack.len() < self.limits.depth {
                stack.push((self.next(to), 0));
            }
        }
        Ok(())
    }
}

impl<'a> Tree<'a> {
    /// Edges to follow from a point, each with its end.
    fn next(&self, from: Point) -> Vec<(&'a Edge, Point)> {
        let follow = |edge: &Edge| self.keys || edge.kind != EdgeKind::Key;
        self.graph.next(from, self.direction).filter(|(edge, _)| follow(edge)).collect()
    }

    fn line(
        &self,
        edge: &Edge,
        to: Point,
        levels: &[bool],
        is_last: bool,
        again: bool,
        out: &mut dyn Write,
    ) -> fmt::Result {
        // Deeper levels are not indented further.
        const DEEPEST: usize = 60;
        let indent = levels.split_last().map_or(&[][..], |(_, outer)| outer);
        for goes_on in indent.iter().take(DEEPEST) {
            out.write_str(if *goes_on { "│  " } else { "   " })?;
        }
        out.write_str(if is_last { "└─ " } else { "├─ " })?;
        write!(out, "{}  {}", safe(&self.graph.label(to)), kind(edge.kind))?;
        if edge.star {
            out.write_str(" by star")?;
        }
        match edge.certainty {
            Certainty::Certain => {}
            Certainty::Likely => out.write_str("  likely")?,
            Certainty::CannotTell => out.write_str("  undetermined")?,
        }
        if let Some(place) = edge.place.as_deref() {
            let line = if place.line > 0 { format!(":{}", place.line) } else { String::new() };
            write!(out, "  {}{line}", safe(&place.path))?;
        }
        let leads_on = again && !self.next(to).is_empty();
        writeln!(out, "{}", if leads_on { "  (see above)" } else { "" })
    }
}
