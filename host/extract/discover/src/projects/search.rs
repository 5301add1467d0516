//! The order in which the modules of an import root search the roots.

use std::collections::{BTreeMap, BTreeSet};

use belljar_tree::{Node, Tree};

use super::{Distance, Projects};
use crate::{Candidate, ImportRoot, paths};

/// The maximum depth of namespace packages that are compared.
const MOST_LEVELS: usize = 6;

/// The maximum number of files of a package that are compared with those of another.
const MOST_FILES: usize = 2_000;

/// The search order of an import root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Indices into [`Discovery::roots`](crate::Discovery::roots): the root itself first, then those of its project's
    /// dependencies, then the others.
    pub roots: Vec<usize>,
    /// Packages that several of the others provide with different files, by name, if nothing determines which of them
    /// is meant: the roots with the package, the first one used.
    pub doubtful: BTreeMap<String, Vec<usize>>,
}

/// The order for each root, which matters if it has candidates.
pub(crate) fn searches(
    tree: &Tree,
    projects: &Projects,
    roots: &[ImportRoot],
    candidates: &[Candidate],
) -> Vec<Search> {
    let mut homes: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for candidate in candidates {
        homes.entry(candidate.root).or_default().extend(projects.around(&candidate.path));
    }
    let search = |own: usize| match homes.get(&own) {
        Some(homes) => Ranked::new(projects, roots, own, homes).search(tree),
        None => Search::default(),
    };
    (0..roots.len()).map(search).collect()
}

/// The distance of a root from another; `None` if the other's projects do not depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Own,
    Needed(Distance),
    Elsewhere,
}

/// The roots as seen from one of them.
struct Ranked<'a> {
    roots: &'a [ImportRoot],
    /// The roots as indices, the nearest first.
    order: Vec<(Rank, usize)>,
}

impl<'a> Ranked<'a> {
    fn new(projects: &Projects, roots: &'a [ImportRoot], own: usize, homes: &BTreeSet<&str>) -> Self {
        let of_own = roots.get(own).and_then(|root| projects.around(&root.path));
        let reach = projects.reach(homes.iter().copied().chain(of_own));
        let rank = |position: usize, root: &ImportRoot| {
            if position == own {
                return Rank::Own;
            }
            let around = projects.around(&root.path);
            let needed = reach.iter().filter(|(path, _)| {
                projects.around(path) == around && around.is_some()
                    || paths::is_within(path, &root.path) && !path.is_empty()
            });
            needed.map(|(_, distance)| *distance).min().map_or(Rank::Elsewhere, Rank::Needed)
        };
        let mut order: Vec<(Rank, usize)> =
            roots.iter().enumerate().map(|(position, root)| (rank(position, root), position)).collect();
        order.sort_unstable();
        Self { roots, order }
    }

    fn search(&self, tree: &Tree) -> Search {
        let mut doubtful = BTreeMap::new();
        let tops: BTreeSet<&str> =
            self.roots.iter().flat_map(|root| root.names.iter().map(String::as_str)).collect();
        for top in tops {
            let places = self.order.iter().filter_map(|(rank, root)| {
                let found = self.roots.get(*root)?;
                let offers = found.names.binary_search_by(|name| name.as_str().cmp(top)).is_ok();
                offers.then(|| (*rank, *root, paths::join(&found.path, top)))
            });
            check_places(tree, top, &places.collect::<Vec<_>>(), MOST_LEVELS, &mut doubtful);
        }
        Search { roots: self.order.iter().map(|(_, root)| *root).collect(), doubtful }
    }
}

/// A place that may have a module: the distance of its root, the root, and the path without suffix.
type Place = (Rank, usize, String);

