//! How much second looks may use.

use std::time::Duration;

use belljar_sandbox::RunLimits;

use super::suspects::{Suspect, Why};
use crate::attempt::RunResult;

/// The most runs for files that something speaks against, and for those that only failed in a part.
const MOST: (usize, usize) = (128, 16);

/// Fuel for files that nothing speaks against by itself, where the first run took less: some 0.4 s.
const LEAST: u64 = 4_000_000_000;

/// One look may take this part of the limits of a run, but of fuel no more than [`MOST_OF_ONE`] or a part of it that is
/// so many times smaller.
const SHARE: u64 = 8;
const MOST_OF_ONE: u64 = 25_000_000_000;
const TIMES: u64 = 4;

/// What is left for second looks.
pub(super) struct Budget {
    evidence: Left,
    /// A third more than the first run took: each file alone begins with the same imports.
    replaced: Left,
    /// A third of what the first run took: files that merely fail must not slow an extraction down noticeably.
    failed: Left,
    one: RunLimits,
}

/// What is left for one kind of suspects.
struct Left {
    looks: usize,
    fuel: u64,
    time: Duration,
}

impl Budget {
    pub(super) fn new(limits: &RunLimits, results: &[&RunResult]) -> Self {
        let fuel: u64 = results.iter().map(|result| result.outcome.fuel).sum();
        let left =
            |looks, fuel: u64| Left { looks, fuel: fuel.max(LEAST).min(limits.fuel), time: limits.timeout };
        Self {
            evidence: left(MOST.0, limits.fuel.min((limits.fuel / TIMES).max(MOST_OF_ONE * SHARE))),
            replaced: left(MOST.0, fuel.saturating_add(fuel / 3)),
            failed: left(MOST.1, fuel / 3),
            one: limits.clone(),
        }
    }

    fn left(&mut self, suspect: &Suspect) -> &mut Left {
        match suspect.why {
            Why::Evidence => &mut self.evidence,
            Why::Replaced => &mut self.replaced,
            Why::Failed => &mut self.failed,
        }
    }

    /// What the next look may use; nothing where none is left.
    pub(super) fn next(&mut self, suspect: &Suspect) -> Option<RunLimits> {
        let mut limits = self.one.clone();
        let left = self.left(suspect);
        if left.looks == 0 || left.fuel == 0 || left.time.is_zero() {
            return None;
        }
        let one = (limits.fuel / SHARE).min((limits.fuel / SHARE / TIMES).max(MOST_OF_ONE));
        limits.fuel = one.min(left.fuel);
        limits.timeout = limits.timeout.min(left.time) / 2;
        Some(limits)
    }

    pub(super) fn spend(&mut self, suspect: &Suspect, result: &RunResult) {
        let left = self.left(suspect);
        left.looks = left.looks.saturating_sub(1);
        left.fuel = left.fuel.saturating_sub(result.outcome.fuel);
        left.time = left.time.saturating_sub(result.outcome.elapsed);
    }
}
