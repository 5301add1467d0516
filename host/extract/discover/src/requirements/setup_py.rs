use ruff_python_ast::{
    Expr, Keyword, Stmt,
    visitor::{self, Visitor},
};
use ruff_source_file::LineIndex;
use ruff_text_size::Ranged;

use super::{Collector, Scope, text::extra};
use crate::configuration;

/// `setup.py`: every string that is a requirement on SQLAlchemy, in any place, since lists of requirements are often
/// built before they are passed to `setup()`.
pub(super) fn collect_setup_py(collector: &mut Collector<'_>, text: &str) {
    within(collector, text, Scope::Main);
}

/// `noxfile.py`, likewise: the packages that sessions install.
pub(super) fn nox(collector: &mut Collector<'_>, text: &str) {
    within(collector, text, Scope::Development);
}

fn within(collector: &mut Collector<'_>, text: &str, scope: Scope) {
    if let Some(module) = configuration::python(collector.path, text, collector.diagnostics) {
        let lines = LineIndex::from_source_text(text);
        let mut texts = Texts { lines, collector, scope };
        texts.visit_body(&module.syntax().body);
    }
}

struct Texts<'b, 'c> {
    lines: LineIndex,
    collector: &'b mut Collector<'c>,
    scope: Scope,
}

impl Texts<'_, '_> {
    fn within(&mut self, scope: Scope, walk: impl FnOnce(&mut Self)) {
        let outer = self.scope;
        self.scope = outer.max(scope);
        walk(self);
        self.scope = outer;
    }
}

impl<'v> Visitor<'v> for Texts<'_, '_> {
    fn visit_stmt(&mut self, stmt: &'v Stmt) {
        let scope = match stmt {
            Stmt::Assign(assign) => assign.targets.first().map_or(Scope::Main, target_scope),
            _ => Scope::Main,
        };
        self.within(scope, |texts| visitor::walk_stmt(texts, stmt));
    }

    fn visit_keyword(&mut self, keyword: &'v Keyword) {
        if let (Some("name"), Expr::StringLiteral(name)) =
            (keyword.arg.as_ref().map(ruff_python_ast::Identifier::as_str), &keyword.value)
            && self.scope == Scope::Main
        {
            self.collector.set_project_name(name.value.to_str());
        }
        let scope = keyword.arg.as_ref().map_or(Scope::Main, |name| name_scope(name));
        self.within(scope, |texts| visitor::walk_keyword(texts, keyword));
    }

    fn visit_expr(&mut self, expr: &'v Expr) {
        match expr {
            Expr::StringLiteral(literal) => {
                let line = u32::try_from(self.lines.line_index(literal.start()).get()).unwrap_or(u32::MAX);
                for (offset, text) in (0..).zip(literal.value.to_str().lines()) {
                    self.collector.requirement(text, line + offset, self.scope);
                }
            }
            Expr::Dict(dict) => {
                for item in &dict.items {
                    let scope = match &item.key {
                        Some(Expr::StringLiteral(key)) if self.scope > Scope::Main => {
                            extra(key.value.to_str())
                        }
                        _ => Scope::Main,
                    };
                    self.within(scope, |texts| texts.visit_expr(&item.value));
                }
            }
            other => visitor::walk_expr(self, other),
        }
    }
}

fn target_scope(target: &Expr) -> Scope {
    match target {
        Expr::Name(name) => name_scope(&name.id),
        Expr::Subscript(subscript) => target_scope(&subscript.value),
        _ => Scope::Main,
    }
}

/// The user of the requirements in a variable or a keyword of this name.
fn name_scope(name: &str) -> Scope {
    let name = name.to_ascii_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    if has(&["test", "dev", "docs", "setup_requires"]) {
        Scope::Development
    } else if has(&["extra", "optional"]) {
        Scope::Optional
    } else {
        Scope::Main
    }
}
