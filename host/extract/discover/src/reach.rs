//! The files of a tree that contribute to the objects of a file, as far as imports show.

use std::collections::BTreeSet;

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
    let is_small = matches!(tree.node(path), Some(Node::File(file)) if file.size <= MAX_SOURCE_BYTES);
    let bytes = tree.read(path).ok().filter(|_| is_small)?;
    let text = decode::decode(&bytes).ok()?;
    let parsed = parse::module(&text).ok()?;
    let mut walk = Walk { tree, roots, path, found: BTreeSet::new(), dynamic: false };
    walk.visit_body(&parsed.syntax().body);
    Some(Imports { found: walk.found, dynamic: walk.dynamic })
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
    fn what_imports_by_other_means_is_not_known() {
        for text in
            ["__import__('x')", "import importlib\nimportlib.import_module('x')", "def f(): exec('import x')"]
        {
            assert_eq!(found(&[("m.py", text)], "m.py"), None, "{text}");
        }
        assert_eq!(found(&[("m.py", "import gone")], "m.py").unwrap(), ["m.py"]);
    }
}
