//! What Python loads by a name.

use std::collections::{BTreeMap, BTreeSet};

/// What is known of both sides besides their files.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// Directories from which modules are imported, on either side.
    pub roots: &'a BTreeSet<String>,
    /// Names by which libraries are imported that are real here.
    pub libraries: &'a BTreeSet<String>,
    /// Files of the base that declare tables or classes.
    pub declaring: &'a BTreeSet<String>,
    /// Compiled modules of the head that its tree leaves out, and that the base has not, or not like this; and whether it
    /// has another.
    pub compiled: &'a BTreeMap<String, bool>,
}

/// Whether an import loads a file of this name.
pub(crate) fn is_loaded(name: &str) -> bool {
    is_native(name) || is_compiled(name) || ending(name) == "py"
}

/// What a file is imported by: all before the first dot.
pub(crate) fn module_of(name: &str) -> &str {
    name.split('.').next().unwrap_or_default()
}

pub(crate) fn ending(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// A library in machine code: `models.so`, `models.abi3.so`, `models.cpython-313-x86_64-linux-gnu.so`, `models.pyd`.
pub(crate) fn is_native(name: &str) -> bool {
    matches!(ending(name), "so" | "pyd") && !module_of(name).is_empty()
}

/// Code of the interpreter.
pub(crate) fn is_compiled(name: &str) -> bool {
    matches!(ending(name), "pyc" | "pyo")
}
