//! The files of a tree that contribute to the objects of a file, as far as imports show.

use std::collections::{BTreeMap, BTreeSet};

use belljar_tree::{Node, Tree};
use ruff_python_ast::{
    Expr, Identifier, Stmt, StmtImportFrom,
    visitor::{self, Visitor},
};

use crate::{
    decode,
    index::{dotted, last},
    parse, paths,
    scan::MAX_SOURCE_BYTES,
    stack,
};

/// The maximum number of files that are read for one.
const MOST: usize = 4000;

/// Functions by which code imports, or runs, files without an import statement.
const DYNAMIC: [&str; 11] = [
    "__import__",
    "eval",
    "exec",
    "execfile",
    "exec_module",
    "find_modules",
    "import_module",
    "import_string",
    "iter_modules",
    "load_module",
    "walk_packages",
];

/// The file itself, all its imports, including those within functions, and the packages around them. `None` if they
/// can't be determined: a file is not readable, or imports by other means than statements.
pub fn reach(tree: &Tree, roots: &[String], path: &str) -> Option<BTreeSet<String>> {
    stack::with_room(|| {
        let mut found = BTreeSet::from([path.to_owned()]);
        let mut waiting = vec![path.to_owned()];
        waiting.extend(packages(tree, path).into_iter().filter(|package| found.insert(package.clone())));
        while let Some(next) = waiting.pop() {
            let named = imports(tree, roots, &next).and_then(Imports::all)?;
            waiting.extend(named.into_iter().filter(|path| found.insert(path.clone())));
            if found.len() > MOST {
                return None;
            }
        }
        Some(found)
    })
}

/// Files, all their imports as far as statements show, and the packages around them.
pub(crate) fn reach_of_all(tree: &Tree, roots: &[String], starts: &BTreeSet<String>) -> BTreeSet<String> {
    let mut found = starts.clone();
    let mut waiting: Vec<String> = starts.iter().cloned().collect();
    while let Some(next) = waiting.pop() {
        let named = imports(tree, roots, &next).map(|imports| imports.found).unwrap_or_default();
        let all = named.into_iter().chain(packages(tree, &next));
        waiting.extend(all.filter(|path| found.len() < MOST && found.insert(path.clone())));
    }
    found
}

/// What the import of a file certainly runs as well: the packages around it, and what statements of a module import
/// outside of every function, class, condition and `try`, and so on.
pub struct CertainImports<'a> {
    tree: &'a Tree,
    /// What a file imports directly, by import root and path: files are read once.
    direct: BTreeMap<(String, String), Vec<String>>,
}

impl<'a> CertainImports<'a> {
    /// Nothing is read yet.
    pub fn new(tree: &'a Tree) -> Self {
        Self { tree, direct: BTreeMap::new() }
    }

    /// The file itself, and all that runs with it. `root` is its import root.
    pub fn of(&mut self, root: &str, path: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::from([path.to_owned()]);
        let mut waiting = vec![path.to_owned()];
        while let Some(next) = waiting.pop() {
            for path in self.direct(root, &next) {
                if found.len() < MOST && found.insert(path.clone()) {
                    waiting.push(path.clone());
                }
            }
        }
        found
    }

    fn direct(&mut self, root: &str, path: &str) -> &[String] {
        let tree = self.tree;
        self.direct.entry((root.to_owned(), path.to_owned())).or_insert_with(|| {
            let around = packages(tree, path).into_iter().filter(|package| is_below(root, package));
            let imported = stack::with_room(|| unconditional(tree, root, path));
            around.chain(imported.unwrap_or_default()).collect()
        })
    }
}

/// Whether a package is below an import root, and so has a name there.
fn is_below(root: &str, package: &str) -> bool {
    let directory = paths::parent(package);
    !directory.is_empty() && directory != root && paths::ancestors(directory).any(|above| above == root)
}

