//! What a second look needs of the first.

use std::collections::BTreeSet;

use belljar_sandbox::RunLimits;
use belljar_schema::Document;
use belljar_tree::Tree;

use crate::{
    assemble::{self, Inputs},
    attempt::{Attempt, RunAttempt, RunResult},
    plan::Run,
};

/// What a second look needs of the first.
pub(crate) struct Context<'a> {
    pub(crate) inputs: &'a Inputs<'a>,
    /// The files that runs see.
    pub(crate) tree: &'a Tree,
    /// What one run may use; all second looks together may use as much.
    pub(crate) limits: &'a RunLimits,
    /// Bytes of memory for the frames of one run.
    pub(crate) memory: usize,
    pub(crate) run_attempt: RunAttempt<'a>,
    /// All targets of each import root.
    pub(crate) runs: &'a [Run],
    /// Files that are looked at whatever the first run gave.
    pub(crate) doubted: &'a BTreeSet<String>,
}

impl Context<'_> {
    /// Runs some of the files of a run.
    pub(super) fn run_only(&self, run: &Run, paths: &BTreeSet<&str>, limits: RunLimits) -> RunResult {
        (self.run_attempt)(Attempt { run: run.only(paths), limits, memory: self.memory })
    }

    /// The document of one run.
    pub(super) fn document(&self, like: &Document, result: &RunResult) -> Document {
        assemble::assemble(self.inputs, like.sqlalchemy.clone(), &[result])
    }
}
