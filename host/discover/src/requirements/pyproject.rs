use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    Collector, FoundKind, Scope,
    specifier::{Constraint, is_sqlalchemy},
    text::extra,
};
use crate::{bounded_toml, layout::line_of};

/// A document that is being read.
struct Document<'a, 'b, 'c> {
    text: &'a str,
    collector: &'b mut Collector<'c>,
}

/// `pyproject.toml`: the standard tables, and those of Poetry, PDM, uv and Hatch.
pub(super) fn pyproject(collector: &mut Collector<'_>, text: &str) {
    let Some(document) = bounded_toml::read(collector.path, text, collector.diagnostics) else { return };
    let at = |keys: &[&str]| find(&document, keys);
    let mut reader = Document { text, collector };
    // What is from elsewhere is said first: the first that is said of a project counts.
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
    for (_, environment) in entries(at(&["tool", "hatch", "envs"])) {
        reader.list(environment.get("dependencies"), Scope::Development);
        reader.list(environment.get("extra-dependencies"), Scope::Development);
    }
}

/// `Pipfile`, whose tables are like Poetry's with pip's specifiers.
pub(super) fn pipfile(collector: &mut Collector<'_>, text: &str) {
    let Some(document) = bounded_toml::read(collector.path, text, collector.diagnostics) else { return };
    let mut reader = Document { text, collector };
    reader.poetry(find(&document, &["packages"]), Scope::Main);
    reader.poetry(find(&document, &["dev-packages"]), Scope::Development);
}

impl Document<'_, '_, '_> {
    fn line(&self, value: &Spanned<DeValue<'_>>) -> u32 {
        line_of(self.text, value.span().start)
    }

    /// A list of requirements.
    fn list(&mut self, value: Option<&Spanned<DeValue<'_>>>, scope: Scope) {
        for item in value.and_then(|value| value.get_ref().as_array()).into_iter().flatten() {
            if let Some(text) = item.get_ref().as_str() {
                let line = self.line(item);
                self.collector.requirement(text, line, scope);
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

    /// Constraints by package: a text, a table with `version`, or a list of such tables.
    fn poetry(&mut self, value: Option<&Spanned<DeValue<'_>>>, scope: Scope) {
        let table = value.and_then(|value| value.get_ref().as_table());
        for (name, given) in table.into_iter().flat_map(|table| table.iter()) {
            if !is_sqlalchemy(name.get_ref()) {
                let name = name.get_ref();
                self.source(name, given.get_ref());
                match version(given.get_ref()) {
                    Some(version) => self.collector.project(name, &format!("{name} = \"{version}\"")),
                    None => self.collector.project(name, name),
                }
                continue;
            }
            match given.get_ref() {
                DeValue::Array(several) => several.iter().for_each(|one| self.constraint(one, scope)),
                _ => self.constraint(given, scope),
            }
        }
    }

    /// A project that comes from a folder, a repository or an address, and from no index.
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

    fn constraint(&mut self, given: &Spanned<DeValue<'_>>, scope: Scope) {
        let value = given.get_ref();
        let version = version(value).unwrap_or("*");
        let is_optional =
            value.get("optional").and_then(|optional| optional.get_ref().as_bool()) == Some(true);
        let scope = if is_optional { scope.max(Scope::Optional) } else { scope };
        let line = self.line(given);
        let text = format!("sqlalchemy = \"{version}\"");
        self.collector.add(&text, line, FoundKind::Declared, scope, Constraint::poetry(version));
    }
}

/// What a constraint of Poetry says of versions.
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
