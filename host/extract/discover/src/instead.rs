//! Files that Python loads in place of those that are read and run here: native libraries, compiled modules, modules
//! with the name of a library that is real here, and files that the interpreter runs at startup.
//!
//! None of them runs here, so their effects are in no schema. If a change adds such a file, it is reported.

use std::collections::BTreeMap;

use belljar_schema::{Diagnostic, Severity};
use belljar_tree::{Node, Tree};

use crate::{
    Options, ambiguous, archives, checkout,
    exclude::Exclusion,
    loaded::{Around, ending, is_compiled, is_loaded, is_native, module_of},
    model::Finding,
    path_list, paths,
    shadowed::{self, Shadowed},
    stack,
};

/// Modules that the interpreter looks for and runs at startup.
const AT_START: [&str; 2] = ["sitecustomize", "usercustomize"];

/// The maximum number of diagnostics.
const MOST: usize = 50;

const HINT: &str = "review it, or remove it: it did not run here, so the schema excludes its effects";

/// Files of the head that the base lacks or has in another form, and that Python loads in place of files that were
/// read.
pub fn loaded_instead(base: &Tree, head: &Tree, around: Around<'_>) -> Vec<Diagnostic> {
    stack::with_room(|| {
        let sides = Sides { base, head, around };
        let mut diagnose_compiled: BTreeMap<String, (Severity, String)> = BTreeMap::new();
        let mut migrations = None;
        let files = head.files().map(|(path, _)| path).filter(|path| !head.is_same(path, base));
        for path in files.chain(around.compiled.keys().map(String::as_str)) {
            let Some(Instead { module, what, is_mild }) = sides.instead(path) else { continue };
            let is_part = path != module;
            // Revisions come and go in a folder of migrations, which usually has the name of its library.
            if is_part && diagnose_compiled.contains_key(&module) {
                continue;
            }
            let mut is_migration = || {
                let known = migrations.get_or_insert_with(|| Exclusion::new(base, &Options::default()));
                paths::ancestors(paths::parent(path)).any(|directory| known.directory(directory).is_some())
            };
            let was_there = matches!(base.node(&module), Some(Node::File(_)));
            if is_part && was_there && is_migration() {
                continue;
            }
            // Files that the base loads in place of a library are its own, and not caused by the change.
            let is_known = is_mild || (is_part && was_there);
            let severity = if is_known { Severity::Warning } else { Severity::Error };
            let had =
                matches!(base.node(path), Some(Node::File(_))) || around.compiled.get(path) == Some(&true);
            let how = if had { "has changed" } else { "is new" };
            diagnose_compiled.insert(
                if is_part { module } else { path.to_owned() },
                (severity, format!("`{path}` {how}, and {what}")),
            );
        }
        let said = diagnose_compiled.into_iter().take(MOST).map(|(path, (severity, message))| {
            Diagnostic::new(severity, "loaded-instead", message).at(path, 0).hint(HINT)
        });
        let ambiguous = ambiguous::modules(base, head, around);
        let archives = archives::imported(base, head);
        let others = [ambiguous, archives, checkout::other_texts(base, head)];
        said.chain(others.into_iter().flat_map(|all| all.into_iter().take(MOST))).collect()
    })
}

/// Diagnostics for modules that were read here, but that Python loads from elsewhere.
pub(crate) fn diagnose_compiled(tree: &Tree, findings: &[Finding]) -> Vec<Diagnostic> {
    let all = findings.iter().flat_map(|finding| {
        let directory = paths::parent(&finding.path);
        let own = module_of(paths::file_name(&finding.path));
        let beside = tree.list(directory).filter(move |name| is_native(name) && module_of(name) == own);
        beside.map(move |name| (paths::join(directory, name), &finding.path))
    });
    let said = all.take(MOST).map(|(native, path)| {
        let message = format!("Python loads `{native}` in place of `{path}`, which does not run here");
        Diagnostic::new(Severity::Note, "loaded-instead", message).at(path, 0)
    });
    said.collect()
}

/// A file that Python loads in place of another that was read.
struct Instead {
    /// The file that makes it a module, which may be one around it.
    module: String,
    /// What Python does with it.
    what: String,
    /// Whether the base has one of its name, or no relevant module has that name.
    is_mild: bool,
}

struct Sides<'a> {
    base: &'a Tree,
    head: &'a Tree,
    around: Around<'a>,
}

