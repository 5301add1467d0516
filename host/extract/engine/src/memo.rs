//! Results of runs, for trees that differ only in what these runs did not ask for.
//!
//! A run is determined by its plan, its limits and the answers of its file system. So where another tree would have given
//! the same answers, the run would have the same result, and need not be repeated.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use belljar_sandbox::{Ending, RunLimits};
use belljar_tree::{Reads, Tree};

use crate::attempt::RunResult;

/// The most results that are kept.
const MOST: usize = 32;

/// Results of runs of one process, with the same packages.
#[derive(Debug, Default)]
pub struct Memo(Mutex<VecDeque<Known>>);

#[derive(Debug)]
struct Known {
    key: RunKey,
    tree: Tree,
    reads: Arc<Reads>,
    result: Arc<RunResult>,
}

/// What determines a run besides its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RunKey {
    version: String,
    plan: Vec<u8>,
    limits: RunLimits,
    memory: usize,
}

impl RunKey {
    pub(crate) fn new(version: &str, plan: Vec<u8>, limits: &RunLimits, memory: usize) -> Self {
        // A run that the clock ended is not kept.
        let limits = RunLimits { timeout: Duration::ZERO, ..limits.clone() };
        Self { version: version.to_owned(), plan, limits, memory }
    }
}

impl Memo {
    /// The result of an earlier run that would have had the same answers from this tree.
    pub(crate) fn find(&self, key: &RunKey, tree: &Tree) -> Option<RunResult> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = |one: &Known| one.key == *key && one.reads.are_same(&one.tree, tree);
        let position = known.iter().position(is_same)?;
        let found = known.remove(position)?;
        let result = RunResult::clone(&found.result);
        known.push_front(found);
        Some(result)
    }

    /// Keeps the result of a run that ended by itself.
    pub(crate) fn keep(&self, key: RunKey, tree: &Tree, reads: Arc<Reads>, result: &RunResult) {
        if matches!(result.outcome.ending, Ending::Timeout | Ending::Internal(_)) {
            return;
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.push_front(Known { key, tree: tree.clone(), reads, result: Arc::new(result.clone()) });
        known.truncate(MOST);
    }
}
