//! Packages and modules with tables whose name exists in two directories that imports start from: `shop/` and
//! `lib/shop/`.
//!
//! Python loads the one whose directory comes first on its path, which depends on the installation. Here both are run,
//! each from its own directory, so a change that adds a second one leaves the tables of the first unchanged.

use std::collections::{BTreeMap, BTreeSet};

use belljar_schema::{Diagnostic, Severity};
use belljar_tree::Tree;

use crate::{
    Options,
    exclude::Exclusion,
    layout,
    loaded::{Around, is_loaded, module_of},
    paths,
    reach::reach_of_all,
};

const HINT: &str = "keep one of the two: each was run and compared separately, so changes that one makes to tables of \
                    the other are not reported";

/// The directories that have a top-level name, each with a file of it.
type Holders<'a> = BTreeMap<&'a str, &'a str>;

/// Diagnostics for names that the head has in more directories than the base, or in other ones.
pub(crate) fn modules(base: &Tree, head: &Tree, around: Around<'_>) -> Vec<Diagnostic> {
    let (before, after) = (declared(base), declared(head));
    let declared = before.values().chain(after.values()).flatten();
    let roots: BTreeSet<&str> =
        declared.map(|root| root.path.as_str()).chain(around.roots.iter().map(String::as_str)).collect();
    let compiled = around.compiled.iter().map(|(path, had)| (path.as_str(), *had));
    let in_base = holders(base, &roots, compiled.clone().filter(|(_, had)| *had).map(|(path, _)| path));
    let in_head = holders(head, &roots, compiled.map(|(path, _)| path));
    let computed = computed(base, head);
    let nothing = Holders::new();
    let several = in_head.iter().filter(|(_, holders)| holders.len() > 1);
    let reported: Vec<(&str, Diagnostic)> = several
        .filter_map(|(top, holders)| {
            let known = in_base.get(top).unwrap_or(&nothing);
            let mut name = Name { top, known, holders, renamed: BTreeMap::new() };
            name.renamed = name.renamed(base, head);
            let reported = name.chosen_otherwise(&before, &after).or_else(|| name.brought());
            Some((*top, reported.or_else(|| name.computed(&computed))?))
        })
        .collect();
    if reported.is_empty() {
        return Vec::new();
    }
    let tops = reached(base, &roots, around.declaring);
    reported.into_iter().filter(|(top, _)| tops.contains(*top)).map(|(_, reported)| reported).collect()
}

/// The top-level names of files that declare tables, and of all their imports.
fn reached(base: &Tree, roots: &BTreeSet<&str>, declaring: &BTreeSet<String>) -> BTreeSet<String> {
    let all: Vec<String> = roots.iter().map(|root| (*root).to_owned()).collect();
    let files = reach_of_all(base, &all, declaring);
    let names = files.iter().flat_map(|path| places(path, roots));
    names.map(|(_, top)| top.to_owned()).filter(|top| !top.is_empty()).collect()
}

/// Files that compute the location of packages, and that the head has changed.
fn computed<'a>(base: &Tree, head: &'a Tree) -> Vec<&'a str> {
    let files = head.files().map(|(path, _)| path).filter(|path| paths::file_name(path) == "setup.py");
    let changed = files.filter(|path| !head.is_same(path, base));
    changed.filter(|path| layout::is_computed(head, path)).collect()
}

type Declared = BTreeMap<String, BTreeSet<layout::DeclaredRoot>>;

fn declared(tree: &Tree) -> Declared {
    layout::on_the_path(tree, &Exclusion::new(tree, &Options::default()))
}

/// The directories a file can be imported from, and the first part of its name there.
fn places<'a>(path: &'a str, roots: &BTreeSet<&'a str>) -> Vec<(&'a str, &'a str)> {
    let above = paths::ancestors(paths::parent(path)).filter_map(|directory| roots.get(directory));
    let with_top = above.filter_map(|root| {
        let first = paths::below(path, root)?.split('/').next()?;
        let is_file = paths::join(root, first) == path;
        Some((*root, if is_file { module_of(first) } else { first }))
    });
    with_top.collect()
}

