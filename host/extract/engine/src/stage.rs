//! Runs parts of a tree in the sandbox, and assembles their document.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use belljar_discover::Discovery;
use belljar_sandbox::{Ending, Job, Sandbox};
use belljar_schema::{Document, Generation};
use belljar_snapshots::Snapshots;
use belljar_source::Source;
use belljar_tree::{Reads, Tree};

use crate::{
    assemble::{self, Inputs},
    attempt::{Attempt, RunResult},
    collect::Collector,
    error::ExtractError,
    extraction::RunReport,
    generation::{self, Part},
    memo::{Memo, RunKey},
    options::Options,
    plan,
    progress::Progress,
    resume::{Total, run_with_recovery},
    second,
};

/// What all runs of an extraction have in common.
pub(crate) struct Stage<'a> {
    pub(crate) inputs: Inputs<'a>,
    /// The files that runs see. Where the source is a directory of a repository, those of the whole repository.
    pub(crate) tree: &'a Tree,
    /// [`Options::doubted`], by paths of that tree.
    doubted: BTreeSet<String>,
    pub(crate) snapshots: &'a Snapshots,
    pub(crate) options: &'a Options,
    pub(crate) progress: &'a Progress,
    /// Results of runs for other trees; `None` if there are none to compare with.
    memo: Option<&'a Memo>,
    /// The sandboxes that are loaded, by version.
    sandboxes: BTreeMap<String, Sandbox>,
    /// A run ended by the clock, or by a fault of the host: another time it may go on.
    was_interrupted: AtomicBool,
    /// The wall clock of all runs, in milliseconds.
    elapsed: AtomicU64,
    /// Runs that verify others.
    verifications: Mutex<Vec<RunReport>>,
}

/// A part of the tree with the results of its runs.
pub(crate) struct PartRuns {
    pub(crate) part: Part,
    pub(crate) results: Vec<RunResult>,
    /// Bytes of memory that are left for frames.
    memory: usize,
}

impl<'a> Stage<'a> {
    pub(crate) fn new(
        source: &'a Source,
        discovery: &'a Discovery,
        snapshots: &'a Snapshots,
        options: &'a Options,
        progress: &'a Progress,
    ) -> Self {
        let (tree, within) = source.tree.around().unwrap_or((&source.tree, ""));
        let whole = |path: &String| if within.is_empty() { path.clone() } else { format!("{within}/{path}") };
        let doubted = options.doubted.iter().map(whole).collect();
        let inputs = Inputs { source, discovery, wheelhouse: &options.wheelhouse };
        Self {
            inputs,
            tree,
            doubted,
            snapshots,
            options,
            progress,
            memo: None,
            sandboxes: BTreeMap::new(),
            was_interrupted: AtomicBool::new(false),
            elapsed: AtomicU64::new(0),
            verifications: Mutex::default(),
        }
    }

    /// Uses results of runs for other trees, and keeps its own there.
    pub(crate) const fn remembering(mut self, memo: Option<&'a Memo>) -> Self {
        self.memo = memo;
        self
    }

    /// Whether the same files and options give the same result another time: the clock decided nothing. Second looks and
    /// further attempts share what is left of the time, so a run that took half of it does not count either.
    pub(crate) fn is_reproducible(&self) -> bool {
        let elapsed = Duration::from_millis(self.elapsed.load(Ordering::Relaxed));
        !self.was_interrupted.load(Ordering::Relaxed) && elapsed < self.options.limits.timeout / 2
    }

    /// Runs parts one after the other.
    pub(crate) fn run_parts(&mut self, parts: Vec<Part>) -> Result<Vec<PartRuns>, ExtractError> {
        parts.into_iter().map(|part| self.run_part(part)).collect()
    }

    /// Runs a part with its SQLAlchemy, each import root by itself.
    pub(crate) fn run_part(&mut self, part: Part) -> Result<PartRuns, ExtractError> {
        self.load(&part.generation.version)?;
        let runs = plan::plan(self.inputs.discovery, &part);
        self.progress.planned(runs.iter().map(|run| run.targets.len()).sum());
        let mut total = Total::new(&self.options.limits);
        let run_attempt = |attempt: Attempt| self.run_attempt(attempt, self.progress);
        let results =
            runs.into_iter().flat_map(|run| run_with_recovery(run, &mut total, &run_attempt)).collect();
        Ok(PartRuns { part, results, memory: total.memory() })
    }

