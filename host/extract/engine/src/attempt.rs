//! One attempt at a run, and its result.

use belljar_sandbox::{Ending, Outcome, RunLimits};

use crate::{collect::Findings, plan::Run};

/// One attempt: what is run in one fresh store, and what it may use.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) run: Run,
    pub(crate) limits: RunLimits,
    /// Bytes of memory that the frames which it sends may take on the host.
    pub(crate) memory: usize,
}

/// Makes an attempt. The tests of what decides about attempts have one without a sandbox.
pub(crate) type RunAttempt<'a> = &'a dyn Fn(Attempt) -> RunResult;

/// A run with its result.
#[derive(Debug, Clone)]
pub(crate) struct RunResult {
    pub(crate) run: Run,
    /// The file that ended it. The rest ran without this file, and only what belongs to it is kept here.
    pub(crate) left_out: Option<String>,
    pub(crate) findings: Findings,
    pub(crate) outcome: Outcome,
}

impl RunResult {
    /// The result of a run that was not begun.
    pub(crate) fn not_begun(run: Run, ending: Ending) -> Self {
        let outcome = Outcome { ending, ..Outcome::default() };
        Self { run, left_out: None, findings: Findings::default(), outcome }
    }
}
