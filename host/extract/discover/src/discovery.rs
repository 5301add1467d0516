use std::collections::{BTreeMap, BTreeSet};

use belljar_schema::Diagnostic;

use crate::{Candidate, ImportRoot, Requested, ScanCounts, Search, StaticIndex, TextRelation};

/// The results of [`crate::discover`].
#[derive(Debug, Clone)]
pub struct Discovery {
    /// Directories for `sys.path`, sorted by path. Only those with a file that is not excluded.
    pub roots: Vec<ImportRoot>,
    /// For each root, the search order of its modules.
    pub searches: Vec<Search>,
    /// Modules worth importing, sorted by path.
    pub candidates: Vec<Candidate>,
    /// The declarations in the parsed files.
    pub index: StaticIndex,
    /// The views that texts of the repository create, and the tables of the same names, sorted.
    pub relations: Vec<TextRelation>,
    /// The project's requirements on SQLAlchemy, the strongest first.
    pub requested: Requested,
    /// For each project of the tree that others need, the projects that need it, by directory.
    pub users: BTreeMap<String, BTreeSet<String>>,
    /// Directories with installed packages, which come after the source.
    pub installed: Vec<String>,
    /// How many files were seen, parsed and excluded.
    pub scanned: ScanCounts,
    /// The requested directory, as [`crate::Options::within`].
    pub within: Option<String>,
    /// Problems of the input, sorted by severity, then code.
    pub diagnostics: Vec<Diagnostic>,
}
