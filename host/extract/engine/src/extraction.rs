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
        discovery: Discovery,
        is_reproducible: bool,
    ) -> Self {
        let (mut ddl, mut runs) = (Vec::new(), Vec::new());
        for result in results {
            ddl.extend(result.findings.ddl);
            let targets = result.run.targets.len();
            runs.push(RunReport { root: result.run.root, targets, outcome: result.outcome });
        }
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
    /// How it ended, and what it used.
    pub outcome: Outcome,
}
