//! Directories with an `__init__.py` that are not packages: `src/__init__.py` beside code with `from pay.models import
//! …` for `src/pay/models.py`. The imports between the modules below such a directory decide.

use std::collections::{BTreeMap, BTreeSet};

use belljar_tree::Tree;

use super::{unit::is_package, votes};
use crate::{paths, scan::PyFile};

/// Packages of the standard library with submodules: importing one is no evidence for a directory of its name.
const STANDARD: [&str; 24] = [
    "asyncio",
    "collections",
    "concurrent",
    "ctypes",
    "curses",
    "dbm",
    "distutils",
    "email",
    "encodings",
    "html",
    "http",
    "importlib",
    "json",
    "logging",
    "multiprocessing",
    "os",
    "sqlite3",
    "tkinter",
    "unittest",
    "urllib",
    "wsgiref",
    "xml",
    "xmlrpc",
    "zoneinfo",
];

/// The imports between the modules below a directory.
#[derive(Debug, Default)]
struct Habit {
    /// Number of names that start in the directory.
    within: usize,
    /// Number of names that start above it, so that it is part of them.
    through: usize,
}

/// The directories whose modules name each other as if the directory were on `sys.path`, more often than as its parts.
/// `is_foreign` returns whether a top-level name is that of an external package.
pub(super) fn find(tree: &Tree, files: &[PyFile], is_foreign: &dyn Fn(&str) -> bool) -> BTreeSet<String> {
    let packages = packages(tree, files);
    if packages.is_empty() {
        return BTreeSet::new();
    }
    let mut habits: BTreeMap<&str, Habit> = BTreeMap::new();
    let offers = offers(files);
    for file in files {
        for name in file.outline.imports.iter().filter(|name| name.contains('.')) {
            let top = name.split('.').next().unwrap_or_default();
            let is_library = STANDARD.contains(&top) || is_foreign(top);
            for (target, root) in offers.get(name).into_iter().flatten() {
                count(&mut habits, &packages, &file.path, (target, root), is_library);
            }
        }
    }
    let proves = |(directory, habit): (&str, Habit)| {
        let proved = habit.within > habit.through && fits(files, directory);
        proved.then(|| directory.to_owned())
    };
    habits.into_iter().filter_map(proves).collect()
}

/// Counts one import for each package that contains both the importing and the imported file.
fn count<'a>(
    habits: &mut BTreeMap<&'a str, Habit>,
    packages: &BTreeSet<&'a str>,
    file: &str,
    (target, root): (&str, &str),
    is_library: bool,
) {
    for directory in paths::ancestors(paths::parent(target)) {
        let Some(package) = packages.get(directory).filter(|_| paths::is_within(file, directory)) else {
            continue;
        };
        if directory.len() > root.len() {
            habits.entry(package).or_default().through += 1;
        } else if directory == root && !is_library {
            habits.entry(package).or_default().within += 1;
        }
    }
}

/// Every directory with an `__init__.py` that a name could go through.
fn packages<'a>(tree: &Tree, files: &'a [PyFile]) -> BTreeSet<&'a str> {
    let marked = files.iter().filter_map(|file| file.path.strip_suffix("/__init__.py"));
    marked.filter(|directory| is_package(tree, directory)).collect()
}

/// Each file that a dotted name may refer to, with the directory that would have to be on `sys.path`.
fn offers(files: &[PyFile]) -> BTreeMap<String, Vec<(&str, &str)>> {
    let mut offers: BTreeMap<String, Vec<(&str, &str)>> = BTreeMap::new();
    for file in files {
        for (name, root) in votes::names(&file.path).into_iter().skip(1) {
            offers.entry(name).or_default().push((&file.path, root));
        }
    }
    offers
}

/// Whether the relative imports below a directory stay below it.
fn fits(files: &[PyFile], directory: &str) -> bool {
    files.iter().filter(|file| file.outline.relative > 0).all(|file| {
        let Some(below) = paths::below(paths::parent(&file.path), directory) else { return true };
        let depth = below.split('/').filter(|part| !part.is_empty()).count();
        depth >= file.outline.relative
    })
}
