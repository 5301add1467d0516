use std::collections::{BTreeMap, BTreeSet};

use belljar_schema::Diagnostic;

use crate::{Candidate, ImportRoot, Requested, ScanCounts, Search, StaticIndex};

/// What [`crate::discover`] found.
#[derive(Debug, Clone)]
pub struct Discovery {
    /// Directories that go on `sys.path`, sorted by path. Only those that offer a file that was not left out.
    pub roots: Vec<ImportRoot>,
    /// For each root, where its modules look for others.
    pub searches: Vec<Search>,
    /// Modules worth importing, sorted by path.
    pub candidates: Vec<Candidate>,
    /// What the files that were parsed write down.
    pub index: StaticIndex,
    /// What the project declares about SQLAlchemy, the strongest first.
    pub requested: Requested,
    /// For each project of the tree that others need, those that do, by their directories.
    pub users: BTreeMap<String, BTreeSet<String>>,
    /// Directories with installed packages, which come behind what is source.
    pub installed: Vec<String>,
    /// How many files were seen, parsed and left out.
    pub scanned: ScanCounts,
    /// The directory that was asked about, as [`crate::Options::within`].
    pub within: Option<String>,
    /// What was wrong with the input, sorted by severity, then code.
    pub diagnostics: Vec<Diagnostic>,
}