    /// Loads the snapshot of a version, once.
    pub(crate) fn load(&mut self, version: &str) -> Result<(), ExtractError> {
        if !self.sandboxes.contains_key(version) {
            let sandbox = self.snapshots.sandbox(version, &self.progress.unpacking)?;
            self.sandboxes.insert(version.to_owned(), sandbox);
        }
        Ok(())
    }

    /// The document of all parts, before the second look.
    pub(crate) fn document(&self, runs: &[PartRuns]) -> Document {
        let results: Vec<&RunResult> = runs.iter().flat_map(|runs| &runs.results).collect();
        let generation = runs.first().map(|runs| runs.part.generation.clone());
        let generation = generation.unwrap_or(Generation { version: String::new(), reason: String::new() });
        let mut document = assemble::assemble(&self.inputs, generation, &results);
        document.projects = generation::projects(runs.iter().map(|runs| &runs.part));
        document
    }

    /// Runs files again whose tables may be wrong, and settles what comes of it.
    pub(crate) fn verify(&self, runs: &[PartRuns], document: &mut Document) {
        let results: Vec<&RunResult> = runs.iter().flat_map(|runs| &runs.results).collect();
        let planned: Vec<_> =
            runs.iter().flat_map(|runs| plan::plan(self.inputs.discovery, &runs.part)).collect();
        let context = second::Context {
            inputs: &self.inputs,
            tree: self.tree,
            limits: &self.options.limits,
            memory: runs.iter().map(|runs| runs.memory).min().unwrap_or_default(),
            run_attempt: &|attempt| self.run_verification(attempt),
            runs: &planned,
            doubted: &self.doubted,
        };
        second::look_again(&context, document, &results);
    }

    /// The reports of runs that verified others, in their order.
    pub(crate) fn take_verifications(&self) -> Vec<RunReport> {
        std::mem::take(&mut *self.verifications.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Runs a few files again, and keeps the report.
    fn run_verification(&self, attempt: Attempt) -> RunResult {
        let result = self.run_attempt(attempt, &Progress::default());
        let report = RunReport { is_verification: true, ..RunReport::of(&result) };
        self.verifications.lock().unwrap_or_else(PoisonError::into_inner).push(report);
        result
    }

    /// Runs the guest once, in one fresh store, unless a run for another tree has the same result.
    pub(crate) fn run_attempt(&self, attempt: Attempt, progress: &Progress) -> RunResult {
        let plan = attempt.run.encode(&self.options.ddl, self.inputs.wheelhouse);
        let Some(memo) = self.memo else { return self.run_plan(attempt, plan, self.tree.clone(), progress) };
        let key = RunKey::new(&attempt.run.version, plan.clone(), &attempt.limits, attempt.memory);
        if let Some(known) = memo.find(&key, self.tree) {
            return RunResult { run: attempt.run, ..known };
        }
        let reads = Arc::new(Reads::default());
        let result = self.run_plan(attempt, plan, self.tree.watched(Arc::clone(&reads)), progress);
        memo.keep(key, self.tree, reads, &result);
        result
    }

    fn run_plan(&self, attempt: Attempt, plan: Vec<u8>, tree: Tree, progress: &Progress) -> RunResult {
        let Attempt { run, limits, memory } = attempt;
        let Some(sandbox) = self.sandboxes.get(run.version.as_ref()) else {
            let ending = Ending::Internal(format!("SQLAlchemy {} is not loaded", run.version));
            return RunResult::not_begun(run, ending);
        };
        let wheelhouse = self.inputs.wheelhouse;
        let collector = Arc::new(Mutex::new(Collector::new(progress.clone(), memory)));
        let sink = Arc::clone(&collector);
        let job = Job {
            tree,
            packages: (!wheelhouse.roots.is_empty()).then(|| wheelhouse.tree.clone()),
            bodies: Some(belljar_discover::postponed),
            plan,
            limits,
            on_frame: Box::new(move |bytes| sink.lock().unwrap_or_else(PoisonError::into_inner).take(&bytes)),
        };
        let outcome = sandbox.run(job);
        if matches!(outcome.ending, Ending::Timeout | Ending::Internal(_)) {
            self.was_interrupted.store(true, Ordering::Relaxed);
        }
        let elapsed = u64::try_from(outcome.elapsed.as_millis()).unwrap_or(u64::MAX);
        self.elapsed.fetch_add(elapsed, Ordering::Relaxed);
        let findings =
            std::mem::take(&mut *collector.lock().unwrap_or_else(PoisonError::into_inner)).finish();
        RunResult { run, left_out: None, findings, outcome }
    }
}
