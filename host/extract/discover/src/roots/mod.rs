//! Determines the directories for `sys.path`, and the name of every module from there.
//!
//! A file has one import root. Climbing from it while the directory holds `__init__.py` ends at the topmost package, or
//! below a directory that [`stray`] finds not to be a package; such a package, or a directory that is not a package, is
//! a *unit*, and all of a unit has one root. For most units that is the directory above it. What can lift the root (a
//! namespace package has no `__init__.py`) or lower it (a package whose modules import each other as if they were
//! loose) is evidence, in this order:
//!
//! 1. a directory named by the packaging (`package_dir`, `where`, `from`, …) directly above the unit;
//! 2. absolute imports anywhere in the repository that name a file of the unit from some directory: most win,
//!    and a tie keeps the root low;
//! 3. a directory named by the packaging further above;
//! 4. a namespace package that 2 found, around the unit;
//! 5. a directory `src` above, unless it is a package;
//! 6. relative imports that lead further up than the unit reaches.

mod stray;
mod unit;
mod votes;

use std::collections::{BTreeMap, BTreeSet};

use belljar_tree::{Node, Tree};

use crate::{
    Candidate, ExclusionRule, ImportRoot,
    layout::DeclaredRoot,
    model::Finding,
    modules::{Module, Modules},
    paths,
    scan::PyFile,
};
use unit::Unit;

/// Finds the root and the name of every file.
pub(crate) fn resolve(
    tree: &Tree,
    files: &[PyFile],
    declared: &[DeclaredRoot],
    is_foreign: &dyn Fn(&str) -> bool,
) -> Modules {
    let stray = stray::find(tree, files, is_foreign);
    let mut units = unit::group(tree, files, &stray);
    let votes = votes::cast(files, &units);
    let mut namespaces: BTreeMap<String, String> = BTreeMap::new();
    for (unit, votes) in units.all.iter_mut().zip(&votes) {
        let is_proved = unit.is_package() && stray.contains(&unit.directory);
        let root = if is_proved { Some(unit.directory.clone()) } else { by_evidence(unit, votes, declared) };
        let Some(root) = root else { continue };
        for directory in paths::ancestors(&unit.directory) {
            if directory.len() > root.len() && paths::is_within(directory, &root) {
                namespaces.entry(directory.to_owned()).or_insert_with(|| root.clone());
            }
        }
        unit.root = Some(root);
    }
    for unit in &mut units.all {
        if unit.root.is_none() {
            unit.root = Some(by_surroundings(tree, unit, declared, &namespaces, &stray));
        }
    }
    name_all(files, &units)
}

/// Applies rules 1 and 2.
fn by_evidence(unit: &Unit, votes: &BTreeMap<&str, usize>, declared: &[DeclaredRoot]) -> Option<String> {
    let is_declared = declared
        .iter()
        .any(|root| root.path == unit.directory && root.covers(&unit.key) && unit.is_package());
    if is_declared {
        return Some(unit.directory.clone());
    }
    let lifted = paths::ancestors(&unit.directory).nth(unit.deficit).unwrap_or_default();
    // A tie keeps the deepest: `max_by_key` keeps the last, and a directory sorts after its parents.
    let best =
        |deeper: bool| {
            votes
                .iter()
                .filter(|(root, _)| {
                    if deeper { root.len() > unit.directory.len() } else { paths::is_within(lifted, root) }
                })
                .max_by_key(|(_, votes)| **votes)
                .map(|(root, _)| (*root).to_owned())
        };
    let regular = best(false);
    let may_be_loose = regular.is_none() && !unit.has_relative;
    if may_be_loose { best(true) } else { regular }
}

/// Applies rules 3 to 6, and the plain case.
fn by_surroundings(
    tree: &Tree,
    unit: &Unit,
    declared: &[DeclaredRoot],
    namespaces: &BTreeMap<String, String>,
    stray: &BTreeSet<String>,
) -> String {
    let reachable = || paths::ancestors(&unit.directory).filter(|root| unit.can_have_root(root));
    let declares =
        |root: &&str| declared.iter().any(|declared| declared.path == **root && declared.covers(&unit.key));
    if let Some(root) = reachable().find(declares) {
        return root.to_owned();
    }
    if let Some(root) = paths::ancestors(&unit.directory).find_map(|directory| namespaces.get(directory))
        && unit.can_have_root(root)
    {
        return root.clone();
    }
    let holds_packages = |root: &&str| {
        let marker = paths::join(root, "__init__.py");
        let is_package = matches!(tree.node(&marker), Some(Node::File(_)));
        stray.contains(*root) || (paths::file_name(root) == "src" && !is_package)
    };
    if let Some(root) = reachable().find(holds_packages) {
        return root.to_owned();
    }
    reachable().nth(unit.deficit).unwrap_or(&unit.directory).to_owned()
}

fn name_all(files: &[PyFile], units: &unit::Units) -> Modules {
    let mut modules = Modules::default();
    for file in files {
        let directory = paths::parent(&file.path);
        let Some(unit) = units.get(directory) else { continue };
        let decided = unit.root.as_deref().unwrap_or(&unit.directory);
        // A lowered root applies only to what is below it.
        let root = if paths::is_within(directory, decided) { decided } else { unit.directory.as_str() };
        let name = dotted(&file.path, root);
        modules.tops.insert(name.split('.').next().unwrap_or_default().to_owned());
        for (end, _) in name.match_indices('.') {
            modules.names.insert(name.get(..end).unwrap_or_default().to_owned());
        }
        modules.names.insert(name.clone());
        modules.by_path.insert(file.path.clone(), Module { root: root.to_owned(), name });
    }
    modules
}

/// The dotted name of a file from a directory above it. An `__init__.py` without a remaining directory to be named
/// after keeps its own name.
fn dotted(path: &str, root: &str) -> String {
    let below = paths::below(path, root).unwrap_or(path);
    let stem = below.strip_suffix(".py").unwrap_or(below);
    stem.strip_suffix("/__init__").unwrap_or(stem).replace('/', ".")
}

/// The roots of included files, and the candidates that refer to them.
pub(crate) fn list(
    files: &[PyFile],
    modules: &Modules,
    findings: Vec<Finding>,
) -> (Vec<ImportRoot>, Vec<Candidate>) {
    let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    // Unselected files can still be imported.
    for file in files.iter().filter(|file| file.rule.is_none_or(|rule| rule == ExclusionRule::NotSelected)) {
        let top = modules.dotted_name(&file.path).split('.').next().unwrap_or_default();
        names.entry(modules.root(&file.path)).or_default().insert(top);
    }
    let index: BTreeMap<&str, usize> = names.keys().enumerate().map(|(index, root)| (*root, index)).collect();
    let candidates = findings
        .into_iter()
        .filter_map(|finding| {
            let root = *index.get(modules.root(&finding.path))?;
            let module = modules.dotted_name(&finding.path).to_owned();
            Some(Candidate { module, root, path: finding.path, reason: finding.reason, line: finding.line })
        })
        .collect();
    let roots = names
        .into_iter()
        .map(|(path, names)| ImportRoot {
            path: path.to_owned(),
            names: names.into_iter().map(str::to_owned).collect(),
        })
        .collect();
    (roots, candidates)
}

#[cfg(test)]
mod tests;
