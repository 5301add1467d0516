use std::collections::{BTreeMap, BTreeSet};

use belljar_tree::{Node, Tree};

use crate::{paths, scan::PyFile};

/// A topmost package with all its subpackages, or a directory that is not a package.
#[derive(Debug)]
pub(super) struct Unit {
    /// The topmost package, or the directory itself.
    pub(super) key: String,
    /// The directory above the topmost package, or the directory itself: the lowest regular root.
    pub(super) directory: String,
    /// How many directories its relative imports lead above it.
    pub(super) deficit: usize,
    /// Whether it has relative imports, so that its modules are part of a package.
    pub(super) has_relative: bool,
    /// The import root that was chosen for it.
    pub(super) root: Option<String>,
}

impl Unit {
    pub(super) fn is_package(&self) -> bool {
        self.key != self.directory
    }

    /// Whether every directory between this root and the unit can be part of a dotted name.
    pub(super) fn can_have_root(&self, root: &str) -> bool {
        paths::below(&self.directory, root)
            .is_some_and(|between| between.is_empty() || between.split('/').all(paths::is_identifier))
    }
}

/// All units, and their directories.
#[derive(Debug, Default)]
pub(super) struct Units {
    pub(super) all: Vec<Unit>,
    by_directory: BTreeMap<String, usize>,
}

impl Units {
    /// Index of the unit of a directory with Python files.
    pub(super) fn index(&self, directory: &str) -> Option<usize> {
        self.by_directory.get(directory).copied()
    }

    /// The unit of a directory with Python files.
    pub(super) fn get(&self, directory: &str) -> Option<&Unit> {
        self.all.get(self.index(directory)?)
    }
}

/// Groups the directories with Python files; `stray` ones are not packages.
pub(super) fn group(tree: &Tree, files: &[PyFile], stray: &BTreeSet<String>) -> Units {
    let mut units = Units::default();
    let mut by_key: BTreeMap<String, usize> = BTreeMap::new();
    for file in files {
        let directory = paths::parent(&file.path);
        let index = if let Some(index) = units.index(directory) {
            index
        } else {
            let key = topmost(tree, directory, stray);
            let index = *by_key.entry(key.to_owned()).or_insert(units.all.len());
            if index == units.all.len() {
                units.all.push(new(tree, key, stray));
            }
            units.by_directory.insert(directory.to_owned(), index);
            index
        };
        if let Some(unit) = units.all.get_mut(index) {
            let reach = paths::below(directory, &unit.directory)
                .map_or(0, |below| below.split('/').filter(|part| !part.is_empty()).count());
            unit.deficit = unit.deficit.max(file.outline.relative.saturating_sub(reach));
            unit.has_relative |= file.outline.relative > 0;
        }
    }
    units
}

fn new(tree: &Tree, key: &str, stray: &BTreeSet<String>) -> Unit {
    let directory = if is_package(tree, key) && !stray.contains(key) { paths::parent(key) } else { key };
    Unit { key: key.to_owned(), directory: directory.to_owned(), deficit: 0, has_relative: false, root: None }
}

/// The topmost package around a directory, or the directory itself.
fn topmost<'a>(tree: &Tree, directory: &'a str, stray: &BTreeSet<String>) -> &'a str {
    paths::ancestors(directory)
        .take_while(|directory| is_package(tree, directory) && !stray.contains(*directory))
        .last()
        .unwrap_or(directory)
}

/// Whether a directory can be imported by its name. The name of the root of the tree is unknown.
pub(super) fn is_package(tree: &Tree, directory: &str) -> bool {
    paths::is_identifier(paths::file_name(directory))
        && matches!(tree.node(&paths::join(directory, "__init__.py")), Some(Node::File(_)))
}
