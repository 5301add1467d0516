//! From a source to a schema.
//!
//! [`extract`] is the pipeline; each line of it is a stage, and each stage a value:
//!
//! ```text
//! source ─ discover ─▶ Discovery ─ plan ─▶ [Run] ─ sandbox ─▶ frames ─ collect ─▶ Findings ─ assemble ─▶ Document
//! ```
//!
//! * [`generation`]: which SQLAlchemy; another one where the code and the first disagree
//! * [`release`]: which columns another release of it would give otherwise
//! * [`plan`]: which modules run together, below which import roots
//! * [`stage`]: carries out the runs, each part of the tree with the SQLAlchemy that its projects ask for
//! * [`resume`]: goes on without a module that ended a run
//! * [`second`]: looks again, in a fresh instance, at files whose tables another file may have lost or changed
//! * [`collect`]: distrusts what a guest sends
//! * [`assemble`]: joins the findings of all runs with what the code says, and settles what is exact
//!
//! No stage prints, and none writes but the unpacking of a snapshot into the cache folder.

mod assemble;
mod collect;
mod generation;
mod plan;
mod release;
mod resume;
mod second;
mod snapshots;
mod stage;
mod within;

use std::collections::BTreeSet;

use belljar_discover::Discovery;
use belljar_sandbox::{Limits, Outcome};
use belljar_schema::{Diagnostic, Document};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use assemble::ending_text;
pub use belljar_discover::{
    Around, ClassDecl, LeftOut, MAX_SOURCE_BYTES, Options as DiscoverOptions, Rule, ScanCounts, StaticIndex,
    loaded_instead, moved,
};
pub use belljar_sandbox::{Blame, Ending};
pub use belljar_source::{
    Filters, Limits as SourceLimits, Request, Source, SourceError, Wheelhouse, find_environment, merge_base,
    open, open_beside, read_file, real_folder,
};
pub use collect::{Ddl, DdlFailure};
pub use resume::ATTEMPTS;
pub use snapshots::{HearModule, HearUnpacking, Progress, SnapshotLoadError, Snapshots};

use collect::Findings;
use plan::Run;
use stage::Stage;

/// What to extract, and how far to go.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Options {
    /// What discovery looks at.
    pub discover: DiscoverOptions,
    /// What each run may use.
    pub limits: Limits,
    /// Dialects whose whole DDL text is wanted.
    pub ddl: Vec<String>,
    /// The SQLAlchemy generation to use (`2.0`), instead of the one the project asks for.
    pub sqlalchemy: Option<String>,
    /// Paths of files that are run alone besides, whatever else comes of them: their tables may not depend on what other
    /// modules do to them.
    #[serde(default)]
    pub doubted: BTreeSet<String>,
    /// Further packages that are real. Not part of the serialized form: whoever reads it opens them.
    #[serde(skip)]
    pub wheelhouse: Wheelhouse,
}

/// Everything an extraction gives.
#[derive(Debug, Serialize, Deserialize)]
pub struct Extraction {
    /// What was found.
    pub document: Document,
    /// Whole DDL text, if asked for.
    pub ddl: Vec<Ddl>,
    /// How each run went, by import root.
    pub runs: Vec<RunReport>,
    /// What was looked at.
    pub scanned: ScanCounts,
    /// What the files declare, as far as reading them tells.
    pub index: StaticIndex,
}

impl Extraction {
    fn new(document: Document, results: Vec<RunResult>, discovery: Discovery) -> Self {
        let (mut ddl, mut runs) = (Vec::new(), Vec::new());
        for result in results {
            ddl.extend(result.findings.ddl);
            let targets = result.run.targets.len();
            runs.push(RunReport { root: result.run.root, targets, outcome: result.outcome });
        }
        Self { document, ddl, runs, scanned: discovery.scanned, index: discovery.index }
    }
}

/// How one run went.
#[derive(Debug, Serialize, Deserialize)]
pub struct RunReport {
    /// Import root, empty for the root of the tree.
    pub root: String,
    /// Number of modules asked for.
    pub targets: usize,
    /// The sandbox's account.
    pub outcome: Outcome,
}

/// Why there is nothing to give.
#[derive(Debug, Error)]
pub enum ExtractError {
    /// Nothing in the tree declares a table.
    #[error("no SQLAlchemy models found in {description}")]
    NothingFound {
        /// What was read.
        description: String,
        /// What was looked at.
        scanned: Box<ScanCounts>,
        /// What was left out on the way: models may have been in it.
        diagnostics: Vec<Diagnostic>,
    },
    /// A generation that this program does not carry.
    #[error("no snapshot for SQLAlchemy `{wanted}`")]
    NoGeneration {
        /// What was asked for.
        wanted: String,
        /// What there is.
        offered: Vec<&'static str>,
    },
    /// The snapshot can't be used.
    #[error(transparent)]
    Snapshot(#[from] SnapshotLoadError),
}

/// Reads the schema out of a source. `progress` hears of unpacking and of every module that begins to run.
pub fn extract(
    source: &Source,
    snapshots: &Snapshots,
    options: &Options,
    progress: &Progress,
) -> Result<Extraction, ExtractError> {
    let (tree, within) = source.tree.around().unwrap_or((&source.tree, ""));
    let within = (!within.is_empty()).then(|| within.to_owned());
    let discover = DiscoverOptions { within: within.clone(), ..options.discover.clone() };
    let discovery = belljar_discover::discover(tree, &discover);
    if discovery.candidates.is_empty() {
        let mut diagnostics = assemble::of_input(source, &discovery, &options.wheelhouse);
        for said in &mut diagnostics {
            within::diagnostic(within.as_deref(), said);
        }
        let (description, scanned) = (source.description.clone(), Box::new(discovery.scanned));
        return Err(ExtractError::NothingFound { description, scanned, diagnostics });
    }
    let parts = generation::parts(snapshots, &discovery, options)?;
    let mut stage = Stage::new(source, &discovery, snapshots, options, progress);
    let (mut document, parts, results) = stage.carry_out(parts)?;
    for part in &parts {
        let version = &part.generation.version;
        document.diagnostics.extend(generation::other_versions(
            snapshots,
            &discovery,
            &options.wheelhouse,
            version,
        ));
    }
    let mut discovery = discovery;
    if let Some(within) = &within {
        within::document(within, &mut document);
        discovery.index = discovery.index.below(within);
    }
    document.diagnostics.sort();
    document.diagnostics.dedup();
    Ok(Extraction::new(document, results, discovery))
}

/// A run with what came of it.
#[derive(Debug)]
struct RunResult {
    run: Run,
    /// The file that ended it; the rest ran without it, and only what it has to do with is kept here.
    left_out: Option<String>,
    findings: Findings,
    outcome: Outcome,
}
