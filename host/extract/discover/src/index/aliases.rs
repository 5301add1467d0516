//! What the names of a module may stand for.

use ruff_python_ast::{
    Expr, ExprCall,
    visitor::{self, Visitor},
};

use super::expr::{dotted, last};

/// A name with what it may stand for.
#[derive(Debug)]
pub(crate) struct Alias {
    pub(crate) name: String,
    pub(crate) source: String,
    /// It is what comes from a call of the source, or is made with it.
    pub(crate) called: bool,
    /// The name is that of a function, which gives it.
    pub(crate) given: bool,
}

/// So many names are looked at in one value.
const MOST: usize = 64;

/// What a name may stand for that is assigned a value, or that is a function and gives it.
pub(super) fn of(name: &str, value: &Expr, given: bool) -> Vec<Alias> {
    let mut sources = Sources { found: Vec::new(), called: false };
    sources.visit_expr(value);
    let found = sources.found.into_iter();
    found.map(|(source, called)| Alias { name: name.to_owned(), source, called, given }).collect()
}

/// Whether a condition holds only where the file is run as a program.
pub(super) fn is_main(test: &Expr) -> bool {
    let Expr::Compare(compare) = test else { return false };
    dotted(&compare.left).as_deref() == Some("__name__")
        || compare.comparators.iter().any(|side| dotted(side).as_deref() == Some("__name__"))
}

/// The names that a value is made of; what a call is given may be a part of what it gives.
struct Sources {
    found: Vec<(String, bool)>,
    /// A call is around.
    called: bool,
}

impl Sources {
    fn call(&mut self, call: &ExprCall) {
        let around = self.called;
        // `partial` gives a function that does what its first argument does.
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
