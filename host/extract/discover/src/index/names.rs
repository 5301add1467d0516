use std::collections::BTreeMap;

use ruff_python_ast::{
    Stmt, StmtImport, StmtImportFrom,
    statement_visitor::{self, StatementVisitor},
};

use crate::modules::Modules;

/// The meanings of the names of a file, as far as its imports show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Names {
    /// Local name to dotted target.
    imported: BTreeMap<String, Imported>,
    /// `from sqlalchemy import *`: names that nothing else binds can be SQLAlchemy's.
    library_star: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Imported {
    target: String,
    /// Whether it is imported with `from … import …`, so that it may be an object rather than a module.
    from: bool,
}

/// The origin of a dotted name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin<'a> {
    /// No import binds it: defined in the file, or from a star import.
    Local,
    /// From SQLAlchemy or a package named after it.
    Library,
    /// From a module of the repository.
    Repository(&'a str),
    /// From an external package that is known to be unrelated to SQLAlchemy.
    Foreign,
    /// An object of another external package, such as `db` of `from some_base import db`.
    OutsideObject(&'a str),
    /// A name of another package.
    Outside(&'a str),
}

/// Packages with classes or functions that have names of SQLAlchemy's.
const FOREIGN: [&str; 27] = [
    "rich",
    "django",
    "django_tables2",
    "tortoise",
    "peewee",
    "pydantic",
    "mongoengine",
    "odmantic",
    "beanie",
    "pyarrow",
    "reportlab",
    "docx",
    "astropy",
    "textual",
    "google",
    "tables",
    "openpyxl",
    "prettytable",
    "pynamodb",
    "dash",
    "bokeh",
    "streamlit",
    "ormar",
    "odoo",
    "wtforms",
    "marshmallow",
    "typing",
];

impl Names {
    /// Collects the imports of a module, in any scope. `package` is the base of relative imports.
    pub(crate) fn collect(body: &[Stmt], package: &str) -> Self {
        let mut collector = Collector { names: Self::default(), package };
        collector.visit_body(body);
        collector.names
    }

    fn bind(&mut self, local: &str, target: String, from: bool) {
        // The first import takes precedence: later ones are usually the fallback of an `except ImportError`.
        self.imported.entry(local.to_owned()).or_insert(Imported { target, from });
    }

    /// The full dotted name of a dotted name in the file, if an import binds its first part.
    pub(crate) fn target(&self, dotted: &str) -> Option<String> {
        let (first, rest) = dotted.split_once('.').unwrap_or((dotted, ""));
        let imported = self.imported.get(first)?;
        Some(if rest.is_empty() { imported.target.clone() } else { format!("{}.{rest}", imported.target) })
    }

    /// The origin of a dotted name in the file.
    pub(crate) fn origin(&self, dotted: &str, modules: &Modules) -> Origin<'_> {
        let first = dotted.split('.').next().unwrap_or(dotted);
        let Some(imported) = self.imported.get(first) else { return Origin::Local };
        let target = imported.target.as_str();
        let top = target.split('.').next().unwrap_or(target);
        if is_library(target) {
            Origin::Library
        } else if modules.offers(target) {
            Origin::Repository(target)
        } else if FOREIGN.contains(&top) {
            Origin::Foreign
        } else if imported.from && first.len() < dotted.len() {
            Origin::OutsideObject(target)
        } else {
            Origin::Outside(target)
        }
    }

    /// Whether all of SQLAlchemy's names are star-imported.
    pub(crate) fn library_star(&self) -> bool {
        self.library_star
    }

    /// Whether the file imports SQLAlchemy or a package named after it.
    pub(crate) fn use_library(&self) -> bool {
        self.imported.values().any(|imported| is_library(&imported.target))
    }
}

fn is_library(target: &str) -> bool {
    target.contains("alchemy") || target.contains("sqlmodel") || target.split('.').any(|part| part == "sqla")
}

struct Collector<'a> {
    names: Names,
    package: &'a str,
}

impl StatementVisitor<'_> for Collector<'_> {
    fn visit_stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Import(import) => self.plain(import),
            Stmt::ImportFrom(import) => self.from(import),
            other => statement_visitor::walk_stmt(self, other),
        }
    }
}

impl Collector<'_> {
    fn plain(&mut self, import: &StmtImport) {
        for alias in &import.names {
            let name = alias.name.as_str();
            if let Some(local) = &alias.asname {
                self.names.bind(local.as_str(), name.to_owned(), false);
            } else {
                let top = name.split('.').next().unwrap_or(name);
                self.names.bind(top, top.to_owned(), false);
            }
        }
    }

    fn from(&mut self, import: &StmtImportFrom) {
        let written = import.module.as_ref().map_or("", |module| module.as_str());
        let module = absolute(self.package, written, import.level);
        for alias in &import.names {
            let name = alias.name.as_str();
            let local = alias.asname.as_ref().map_or(name, |local| local.as_str());
            self.names.library_star |= name == "*" && is_library(&module);
            let target = if module.is_empty() { name.to_owned() } else { format!("{module}.{name}") };
            self.names.bind(local, target, true);
        }
    }
}

/// The dotted module of an import, from the package of the file.
pub(crate) fn absolute(package: &str, written: &str, level: u32) -> String {
    if level == 0 {
        return written.to_owned();
    }
    let mut parts: Vec<&str> = package.split('.').filter(|part| !part.is_empty()).collect();
    let up = usize::try_from(level).unwrap_or(usize::MAX) - 1;
    parts.truncate(parts.len().saturating_sub(up));
    parts.extend(written.split('.').filter(|part| !part.is_empty()));
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collect(text: &str) -> Names {
        let parsed = crate::parse::module(text).unwrap();
        Names::collect(&parsed.syntax().body, "pkg.db")
    }

    #[test]
    fn targets() {
        let names =
            collect("import a.b\nimport c.d as e\nfrom .x import Y as Z\nfrom .. import w\nfrom f import g");
        let target = |name: &str| names.target(name).unwrap_or_default();
        assert_eq!(target("a.b.C"), "a.b.C");
        assert_eq!(target("e.F"), "c.d.F");
        assert_eq!(target("Z"), "pkg.db.x.Y");
        assert_eq!(target("w.v"), "pkg.w.v");
        assert_eq!(target("unbound"), "");
    }

    #[test]
    fn origins() {
        let names = collect(
            "import sqlalchemy as sa\nfrom rich.table import Table\nfrom base import db\nimport other",
        );
        let modules = Modules::default();
        assert_eq!(names.origin("sa.Table", &modules), Origin::Library);
        assert_eq!(names.origin("Table", &modules), Origin::Foreign);
        assert_eq!(names.origin("db.Table", &modules), Origin::OutsideObject("base.db"));
        assert_eq!(names.origin("other.Table", &modules), Origin::Outside("other"));
        assert_eq!(names.origin("Base", &modules), Origin::Local);
        assert!(!names.library_star());
        assert!(collect("from sqlalchemy import *").library_star());
        assert!(!collect("from rich import *").library_star());
    }
}