/// Checks whether it is certain which of some places a name refers to.
fn check_places(
    tree: &Tree,
    name: &str,
    places: &[Place],
    levels: usize,
    doubtful: &mut BTreeMap<String, Vec<usize>>,
) {
    if places.len() < 2 || levels == 0 {
        return;
    }
    let (modules, portions): (Vec<&Place>, Vec<&Place>) =
        places.iter().partition(|(_, _, path)| is_module(tree, path));
    let Some(nearest) = modules.iter().map(|(rank, ..)| *rank).min() else {
        return check_portions(tree, name, &portions, levels, doubtful);
    };
    let tied: Vec<&Place> = modules.into_iter().filter(|(rank, ..)| *rank == nearest).collect();
    let Some(((_, _, first), others)) = tied.split_first() else { return };
    if others.iter().any(|(_, _, other)| !is_same(tree, first, other)) {
        doubtful.insert(name.to_owned(), tied.iter().map(|(_, root, _)| *root).collect());
    }
}

/// A namespace package consists of all of its portions; its parts do not.
fn check_portions(
    tree: &Tree,
    name: &str,
    portions: &[&Place],
    levels: usize,
    doubtful: &mut BTreeMap<String, Vec<usize>>,
) {
    let mut inside: BTreeMap<&str, Vec<Place>> = BTreeMap::new();
    for (rank, root, path) in portions {
        let children: BTreeSet<&str> =
            tree.list(path).map(|child| child.strip_suffix(".py").unwrap_or(child)).collect();
        for child in children.into_iter().filter(|child| paths::is_identifier(child) && *child != "__init__")
        {
            inside.entry(child).or_default().push((*rank, *root, paths::join(path, child)));
        }
    }
    for (child, places) in inside {
        let offers = places
            .into_iter()
            .filter(|(_, _, path)| is_module(tree, path) || tree.node(path) == Some(Node::Directory));
        check_places(tree, &format!("{name}.{child}"), &offers.collect::<Vec<_>>(), levels - 1, doubtful);
    }
}

/// Whether there is a module, or a package without further portions elsewhere.
fn is_module(tree: &Tree, path: &str) -> bool {
    let marker = paths::join(path, "__init__.py");
    if is_file(tree, &format!("{path}.py")) && !is_file(tree, &marker) {
        return true;
    }
    let extends = |bytes: &[u8]| {
        ["extend_path", "declare_namespace"]
            .iter()
            .any(|call| memchr::memmem::find(bytes, call.as_bytes()).is_some())
    };
    is_file(tree, &marker) && !tree.read(&marker).is_ok_and(|bytes| extends(&bytes))
}

fn is_file(tree: &Tree, path: &str) -> bool {
    matches!(tree.node(path), Some(Node::File(_)))
}

/// Whether two modules or packages have the same Python files.
fn is_same(tree: &Tree, one: &str, other: &str) -> bool {
    let (one, other) = (files(tree, one), files(tree, other));
    let same = |a: &str, b: &str| matches!((tree.read(a), tree.read(b)), (Ok(a), Ok(b)) if a == b);
    one.len() <= MOST_FILES
        && one.len() == other.len()
        && one.iter().zip(&other).all(|((name, a), (other, b))| name == other && same(a, b))
}

/// The Python files of a module or package, by their paths in it.
fn files(tree: &Tree, path: &str) -> BTreeMap<String, String> {
    let module = format!("{path}.py");
    let mut found = BTreeMap::new();
    if is_file(tree, &module) {
        found.insert(String::new(), module);
    }
    let mut waiting = vec![path.to_owned()];
    while let Some(directory) = waiting.pop() {
        for child in tree.list(&directory) {
            let file = paths::join(&directory, child);
            match tree.node(&file) {
                Some(Node::Directory) => waiting.push(file),
                Some(Node::File(_)) if crate::paths::is_python(child) => {
                    let name = paths::below(&file, path).unwrap_or_default().to_owned();
                    found.insert(name, file);
                }
                _ => {}
            }
        }
        if found.len() > MOST_FILES {
            break;
        }
    }
    found
}
