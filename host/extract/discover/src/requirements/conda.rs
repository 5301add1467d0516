//! Files of conda and pixi: environments, recipes and lock files.

use super::{
    Collector, FoundKind, Scope,
    specifier::{self, Constraint, is_sqlalchemy},
};

/// The maximum distance of a package's version from its name, in lines.
const REACH: usize = 4;

/// `environment.yml` and recipes: the items of their lists. Items for pip are in pip's syntax, below `pip:`.
pub(super) fn environment(collector: &mut Collector<'_>, text: &str) {
    let mut of_pip: Option<usize> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let indent = line.len() - line.trim_start().len();
        let Some(item) = line.trim_start().strip_prefix("- ").map(unquoted) else { continue };
        if of_pip.is_some_and(|outer| indent <= outer) {
            of_pip = None;
        }
        if item == "pip:" {
            of_pip = Some(indent);
        } else if of_pip.is_some() {
            super::text::requirement_line(collector, item, number, Scope::Main);
        } else if let Some((name, version)) = specification(item) {
            if is_sqlalchemy(name) {
                collector.add(item, number, FoundKind::Declared, Scope::Main, constraint(version));
            } else {
                collector.project(name, name);
            }
        }
    }
}

/// `pixi.lock` and `conda-lock.yml`, line by line: a package's name and then its version, or an address with both.
pub(super) fn lock(collector: &mut Collector<'_>, text: &str) {
    let mut lines = (1..).zip(text.lines());
    while let Some((number, line)) = lines.next() {
        let line = line.trim_start().trim_start_matches("- ");
        if let Some(version) = line.strip_prefix("conda:").and_then(in_address) {
            collector.locked(version, number);
        } else if value(line, "name").is_some_and(is_sqlalchemy) {
            let mut following = lines.clone().take(REACH).map(|(number, line)| (number, line.trim_start()));
            if let Some((number, version)) =
                following.find_map(|(number, line)| Some((number, value(line, "version")?)))
            {
                collector.locked(version, number);
            }
        }
    }
}

/// A list of addresses, as written by `conda list --explicit` and `conda-lock`.
pub(super) fn explicit(collector: &mut Collector<'_>, text: &str) {
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(version) = in_address(line) {
            collector.locked(version, number);
        }
    }
}

/// The versions that conda allows: `=1.4` and `1.4.*` are every release of it, `=1.4.54=py39` also names a build, and
/// `|` separates alternatives.
pub(super) fn constraint(text: &str) -> Constraint {
    let term = |part: &str| {
        let part = part.trim();
        let version = part.trim_start_matches(['=', '<', '>', '!', '~']);
        let operator = part.get(..part.len() - version.len()).unwrap_or_default();
        let version = version.split(['=', ' ']).next().unwrap_or_default();
        match operator {
            "" if version.is_empty() || version == "*" => String::new(),
            "" | "=" if version.ends_with('*') => format!("=={version}"),
            "=" => format!("=={version}.*"),
            "" => format!("=={version}"),
            operator => format!("{operator}{version}"),
        }
    };
    let terms = |alternative: &str| {
        let all: Vec<String> = alternative.split(',').map(term).filter(|term| !term.is_empty()).collect();
        all.join(",")
    };
    Constraint::any(text.split('|').map(terms))
}

/// Name and version of an item: `conda-forge::sqlalchemy>=1.4,<2`, `sqlalchemy 1.4.*`.
fn specification(item: &str) -> Option<(&str, &str)> {
    let item = item.rsplit_once("::").map_or(item, |(_, item)| item).trim();
    let item = item.split('[').next().unwrap_or_default().trim();
    let (name, _) = specifier::project(item.get(..name_length(item))?)?;
    Some((name, item.get(name.len()..).unwrap_or_default().trim()))
}

fn name_length(item: &str) -> usize {
    item.find(|letter: char| !letter.is_ascii_alphanumeric() && !"._-".contains(letter)).unwrap_or(item.len())
}

/// The version in the address of a conda package: `…/sqlalchemy-2.0.36-py312h66e93f0_0.conda`.
fn in_address(address: &str) -> Option<&str> {
    let file = address.trim().rsplit('/').next()?;
    let mut parts = file.strip_prefix("sqlalchemy-")?.split('-');
    let (version, build) = (parts.next()?, parts.next()?);
    (parts.next().is_none() && build.contains('.')).then_some(version)
}

fn value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    Some(unquoted(line.strip_prefix(key)?.strip_prefix(':')?))
}

/// A YAML scalar without its quotes, or the comment after it.
fn unquoted(text: &str) -> &str {
    text.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\''])
}
