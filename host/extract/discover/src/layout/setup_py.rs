use std::collections::{BTreeMap, BTreeSet};

use belljar_schema::Diagnostic;
use ruff_python_ast::{DictItem, Expr, ExprCall, Operator, Stmt, visitor, visitor::Visitor};

use super::{DeclaredRoot, pyproject::package_dir};
use crate::{configuration, index::dotted, parse, paths};

/// Adds the literal arguments of `setup()` and `find_packages()`.
pub(super) fn roots(
    path: &str,
    text: &str,
    roots: &mut BTreeSet<DeclaredRoot>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if let Some(module) = configuration::python(path, text, diagnostics) {
        let body = &module.syntax().body;
        let constants = constants(body);
        let mut calls = Calls { directory: paths::parent(path), roots, constants, computes: false };
        calls.visit_body(body);
    }
}

/// Whether a `setup.py` computes the location of packages, so that it can't be determined.
pub(super) fn computes(text: &str) -> bool {
    let Ok(module) = parse::module(text) else { return true };
    let body = &module.syntax().body;
    let (mut roots, constants) = (BTreeSet::new(), constants(body));
    let mut calls = Calls { directory: "", roots: &mut roots, constants, computes: false };
    calls.visit_body(body);
    calls.computes
}

/// The values of names of the module that are assigned once, at the top level.
fn constants(body: &[Stmt]) -> BTreeMap<&str, Option<&Expr>> {
    let mut found = BTreeMap::new();
    let assigns = body.iter().filter_map(Stmt::as_assign_stmt);
    for (target, value) in
        assigns.flat_map(|assign| assign.targets.iter().map(|target| (target, &assign.value)))
    {
        if let Expr::Name(name) = target {
            let times = found.entry(name.id.as_str()).and_modify(|value| *value = None);
            times.or_insert(Some(&**value));
        }
    }
    found
}

struct Calls<'a> {
    directory: &'a str,
    roots: &'a mut BTreeSet<DeclaredRoot>,
    constants: BTreeMap<&'a str, Option<&'a Expr>>,
    /// Whether some argument is neither a string nor a name of one.
    computes: bool,
}

impl Visitor<'_> for Calls<'_> {
    fn visit_expr(&mut self, expr: &Expr) {
        if let Expr::Call(call) = expr {
            self.call(call);
        }
        visitor::walk_expr(self, expr);
    }
}

/// The maximum length of a chain of names.
const DEPTH: usize = 8;

impl Calls<'_> {
    fn call(&mut self, call: &ExprCall) {
        let function = dotted(&call.func).unwrap_or_default();
        let last = function.rsplit('.').next().unwrap_or_default();
        if matches!(last, "find_packages" | "find_namespace_packages") {
            let written = match call.arguments.find_argument_value("where", 0) {
                Some(given) => {
                    let text = self.text(given, DEPTH);
                    self.computes |= text.is_none();
                    text
                }
                // Only namespace packages need an explicit start.
                None if last == "find_namespace_packages" => Some(".".to_owned()),
                None => None,
            };
            let path = written.and_then(|written| paths::resolve(self.directory, &written));
            self.roots.extend(path.map(DeclaredRoot::new));
        }
        if let Some(given) = call.arguments.find_keyword("package_dir") {
            self.package_dir(&given.value);
        } else if last == "setup" {
            self.computes |= call.arguments.keywords.iter().any(|keyword| keyword.arg.is_none());
        }
    }

    fn package_dir(&mut self, value: &Expr) {
        let texts =
            |item: &DictItem| Some((self.text(item.key.as_ref()?, DEPTH)?, self.text(&item.value, DEPTH)?));
        let found: Vec<Option<(String, String)>> = match self.constant(value) {
            Expr::Dict(mapping) => mapping.items.iter().map(texts).collect(),
            Expr::NoneLiteral(_) => Vec::new(),
            _ => vec![None],
        };
        self.computes |= found.iter().any(Option::is_none);
        for (name, to) in found.into_iter().flatten() {
            self.roots.extend(package_dir(self.directory, &name, &to));
        }
    }

    /// The value of a name; other expressions unchanged.
    fn constant<'e>(&'e self, value: &'e Expr) -> &'e Expr {
        let named = value.as_name_expr().and_then(|name| self.constants.get(name.id.as_str()));
        named.copied().flatten().unwrap_or(value)
    }

    /// The text of a value: a literal, a name of one, or several concatenated ones.
    fn text(&self, value: &Expr, depth: usize) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        match value {
            Expr::StringLiteral(literal) => Some(literal.value.to_str().to_owned()),
            Expr::Name(name) => self.text((*self.constants.get(name.id.as_str())?)?, depth),
            Expr::BinOp(sum) if sum.op == Operator::Add => {
                Some(self.text(&sum.left, depth)? + &self.text(&sum.right, depth)?)
            }
            Expr::Call(call) if dotted(&call.func).is_some_and(|name| name.ends_with("path.join")) => {
                let parts: Option<Vec<String>> =
                    call.arguments.args.iter().map(|part| self.text(part, depth)).collect();
                parts.filter(|_| call.arguments.keywords.is_empty()).map(|parts| parts.join("/"))
            }
            _ => None,
        }
    }
}
