//! The possible meanings of the names of a module.

use ruff_python_ast::{
    Expr, ExprCall,
    visitor::{self, Visitor},
};

use super::expr::{dotted, last};

/// A name with a possible meaning.
#[derive(Debug)]
pub(crate) struct Alias {
    pub(crate) name: String,
    pub(crate) source: String,
    /// Whether it is the result of a call of the source, or created with it.
    pub(crate) called: bool,
    /// Whether the name is that of a function, which returns it.
    pub(crate) given: bool,
}

/// The maximum number of names followed in one value.
const MOST: usize = 64;

/// The possible meanings of a name that is assigned a value, or of a function that returns it.
pub(super) fn collect_aliases(name: &str, value: &Expr, given: bool) -> Vec<Alias> {
    let mut sources = Sources { found: Vec::new(), called: false };
    sources.visit_expr(value);
    let found = sources.found.into_iter();
    found.map(|(source, called)| Alias { name: name.to_owned(), source, called, given }).collect()
}

/// Whether a condition is only true if the file is run as a program.
pub(super) fn is_main(test: &Expr) -> bool {
    let Expr::Compare(compare) = test else { return false };
    dotted(&compare.left).as_deref() == Some("__name__")
        || compare.comparators.iter().any(|side| dotted(side).as_deref() == Some("__name__"))
}

/// The names in a value; the arguments of a call may be part of its result.
struct Sources {
    found: Vec<(String, bool)>,
    /// Whether it is within a call.
    called: bool,
}

impl Sources {
    fn call(&mut self, call: &ExprCall) {
        let around = self.called;
        // `partial` returns a function that does what its first argument does.
        let is_partial = dotted(&call.func).is_some_and(|name| last(&name) == "partial");
        self.called = true;
        self.visit_expr(&call.func);
        self.called = around || !is_partial;
        visitor::walk_arguments(self, &call.arguments);
        self.called = around;
    }
}

impl Visitor<'_> for Sources {
    fn visit_expr(&mut self, expr: &Expr) {
        if self.found.len() >= MOST {
            return;
        }
        match (dotted(expr), expr) {
            (Some(source), _) => self.found.push((source, self.called)),
            (None, Expr::Call(call)) => self.call(call),
            (None, Expr::Lambda(_)) => {}
            (None, other) => visitor::walk_expr(self, other),
        }
    }
}
