//! Makers for tests: sources in memory, and runs without a sandbox.

use std::{cell::RefCell, collections::BTreeMap, time::Duration};

use belljar_discover::{Discovery, Options as DiscoverOptions};
use belljar_frames as frames;
use belljar_sandbox::{Ending, Outcome, Package, Packed, RunLimits};
use belljar_snapshots::Snapshots;
use belljar_source::{Source, Wheelhouse};
use belljar_tree::Tree;

use crate::{
    assemble::Inputs,
    attempt::{Attempt, RunResult},
    collect::Findings,
    generation::{self, Part},
    options::Options,
    plan::Run,
};

/// What a file of models begins with.
pub(crate) const BASE: &str =
    "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase):\n    pass\n";

/// A file with a model.
pub(crate) fn model(table: &str) -> String {
    format!(
        "{BASE}class Model(Base):\n    __tablename__ = '{table}'\n    id = mapped_column(primary_key=True)\n"
    )
}

/// A source in memory with what discovery finds in it.
pub(crate) struct World {
    pub(crate) source: Source,
    pub(crate) discovery: Discovery,
    pub(crate) wheelhouse: Wheelhouse,
}

impl World {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let tree = Tree::in_memory(files.iter().copied());
        let discovery = belljar_discover::discover(&tree, &DiscoverOptions::default());
        let description = "a source of a test".to_owned();
        let source = Source { tree, diagnostics: Vec::new(), description, compiled: BTreeMap::new() };
        Self { source, discovery, wheelhouse: Wheelhouse::default() }
    }

    pub(crate) fn inputs(&self) -> Inputs<'_> {
        Inputs { source: &self.source, discovery: &self.discovery, wheelhouse: &self.wheelhouse }
    }

    /// The parts of the source, with the snapshots of [`snapshots`].
    pub(crate) fn parts(&self, options: &Options) -> Vec<Part> {
        generation::parts(&snapshots(), &self.discovery, options).unwrap()
    }

    /// All runs of the source.
    pub(crate) fn runs(&self) -> Vec<Run> {
        let parts = self.parts(&Options::default());
        parts.iter().flat_map(|part| crate::plan::plan(&self.discovery, part)).collect()
    }
}

const fn packed(generation: &'static str, sqlalchemy: &'static str, packages: &'static [Package]) -> Packed {
    Packed { generation, sqlalchemy, packages, code: &[], description: "{}", base: None }
}

/// Three generations, of which the newest two have a library.
static PACKED: [Packed; 3] = [
    packed("1.4", "1.4.54", &[]),
    packed("2.0", "2.0.58", &[Package { name: "sqlmodel", version: "0.0.27", asks: &[("0", ">=2.0,<2.1")] }]),
    packed("2.1", "2.1.3", &[Package { name: "sqlmodel", version: "0.0.40", asks: &[("0", ">=2.1")] }]),
];

/// Snapshots that can be chosen among, and not run.
pub(crate) fn snapshots() -> Snapshots {
    Snapshots::new(&PACKED, "/nowhere".into())
}

pub(crate) fn place(path: &str, line: u32) -> frames::Place {
    frames::Place { path: path.to_owned(), line }
}

/// A table without columns.
pub(crate) fn table(metadata: &str, name: &str, path: &str, line: u32) -> frames::Table {
    frames::Table {
        serial: 0,
        metadata: metadata.to_owned(),
        schema: None,
        name: name.to_owned(),
        reasons: Vec::new(),
        place: Some(place(path, line)),
        columns: Vec::new(),
        primary_key: frames::PrimaryKey {
            name: None,
            columns: Vec::new(),
            options: Vec::new(),
            scope: frames::Scope::default(),
        },
        unique: Vec::new(),
        foreign_keys: Vec::new(),
        checks: Vec::new(),
        indexes: Vec::new(),
        excludes: Vec::new(),
        comment: None,
        prefixes: Vec::new(),
        options: Vec::new(),
    }
}

/// A module that was stood in for.
pub(crate) fn stand_in(module: &str, kind: &str) -> frames::StandIn {
    frames::StandIn { module: module.to_owned(), kind: kind.to_owned(), place: None }
}

/// A run that came to its end.
pub(crate) fn finished(run: Run, findings: Findings) -> RunResult {
    RunResult {
        run,
        left_out: None,
        findings: Findings { done: true, ..findings },
        outcome: Outcome::default(),
    }
}

/// What a module of a [`FakeGuest`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Module {
    /// It makes a table of its own name.
    Good,
    /// It ends its run.
    Ends(Ending),
    /// It ends its run, and the guest had no time to say that it began.
    EndsSilently(Ending),
    /// It needs more memory than there is.
    NeedsMemory,
}

/// Runs modules as the guest does, in the order of the targets and without a sandbox.
pub(crate) struct FakeGuest {
    /// By path; all others are good.
    modules: BTreeMap<String, Module>,
    /// The attempts that were made: the targets, and what each might use.
    pub(crate) attempts: RefCell<Vec<(Vec<String>, RunLimits)>>,
}

impl FakeGuest {
    /// The fuel that a module takes.
    pub(crate) const COST: u64 = 10;

    pub(crate) fn new(modules: impl IntoIterator<Item = (String, Module)>) -> Self {
        Self { modules: modules.into_iter().collect(), attempts: RefCell::default() }
    }

    pub(crate) fn run_attempt(&self, attempt: Attempt) -> RunResult {
        let Attempt { run, limits, .. } = attempt;
        let targets = run.targets.iter().map(|target| target.path.clone()).collect();
        self.attempts.borrow_mut().push((targets, limits.clone()));
        let mut findings = Findings::default();
        let mut outcome = Outcome { elapsed: Duration::from_millis(1), ..Outcome::default() };
        for target in &run.targets {
            let module = self.modules.get(&target.path).unwrap_or(&Module::Good);
            outcome.fuel = (outcome.fuel + Self::COST).min(limits.fuel);
            if let Module::EndsSilently(ending) = module {
                outcome.ending = ending.clone();
                return RunResult { run, left_out: None, findings, outcome };
            }
            let (name, path) = (target.name.clone(), target.path.clone());
            findings.started.push(frames::ModuleStarted { name: name.clone(), path: path.clone() });
            match module {
                Module::Ends(ending) => {
                    outcome.ending = ending.clone();
                    return RunResult { run, left_out: None, findings, outcome };
                }
                Module::NeedsMemory => {
                    outcome.memory_refused = true;
                    let (error, message) = ("MemoryError".to_owned(), String::new());
                    findings.failed.push(frames::ModuleFailed { name, path, line: 1, error, message });
                }
                Module::Good | Module::EndsSilently(_) => {
                    findings.tables.push(table("m", &name, &path, 4));
                    findings.loaded.insert(name);
                }
            }
        }
        findings.done = true;
        RunResult { run, left_out: None, findings, outcome }
    }
}