/// Every top-level name, with its directories; `compiled` are files that the tree excludes.
fn holders<'a>(
    tree: &'a Tree,
    roots: &BTreeSet<&'a str>,
    compiled: impl Iterator<Item = &'a str>,
) -> BTreeMap<&'a str, Holders<'a>> {
    let mut all: BTreeMap<&str, Holders<'a>> = BTreeMap::new();
    let files = tree.files().map(|(path, _)| path).chain(compiled);
    for path in files.filter(|path| is_module(path)) {
        for (root, top) in places(path, roots).into_iter().filter(|(_, top)| is_top(top)) {
            all.entry(top).or_default().entry(root).or_insert(path);
        }
    }
    all
}

/// Whether an import refers to a name.
fn is_top(name: &str) -> bool {
    paths::is_identifier(name) && name != "__init__"
}

/// Whether an import can load a file at its place: a source, a native library, or a compiled module in place of its
/// source.
fn is_module(path: &str) -> bool {
    let is_cached = paths::file_name(paths::parent(path)) == "__pycache__";
    is_loaded(paths::file_name(path)) && !is_cached
}

/// A name that exists in several directories.
struct Name<'a> {
    top: &'a str,
    /// The directories of the base.
    known: &'a Holders<'a>,
    /// The directories of the head.
    holders: &'a Holders<'a>,
    /// Directories of the base that have another name in the head, with the same contents for this name.
    renamed: BTreeMap<&'a str, &'a str>,
}

impl<'a> Name<'a> {
    fn renamed(&self, base: &Tree, head: &Tree) -> BTreeMap<&'a str, &'a str> {
        let mut found = BTreeMap::new();
        for gone in self.known.keys().filter(|root| !self.holders.contains_key(**root)) {
            let new = self.holders.keys().filter(|root| !self.known.contains_key(**root));
            let mut new = new.filter(|root| !found.values().any(|taken| taken == *root));
            let same =
                new.find(|root| same(base, &paths::join(gone, self.top), head, &paths::join(root, self.top)));
            if let Some(root) = same {
                found.insert(*gone, *root);
            }
        }
        found
    }

    fn is_renamed(&self, root: &str) -> bool {
        self.renamed.values().any(|new| *new == root)
    }

    /// The location of packages is computed, and the computation has changed.
    fn computed(&self, files: &[&str]) -> Option<Diagnostic> {
        let holds = |path: &str| self.known.keys().any(|root| paths::is_within(root, paths::parent(path)));
        let path = files.iter().find(|path| holds(path))?;
        let named: Vec<String> =
            self.holders.keys().map(|root| format!("`{}`", paths::join(root, self.top))).collect();
        let message = format!(
            "`{path}` changed, and computes the location of packages: Python can load any of {}, and which one can't \
             be determined",
            named.join(", ")
        );
        let hint = "write the folders in `package_dir` and `find_packages` as literals";
        Some(Diagnostic::new(Severity::Warning, "loaded-instead", message).at(*path, 0).hint(hint))
    }

    /// The packaging of the project that contains the base's package names other directories than before.
    fn chosen_otherwise(&self, before: &Declared, after: &Declared) -> Option<Diagnostic> {
        let (before, after) = (self.declared(before), self.declared(after));
        if before == after {
            return None;
        }
        let new = after.difference(&before).next();
        let (chosen, how) = match new {
            Some(root) => (*root, "is now named by the project's configuration"),
            None => (*before.difference(&after).next()?, "is no longer named by the project's configuration"),
        };
        let other = self.known.keys().find(|root| **root != chosen)?;
        let (first, second) = if new.is_some() { (chosen, *other) } else { (*other, chosen) };
        let message = format!(
            "`{}` {how}, so Python can load `{}` in place of `{}`, which was read here",
            directory(chosen),
            paths::join(first, self.top),
            paths::join(second, self.top),
        );
        Some(self.diagnostic(Severity::Error, chosen, message))
    }

