//! The first statements of a module, up to the last one that imports something.
//!
//! The guest runs them by themselves: a module that they import may look at the frames of its callers, and then no body
//! of the rest is postponed.

use ruff_python_ast::{
    Stmt,
    visitor::{self, Visitor},
};
use ruff_source_file::LineIndex;
use ruff_text_size::Ranged as _;

/// The last line of the statements up to the last one that imports; 0 if there is none, or if the module would not be
/// the same in two parts.
pub(super) fn last_line(module: &[Stmt], text: &str) -> usize {
    let lines = LineIndex::from_source_text(text);
    let mut last = 0;
    for (index, statement) in module.iter().enumerate() {
        let mut found = Found::default();
        found.visit_stmt(statement);
        // All annotations of a module become one function; `global` refers to all that is above it.
        if found.unites {
            break;
        }
        let end = lines.line_index(statement.end()).get();
        let next = module.get(index + 1).map(|next| lines.line_index(next.start()).get());
        if found.imports && next.is_some_and(|next| next > end) {
            last = end;
        }
    }
    last
}

/// What a statement does when it runs, without the functions that it defines.
#[derive(Default)]
struct Found {
    imports: bool,
    unites: bool,
}

impl<'a> Visitor<'a> for Found {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(_) | Stmt::ImportFrom(_) => self.imports = true,
            Stmt::AnnAssign(_) | Stmt::Global(_) => self.unites = true,
            Stmt::FunctionDef(_) => {}
            Stmt::ClassDef(class) => {
                let mut inner = Self::default();
                inner.visit_body(&class.body);
                self.imports |= inner.imports;
            }
            other => visitor::walk_stmt(self, other),
        }
    }

    fn visit_expr(&mut self, _: &'a ruff_python_ast::Expr) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[test]
    fn where_the_first_part_ends() {
        for (text, expected) in [
            ("", 0),
            ("x = 1\n", 0),
            ("'doc'\nimport a\nx = 1\n", 2),
            ("import a\nx = 1\nfrom b import (\n  c,\n)\ny = 2\n", 5),
            ("try:\n  import a\nexcept E:\n  a = 1\nx = 1\n", 4),
            ("def f():\n  import a\nx = 1\n", 0),
            ("class A:\n  x: int\n  import a\nx = 1\n", 3),
            ("class A:\n  def f(self):\n    import a\nx = 1\n", 0),
            ("import a; import b\nx = 1\n", 1),
            // Nothing follows, or it does on the same line.
            ("import a\n", 0),
            ("import a; x = 1\ny = 1\n", 0),
            ("import a\nimport b; x = 1\n", 1),
            // Annotations of the module are one function.
            ("import a\nx: int = 1\nimport b\ny = 1\n", 1),
            ("import a\nif a:\n  x: int\n  import b\ny = 1\n", 1),
            ("import a\nglobal a\nimport b\ny = 1\n", 1),
        ] {
            let parsed = parse::valid_module(text).unwrap();
            assert_eq!(last_line(&parsed.syntax().body, text), expected, "{text}");
        }
    }
}
