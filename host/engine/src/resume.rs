//! Goes on after a run that ended early: without the module that ended it, in a fresh store.
//!
//! All attempts together may use what one run may use, and there are only so many of them. The module is the one that
//! ran last and did not come to its end; where none did, the targets are halved until it is alone.

use belljar_sandbox::{Ending, Limits, Outcome};

use crate::{RunResult, collect::Findings, plan::Run};

/// How often one run is begun.
const ATTEMPTS: u32 = 12;

/// What is left for further attempts.
struct Budget {
    attempts: u32,
    limits: Limits,
}

impl Budget {
    fn spend(&mut self, outcome: &Outcome) {
        self.attempts -= 1;
        self.limits.fuel = self.limits.fuel.saturating_sub(outcome.fuel);
        self.limits.timeout = self.limits.timeout.saturating_sub(outcome.elapsed);
    }

    fn is_spent(&self) -> bool {
        self.attempts == 0 || self.limits.fuel == 0 || self.limits.timeout.is_zero()
    }
}

/// Carries out a run, and what is left of it after each module that ended it. `once` carries out one attempt.
pub(crate) fn carry_out(
    run: Run,
    limits: &Limits,
    once: &dyn Fn(Run, Limits) -> RunResult,
) -> Vec<RunResult> {
    let mut budget = Budget { attempts: ATTEMPTS, limits: limits.clone() };
    let mut results = Vec::new();
    let mut waiting = vec![run];
    while let Some(run) = waiting.pop() {
        let mut result = once(run.clone(), budget.limits.clone());
        budget.spend(&result.outcome);
        if may_go_on(&result.outcome.ending) && !budget.is_spent() {
            let next = if let Some(path) = culprit(&result.findings) {
                vec![result.leave_out(&path)]
            } else {
                run.halves()
            };
            if !next.is_empty() {
                // The first half is popped first.
                waiting.extend(next.into_iter().rev());
                if result.left_out.is_none() {
                    continue; // its halves find what it found
                }
            }
        }
        results.push(result);
    }
    results
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
    /// Keeps only what one file has to do with, and gives the run without that file.
    fn leave_out(&mut self, path: &str) -> Run {
        let rest = self.run.without(path);
        self.run.targets.retain(|target| target.path == path);
        self.findings.keep_only(path);
        self.left_out = Some(path.to_owned());
        rest
    }
}