    /// Directories with this name that the packaging of a project around another of the base's declares.
    fn declared<'b>(&'b self, all: &'b Declared) -> BTreeSet<&'b str> {
        let roots = all.iter().flat_map(|(project, roots)| roots.iter().map(move |root| (project, root)));
        let now = |root: &'b layout::DeclaredRoot| {
            self.renamed.get(root.path.as_str()).copied().unwrap_or(root.path.as_str())
        };
        let of_this = roots.filter(|(project, root)| {
            let holds = self.holders.contains_key(now(root));
            let others = self.known.keys().filter(|known| **known != root.path);
            let around_another = || others.into_iter().any(|known| paths::is_within(known, project));
            holds && root.covers(&paths::join(&root.path, self.top)) && around_another()
        });
        of_this.map(|(_, root)| now(root)).collect()
    }

    /// The head has the name in a directory where the base does not.
    fn brought(&self) -> Option<Diagnostic> {
        let known = self.known.keys().find(|root| self.holders.contains_key(**root))?;
        let is_new = |root: &&&str| !self.known.contains_key(**root) && !self.is_renamed(root);
        let new = self.holders.keys().find(is_new)?;
        let message = format!(
            "`{}` is new beside `{}`: Python loads either of them as `{}`, depending on its path",
            paths::join(new, self.top),
            paths::join(known, self.top),
            self.top,
        );
        Some(self.diagnostic(Severity::Warning, new, message))
    }

    fn diagnostic(&self, severity: Severity, root: &str, message: String) -> Diagnostic {
        let path = self.holders.get(root).copied().unwrap_or_default();
        Diagnostic::new(severity, "loaded-instead", message).at(path, 0).hint(HINT)
    }
}

/// Whether two trees have the same contents in two places, each a folder or a module.
fn same(base: &Tree, old: &str, head: &Tree, new: &str) -> bool {
    let files = |tree: &Tree, at: &str| -> Vec<(String, u64)> {
        let module = format!("{at}.py");
        let all = tree.files().filter(|(path, _)| paths::is_within(path, at) || **path == module);
        let all = all.filter_map(|(path, file)| Some((path.strip_prefix(at)?.to_owned(), file.size)));
        all.collect()
    };
    let (before, after) = (files(base, old), files(head, new));
    let is_same = |rest: &String| {
        let (old, new) = (base.read(&format!("{old}{rest}")), head.read(&format!("{new}{rest}")));
        matches!((old, new), (Ok(old), Ok(new)) if old == new)
    };
    !before.is_empty() && before == after && before.iter().all(|(rest, _)| is_same(rest))
}

fn directory(root: &str) -> &str {
    if root.is_empty() { "." } else { root }
}

