//! What an extraction gives.

use belljar_discover::{Discovery, ScanCounts, StaticIndex};
use belljar_sandbox::Outcome;
use belljar_schema::Document;
use serde::{Deserialize, Serialize};

use crate::{attempt::RunResult, collect::Ddl};

/// Everything that an extraction gives.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Extraction {
    /// The schema as a document.
    pub document: Document,
    /// DDL as a whole, if it was asked for.
    pub ddl: Vec<Ddl>,
    /// How each run went, by import root.
    pub runs: Vec<RunReport>,
    /// Counts of what was scanned.
    pub scanned: ScanCounts,
    /// What the files declare, as far as their text says it.
    pub index: StaticIndex,
    /// The same files and options give the same another time: no run ended by the clock, or by a fault of the host.
    pub is_reproducible: bool,
}

impl Extraction {
    pub(crate) fn new(
        document: Document,
        results: Vec<RunResult>,
        verifications: Vec<RunReport>,
        discovery: Discovery,
        is_reproducible: bool,
    ) -> Self {
        let (mut ddl, mut runs) = (Vec::new(), Vec::new());
        for result in results {
            runs.push(RunReport::of(&result));
            ddl.extend(result.findings.ddl);
        }
        runs.extend(verifications);
        Self { document, ddl, runs, scanned: discovery.scanned, index: discovery.index, is_reproducible }
    }
}

/// How one run went.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunReport {
    /// Its import root, empty for the root of the tree.
    pub root: String,
    /// The number of modules that it was to import.
    pub targets: usize,
    /// The first of them.
    #[serde(default)]
    pub first: Option<String>,
    /// Whether it ran files again that an earlier run had run.
    #[serde(default)]
    pub is_verification: bool,
    /// How it ended, and what it used.
    pub outcome: Outcome,
}

impl RunReport {
    pub(crate) fn of(result: &RunResult) -> Self {
        let targets = &result.run.targets;
        Self {
            root: result.run.root.clone(),
            targets: targets.len(),
            first: targets.first().map(|target| target.path.clone()),
            is_verification: false,
            outcome: result.outcome.clone(),
        }
    }
}
