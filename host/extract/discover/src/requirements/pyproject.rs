use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    Collector, FoundKind, Scope, conda,
    specifier::{Constraint, is_sqlalchemy},
    text::{extra, requirement_line},
};
use crate::{bounded_toml, decode::line_of};

/// A document that is being read.
struct Document<'a, 'b, 'c> {
    text: &'a str,
    collector: &'b mut Collector<'c>,
}

/// `pyproject.toml`: the standard tables, and those of Poetry, PDM, uv and Hatch.
pub(super) fn pyproject(collector: &mut Collector<'_>, text: &str) {
    let Some(document) = bounded_toml::parse_document(collector.path, text, collector.diagnostics) else {
        return;
    };
    let at = |keys: &[&str]| find(&document, keys);
    let mut reader = Document { text, collector };
    for name in [at(&["project", "name"]), at(&["tool", "poetry", "name"])].into_iter().flatten() {
        name.get_ref().as_str().into_iter().for_each(|name| reader.collector.set_project_name(name));
    }
    // Sources are read first: the first entry for a project is used.
    for (name, given) in entries(at(&["tool", "uv", "sources"])) {
        reader.source(name, given);
    }
    reader.list(at(&["project", "dependencies"]), Scope::Main);
    reader.groups(at(&["project", "optional-dependencies"]), extra);
    reader.groups(at(&["dependency-groups"]), |_| Scope::Development);
    reader.list(at(&["tool", "uv", "constraint-dependencies"]), Scope::Main);
    reader.list(at(&["tool", "uv", "override-dependencies"]), Scope::Main);
    reader.list(at(&["tool", "uv", "dev-dependencies"]), Scope::Development);
    reader.groups(at(&["tool", "pdm", "dev-dependencies"]), |_| Scope::Development);
    reader.poetry(at(&["tool", "poetry", "dependencies"]), Scope::Main);
    reader.poetry(at(&["tool", "poetry", "dev-dependencies"]), Scope::Development);
    for (name, group) in entries(at(&["tool", "poetry", "group"])) {
        let scope = if name == "main" { Scope::Main } else { Scope::Development };
        reader.poetry(group.get("dependencies"), scope);
    }
    reader.list(at(&["tool", "flit", "metadata", "requires"]), Scope::Main);
    reader.files(at(&["tool", "setuptools", "dynamic", "dependencies"]));
    reader.files(at(&["tool", "hatch", "metadata", "hooks", "requirements_txt"]));
    reader.addresses(at(&["tool", "uv", "sources"]));
    reader.conda(at(&["tool", "pixi"]));
    for (_, environment) in entries(at(&["tool", "hatch", "envs"])) {
        reader.members(environment.get("workspace").and_then(|workspace| workspace.get_ref().get("members")));
        reader.list(environment.get("dependencies"), Scope::Development);
        reader.list(environment.get("extra-dependencies"), Scope::Development);
    }
}

/// The inline dependencies of a script: part of the project, which others do not depend on.
pub(super) fn script(collector: &mut Collector<'_>, text: &str) {
    let mut inside = false;
    let lines = text.lines().map(|line| {
        let is_mark = line.trim_end() == if inside { "# ///" } else { "# /// script" };
        inside ^= is_mark;
        // Line numbers are kept.
        if inside && !is_mark { line.trim_start_matches('#') } else { "" }
    });
    let block = lines.collect::<Vec<_>>().join("\n");
    let Some(document) = bounded_toml::parse_document(collector.path, &block, collector.diagnostics) else {
        return;
    };
    let mut reader = Document { text: &block, collector };
    reader.list(find(&document, &["dependencies"]), Scope::Optional);
}

/// `Pipfile`, with tables like Poetry's and pip's specifiers.
pub(super) fn pipfile(collector: &mut Collector<'_>, text: &str) {
    let Some(document) = bounded_toml::parse_document(collector.path, text, collector.diagnostics) else {
        return;
    };
    let mut reader = Document { text, collector };
    reader.poetry(find(&document, &["packages"]), Scope::Main);
    reader.poetry(find(&document, &["dev-packages"]), Scope::Development);
}

