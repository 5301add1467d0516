//! What Python loads by a name.

use std::collections::{BTreeMap, BTreeSet};

/// Information about both sides besides their files.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// Directories from which modules are imported, on either side.
    pub roots: &'a BTreeSet<String>,
    /// Import names of libraries that are real here.
    pub libraries: &'a BTreeSet<String>,
    /// Files of the base that declare tables or classes.
    pub declaring: &'a BTreeSet<String>,
    /// Compiled modules of the head that its tree excludes, and that the base lacks or has in another form; and whether
    /// it has another.
    pub compiled: &'a BTreeMap<String, bool>,
}

/// Whether an import loads a file of this name.
pub(crate) fn is_loaded(name: &str) -> bool {
    is_native(name) || is_compiled(name) || ending(name) == "py"
}

/// The name under which a file is imported: everything before the first dot.
pub(crate) fn module_of(name: &str) -> &str {
    name.split('.').next().unwrap_or_default()
}

pub(crate) fn ending(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// A native library: `models.so`, `models.abi3.so`, `models.cpython-313-x86_64-linux-gnu.so`, `models.pyd`.
pub(crate) fn is_native(name: &str) -> bool {
    matches!(ending(name), "so" | "pyd") && !module_of(name).is_empty()
}

/// Whether it is bytecode.
pub(crate) fn is_compiled(name: &str) -> bool {
    matches!(ending(name), "pyc" | "pyo")
}
