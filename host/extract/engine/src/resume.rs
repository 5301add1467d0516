//! Goes on after a run that ended early: without the module that ended it, in a fresh store.
//!
//! All attempts together may use what one run may use, and there are only so many of them. The module is the one that
//! ran last and did not come to its end; where none did, the targets are halved until it is alone.

use std::collections::{BTreeMap, BTreeSet};

use belljar_frames as frames;
use belljar_sandbox::{Ending, Outcome, RunLimits};

use crate::{
    attempt::{Attempt, RunAttempt, RunResult},
    collect::Findings,
    plan::Run,
};

/// How often one run is begun.
pub const ATTEMPTS: u32 = 12;

/// What all runs of a repository together may use, in times of what one may: of the time and of the fuel. There is a run
/// for each import root, and how many of those there are is up to the repository.
const TIMES: u32 = 8;
const TIMES_OF_FUEL: u32 = 4;

/// Bytes of memory that what the runs sent may take: so many, or this many times what one may send. A frame as a table
/// has it takes some ten times its bytes, one that a guest makes up some thirty times them,
/// and twice that while lists grow.
const DECODED: (u64, u64) = (1 << 30, 2);

/// What is left for all runs of a repository.
#[derive(Debug)]
pub(crate) struct Total {
    one: RunLimits,
    left: RunLimits,
    /// Bytes of memory for frames.
    memory: usize,
    /// How the run ended that used up the last of it.
    spent: Option<Ending>,
}

