//! Packages and modules with tables whose name is found in two directories that imports begin at: `shop/` and `lib/shop/`.
//!
//! Python loads the one whose directory comes first on its path, and that is up to the installation. Here both are run, each
//! from its own directory, so a change that brings a second one leaves the tables of the first as they were.

use std::collections::{BTreeMap, BTreeSet};

use belljar_schema::{Diagnostic, Severity};
use belljar_tree::Tree;

use crate::{Options, exclude::Exclusion, instead::Around, layout, paths};

const HINT: &str = "keep one of the two: each was run and compared by itself, so what the new one changes of the tables \
                    of the other is not among the changes";

/// The directories in which a top-level name is found, each with a file of it.
type Holders<'a> = BTreeMap<&'a str, &'a str>;

/// What is said of the names that the head finds in more directories than the base, or in another of the same.
pub(crate) fn modules(base: &Tree, head: &Tree, around: Around<'_>) -> Vec<Diagnostic> {
    let (before, after) = (declared(base), declared(head));
    let declared = before.values().chain(after.values()).flatten();
    let roots: BTreeSet<&str> =
        declared.map(|root| root.path.as_str()).chain(around.roots.iter().map(String::as_str)).collect();
    let tops: BTreeSet<&str> = around
        .declaring
        .iter()
        .flat_map(|path| places(path, &roots))
        .map(|(_, top)| top)
        .filter(|top| !top.is_empty())
        .collect();
    let (in_base, in_head) = (holders(base, &roots, &tops), holders(head, &roots, &tops));
    let nothing = Holders::new();
    let said = in_head.iter().filter(|(_, holders)| holders.len() > 1).filter_map(|(top, holders)| {
        let known = in_base.get(top).unwrap_or(&nothing);
        let name = Name { top, known, holders };
        name.chosen_otherwise(&before, &after).or_else(|| name.brought())
    });
    said.collect()
}

type Declared = BTreeMap<String, BTreeSet<layout::DeclaredRoot>>;

fn declared(tree: &Tree) -> Declared {
    layout::declared_by(tree, &Exclusion::new(tree, &Options::default()), &mut Vec::new())
}

/// The directories a file can be imported from, and the first part of its name there.
fn places<'a>(path: &'a str, roots: &BTreeSet<&'a str>) -> Vec<(&'a str, &'a str)> {
    let above = paths::ancestors(paths::parent(path)).filter_map(|directory| roots.get(directory));
    let with_top = above.filter_map(|root| {
        let first = paths::below(path, root)?.split('/').next()?;
        Some((*root, first.strip_suffix(".py").unwrap_or(first)))
    });
    with_top.collect()
}

fn holders<'a>(
    tree: &'a Tree,
    roots: &BTreeSet<&'a str>,
    tops: &BTreeSet<&'a str>,
) -> BTreeMap<&'a str, Holders<'a>> {
    let mut all: BTreeMap<&str, Holders<'a>> = BTreeMap::new();
    let sources = tree.files().map(|(path, _)| path).filter(|path| path.ends_with(".py"));
    for path in sources {
        for (root, top) in places(path, roots) {
            if let Some(top) = tops.get(top) {
                all.entry(top).or_default().entry(root).or_insert(path);
            }
        }
    }
    all
}

/// A name that is found in several directories.
struct Name<'a> {
    top: &'a str,
    /// Where the base has it.
    known: &'a Holders<'a>,
    /// Where the head has it.
    holders: &'a Holders<'a>,
}

