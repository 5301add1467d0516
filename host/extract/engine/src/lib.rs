//! From a source to a schema.
//!
//! [`extract`] is the pipeline; each line of it is a stage, and each stage a value:
//!
//! ```text
//! source ─ discover ─▶ Discovery ─ plan ─▶ [Run] ─ sandbox ─▶ frames ─ collect ─▶ Findings ─ assemble ─▶ Document
//! ```
//!
//! * [`generation`]: with which SQLAlchemy each part of the tree runs
//! * [`plan`]: which modules run together, below which import roots
//! * [`stage`]: runs the parts, and puts their documents together
//! * [`attempt`], [`resume`]: one run in one store, and its recovery without a module that ended it
//! * [`collect`]: checks and sorts the frames that a guest sends
//! * [`assemble`]: joins the findings of all runs with what the code says, and settles what is exact
//! * [`second`]: looks again, in a fresh instance, at files whose tables another file may have lost or changed
//! * [`retry`]: runs a part with another SQLAlchemy, where its code disagrees with the first
//! * [`release`]: which columns another release would give otherwise
//! * [`inspect`]: reads a live database instead, which has no source
//! * [`ask`]: counts rows of one
//! * [`recorded`]: the schema at the head of Alembic's versions, recorded without a database
//! * [`memo`]: results of runs, for trees that differ only in what these did not ask for
//! * [`within`]: gives the paths of a document from a directory of the repository on
//!
//! No stage prints, and none writes except the unpacking of a snapshot into the cache folder.

mod ask;
mod assemble;
mod attempt;
mod collect;
mod error;
mod extraction;
#[cfg(test)]
mod fakes;
mod generation;
mod inspect;
mod memo;
mod options;
mod plan;
mod progress;
mod recorded;
mod release;
mod resume;
mod retry;
mod second;
mod stage;
mod within;

use belljar_discover::Discovery;
use belljar_snapshots::Snapshots;

pub use ask::{Askable, RowAnswer, ask};
pub use assemble::ending_text;
pub use belljar_discover::{
    Around, ClassDecl, ExclusionRule, LeftOut, MAX_SOURCE_BYTES, MigrationEnvironment,
    Options as DiscoverOptions, ScanCounts, StaticIndex, VersionChanges, VersionPlace, VersionTemplate,
    loaded_instead, migration_environments, moved, version_changes, version_place, version_words,
};
pub use belljar_sandbox::{Blame, Ending};
pub use belljar_source::{
    Commit, Filters, History, HistoryEnd, HistoryRequest, Request, Source, SourceError, SourceLimits,
    Wheelhouse, find_environment, history, merge_base, open, open_beside, read_file, real_folder,
};
pub use collect::{Ddl, DdlFailure};
pub use error::ExtractError;
pub use extraction::{Extraction, RunReport};
pub use inspect::{InspectError, Login, Subject, inspect};
pub use memo::Memo;
pub use options::{Options, StatedGeneration};
pub use progress::{OnModule, Progress};
pub use recorded::{Judged, Operation, RecordOptions, Recorded, Snapshot, Step, Version, record};
pub use resume::ATTEMPTS;
pub use within::path as path_from;

use assemble::Inputs;
use stage::Stage;

/// Extracts the schema of a source. `progress` is called for unpacking and for every module that begins to run.
pub fn extract(
    source: &Source,
    snapshots: &Snapshots,
    options: &Options,
    progress: &Progress,
) -> Result<Extraction, ExtractError> {
    extract_next(source, snapshots, options, progress, None)
}

/// The same for one of several sources, such as the revisions of a repository: runs that would only repeat one of another
/// source are not repeated. The options, with their packages, have to be the same for all sources of a [`Memo`].
pub fn extract_next(
    source: &Source,
    snapshots: &Snapshots,
    options: &Options,
    progress: &Progress,
    memo: Option<&Memo>,
) -> Result<Extraction, ExtractError> {
    let mut discovery = discover(source, options);
    if discovery.candidates.is_empty() {
        return Err(nothing_found(source, options, discovery));
    }
    let parts = generation::parts(snapshots, &discovery, options)?;
    let mut stage = Stage::new(source, &discovery, snapshots, options, progress).remembering(memo);
    let mut runs = stage.run_parts(parts)?;
    let mut document = stage.document(&runs);
    stage.verify(&runs, &mut document);
    retry::with_other_generations(&mut stage, &mut runs, &mut document)?;
    if release::doubt_releases(&snapshots.versions(), &runs, &mut document) {
        assemble::settle(&mut document, &discovery.requested.projects);
    }
    let (is_reproducible, verifications) = (stage.is_reproducible(), stage.take_verifications());
    for part in runs.iter().map(|runs| &runs.part) {
        document.diagnostics.extend(generation::other_versions(snapshots, &discovery, part, options));
    }
    if let Some(within) = &discovery.within {
        within::document(within, &mut document);
        discovery.index = discovery.index.below(within);
    }
    document.diagnostics.sort();
    document.diagnostics.dedup();
    let results = runs.into_iter().flat_map(|runs| runs.results).collect();
    Ok(Extraction::new(document, results, verifications, discovery, is_reproducible))
}

/// Finds what is worth running. Of a directory of a repository, discovery sees the whole repository.
fn discover(source: &Source, options: &Options) -> Discovery {
    let (tree, within) = source.tree.around().unwrap_or((&source.tree, ""));
    let within = (!within.is_empty()).then(|| within.to_owned());
    belljar_discover::discover(tree, &DiscoverOptions { within, ..options.discover.clone() })
}

/// The error about a source without models, with what was left out of it.
fn nothing_found(source: &Source, options: &Options, discovery: Discovery) -> ExtractError {
    let inputs = Inputs { source, discovery: &discovery, wheelhouse: &options.wheelhouse };
    let mut diagnostics = assemble::of_inputs(&inputs);
    for diagnostic in &mut diagnostics {
        within::diagnostic(discovery.within.as_deref(), diagnostic);
    }
    let (description, scanned) = (source.description.clone(), Box::new(discovery.scanned));
    ExtractError::NothingFound { description, scanned, diagnostics }
}