impl Total {
    pub(crate) fn new(one: &RunLimits) -> Self {
        let mut left = one.clone();
        left.fuel = one.fuel.saturating_mul(TIMES_OF_FUEL.into());
        left.timeout = one.timeout.saturating_mul(TIMES);
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
    fn of_one(&self) -> RunLimits {
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
    limits: RunLimits,
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::fakes::{FakeGuest, Module, World, model, table};

    /// A run of so many modules, `m00.py` and so on.
    fn run_of(count: usize) -> Run {
        let files: Vec<(String, String)> =
            (0..count).map(|number| (path(number), model(&format!("t{number}")))).collect();
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let mut runs = World::new(&files).runs();
        assert_eq!(runs.len(), 1);
        runs.remove(0)
    }

    fn path(number: usize) -> String {
        format!("m{number:02}.py")
    }

    /// The paths of the tables of all results, sorted.
    fn tables(results: &[RunResult]) -> Vec<String> {
        let all = results.iter().flat_map(|result| &result.findings.tables);
        let mut found: Vec<String> =
            all.filter_map(|table| Some(table.place.as_ref()?.path.clone())).collect();
        found.sort();
        found
    }

    fn left_out(results: &[RunResult]) -> Vec<String> {
        let mut found: Vec<String> = results.iter().filter_map(|result| result.left_out.clone()).collect();
        found.sort();
        found
    }

    fn recover(run: Run, guest: &FakeGuest) -> Vec<RunResult> {
        run_with_recovery(run, &mut Total::new(&RunLimits::default()), &|attempt| guest.run_attempt(attempt))
    }

    /// Checks what must hold whatever the modules do: the good ones come out once, and no limit is passed.
    fn check_good_modules(count: usize, bad: &[(usize, Module)]) -> (Vec<RunResult>, FakeGuest) {
        let guest = FakeGuest::new(bad.iter().map(|(number, module)| (path(*number), module.clone())));
        let results = recover(run_of(count), &guest);
        let is_bad = |number: &usize| bad.iter().any(|(other, _)| other == number);
        let good: Vec<String> = (0..count).filter(|number| !is_bad(number)).map(path).collect();
        assert_eq!(tables(&results), good, "{bad:?}");
        let attempts = guest.attempts.borrow();
        assert!(attempts.len() <= ATTEMPTS as usize, "{bad:?}: {} attempts", attempts.len());
        // Each attempt may use what those before it have left.
        for pair in attempts.windows(2) {
            assert!(pair[1].1.fuel < pair[0].1.fuel && pair[1].1.timeout < pair[0].1.timeout, "{bad:?}");
        }
        drop(attempts);
        (results, guest)
    }

    #[test]
    fn every_set_of_modules_that_end_their_run_is_left_out() {
        const COUNT: usize = 6;
        for set in 0..1_u32 << COUNT {
            let members = || (0..COUNT).filter(|number| set & (1 << number) != 0);
            let bad: Vec<_> =
                members().map(|number| (number, Module::Ends(Ending::Trap(String::new())))).collect();
            let (results, guest) = check_good_modules(COUNT, &bad);
            // Where all of them do, the last one is alone in its run, and nothing is left to run without it.
            let expected: Vec<String> =
                members().filter(|number| set + 1 != 1 << COUNT || *number < COUNT - 1).map(path).collect();
            assert_eq!(left_out(&results), expected);
            // An attempt for each of them, and one for the rest.
            let expected = if bad.len() == COUNT { COUNT } else { bad.len() + 1 };
            assert_eq!(guest.attempts.borrow().len(), expected, "{bad:?}");
        }
    }

    #[test]
    fn one_module_that_ends_its_run_unnamed_is_found_by_halving() {
        for count in 1..12 {
            for number in 0..count {
                // The first of a run: had another one begun before it, that one would have come to its end.
                let bad = [(number, Module::EndsSilently(Ending::Fuel))];
                let (results, _) = check_good_modules(count, &bad);
                let alone = results.iter().find(|result| result.outcome.ending == Ending::Fuel).unwrap();
                let paths: Vec<_> = alone.run.targets.iter().map(|target| target.path.clone()).collect();
                assert_eq!(paths, [path(number)], "{count}");
            }
        }
    }

    #[test]
    fn attempts_run_out() {
        // More modules end their runs than there are attempts: what came before the last attempt ended is kept.
        let count = ATTEMPTS as usize + 8;
        let bad: Vec<_> =
            (2..count - 2).map(|number| (path(number), Module::Ends(Ending::Exit(0)))).collect();
        let guest = FakeGuest::new(bad);
        let results = recover(run_of(count), &guest);
        assert_eq!(guest.attempts.borrow().len(), ATTEMPTS as usize);
        assert_eq!(tables(&results), [path(0), path(1)]);
        assert_eq!(left_out(&results).len(), ATTEMPTS as usize - 1, "the last attempt is a result as it is");
    }

    #[test]
    fn which_endings_are_tried_again() {
        for (module, again) in [
            (Module::Good, false),
            (Module::Ends(Ending::Fuel), true),
            (Module::Ends(Ending::Timeout), true),
            (Module::Ends(Ending::Exit(1)), true),
            (Module::Ends(Ending::Trap("unreachable".to_owned())), true),
            // The guest came back without saying that it is done.
            (Module::Ends(Ending::Finished), true),
            (Module::NeedsMemory, true),
            // More would be sent again, and a fault of the host stays one.
            (Module::Ends(Ending::Output), false),
            (Module::Ends(Ending::Internal("broken".to_owned())), false),
        ] {
            let guest = FakeGuest::new([(path(1), module.clone())]);
            let results = recover(run_of(3), &guest);
            let (attempts, out) = if again { (2, vec![path(1)]) } else { (1, vec![]) };
            assert_eq!((guest.attempts.borrow().len(), left_out(&results)), (attempts, out), "{module:?}");
        }
    }

    #[test]
    fn a_limit_that_is_used_up_is_not_lent_again() {
        // The fuel is used up where the run ends: nothing is left for a second attempt.
        let guest = FakeGuest::new([(path(1), Module::Ends(Ending::Fuel))]);
        let limits = RunLimits { fuel: 2 * FakeGuest::COST, ..RunLimits::default() };
        let results =
            run_with_recovery(run_of(3), &mut Total::new(&limits), &|attempt| guest.run_attempt(attempt));
        assert_eq!((guest.attempts.borrow().len(), tables(&results)), (1, vec![path(0)]));
    }

    #[test]
    fn all_runs_share_the_fuel_of_four() {
        let limits = RunLimits { fuel: FakeGuest::COST, ..RunLimits::default() };
        let (guest, run) = (FakeGuest::new([]), run_of(1));
        let mut total = Total::new(&limits);
        for number in 1..=TIMES_OF_FUEL + 2 {
            let results = run_with_recovery(run.clone(), &mut total, &|attempt| guest.run_attempt(attempt));
            let ending = &results[0].outcome.ending;
            let (expected, begun) =
                if number <= TIMES_OF_FUEL { (Ending::Finished, true) } else { (Ending::Fuel, false) };
            assert_eq!((ending, results[0].findings.done), (&expected, begun), "run {number}");
        }
        assert_eq!(guest.attempts.borrow().len(), TIMES_OF_FUEL as usize);
    }

    #[test]
    fn each_limit_of_all_runs_ends_them() {
        let (one, run) = (RunLimits::default(), run_of(1));
        let result = |outcome: Outcome, decoded_bytes: usize| RunResult {
            findings: Findings { decoded_bytes, ..Findings::default() },
            outcome,
            ..RunResult::not_begun(run.clone(), Ending::Finished)
        };
        let all = usize::try_from(DECODED.0).unwrap();
        let output = |ending| Outcome { ending, ..Outcome::default() };
        let fuel = Outcome { fuel: u64::MAX, ..Outcome::default() };
        let time = Outcome { elapsed: Duration::MAX, ..Outcome::default() };
        for (outcome, bytes, expected) in [
            (fuel, 0, Some(Ending::Fuel)),
            (time, 0, Some(Ending::Timeout)),
            (output(Ending::Output), all, Some(Ending::Output)),
            // Frames took all of the memory, and the run still came to its end; or it ended for one frame alone.
            (output(Ending::Finished), all, None),
            (output(Ending::Output), 1, None),
        ] {
            let mut total = Total::new(&one);
            total.spend(&result(outcome.clone(), bytes));
            assert_eq!(total.spent, expected, "{outcome:?} {bytes}");
        }
    }

    #[test]
    fn what_only_an_earlier_attempt_found_is_kept() {
        let early = |tables: Vec<frames::Table>, out: &str| RunResult {
            left_out: Some(out.to_owned()),
            findings: Findings { tables, ..Findings::default() },
            ..RunResult::not_begun(run_of(1), Ending::Fuel)
        };
        let late = |tables: Vec<frames::Table>| RunResult {
            findings: Findings { tables, done: true, ..Findings::default() },
            ..RunResult::not_begun(run_of(1), Ending::Finished)
        };
        let names = |results: &[RunResult]| -> Vec<(String, String)> {
            let all = results.iter().flat_map(|result| &result.findings.tables);
            all.map(|table| (table.metadata.clone(), table.name.clone())).collect()
        };
        let pair = |metadata: &str, name: &str| (metadata.to_owned(), name.to_owned());
        for (before, after, expected, why) in [
            (table("m", "a", "a.py", 1), vec![], vec![pair("m", "a")], "nobody else found it"),
            (
                table("m", "a", "other.py", 1),
                vec![table("m", "a", "other.py", 1)],
                vec![pair("m", "a")],
                "the same, from a file that both ran",
            ),
            (
                table("", "a", "a.py", 1),
                vec![table("m", "a", "a.py", 1)],
                vec![pair("m", "a")],
                "the same, before its MetaData had a name",
            ),
            (
                table("m", "a", "a.py", 1),
                vec![table("n", "a", "a.py", 1)],
                vec![pair("n", "a"), pair("m", "a")],
                "two MetaData that both have names",
            ),
            (
                table("m", "a", "other.py", 1),
                vec![table("m", "a", "a.py", 1)],
                vec![pair("m", "a")],
                "another of its name, from a file that is not the one that was left out",
            ),
            (
                table("m", "b", "other.py", 1),
                vec![table("m", "a", "a.py", 1)],
                vec![pair("m", "a"), pair("m", "b")],
                "nobody else found it, though its file is not the one that was left out",
            ),
        ] {
            let results = keep_what_is_lost(vec![early(vec![before], "a.py")], vec![late(after)]);
            assert_eq!(names(&results), expected, "{why}");
        }
    }
}
