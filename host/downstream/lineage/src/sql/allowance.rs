//! What all queries of one graph may use together. Each query has limits of its own; a stranger can write many of them.

use std::cell::Cell;

/// Columns that queries make, what each is made from, and columns of the relations that they read, as they are kept of all
/// queries: some 650 MB with the graph of them. The largest public dbt project, of 2,500 models, has less than a quarter.
const KEPT: usize = 4_000_000;

/// Columns of relations and inputs that are looked at on the way, in all queries and expressions: some 20 seconds.
const LOOKED_AT: usize = 200_000_000;

/// What is left for the queries of a graph.
#[derive(Debug)]
pub(crate) struct Allowance {
    kept: Cell<usize>,
    looked_at: Cell<usize>,
}

impl Default for Allowance {
    fn default() -> Self {
        Self::new(KEPT, LOOKED_AT)
    }
}

impl Allowance {
    pub(crate) const fn new(kept: usize, looked_at: usize) -> Self {
        Self { kept: Cell::new(kept), looked_at: Cell::new(looked_at) }
    }

    /// Whether so much more may be kept; if so, it is taken.
    pub(crate) fn keep(&self, count: usize) -> bool {
        take(&self.kept, count)
    }

    /// Whether so many more may be looked at; if so, they are taken.
    pub(crate) fn count_lookup(&self, count: usize) -> bool {
        take(&self.looked_at, count)
    }

    /// What is said of the query that is not followed.
    pub(crate) fn message() -> String {
        "the queries of all artefacts have more columns than are followed, and this one was not followed whole".to_owned()
    }
}

fn take(left: &Cell<usize>, count: usize) -> bool {
    match left.get().checked_sub(count) {
        Some(rest) => {
            left.set(rest);
            true
        }
        None => false,
    }
}
