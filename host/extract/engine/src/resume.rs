//! Goes on after a run that ended early: without the module that ended it, in a fresh store.
//!
//! All attempts together may use what one run may use, and there are only so many of them. The module is the one that
//! ran last and did not come to its end; where none did, the targets are halved until it is alone.

use std::collections::{BTreeMap, BTreeSet};

use belljar_frames as frames;
use belljar_sandbox::{Ending, Limits, Outcome};

use crate::{
    attempt::{Attempt, RunAttempt, RunResult},
    collect::Findings,
    plan::Run,
};

/// How often one run is begun.
pub const ATTEMPTS: u32 = 12;

/// What all runs of a repository together may use, in times of what one may. There is a run for each import root, and
/// how many of those there are is up to the repository.
const RUNS: u32 = 8;

/// Bytes of memory that what the runs sent may take: so many, or this many times what one may send. A frame as a table
/// has it takes some ten times its bytes, one that a guest makes up some thirty times them,
/// and twice that while lists grow.
const DECODED: (u64, u64) = (1 << 30, 2);

/// What is left for all runs of a repository.
#[derive(Debug)]
pub(crate) struct Total {
    one: Limits,
    left: Limits,
    /// Bytes of memory for frames.
    memory: usize,
    /// How the run ended that used up the last of it.
    spent: Option<Ending>,
}

impl Total {
    pub(crate) fn new(one: &Limits) -> Self {
        let mut left = one.clone();
        left.fuel = one.fuel.saturating_mul(RUNS.into());
        left.timeout = one.timeout.saturating_mul(RUNS);
        let (least, times) = DECODED;
        let memory = least.max(one.output_bytes.saturating_mul(times));
        let memory = usize::try_from(memory).unwrap_or(usize::MAX);
        Self { one: one.clone(), left, memory, spent: None }
    }

    /// Bytes of memory that are left for frames.
    pub(crate) fn memory(&self) -> usize {
        self.memory
    }

    /// What the next run may use.
    fn of_one(&self) -> Limits {
        let mut limits = self.one.clone();
        limits.fuel = limits.fuel.min(self.left.fuel);
        limits.timeout = limits.timeout.min(self.left.timeout);
        limits
    }

    fn spend(&mut self, result: &RunResult) {
        let outcome = &result.outcome;
        self.left.fuel = self.left.fuel.saturating_sub(outcome.fuel);
        self.left.timeout = self.left.timeout.saturating_sub(outcome.elapsed);
        self.memory = self.memory.saturating_sub(result.findings.decoded_bytes);
        if self.left.fuel == 0 {
            self.spent = Some(Ending::Fuel);
        } else if self.left.timeout.is_zero() {
            self.spent = Some(Ending::Timeout);
        } else if outcome.ending == Ending::Output && self.memory < self.one.frame_bytes {
            self.spent = Some(Ending::Output);
        }
    }
}

/// What is left for further attempts.
struct Budget {
    attempts: u32,
    limits: Limits,
}

impl Budget {
    fn spend(&mut self, outcome: &Outcome) {
        self.attempts = self.attempts.saturating_sub(1);
        self.limits.fuel = self.limits.fuel.saturating_sub(outcome.fuel);
        self.limits.timeout = self.limits.timeout.saturating_sub(outcome.elapsed);
    }

    /// Whether there is not enough for so many further attempts.
    fn is_spent(&self, wanted: usize) -> bool {
        usize::try_from(self.attempts).is_ok_and(|left| left < wanted)
            || self.limits.fuel == 0
            || self.limits.timeout.is_zero()
    }
}

/// Makes attempts at a run: of all of it, then of what is left without each module that ended one.
pub(crate) fn run_with_recovery(run: Run, total: &mut Total, run_attempt: RunAttempt<'_>) -> Vec<RunResult> {
    if let Some(ending) = &total.spent {
        return vec![RunResult::not_begun(run, ending.clone())];
    }
    let mut budget = Budget { attempts: ATTEMPTS, limits: total.of_one() };
    let (mut results, mut early) = (Vec::new(), Vec::new());
    let mut waiting = vec![run];
    while let Some(run) = waiting.pop() {
        let mut result = run_attempt(Attempt { run, limits: budget.limits.clone(), memory: total.memory });
        budget.spend(&result.outcome);
        total.spend(&result);
        let (culprit, rest) = if result.may_go_on() { result.rest() } else { (None, Vec::new()) };
        // Each of those that wait needs an attempt.
        if rest.is_empty() || budget.is_spent(waiting.len() + rest.len()) {
            results.push(result);
            continue;
        }
        waiting.extend(rest.into_iter().rev()); // the first of them comes off first
        if let Some(path) = &culprit {
            result.run.targets.retain(|target| target.path == *path);
        }
        result.left_out = culprit;
        early.push(result);
    }
    keep_what_is_lost(early, results)
}

