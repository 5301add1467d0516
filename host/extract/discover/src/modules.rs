use std::collections::{BTreeMap, BTreeSet};

/// The root and the dotted name of every Python file.
#[derive(Debug, Default)]
pub(crate) struct Modules {
    pub(crate) by_path: BTreeMap<String, Module>,
    /// The top-level names that the repository itself provides.
    pub(crate) tops: BTreeSet<String>,
    pub(crate) names: BTreeSet<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Module {
    pub(crate) root: String,
    pub(crate) name: String,
}

impl Modules {
    /// The dotted name of a file; empty for a path that is not a Python file.
    pub(crate) fn dotted_name(&self, path: &str) -> &str {
        self.by_path.get(path).map_or("", |module| module.name.as_str())
    }

    /// The import root of a file.
    pub(crate) fn root(&self, path: &str) -> &str {
        self.by_path.get(path).map_or("", |module| module.root.as_str())
    }

    /// Whether the repository has a module with this dotted name, from some root.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Whether the repository provides the first part of a dotted name.
    pub(crate) fn offers(&self, dotted: &str) -> bool {
        self.tops.contains(dotted.split('.').next().unwrap_or_default())
    }
}
