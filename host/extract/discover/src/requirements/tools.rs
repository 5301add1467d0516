//! Files of further tools.

use ruff_python_ast::{
    Expr, Keyword,
    visitor::{self, Visitor},
};

use super::{Collector, Scope};
use crate::{configuration, layout::entries, paths, projects::Need};

/// `tox.ini`: dependencies of environments, which may follow a factor (`sa14: sqlalchemy<2`).
pub(super) fn tox(collector: &mut Collector<'_>, text: &str) {
    for entry in
        entries(text).into_iter().filter(|entry| entry.key == "deps" && entry.section.starts_with("testenv"))
    {
        for (line, number) in entry.lines {
            let line = line.split_once(": ").map_or(line, |(_, line)| line);
            super::text::requirement_line(collector, line.trim(), number, Scope::Development);
        }
    }
}

/// `BUILD` of Pants and Bazel: the dependencies of the targets of a folder.
pub(super) fn build_file(collector: &mut Collector<'_>, text: &str) {
    if let Some(module) = configuration::python(collector.path, text, collector.diagnostics) {
        Targets { collector, inside: false }.visit_body(&module.syntax().body);
    }
}

struct Targets<'b, 'c> {
    collector: &'b mut Collector<'c>,
    /// Whether it is within the list of dependencies.
    inside: bool,
}

impl<'v> Visitor<'v> for Targets<'_, '_> {
    fn visit_keyword(&mut self, keyword: &'v Keyword) {
        let is_list =
            keyword.arg.as_ref().is_some_and(|name| matches!(name.as_str(), "dependencies" | "deps"));
        let outer = std::mem::replace(&mut self.inside, is_list);
        visitor::walk_keyword(self, keyword);
        self.inside = outer;
    }

    fn visit_expr(&mut self, expr: &'v Expr) {
        match expr {
            Expr::StringLiteral(literal) if self.inside => self.target(literal.value.to_str()),
            other => visitor::walk_expr(self, other),
        }
    }
}

impl Targets<'_, '_> {
    /// `//libs/a:lib` and `libs/a:lib` are relative to the top, `:lib` is in the same folder.
    fn target(&mut self, written: &str) {
        let path = written.split([':', '#']).next().unwrap_or_default().trim_start_matches("//");
        if let Some(path) = paths::resolve("", path).filter(|path| !path.is_empty()) {
            self.collector.need(Need::At(path));
        }
    }
}