/// The files that the statements of a module itself import.
fn unconditional(tree: &Tree, root: &str, path: &str) -> Option<Vec<String>> {
    let parsed = parse::module(&text(tree, path)?).ok()?;
    let mut found = Vec::new();
    for statement in &parsed.syntax().body {
        match statement {
            Stmt::Import(import) => {
                import.names.iter().for_each(|alias| found.extend(named(tree, root, &alias.name)));
            }
            Stmt::ImportFrom(import) => {
                let directory = match import.level {
                    0 => Some(root),
                    level => paths::ancestors(paths::parent(path)).nth(level as usize - 1),
                };
                let module = import.module.as_ref().map(Identifier::as_str).unwrap_or_default();
                found.extend(directory.into_iter().flat_map(|directory| named(tree, directory, module)));
            }
            _ => {}
        }
    }
    Some(found)
}

/// The packages of a dotted name below a directory, and its module.
fn named(tree: &Tree, directory: &str, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut place = directory.to_owned();
    for part in name.split('.').filter(|part| !part.is_empty()) {
        place = paths::join(&place, part);
        let package = paths::join(&place, "__init__.py");
        if is_file(tree, &package) {
            found.push(package);
        } else if matches!(tree.node(&place), Some(Node::Directory)) {
            // A package without a file.
        } else {
            found.extend(Some(format!("{place}.py")).filter(|module| is_file(tree, module)));
            break;
        }
    }
    found
}

/// The `__init__.py` of every directory around a file.
fn packages(tree: &Tree, path: &str) -> Vec<String> {
    let around = paths::ancestors(paths::parent(path)).map(|directory| paths::join(directory, "__init__.py"));
    around.filter(|package| package != path && is_file(tree, package)).collect()
}

fn is_file(tree: &Tree, path: &str) -> bool {
    matches!(tree.node(path), Some(Node::File(_)))
}

/// The imports of a file.
struct Imports {
    found: BTreeSet<String>,
    /// Whether it also imports by other means than statements.
    dynamic: bool,
}

impl Imports {
    /// The files, if they are all its imports.
    fn all(self) -> Option<BTreeSet<String>> {
        (!self.dynamic).then_some(self.found)
    }
}

/// The imported files of a file; `None` if it can't be read.
fn imports(tree: &Tree, roots: &[String], path: &str) -> Option<Imports> {
    let parsed = parse::module(&text(tree, path)?).ok()?;
    let mut walk = Walk { tree, roots, path, found: BTreeSet::new(), dynamic: false };
    walk.visit_body(&parsed.syntax().body);
    Some(Imports { found: walk.found, dynamic: walk.dynamic })
}

/// The text of a file; `None` if it can't be read, or is too large.
fn text(tree: &Tree, path: &str) -> Option<String> {
    let is_small = matches!(tree.node(path), Some(Node::File(file)) if file.size <= MAX_SOURCE_BYTES);
    let bytes = tree.read(path).ok().filter(|_| is_small)?;
    Some(decode::decode(&bytes).ok()?.into_owned())
}

struct Walk<'a> {
    tree: &'a Tree,
    roots: &'a [String],
    path: &'a str,
    found: BTreeSet<String>,
    dynamic: bool,
}

impl<'a> Visitor<'a> for Walk<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Import(import) => {
                for alias in &import.names {
                    self.absolute(&alias.name);
                }
            }
            Stmt::ImportFrom(import) => self.from(import),
            _ => {}
        }
        visitor::walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr {
            self.dynamic |= dotted(&call.func).is_some_and(|name| DYNAMIC.contains(&last(&name)));
        }
        visitor::walk_expr(self, expr);
    }
}

