//! Goes on after a run that ended early: without the module that ended it, in a fresh store.
//!
//! All attempts together may use what one run may use, and there are only so many of them. The module is the one that
//! ran last and did not come to its end; where none did, the targets are halved until it is alone.

use std::collections::BTreeSet;

use belljar_frames as frames;
use belljar_sandbox::{Ending, Limits, Outcome};

use crate::{RunResult, collect::Findings, plan::Run};

/// How often one run is begun.
pub const ATTEMPTS: u32 = 12;

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

/// Carries out a run, and what is left of it after each module that ended it. `once` carries out one attempt.
pub(crate) fn carry_out(
    run: Run,
    limits: &Limits,
    once: &dyn Fn(Run, Limits) -> RunResult,
) -> Vec<RunResult> {
    let mut budget = Budget { attempts: ATTEMPTS, limits: limits.clone() };
    let (mut results, mut early) = (Vec::new(), Vec::new());
    let mut waiting = vec![run];
    while let Some(run) = waiting.pop() {
        let mut result = once(run, budget.limits.clone());
        budget.spend(&result.outcome);
        let (culprit, rest) =
            if may_go_on(&result.outcome.ending) { result.rest() } else { (None, Vec::new()) };
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
    let mut known: BTreeSet<Key> = results.iter().flat_map(|result| keys(&result.findings)).collect();
    for mut result in early.into_iter().rev() {
        result.findings.keep(result.left_out.as_deref(), |table| !known.contains(&key(table)));
        known.extend(keys(&result.findings));
        if result.left_out.is_some() || !result.findings.tables.is_empty() {
            results.push(result);
        }
    }
    results
}

/// `MetaData`, schema and name.
type Key = (String, Option<String>, String);

fn key(table: &frames::Table) -> Key {
    (table.metadata.clone(), table.schema.clone(), table.name.clone())
}

fn keys(findings: &Findings) -> impl Iterator<Item = Key> {
    findings.tables.iter().map(key)
}

/// Whether another attempt can end better.
fn may_go_on(ending: &Ending) -> bool {
    matches!(ending, Ending::Fuel | Ending::Exit(_) | Ending::Trap(_))
}

/// The file of the module that ran last and did not come to its end.
fn culprit(findings: &Findings) -> Option<String> {
    let unfinished = findings.started.iter().rev().find(|module| !findings.loaded.contains(&module.name))?;
    Some(unfinished.path.clone())
}

impl RunResult {
    /// The module that ended a run, if one can be named, with what is left to run: all without it, else the halves.
    fn rest(&self) -> (Option<String>, Vec<Run>) {
        let Some(path) = culprit(&self.findings) else { return (None, self.run.halves()) };
        let rest = self.run.without(&path);
        let rest = if rest.targets.is_empty() { Vec::new() } else { vec![rest] };
        (Some(path), rest)
    }
}
