//! Limits for all queries of one graph together. Each query has its own limits, but there may be many.

use std::cell::Cell;

/// The maximum number of columns of queries, their inputs, and columns of the relations that they read, over all
/// queries: some 650 MB including their graph. The largest public dbt project, of 2,500 models, has less than a
/// quarter.
const KEPT: usize = 4_000_000;

/// The maximum number of columns of relations and inputs that are visited in all queries and expressions: some 20
/// seconds.
const LOOKED_AT: usize = 200_000_000;

/// The remaining allowance for the queries of a graph.
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

    /// Takes an amount of results, if it is left.
    pub(crate) fn keep(&self, count: usize) -> bool {
        take(&self.kept, count)
    }

    /// Takes an amount of visits, if it is left.
    pub(crate) fn count_lookup(&self, count: usize) -> bool {
        take(&self.looked_at, count)
    }

    /// The message for a query that is not followed.
    pub(crate) fn message() -> String {
        "the queries of all artefacts together exceed the limit on columns, and this one was not followed completely".to_owned()
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
