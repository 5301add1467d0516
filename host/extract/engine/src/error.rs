//! What can go wrong with an extraction.

use belljar_discover::ScanCounts;
use belljar_schema::Diagnostic;
use belljar_snapshots::SnapshotLoadError;
use thiserror::Error;

/// Why there is no document.
#[derive(Debug, Error)]
pub enum ExtractError {
    /// Nothing in the tree declares a table.
    #[error("no SQLAlchemy models found in {description}")]
    NothingFound {
        /// The source, as people call it.
        description: String,
        /// Counts of what was scanned.
        scanned: Box<ScanCounts>,
        /// What was left out on the way: it may have had models.
        diagnostics: Vec<Diagnostic>,
    },
    /// A generation that this program does not carry.
    #[error("no snapshot for SQLAlchemy `{wanted}`")]
    NoGeneration {
        /// What was asked for.
        wanted: String,
        /// The generations that there are.
        offered: Vec<&'static str>,
    },
    /// The snapshot cannot be used.
    #[error(transparent)]
    Snapshot(#[from] SnapshotLoadError),
}