/// What an attempt found and none after it did is kept: less may be left for those.
fn keep_what_is_lost(early: Vec<RunResult>, mut results: Vec<RunResult>) -> Vec<RunResult> {
    let mut known = Known::default();
    for result in &results {
        known.extend(&result.findings);
    }
    for mut result in early.into_iter().rev() {
        result.findings.keep(result.left_out.as_deref(), |table| !known.has(table));
        // What its file holds is kept whatever is known, unless it is the same table once more.
        result.findings.tables.retain(|table| !known.has_place(table));
        known.extend(&result.findings);
        if result.left_out.is_some() || !result.findings.tables.is_empty() {
            results.push(result);
        }
    }
    results
}

/// Schema, name and place.
type Spot = (Option<String>, String, Option<frames::Place>);

/// Tables that are there already.
#[derive(Debug, Default)]
struct Known {
    /// By `MetaData`, schema and name.
    names: BTreeSet<(String, Option<String>, String)>,
    /// Where they are made, and whether the `MetaData` of one there has no name.
    spots: BTreeMap<Spot, bool>,
}

impl Known {
    fn extend(&mut self, findings: &Findings) {
        for table in &findings.tables {
            self.names.insert((table.metadata.clone(), table.schema.clone(), table.name.clone()));
            *self.spots.entry(spot(table)).or_default() |= table.metadata.is_empty();
        }
    }

    fn has(&self, table: &frames::Table) -> bool {
        self.names.contains(&(table.metadata.clone(), table.schema.clone(), table.name.clone()))
            || self.has_place(table)
    }

    /// Whether the same table is there under another name of its `MetaData`: a run that ended early has not come to name
    /// it.
    fn has_place(&self, table: &frames::Table) -> bool {
        self.spots.get(&spot(table)).is_some_and(|is_unnamed| *is_unnamed || table.metadata.is_empty())
    }
}

fn spot(table: &frames::Table) -> Spot {
    (table.schema.clone(), table.name.clone(), table.place.clone())
}

/// The file of the module that ran last and did not come to its end.
fn culprit(findings: &Findings) -> Option<String> {
    let unfinished = findings.started.iter().rev().find(|module| !findings.loaded.contains(&module.name))?;
    Some(unfinished.path.clone())
}

impl RunResult {
    /// Whether another attempt can end better. A guest that came back without saying that it is done has no memory
    /// left, or was tampered with.
    fn may_go_on(&self) -> bool {
        match self.outcome.ending {
            Ending::Fuel | Ending::Timeout | Ending::Exit(_) | Ending::Trap(_) => true,
            Ending::Finished => !self.findings.done || self.first_without_memory().is_some(),
            Ending::Output | Ending::Internal(_) => false,
        }
    }

    /// The first module that failed as a whole for want of memory: what it holds is not given back, and those after it
    /// fail too.
    fn first_without_memory(&self) -> Option<String> {
        let first = self.findings.failed.iter().find(|failed| failed.error == "MemoryError")?;
        let is_target = self.run.targets.iter().any(|target| target.path == first.path);
        (self.outcome.memory_refused && is_target).then(|| first.path.clone())
    }

    /// The module that ended a run, if one can be named, with what is left to run: all without it, else the halves.
    fn rest(&self) -> (Option<String>, Vec<Run>) {
        let culprit = match self.outcome.ending {
            Ending::Finished => self.first_without_memory().or_else(|| culprit(&self.findings)),
            _ => culprit(&self.findings),
        };
        let Some(path) = culprit else { return (None, self.run.halves()) };
        let rest = self.run.without(&path);
        let rest = if rest.targets.is_empty() { Vec::new() } else { vec![rest] };
        (Some(path), rest)
    }
}