#[cfg(test)]
mod helper_tests;

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) type Files<'a> = &'a [(&'a str, &'a str)];

    pub(super) fn reported(base: Files<'_>, head: Files<'_>, roots: &[&str]) -> Vec<(Severity, String)> {
        let declaring = base.iter().map(|(path, _)| (*path).to_owned());
        let declaring = declaring.filter(|path| path.ends_with("models.py")).collect();
        let roots = roots.iter().map(|root| (*root).to_owned()).collect();
        let (libraries, compiled) = (BTreeSet::new(), BTreeMap::new());
        let around =
            Around { roots: &roots, libraries: &libraries, declaring: &declaring, compiled: &compiled };
        let tree = |files: Files<'_>| Tree::in_memory(files.iter().copied());
        modules(&tree(base), &tree(head), around).into_iter().map(|one| (one.severity, one.message)).collect()
    }

    const OLD: (&str, &str) = ("shop/models.py", "");
    const NEW: (&str, &str) = ("lib/shop/models.py", "");
    const SETUP: &str = "setup(packages=['shop'], package_dir={'': 'lib'})\n";

    #[test]
    fn the_packaging_decides_otherwise() {
        for (file, text) in [
            ("setup.py", SETUP),
            ("setup.cfg", "[options]\npackage_dir =\n    = lib\n"),
            ("pyproject.toml", "[tool.setuptools.packages.find]\nwhere = ['lib']\n"),
            ("pyproject.toml", "[tool.setuptools]\npackage-dir = {shop = 'lib/shop'}\n"),
            ("pyproject.toml", "[tool.poetry]\npackages = [{include = 'shop', from = 'lib'}]\n"),
            ("pyproject.toml", "[tool.hatch.build.targets.wheel]\npackages = ['lib/shop']\n"),
            ("pyproject.toml", "[tool.pytest.ini_options]\npythonpath = ['lib']\n"),
        ] {
            let expected = "`lib` is now named by the project's configuration, so Python can load `lib/shop` in place of `shop`, which was read here";
            let head = [OLD, NEW, (file, text)];
            assert_eq!(
                reported(&[OLD], &head, &["", "lib"]),
                [(Severity::Error, expected.to_owned())],
                "{file}"
            );
            // The package existed before, and is only declared now.
            assert_eq!(reported(&[OLD, NEW], &head, &["", "lib"]).len(), 1, "{file}");
            // Control: both in the base, and a package that moves.
            assert_eq!(reported(&head, &head, &["", "lib"]), [], "{file}");
            assert_eq!(reported(&[OLD], &[NEW, (file, text)], &["", "lib"]), [], "{file}");
        }
        let (before, after) = (("setup.py", "setup(package_dir={'': 'old'})\n"), ("setup.py", "setup()\n"));
        let sources = [("old/shop/models.py", ""), ("shop/models.py", "")];
        let [(Severity::Error, message)] =
            &reported(&[&sources[..], &[before]].concat(), &[&sources[..], &[after]].concat(), &["", "old"])
                [..]
        else {
            panic!("a declaration that is taken away")
        };
        assert!(message.contains("load `shop` in place of `old/shop`"), "{message}");
    }

    #[test]
    fn either_file_may_be_loaded() {
        let found = reported(&[OLD], &[OLD, NEW], &["", "lib"]);
        let expected =
            "`lib/shop` is new beside `shop`: Python loads either of them as `shop`, depending on its path";
        assert_eq!(found, [(Severity::Warning, expected.to_owned())]);
        let found = reported(
            &[("shop.py", ""), ("models.py", "")],
            &[("models.py", ""), ("a/models.py", "")],
            &["", "a"],
        );
        assert_eq!(found.len(), 1, "modules too: {found:?}");
        for (head, roots) in [
            // Another name, a directory that imports do not start from, and a file that is not source.
            (("lib/other/models.py", ""), ["", "lib"]),
            (("lib/shop/models.py", ""), ["", "src"]),
            (("lib/shop/models.txt", ""), ["", "lib"]),
        ] {
            assert_eq!(reported(&[OLD], &[OLD, head], &roots), [], "{head:?}");
        }
    }

    #[test]
    fn another_project_has_a_packaging_of_its_own() {
        let base = [("a/app/models.py", ""), ("a/pyproject.toml", "")];
        let text = "[tool.poetry]\npackages = [{include = 'app'}]\n";
        let head = [&base[..], &[("b/app/models.py", ""), ("b/pyproject.toml", text)]].concat();
        let found = reported(&base, &head, &["a", "b"]);
        assert!(matches!(found[..], [(Severity::Warning, _)]), "{found:?}");
        // Control: one packaging for both.
        let text = "[tool.setuptools.packages.find]\nwhere = ['b']\n";
        let head = [&base[..], &[("b/app/models.py", ""), ("pyproject.toml", text)]].concat();
        let found = reported(&base, &head, &["a", "b"]);
        assert!(matches!(found[..], [(Severity::Error, _)]), "{found:?}");
    }
}
