use std::collections::BTreeSet;

use belljar_schema::Diagnostic;
use ruff_python_ast::{Expr, ExprCall, visitor, visitor::Visitor};

use super::{DeclaredRoot, pyproject::package_dir};
use crate::{configuration, index::dotted, paths};

/// Adds what the literal arguments of `setup()` and `find_packages()` say.
pub(super) fn roots(
    path: &str,
    text: &str,
    roots: &mut BTreeSet<DeclaredRoot>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if let Some(module) = configuration::python(path, text, diagnostics) {
        let mut calls = Calls { directory: paths::parent(path), roots };
        calls.visit_body(&module.syntax().body);
    }
}

struct Calls<'a> {
    directory: &'a str,
    roots: &'a mut BTreeSet<DeclaredRoot>,
}

impl Visitor<'_> for Calls<'_> {
    fn visit_expr(&mut self, expr: &Expr) {
        if let Expr::Call(call) = expr {
            self.call(call);
        }
        visitor::walk_expr(self, expr);
    }
}

impl Calls<'_> {
    fn call(&mut self, call: &ExprCall) {
        let function = dotted(&call.func).unwrap_or_default();
        let last = function.rsplit('.').next().unwrap_or_default();
        if matches!(last, "find_packages" | "find_namespace_packages") {
            let written = match call.arguments.find_argument_value("where", 0) {
                Some(Expr::StringLiteral(literal)) => Some(literal.value.to_str()),
                // Only namespace packages need to be told where they start.
                None if last == "find_namespace_packages" => Some("."),
                _ => None,
            };
            let path = written.and_then(|written| paths::resolve(self.directory, written));
            self.roots.extend(path.map(DeclaredRoot::new));
        }
        if let Some(Expr::Dict(mapping)) =
            call.arguments.find_keyword("package_dir").map(|given| &given.value)
        {
            for item in &mapping.items {
                if let (Some(Expr::StringLiteral(name)), Expr::StringLiteral(to)) = (&item.key, &item.value) {
                    self.roots.extend(package_dir(self.directory, name.value.to_str(), to.value.to_str()));
                }
            }
        }
    }
}