impl Sides<'_> {
    fn instead(&self, path: &str) -> Option<Instead> {
        self.of_top(path).or_else(|| {
            let what = self.of_module(path).or_else(|| self.of_list(path))?;
            Some(Instead { module: path.to_owned(), what, is_mild: false })
        })
    }

    /// A module that takes precedence over a library, or that runs before all others.
    fn of_top(&self, path: &str) -> Option<Instead> {
        let roots = paths::ancestors(paths::parent(path)).filter(|root| self.is_root(root));
        roots.into_iter().find_map(|root| {
            let below = paths::below(path, root)?;
            let (first, is_package) =
                below.split_once('/').map_or((below, false), |(first, _)| (first, true));
            let name = if is_package { first } else { module_of(first) };
            let module = if is_package { self.package(&paths::join(root, first))? } else { path.to_owned() };
            if !is_package && !is_loaded(first) {
                return None;
            }
            let (what, is_mild) = self.of_name(root, name)?;
            Some(Instead { module, what, is_mild })
        })
    }

    /// What Python does with a module of this name in a directory that imports start from, if another is meant; and
    /// whether that is not caused by the change.
    fn of_name(&self, root: &str, name: &str) -> Option<(String, bool)> {
        if AT_START.contains(&name) {
            return Some((
                "Python runs it before everything else, which did not happen here".to_owned(),
                false,
            ));
        }
        if self.around.libraries.contains(name) {
            let what = "before the library of that name, which ran here";
            return Some((format!("Python finds `{name}` there {what}"), false));
        }
        let shadowed = shadowed::find_shadowed(name).filter(|_| self.holds_tables(root))?;
        let what = match shadowed {
            Shadowed::Optional => "before the library of that name, which SQLAlchemy or a driver imports",
            Shadowed::Standard | Shadowed::Ordinary => {
                "before the standard library's where it starts from that directory"
            }
        };
        let is_mild = shadowed == Shadowed::Ordinary || self.had(root, name);
        Some((format!("Python finds `{name}` there {what}"), is_mild))
    }

    /// Whether models may be imported from a directory.
    fn holds_tables(&self, root: &str) -> bool {
        root.is_empty() || self.around.declaring.iter().any(|path| paths::is_within(path, root))
    }

    /// Whether the base has a module or a package of this name in a directory.
    fn had(&self, root: &str, name: &str) -> bool {
        let is_module = |found: &str| module_of(found) == name && is_loaded(found);
        self.base.list(root).any(is_module) || package_in(self.base, &paths::join(root, name)).is_some()
    }

    /// Whether imports start from a directory. A package with a module `sqlalchemy` looks like one, as its other
    /// modules import that name; the base shows whether it is a package, if it has it.
    fn is_root(&self, directory: &str) -> bool {
        let known = if self.base.node(directory).is_some() { self.base } else { self.head };
        let is_package = || known.node(&paths::join(directory, "__init__.py")).is_some();
        directory.is_empty() || (self.around.roots.contains(directory) && !is_package())
    }

    fn package(&self, folder: &str) -> Option<String> {
        package_in(self.head, folder)
    }

    /// A file that takes precedence over a module of the same name in the same folder.
    fn of_module(&self, path: &str) -> Option<String> {
        let (directory, name) = (paths::parent(path), paths::file_name(path));
        let source = |directory: &str, module: &str| {
            let source = paths::join(directory, &format!("{module}.py"));
            let is_there = |tree: &Tree| matches!(tree.node(&source), Some(Node::File(_)));
            (is_there(self.base) || is_there(self.head)).then_some(source)
        };
        let replaced = if is_native(name) {
            source(directory, module_of(name)).or_else(|| self.namespace(directory, module_of(name)))?
        } else if is_compiled(name) && paths::file_name(directory) == "__pycache__" {
            // A cache is in a folder below its source.
            source(paths::parent(directory), module_of(name))?
        } else if is_compiled(name) {
            source(directory, module_of(name)).or_else(|| self.namespace(directory, module_of(name)))?
        } else if name == "__init__.py" && !directory.is_empty() {
            let beside = source(paths::parent(directory), paths::file_name(directory))?;
            matches!(self.head.node(&beside), Some(Node::File(_))).then_some(beside)?
        } else {
            return None;
        };
        Some(format!("Python can load it in place of `{replaced}`, which was read here"))
    }

    /// A folder of this name with modules, and without the file of a package: any module takes precedence over it.
    fn namespace(&self, directory: &str, module: &str) -> Option<String> {
        let folder = paths::join(directory, module);
        let is_source = |(path, _): (&str, _)| ending(path) == "py" && paths::is_within(path, &folder);
        let holds_modules = matches!(self.head.node(&folder), Some(Node::Directory))
            && self.package(&folder).is_none()
            && self.head.files().any(is_source);
        holds_modules.then_some(folder)
    }

    /// A list of paths, and of statements, that an installed Python processes at startup.
    fn of_list(&self, path: &str) -> Option<String> {
        (ending(path) == "pth" && path_list::says_something(self.head, path))
            .then(|| "an installed Python processes it at startup, which did not happen here".to_owned())
    }
}

