//! Which functions a module seems to call while it is imported.
//!
//! Postponing the body of such a function gains nothing. This decides about speed alone.

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast::{
    Decorator, Expr, Stmt,
    visitor::{self, Visitor},
};

use super::Function;

/// Methods that Python itself calls when a class is created.
const IMPLIED: [&str; 5] =
    ["__class_getitem__", "__init_subclass__", "__new__", "__prepare__", "__set_name__"];

/// Decorators whose functions are called when a class is mapped.
const CALLING: [&str; 3] = ["compiles", "declared_attr", "directive"];

/// The names that code of the module calls which runs when it is imported, with those that these functions call.
pub(super) fn called<'a>(module: &'a [Stmt], functions: &[Function<'a>]) -> BTreeSet<&'a str> {
    let bodies: BTreeSet<*const Stmt> = functions
        .iter()
        .filter_map(|function| function.definition.body.first())
        .map(std::ptr::from_ref)
        .collect();
    let mut found = Names { skipped: Some(&bodies), names: BTreeSet::new() };
    found.visit_body(module);
    let mut names = found.names;
    names.extend(IMPLIED);
    let mut inside: BTreeMap<&str, Vec<&'a [Stmt]>> = BTreeMap::new();
    for function in functions {
        let definition = function.definition;
        inside.entry(function.called_by()).or_default().push(&definition.body);
        let calls = definition.decorator_list.iter().any(|decorator| {
            let name = name_of(&decorator.expression);
            name.is_some_and(|name| CALLING.contains(&name))
        });
        if calls {
            names.insert(definition.name.as_str());
        }
    }
    let mut waiting: Vec<&str> = names.iter().copied().collect();
    while let Some(name) = waiting.pop() {
        for body in inside.remove(name).unwrap_or_default() {
            let mut more = Names { skipped: None, names: BTreeSet::new() };
            more.visit_body(body);
            waiting.extend(more.names.iter().copied().filter(|name| !names.contains(name)));
            names.extend(more.names);
        }
    }
    names
}

/// The last part of the name of a function.
fn name_of(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Call(call) => name_of(&call.func),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        Expr::Name(name) => Some(name.id.as_str()),
        _ => None,
    }
}

/// Collects the names that code calls, without those in bodies that may be postponed.
struct Names<'p, 'a> {
    skipped: Option<&'p BTreeSet<*const Stmt>>,
    names: BTreeSet<&'a str>,
}

impl<'a> Visitor<'a> for Names<'_, 'a> {
    fn visit_body(&mut self, body: &'a [Stmt]) {
        let is_skipped =
            |first| self.skipped.is_some_and(|skipped| skipped.contains(&std::ptr::from_ref(first)));
        if !body.first().is_some_and(is_skipped) {
            visitor::walk_body(self, body);
        }
    }

    fn visit_decorator(&mut self, decorator: &'a Decorator) {
        self.names.extend(name_of(&decorator.expression));
        visitor::walk_decorator(self, decorator);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Call(call) = expression {
            self.names.extend(name_of(&call.func));
        }
        visitor::walk_expr(self, expression);
    }
}