impl Walk<'_> {
    fn from(&mut self, import: &StmtImportFrom) {
        let module = import.module.as_ref().map(Identifier::as_str).unwrap_or_default();
        let names = import.names.iter().map(|alias| alias.name.as_str());
        if import.level == 0 {
            self.absolute(module);
            names.for_each(|name| self.absolute(&format!("{module}.{name}")));
            return;
        }
        let above = paths::ancestors(paths::parent(self.path)).nth(import.level as usize - 1);
        let Some(directory) = above.map(str::to_owned) else { return };
        let parts = |rest: &str| if module.is_empty() { rest.to_owned() } else { format!("{module}.{rest}") };
        self.below(&directory, module);
        names.for_each(|name| self.below(&directory, &parts(name)));
    }

    /// A dotted name, from every root that has it.
    fn absolute(&mut self, name: &str) {
        for root in self.roots {
            self.below(root, name);
        }
    }

    /// The packages and the module of a dotted name below a directory.
    fn below(&mut self, directory: &str, name: &str) {
        let mut directory = directory.to_owned();
        for part in name.split('.').filter(|part| !part.is_empty()) {
            directory = paths::join(&directory, part);
            for file in [paths::join(&directory, "__init__.py"), format!("{directory}.py")] {
                if is_file(self.tree, &file) {
                    self.found.insert(file);
                }
            }
        }
        let package = paths::join(&directory, "__init__.py");
        if is_file(self.tree, &package) {
            self.found.insert(package);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)], path: &str) -> Option<Vec<String>> {
        let tree = Tree::in_memory(files.iter().copied());
        Some(reach(&tree, &[String::new(), "src".to_owned()], path)?.into_iter().collect())
    }

    #[test]
    fn imports_of_every_form() {
        let files = [
            ("src/app/__init__.py", ""),
            ("src/app/models/__init__.py", "from . import orders"),
            (
                "src/app/models/orders.py",
                "import app.base; from ..mixins import *\ndef f():\n    from lib.a import b",
            ),
            ("src/app/base.py", "import sqlalchemy"),
            ("src/app/mixins.py", "if 1:\n    import top as t"),
            ("src/app/other.py", ""),
            ("lib/a/b.py", ""),
            ("lib/a/c.py", ""),
            ("top.py", "from app.models import orders"),
        ];
        let wanted = [
            "lib/a/b.py",
            "src/app/__init__.py",
            "src/app/base.py",
            "src/app/mixins.py",
            "src/app/models/__init__.py",
            "src/app/models/orders.py",
            "top.py",
        ];
        assert_eq!(found(&files, "src/app/models/orders.py").unwrap(), wanted);
    }

    #[test]
    fn what_certainly_runs_as_well() {
        let files = [
            ("src/__init__.py", "import gone"),
            ("src/app/__init__.py", "from .base import Base"),
            ("src/app/models/__init__.py", ""),
            (
                "src/app/models/orders.py",
                "import app.names.short\nfrom ..mixins import A\nfrom . import left",
            ),
            ("src/app/models/left.py", ""),
            ("src/app/base.py", "if 1:\n    import app.condition\ndef f():\n    import app.condition"),
            (
                "src/app/mixins.py",
                "try:\n    import app.condition\nexcept ImportError:\n    pass\nimport top",
            ),
            ("src/app/names/short.py", "from app.models import orders"),
            ("src/app/condition.py", ""),
            ("top.py", ""),
        ];
        let tree = Tree::in_memory(files.iter().copied());
        let found = CertainImports::new(&tree).of("src", "src/app/models/orders.py");
        let wanted = [
            "src/app/__init__.py",
            "src/app/base.py",
            "src/app/mixins.py",
            "src/app/models/__init__.py",
            "src/app/models/orders.py",
            "src/app/names/short.py",
        ];
        assert_eq!(found.into_iter().collect::<Vec<_>>(), wanted);
    }

    #[test]
    fn what_imports_by_other_means_is_not_known() {
        for text in
            ["__import__('x')", "import importlib\nimportlib.import_module('x')", "def f(): exec('import x')"]
        {
            assert_eq!(found(&[("m.py", text)], "m.py"), None, "{text}");
        }
        assert_eq!(found(&[("m.py", "import gone")], "m.py").unwrap(), ["m.py"]);
    }
}
