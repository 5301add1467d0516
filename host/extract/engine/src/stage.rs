//! Carries out runs, and puts what came of them together: with the SQLAlchemy of each part of the tree, and with another
//! where the code and the first disagree.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use belljar_discover::Discovery;
use belljar_sandbox::{Job, Limits, Sandbox};
use belljar_schema::{Document, Generation};
use belljar_snapshots::Snapshots;
use belljar_tree::Tree;

use crate::{
    ExtractError, Options, Progress, RunResult, Source, assemble,
    collect::Collector,
    generation::{self, Attempt, Part},
    plan::{self, Run},
    resume::{self, Total},
    second,
};

/// What all runs of an extraction have in common.
pub(crate) struct Stage<'a> {
    pub(crate) source: &'a Source,
    /// The files that runs see: of a directory of a repository, all of the repository.
    tree: &'a Tree,
    /// [`Options::doubted`], by paths of that tree.
    doubted: BTreeSet<String>,
    pub(crate) discovery: &'a Discovery,
    pub(crate) snapshots: &'a Snapshots,
    pub(crate) options: &'a Options,
    pub(crate) progress: &'a Progress,
    /// By version.
    sandboxes: BTreeMap<String, Sandbox>,
}

/// What came of one part: its runs, and the memory that is left for frames.
pub(crate) struct Ran {
    results: Vec<RunResult>,
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
        Self { source, tree, doubted, discovery, snapshots, options, progress, sandboxes: BTreeMap::new() }
    }

    /// Runs all parts, those where another generation deserves a try also with that, and gives the document with the runs
    /// that counted.
    pub(crate) fn carry_out(
        &mut self,
        mut parts: Vec<Part>,
    ) -> Result<(Document, Vec<Part>, Vec<RunResult>), ExtractError> {
        let mut all = Vec::new();
        for part in &parts {
            all.push(self.run(part)?);
        }
        let mut document = self.document(&parts, &mut all);
        for position in 0..parts.len() {
            self.improve(position, &mut parts, &mut all, &mut document)?;
        }
        let mut is_doubted = false;
        for part in &parts {
            is_doubted |= self.doubt_releases(part, &mut document);
        }
        if is_doubted {
            assemble::settle(&mut document, &self.discovery.requested.projects);
        }
        Ok((document, parts, all.into_iter().flat_map(|ran| ran.results).collect()))
    }

    /// Tries the other generations for one part, until one agrees with its code; the best stays.
    fn improve(
        &mut self,
        position: usize,
        parts: &mut [Part],
        all: &mut [Ran],
        document: &mut Document,
    ) -> Result<(), ExtractError> {
        let (Some(part), Some(ran)) = (parts.get(position), all.get(position)) else { return Ok(()) };
        let first = Attempt::new(document, &part.generation.version, &ran.results);
        let versions = generation::others(self.snapshots, part, self.options, &first);
        let why = first.why_left(self.snapshots);
        for version in versions {
            let (Some(part), Some(ran)) = (parts.get_mut(position), all.get_mut(position)) else { break };
            let before = part.set(Generation { version: version.clone(), reason: why.clone() });
            let ran_before = std::mem::replace(ran, self.run(part)?);
            let other = self.document(parts, all);
            let (Some(part), Some(ran)) = (parts.get_mut(position), all.get_mut(position)) else { break };
            let tried = Attempt::new(&other, &version, &ran.results);
            let agrees = tried.agrees(self.snapshots);
            if tried.is_better_than(&Attempt::new(document, &before.version, &ran_before.results)) {
                *document = other;
            } else {
                part.set(before);
                *ran = ran_before;
            }
            if agrees {
                break;
            }
        }
        Ok(())
    }

    /// The files that runs see.
    pub(crate) fn tree(&self) -> &Tree {
        self.tree
    }

    /// What some files of a part give with another version, where all of their runs come to their end.
    pub(crate) fn alone(&mut self, part: &Part, version: &str, files: &BTreeSet<String>) -> Option<Document> {
        let sandbox = self.snapshots.sandbox(version, &self.progress.unpacking).ok()?;
        self.sandboxes.insert(version.to_owned(), sandbox);
        let files: BTreeSet<&str> = files.iter().map(String::as_str).collect();
        let runs = plan::plan(self.discovery, part).into_iter().map(|run| run.only(&files).with(version));
        let mut total = Total::new(&self.options.limits);
        let once =
            |run: Run, limits: Limits, memory: usize| self.once(run, limits, memory, &Progress::default());
        let runs = runs.filter(|run| !run.targets.is_empty());
        let results: Vec<RunResult> =
            runs.flat_map(|run| resume::carry_out(run, &mut total, &once)).collect();
        let finished = results.iter().all(|result| result.findings.done && result.left_out.is_none());
        let generation = Generation { version: version.to_owned(), reason: String::new() };
        finished.then(|| {
            assemble::assemble(self.source, self.discovery, generation, &self.options.wheelhouse, &results)
        })
    }

    /// Carries out the runs of one part.
    fn run(&mut self, part: &Part) -> Result<Ran, ExtractError> {
        let version = &part.generation.version;
        if !self.sandboxes.contains_key(version) {
            self.sandboxes
                .insert(version.clone(), self.snapshots.sandbox(version, &self.progress.unpacking)?);
        }
        let runs = plan::plan(self.discovery, part);
        self.progress.planned(runs.iter().map(|run| run.targets.len()).sum());
        let once = |run: Run, limits: Limits, memory: usize| self.once(run, limits, memory, self.progress);
        let mut total = Total::new(&self.options.limits);
        let results = runs.into_iter().flat_map(|run| resume::carry_out(run, &mut total, &once)).collect();
        Ok(Ran { results, memory: total.memory() })
    }

    /// The document of all parts, after the second look.
    fn document(&self, parts: &[Part], all: &mut [Ran]) -> Document {
        let counts: Vec<usize> = all.iter().map(|ran| ran.results.len()).collect();
        let results: Vec<RunResult> = all.iter_mut().flat_map(|ran| ran.results.drain(..)).collect();
        let generation = parts.first().map(|part| part.generation.clone());
        let generation = generation.unwrap_or(Generation { version: String::new(), reason: String::new() });
        let wheelhouse = &self.options.wheelhouse;
        let mut document = assemble::assemble(self.source, self.discovery, generation, wheelhouse, &results);
        document.projects = generation::projects(parts);
        let context = second::Context {
            source: self.source,
            discovery: self.discovery,
            wheelhouse,
            limits: &self.options.limits,
            memory: all.iter().map(|ran| ran.memory).min().unwrap_or_default(),
            once: &|run, limits, memory| self.once(run, limits, memory, &Progress::default()),
            runs: &parts.iter().flat_map(|part| plan::plan(self.discovery, part)).collect::<Vec<_>>(),
            doubted: &self.doubted,
        };
        second::look_again(&context, &mut document, &results);
        let mut results = results.into_iter();
        for (ran, count) in all.iter_mut().zip(counts) {
            ran.results.extend(results.by_ref().take(count));
        }
        document
    }

    /// Carries out one run in one fresh store. What it sends may take so many bytes of memory.
    fn once(&self, run: Run, limits: Limits, memory: usize, progress: &Progress) -> RunResult {
        let Some(sandbox) = self.sandboxes.get(run.version.as_ref()) else {
            let ending = crate::Ending::Internal(format!("SQLAlchemy {} is not loaded", run.version));
            return RunResult::not_begun(run, ending);
        };
        let wheelhouse = &self.options.wheelhouse;
        let collector = Arc::new(Mutex::new(Collector::new(progress.clone(), memory)));
        let sink = Arc::clone(&collector);
        let job = Job {
            tree: self.tree.clone(),
            packages: (!wheelhouse.roots.is_empty()).then(|| wheelhouse.tree.clone()),
            plan: run.encode(&self.options.ddl, wheelhouse),
            limits,
            on_frame: Box::new(move |bytes| sink.lock().unwrap_or_else(PoisonError::into_inner).take(&bytes)),
        };
        let outcome = sandbox.run(job);
        let findings =
            std::mem::take(&mut *collector.lock().unwrap_or_else(PoisonError::into_inner)).finish();
        RunResult { run, left_out: None, findings, outcome }
    }
}
