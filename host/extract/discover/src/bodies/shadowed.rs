//! Whether a class of a module annotates an attribute with a name that it binds below.
//!
//! The guest evaluates such annotations where they stand, as Pythons before 3.14 did (`load/older_python.py`). It looks
//! at the same names as this.

use std::collections::BTreeSet;

use ruff_python_ast::{
    Alias, Expr, Stmt, StmtAnnAssign,
    visitor::{self, Visitor},
};

/// Whether there is such a class anywhere in a module.
pub(super) fn has_shadowed(module: &[Stmt]) -> bool {
    let mut classes = Classes { found: false };
    classes.visit_body(module);
    classes.found
}

struct Classes {
    found: bool,
}

impl<'a> Visitor<'a> for Classes {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::ClassDef(class) = statement {
            self.found |= is_shadowing(&class.body);
        }
        if !self.found {
            visitor::walk_stmt(self, statement);
        }
    }

    // A class is a statement, and no expression contains one.
    fn visit_expr(&mut self, _: &'a Expr) {}
}

/// Whether a statement below an annotation binds a name of it.
fn is_shadowing(body: &[Stmt]) -> bool {
    let mut bound = BTreeSet::new();
    for statement in body.iter().rev() {
        if let Stmt::AnnAssign(StmtAnnAssign { annotation, .. }) = statement {
            let mut names = Names { found: BTreeSet::new(), only_bound: false };
            names.visit_expr(annotation);
            if !names.found.is_disjoint(&bound) {
                return true;
            }
        }
        bound.extend(binds(statement));
    }
    false
}

/// The names that a statement of a class body binds.
fn binds(statement: &Stmt) -> BTreeSet<&str> {
    match statement {
        Stmt::FunctionDef(function) => BTreeSet::from([function.name.as_str()]),
        Stmt::ClassDef(class) => BTreeSet::from([class.name.as_str()]),
        Stmt::AnnAssign(annotated) => match (&annotated.value, &*annotated.target) {
            (Some(_), Expr::Name(name)) => BTreeSet::from([name.id.as_str()]),
            _ => BTreeSet::new(),
        },
        other => {
            let mut names = Names { found: BTreeSet::new(), only_bound: true };
            names.visit_stmt(other);
            names.found
        }
    }
}

/// The names in a part of the tree, or only those that it binds.
struct Names<'a> {
    found: BTreeSet<&'a str>,
    only_bound: bool,
}

impl<'a> Visitor<'a> for Names<'a> {
    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Name(name) = expression
            && (!self.only_bound || name.ctx.is_store())
        {
            self.found.insert(name.id.as_str());
        }
        visitor::walk_expr(self, expression);
    }

    fn visit_alias(&mut self, alias: &'a Alias) {
        if self.only_bound {
            let bound = alias.asname.as_ref().map(ruff_python_ast::Identifier::as_str);
            self.found.extend(bound.or_else(|| alias.name.split('.').next()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[test]
    fn annotations_and_what_is_bound_below() {
        for (body, expected) in [
            ("at: time\ntime: int = 1", true),
            ("at: Mapped[time | None]\ntime = 1", true),
            ("at: Mapped[time]\ndef time(self): ...", true),
            ("at: Mapped[time]\nclass time: ...", true),
            ("at: dt.time\nimport dt.zone", true),
            ("at: dt.time\nfrom x import y as dt", true),
            ("at: dt.time\nif a:\n    for dt in b: pass", true),
            ("at: dt.time\nx = [dt for dt in b]", true),
            ("at: dt.time\n(dt := 1)", true),
            ("at: time = 1\ntime: int = 2", true),
            // Bound above, or not at all; only annotated; in a string; only read; bound by itself.
            ("time: int = 1\nat: time", false),
            ("at: time\ntime: int", false),
            ("at: time\nx.time = 1", false),
            ("at: 'time'\ntime = 1", false),
            ("at: time\nx = time", false),
            ("time: time = 1", false),
            ("at: x.time\ntime = 1", false),
            ("def f(self):\n    at: time\n    time = 1", false),
            ("at: time\ndel time", false),
        ] {
            for (begin, indentation) in [("class A:\n", "    "), ("def f():\n  class A(B):\n", "    ")] {
                let inner = body.replace('\n', &format!("\n{indentation}"));
                let text = format!("{begin}{indentation}{inner}\n");
                let parsed = parse::valid_module(&text).unwrap();
                assert_eq!(has_shadowed(&parsed.syntax().body), expected, "{text}");
            }
        }
        let parsed = parse::valid_module("at: time\ntime = 1\n").unwrap();
        assert!(!has_shadowed(&parsed.syntax().body), "only in classes");
    }
}
