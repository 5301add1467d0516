//! The names that a module imports, outside of functions and classes.
//!
//! Python compiles a call of an attribute of such a name in another way.

use std::collections::BTreeSet;

use ruff_python_ast::{Stmt, visitor, visitor::Visitor};

/// The names that the imports of a module bind.
pub(super) fn names(module: &[Stmt]) -> BTreeSet<&str> {
    let mut found = Imports(BTreeSet::new());
    found.visit_body(module);
    found.0
}

struct Imports<'a>(BTreeSet<&'a str>);

impl<'a> Visitor<'a> for Imports<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        let aliases = match statement {
            Stmt::Import(import) => &import.names,
            Stmt::ImportFrom(import) => &import.names,
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => return,
            other => return visitor::walk_stmt(self, other),
        };
        for alias in aliases {
            let bound = alias.asname.as_ref().map(ruff_python_ast::Identifier::as_str);
            let bound = bound.or_else(|| alias.name.split('.').next()).unwrap_or_default();
            if bound != "*" {
                self.0.insert(bound);
            }
        }
    }

    fn visit_expr(&mut self, _: &'a ruff_python_ast::Expr) {}
}