/// The file that makes a folder a package; a folder without it never takes precedence over a library.
fn package_in(tree: &Tree, folder: &str) -> Option<String> {
    let found = tree.list(folder).filter(|name| module_of(name) == "__init__").find(|name| is_loaded(name));
    found.map(|name| paths::join(folder, name))
}

#[cfg(test)]
mod names_tests;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn said(before: &[(&str, &str)], after: &[(&str, &str)]) -> Vec<(Severity, String)> {
        let (base, head) = (Tree::in_memory(before.iter().copied()), Tree::in_memory(after.iter().copied()));
        let roots = BTreeSet::from(["src".to_owned()]);
        let libraries = ["sqlalchemy", "alembic"].map(str::to_owned).into();
        let compiled = BTreeMap::new();
        let around =
            Around { roots: &roots, libraries: &libraries, declaring: &BTreeSet::new(), compiled: &compiled };
        let found = loaded_instead(&base, &head, around);
        found.into_iter().map(|one| (one.severity, one.message)).collect()
    }

    const BASE: [(&str, &str); 2] = [("src/shop/__init__.py", ""), ("src/shop/models.py", "x = 1\n")];

    fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        [&BASE[..], more].concat()
    }

    #[test]
    fn what_is_found_before_a_module() {
        for path in [
            "src/shop/models.so",
            "src/shop/models.abi3.so",
            "src/shop/models.pyd",
            "src/shop/models.cp313-win_amd64.pyd",
            "src/shop/models.cpython-313-x86_64-linux-gnu.so",
            "src/shop/models.pyc",
            "src/shop/__pycache__/models.cpython-313.pyc",
            "src/shop/__pycache__/models.cpython-313.opt-1.pyc",
            "src/shop/models/__init__.py",
        ] {
            let wanted = format!(
                "`{path}` is new, and Python can load it in place of `src/shop/models.py`, which was read here"
            );
            assert_eq!(said(&BASE, &with(&[(path, "1")])), [(Severity::Error, wanted.clone())]);
            // Control: what the base has is no doing of the change, and what it changes is.
            assert_eq!(said(&with(&[(path, "1")]), &with(&[(path, "1")])), []);
            let changed = wanted.replace("is new", "has changed");
            assert_eq!(said(&with(&[(path, "1")]), &with(&[(path, "2")])), [(Severity::Error, changed)]);
            // Moved instead of added.
            let without: Vec<_> =
                with(&[(path, "1")]).into_iter().filter(|(name, _)| *name != BASE[1].0).collect();
            let is_refactoring = path.ends_with("__init__.py");
            assert_eq!(said(&BASE, &without).len(), usize::from(!is_refactoring), "{path}");
        }
        let first = "`src/shop/__init__.abi3.so` is new, and Python can load it in place of `src/shop/__init__.py`, which was read here";
        let found = said(&BASE, &with(&[("src/shop/__init__.abi3.so", "1")]));
        assert_eq!(found, [(Severity::Error, first.to_owned())]);
        for path in [
            "src/shop/other.so",
            "src/shop/models.so.1",
            "lib/models.so",
            "src/shop/models.txt",
            "src/shop/.so",
        ] {
            assert_eq!(said(&BASE, &with(&[(path, "1")])), [], "{path}");
        }
    }

    #[test]
    fn what_is_found_before_a_library() {
        for path in [
            "sqlalchemy.py",
            "src/sqlalchemy.py",
            "sqlalchemy/__init__.py",
            "src/sqlalchemy/__init__.py",
            "sqlalchemy.abi3.so",
            "sqlalchemy/__init__.so",
            "alembic.pyc",
        ] {
            let found = said(&BASE, &with(&[(path, "1")]));
            let [(Severity::Error, message)] = found.as_slice() else { panic!("{path}: {found:?}") };
            assert!(message.contains("before the library of that name, which ran here"), "{message}");
        }
        let package =
            [("shop/__init__.py", ""), ("shop/sqlalchemy.py", ""), ("shop/alembic/__init__.py", "")];
        let roots = BTreeSet::from(["shop".to_owned()]);
        let libraries = BTreeSet::from(["sqlalchemy".to_owned(), "alembic".to_owned()]);
        let (declaring, compiled) = (BTreeSet::new(), BTreeMap::new());
        let around =
            Around { roots: &roots, libraries: &libraries, declaring: &declaring, compiled: &compiled };
        let (base, head) = (Tree::in_memory([package[0]]), Tree::in_memory(package));
        assert_eq!(loaded_instead(&base, &head, around), [], "a package only looks like a root");
        assert_eq!(loaded_instead(&Tree::in_memory([("a.py", "")]), &head, around), [], "a new one too");
        let base = Tree::in_memory([("shop/models.py", "")]);
        assert_eq!(loaded_instead(&base, &head, around).len(), 2, "one that was no package, and is made one");
        for path in ["shop/sqlalchemy.py", "sqlalchemy/models.py", "sqlalchemy.md", "sqlalchemy/__init__.txt"]
        {
            assert_eq!(said(&BASE, &with(&[(path, "1")])), [], "{path}");
        }
        // Part of a package that the base has in place of the library, and a new one.
        let own = with(&[("sqlalchemy/__init__.py", ""), ("sqlalchemy/orm.py", "")]);
        let changed = with(&[("sqlalchemy/__init__.py", ""), ("sqlalchemy/orm.py", "1")]);
        let found = said(&own, &changed);
        assert!(
            matches!(found.as_slice(), [(Severity::Warning, message)] if message.starts_with("`sqlalchemy/orm.py` has \
                changed")),
            "{found:?}"
        );
        assert_eq!(said(&BASE, &own).len(), 1, "one for all of it");
    }

    #[test]
    fn migrations_are_called_like_their_library() {
        let environment =
            [("alembic/env.py", "from alembic import context\n"), ("alembic/script.py.mako", "")];
        let revision = ("alembic/versions/a1.py", "revision = 'a1'\ndown_revision = None\n");
        let before = with(&environment);
        assert_eq!(said(&before, &[&before[..], &[revision]].concat()), []);
        let before = [&before[..], &[("alembic/__init__.py", "")]].concat();
        assert_eq!(said(&before, &[&before[..], &[revision]].concat()), []);
    }

    #[test]
    fn what_was_compiled_is_no_part_of_the_tree() {
        let tree = Tree::in_memory(BASE);
        for (path, had, wanted) in [
            (
                "src/shop/__pycache__/models.cpython-313.pyc",
                false,
                Some("is new, and Python can load it in place of"),
            ),
            (
                "src/shop/__pycache__/models.cpython-313.pyc",
                true,
                Some("has changed, and Python can load it"),
            ),
            ("src/shop/__pycache__/gone.cpython-313.pyc", false, None),
            ("sqlalchemy.pyc", false, Some("before the library of that name")),
        ] {
            let (roots, libraries) = (BTreeSet::new(), BTreeSet::from(["sqlalchemy".to_owned()]));
            let compiled = BTreeMap::from([(path.to_owned(), had)]);
            let around = Around {
                roots: &roots,
                libraries: &libraries,
                declaring: &BTreeSet::new(),
                compiled: &compiled,
            };
            let found: Vec<_> =
                loaded_instead(&tree, &tree, around).into_iter().map(|one| one.message).collect();
            assert_eq!(found.len(), usize::from(wanted.is_some()), "{path}");
            assert!(found.iter().zip(wanted).all(|(message, wanted)| message.contains(wanted)), "{found:?}");
        }
    }

    #[test]
    fn what_runs_at_the_start() {
        for path in
            ["sitecustomize.py", "src/usercustomize.py", "sitecustomize/__init__.py", "usercustomize.so"]
        {
            let found = said(&BASE, &with(&[(path, "1")]));
            assert!(
                matches!(found.as_slice(), [(Severity::Error, message)] if message.contains("before everything else")),
                "{path}: {found:?}"
            );
        }
        for text in ["import os; os.abort()\n", "../elsewhere\n"] {
            let found = said(&BASE, &with(&[("deploy/x.pth", text)]));
            assert!(
                matches!(found.as_slice(), [(Severity::Error, message)] if message.contains("processes it")),
                "{found:?}"
            );
        }
        // Controls: weights, nothing, and a name below a package.
        for (path, text) in
            [("x.pth", "PK\u{3}\u{4}\0"), ("x.pth", "# nothing\n"), ("src/shop/sitecustomize.py", "1")]
        {
            assert_eq!(said(&BASE, &with(&[(path, text)])), [], "{path}");
        }
    }
}
