use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Rules to disable, and further exclusions.
///
/// By default tests, examples, documentation, migrations, build output, vendored copies, `setup.py` and `__main__.py`
/// are excluded.
///
/// A pattern is a path, a directory (`app/models`), a glob (`app/**/models*.py`; `*` stays within a directory) or a
/// dotted module, which includes everything below it (`app.models`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches, one per rule")]
pub struct Options {
    /// Whether test code is included.
    pub include_tests: bool,
    /// Include examples, samples, demos and tutorials.
    pub include_examples: bool,
    /// Whether migration scripts are included.
    pub include_migrations: bool,
    /// Whether sources of documentation are included.
    pub include_docs: bool,
    /// Include build output and virtual environments.
    pub include_build: bool,
    /// Whether vendored copies of other projects are included.
    pub include_vendored: bool,
    /// If not empty, only files that match one of these patterns. A file or module that is named in full is included
    /// regardless of rules.
    pub only: Vec<String>,
    /// The requested directory; the tree around it determines the names and imports of its modules.
    #[serde(default)]
    pub within: Option<String>,
    /// Exclude files that match one of these patterns.
    pub exclude: Vec<String>,
    /// Files that no rule excludes, because the other side has their contents; see [`crate::moved`].
    #[serde(default)]
    pub kept: BTreeSet<String>,
}