impl Name<'_> {
    /// The packaging of the project that the base's is a part of names other directories than it did.
    fn chosen_otherwise(&self, before: &Declared, after: &Declared) -> Option<Diagnostic> {
        let (before, after) = (self.declared(before), self.declared(after));
        if before == after {
            return None;
        }
        let new = after.difference(&before).next();
        let (chosen, how) = match new {
            Some(root) => (*root, "is now named by the packaging"),
            None => (*before.difference(&after).next()?, "is no longer named by the packaging"),
        };
        let other = self.known.keys().find(|root| **root != chosen)?;
        let (first, second) = if new.is_some() { (chosen, *other) } else { (*other, chosen) };
        let message = format!(
            "`{}` {how}, and Python can load `{}` in place of `{}`, which is what was read",
            directory(chosen),
            paths::join(first, self.top),
            paths::join(second, self.top),
        );
        Some(self.told(Severity::Error, chosen, message))
    }

    /// Directories with this name that the packaging of a project around another of the base's declares.
    fn declared<'b>(&'b self, all: &'b Declared) -> BTreeSet<&'b str> {
        let roots = all.iter().flat_map(|(project, roots)| roots.iter().map(move |root| (project, root)));
        let of_this = roots.filter(|(project, root)| {
            let holds = self.holders.contains_key(root.path.as_str());
            let others = self.known.keys().filter(|known| **known != root.path);
            let around_another = || others.into_iter().any(|known| paths::is_within(known, project));
            holds && root.covers(&paths::join(&root.path, self.top)) && around_another()
        });
        of_this.map(|(_, root)| root.path.as_str()).collect()
    }

    /// The head has the name where the base has not.
    fn brought(&self) -> Option<Diagnostic> {
        let known = self.known.keys().find(|root| self.holders.contains_key(**root))?;
        let new = self.holders.keys().find(|root| !self.known.contains_key(**root))?;
        let message = format!(
            "`{}` is new beside `{}`: Python loads either of them as `{}`, depending on its path",
            paths::join(new, self.top),
            paths::join(known, self.top),
            self.top,
        );
        Some(self.told(Severity::Warning, new, message))
    }

    fn told(&self, severity: Severity, root: &str, message: String) -> Diagnostic {
        let path = self.holders.get(root).copied().unwrap_or_default();
        Diagnostic::new(severity, "loaded-instead", message).at(path, 0).hint(HINT)
    }
}

fn directory(root: &str) -> &str {
    if root.is_empty() { "." } else { root }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Files<'a> = &'a [(&'a str, &'a str)];

    fn said(base: Files<'_>, head: Files<'_>, roots: &[&str]) -> Vec<(Severity, String)> {
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
            let expected = "`lib` is now named by the packaging, and Python can load `lib/shop` in place of `shop`, \
                            which is what was read";
            let head = [OLD, NEW, (file, text)];
            assert_eq!(said(&[OLD], &head, &["", "lib"]), [(Severity::Error, expected.to_owned())], "{file}");
            // The package was there before, and is only named now.
            assert_eq!(said(&[OLD, NEW], &head, &["", "lib"]).len(), 1, "{file}");
            // Control: both in the base, and a package that moves.
            assert_eq!(said(&head, &head, &["", "lib"]), [], "{file}");
            assert_eq!(said(&[OLD], &[NEW, (file, text)], &["", "lib"]), [], "{file}");
        }
        let (before, after) = (("setup.py", "setup(package_dir={'': 'old'})\n"), ("setup.py", "setup()\n"));
        let sources = [("old/shop/models.py", ""), ("shop/models.py", "")];
        let [(Severity::Error, message)] =
            &said(&[&sources[..], &[before]].concat(), &[&sources[..], &[after]].concat(), &["", "old"])[..]
        else {
            panic!("a declaration that is taken away")
        };
        assert!(message.contains("load `shop` in place of `old/shop`"), "{message}");
    }

    #[test]
    fn nothing_says_which() {
        let found = said(&[OLD], &[OLD, NEW], &["", "lib"]);
        let expected =
            "`lib/shop` is new beside `shop`: Python loads either of them as `shop`, depending on its path";
        assert_eq!(found, [(Severity::Warning, expected.to_owned())]);
        let found = said(
            &[("shop.py", ""), ("models.py", "")],
            &[("models.py", ""), ("a/models.py", "")],
            &["", "a"],
        );
        assert_eq!(found.len(), 1, "modules too: {found:?}");
        for (head, roots) in [
            // Another name, not a directory that imports begin at, no source.
            (("lib/other/models.py", ""), ["", "lib"]),
            (("lib/shop/models.py", ""), ["", "src"]),
            (("lib/shop/models.txt", ""), ["", "lib"]),
        ] {
            assert_eq!(said(&[OLD], &[OLD, head], &roots), [], "{head:?}");
        }
    }

    #[test]
    fn another_project_has_a_packaging_of_its_own() {
        let base = [("a/app/models.py", ""), ("a/pyproject.toml", "")];
        let text = "[tool.poetry]\npackages = [{include = 'app'}]\n";
        let head = [&base[..], &[("b/app/models.py", ""), ("b/pyproject.toml", text)]].concat();
        let found = said(&base, &head, &["a", "b"]);
        assert!(matches!(found[..], [(Severity::Warning, _)]), "{found:?}");
        // Control: one packaging for both.
        let text = "[tool.setuptools.packages.find]\nwhere = ['b']\n";
        let head = [&base[..], &[("b/app/models.py", ""), ("pyproject.toml", text)]].concat();
        let found = said(&base, &head, &["a", "b"]);
        assert!(matches!(found[..], [(Severity::Error, _)]), "{found:?}");
    }
}
