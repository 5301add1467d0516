use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// What to put back, and what to leave out besides.
///
/// The default leaves out tests, examples, documentation, migrations, build output, vendored copies, `setup.py`
/// and `__main__.py`.
///
/// A pattern is a path, a directory (`app/models`), a glob (`app/**/models*.py`; `*` stays within a
/// directory) or a dotted module, which stands for everything below it (`app.models`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches, one per rule")]
pub struct Options {
    /// Look at tests too.
    pub include_tests: bool,
    /// Look at examples, samples, demos and tutorials too.
    pub include_examples: bool,
    /// Look at migrations too.
    pub include_migrations: bool,
    /// Look at documentation too.
    pub include_docs: bool,
    /// Look at build output and virtual environments too.
    pub include_build: bool,
    /// Look at vendored copies too.
    pub include_vendored: bool,
    /// When not empty, only files that one of these patterns fits. A file or module that is named in full is
    /// looked at whatever the rules say.
    pub only: Vec<String>,
    /// The directory that is asked about; the tree around it says what its modules are called and what they import.
    #[serde(default)]
    pub within: Option<String>,
    /// Leave out files that one of these patterns fits.
    pub exclude: Vec<String>,
    /// Files that no rule leaves out, as another side has what they hold; see [`crate::moved`].
    #[serde(default)]
    pub kept: BTreeSet<String>,
}