/// `pixi.toml`, whose tables are those of `[tool.pixi]`.
pub(super) fn pixi(collector: &mut Collector<'_>, text: &str) {
    let Some(document) = bounded_toml::parse_document(collector.path, text, collector.diagnostics) else {
        return;
    };
    let mut reader = Document { text, collector };
    for name in
        ["project", "workspace", "package"].iter().filter_map(|table| find(&document, &[table, "name"]))
    {
        name.get_ref().as_str().into_iter().for_each(|name| reader.collector.set_project_name(name));
    }
    reader.conda_tables(document.iter().map(|(key, value)| (key.get_ref().as_ref(), value)));
}

impl Document<'_, '_, '_> {
    /// The tables of pixi.
    fn conda(&mut self, value: Option<&Spanned<DeValue<'_>>>) {
        let table = value.and_then(|value| value.get_ref().as_table());
        self.conda_tables(
            table
                .into_iter()
                .flat_map(|table| table.iter())
                .map(|(key, value)| (key.get_ref().as_ref(), value)),
        );
    }

    fn conda_tables<'a, 'i: 'a>(
        &mut self,
        tables: impl Iterator<Item = (&'a str, &'a Spanned<DeValue<'i>>)>,
    ) {
        for (name, table) in tables {
            match name {
                "pypi-dependencies" => self.poetry_like(Some(table), Scope::Main, Constraint::pep440),
                "dependencies" | "host-dependencies" | "run-dependencies" => {
                    self.matches(Some(table), Scope::Main);
                }
                "feature" => {
                    for (_, feature) in entries(Some(table)) {
                        self.matches(feature.get("dependencies"), Scope::Optional);
                        self.poetry_like(
                            feature.get("pypi-dependencies"),
                            Scope::Optional,
                            Constraint::pep440,
                        );
                    }
                }
                _ => {}
            }
        }
    }

    /// Conda specifications by package: a string, or a table with `version`.
    fn matches(&mut self, value: Option<&Spanned<DeValue<'_>>>, scope: Scope) {
        self.poetry_like(value, scope, conda::constraint);
    }

    /// Files with requirements: `{file = ["a.txt"]}`, or `{files = ["a.txt"]}`.
    fn files(&mut self, value: Option<&Spanned<DeValue<'_>>>) {
        for key in ["file", "files"] {
            let Some(named) = value.and_then(|value| value.get_ref().get(key)).map(Spanned::get_ref) else {
                continue;
            };
            let several = named.as_array().into_iter().flatten().filter_map(|item| item.get_ref().as_str());
            for file in named.as_str().into_iter().chain(several) {
                self.collector.names_file(file, Scope::Main);
            }
        }
    }

    /// Sources of projects in uv: `{path = "../x"}`, `{git = "…", subdirectory = "x"}`, or several of them.
    fn addresses(&mut self, value: Option<&Spanned<DeValue<'_>>>) {
        for (name, given) in entries(value) {
            let name = name.to_owned();
            match given {
                DeValue::Array(several) => {
                    several.iter().for_each(|one| self.address(&name, one.get_ref()));
                }
                one => self.address(&name, one),
            }
        }
    }

    /// The folders of a workspace, which an environment of Hatch installs.
    fn members(&mut self, value: Option<&Spanned<DeValue<'_>>>) {
        for item in value.and_then(|value| value.get_ref().as_array()).into_iter().flatten() {
            let path = item.get_ref().as_str().or_else(|| item.get_ref().get("path")?.get_ref().as_str());
            if let Some(path) = path {
                self.collector.address(path);
            }
        }
    }

    /// The source of one project, as in Poetry, Pipenv, uv and pixi.
    fn address(&mut self, name: &str, given: &DeValue<'_>) {
        let text = |key: &str| given.get(key).and_then(|value| value.get_ref().as_str());
        if let Some(folder) = text("subdirectory") {
            self.collector.address(&format!("#subdirectory={folder}"));
        } else if let Some(path) = text("path").or_else(|| text("file")) {
            self.collector.address(path);
        } else if given.get("workspace").is_some() || text("git").is_some() {
            self.collector.project(name, name);
        }
    }

    fn line(&self, value: &Spanned<DeValue<'_>>) -> u32 {
        line_of(self.text.as_bytes(), value.span().start)
    }

    /// A list of requirements.
    fn list(&mut self, value: Option<&Spanned<DeValue<'_>>>, scope: Scope) {
        for item in value.and_then(|value| value.get_ref().as_array()).into_iter().flatten() {
            if let Some(text) = item.get_ref().as_str() {
                let line = self.line(item);
                requirement_line(self.collector, text, line, scope);
            }
        }
    }

    /// Lists of requirements by name.
    fn groups(&mut self, value: Option<&Spanned<DeValue<'_>>>, scope: impl Fn(&str) -> Scope) {
        let table = value.and_then(|value| value.get_ref().as_table());
        for (name, list) in table.into_iter().flat_map(|table| table.iter()) {
            self.list(Some(list), scope(name.get_ref()));
        }
    }

    /// Constraints by package: a string, a table with `version`, or a list of such tables.
    fn poetry(&mut self, value: Option<&Spanned<DeValue<'_>>>, scope: Scope) {
        self.poetry_like(value, scope, Constraint::poetry);
    }

    /// The same in the syntax of some tool.
    fn poetry_like(
        &mut self,
        value: Option<&Spanned<DeValue<'_>>>,
        scope: Scope,
        read: fn(&str) -> Constraint,
    ) {
        let table = value.and_then(|value| value.get_ref().as_table());
        for (name, given) in table.into_iter().flat_map(|table| table.iter()) {
            let several = given.get_ref().as_array();
            if !is_sqlalchemy(name.get_ref()) {
                let name = name.get_ref();
                self.source(name, given.get_ref());
                match version(given.get_ref()) {
                    Some(version) => self.collector.project(name, &format!("{name} = \"{version}\"")),
                    None => self.collector.project(name, name),
                }
                for one in several.into_iter().flatten().chain([given]) {
                    self.address(name, one.get_ref());
                }
                continue;
            }
            match several {
                Some(several) => several.iter().for_each(|one| self.constraint(one, scope, read)),
                None => self.constraint(given, scope, read),
            }
        }
    }

    /// A project from a folder, a repository or an address, and not from an index.
    fn source(&mut self, name: &str, given: &DeValue<'_>) {
        let one = given.as_array().and_then(|several| several.first()).map_or(given, |first| first.get_ref());
        let text = |key: &str| one.get(key).and_then(|value| value.get_ref().as_str());
        let source = if let Some(address) = text("git") {
            format!("git+{address}")
        } else if let Some(place) = ["path", "file", "url"].into_iter().find_map(text) {
            place.to_owned()
        } else if one.get("workspace").is_some() {
            "the workspace".to_owned()
        } else {
            return;
        };
        self.collector.project(name, &format!("{name} @ {source}"));
    }

    fn constraint(&mut self, given: &Spanned<DeValue<'_>>, scope: Scope, read: fn(&str) -> Constraint) {
        let value = given.get_ref();
        let version = version(value).unwrap_or("*");
        let is_optional =
            value.get("optional").and_then(|optional| optional.get_ref().as_bool()) == Some(true);
        let scope = if is_optional { scope.max(Scope::Optional) } else { scope };
        let line = self.line(given);
        let text = format!("sqlalchemy = \"{version}\"");
        self.collector.add(&text, line, FoundKind::Declared, scope, read(version));
    }
}

/// The versions of a Poetry constraint.
fn version<'a>(value: &'a DeValue<'_>) -> Option<&'a str> {
    value.get("version").map_or(value, |version| version.get_ref()).as_str()
}

fn find<'a, 'i>(document: &'a DeTable<'i>, keys: &[&str]) -> Option<&'a Spanned<DeValue<'i>>> {
    let (first, rest) = keys.split_first()?;
    rest.iter().try_fold(document.get(*first)?, |value, key| value.get_ref().get(*key))
}

fn entries<'a, 'i>(
    value: Option<&'a Spanned<DeValue<'i>>>,
) -> impl Iterator<Item = (&'a str, &'a DeValue<'i>)> {
    let table = value.and_then(|value| value.get_ref().as_table());
    table
        .into_iter()
        .flat_map(|table| table.iter())
        .map(|(key, value)| (key.get_ref().as_ref(), value.get_ref()))
}
