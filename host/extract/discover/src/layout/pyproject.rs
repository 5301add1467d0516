use std::collections::BTreeSet;

use belljar_schema::Diagnostic;
use toml::{Spanned, de::DeValue};

use super::DeclaredRoot;
use crate::{bounded_toml, paths};

/// Adds the settings of the build tools' tables.
pub(super) fn roots(
    path: &str,
    text: &str,
    roots: &mut BTreeSet<DeclaredRoot>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let directory = paths::parent(path);
    let Some(document) = bounded_toml::parse_document(path, text, diagnostics) else { return };
    let Some(tool) = document.get("tool").map(Spanned::get_ref) else { return };
    let mut add = |written: &str| {
        roots.extend(paths::resolve(directory, written).map(DeclaredRoot::new));
    };
    for keys in [
        ["setuptools", "packages", "find", "where"].as_slice(),
        &["hatch", "build", "sources"],
        &["hatch", "build", "targets", "wheel", "sources"],
        &["pdm", "build", "package-dir"],
        &["uv", "build-backend", "module-root"],
        &["maturin", "python-source"],
        &["pytest", "ini_options", "pythonpath"],
    ] {
        strings(at(tool, keys)).into_iter().for_each(&mut add);
    }
    for (name, written) in pairs(at(tool, &["setuptools", "package-dir"])) {
        roots.extend(package_dir(directory, name, written));
    }
    for keys in [
        ["hatch", "build", "packages"].as_slice(),
        &["hatch", "build", "targets", "wheel", "packages"],
        &["scikit-build", "wheel", "packages"],
    ] {
        for package in strings(at(tool, keys)) {
            roots.extend(paths::resolve(directory, package).map(|path| DeclaredRoot::of_package(&path)));
        }
    }
    for package in at(tool, &["poetry", "packages"]).and_then(DeValue::as_array).into_iter().flatten() {
        roots.extend(poetry_package(directory, package.get_ref()));
    }
}

fn poetry_package(directory: &str, package: &DeValue<'_>) -> Option<DeclaredRoot> {
    let include = package.get("include")?.get_ref().as_str()?;
    let from = package.get("from").and_then(|from| from.get_ref().as_str()).unwrap_or(".");
    let top = include.split('/').next().filter(|top| paths::is_identifier(top));
    Some(DeclaredRoot { path: paths::resolve(directory, from)?, top: top.map(str::to_owned) })
}

/// One entry of a `package_dir` mapping. An entry that renames a directory can't be reproduced with a directory on
/// `sys.path`, and is skipped.
pub(super) fn package_dir(directory: &str, name: &str, written: &str) -> Option<DeclaredRoot> {
    let path = paths::resolve(directory, written)?;
    if name.is_empty() {
        return Some(DeclaredRoot::new(path));
    }
    let package = name.replace('.', "/");
    let root = path.strip_suffix(package.as_str())?;
    let root = if root.is_empty() { root } else { root.strip_suffix('/')? };
    Some(DeclaredRoot { path: root.to_owned(), top: name.split('.').next().map(str::to_owned) })
}

fn at<'a, 'i>(value: &'a DeValue<'i>, keys: &[&str]) -> Option<&'a DeValue<'i>> {
    keys.iter().try_fold(value, |value, key| Some(value.get(*key)?.get_ref()))
}

/// A string, the strings of a list, or the keys of a mapping to the empty path (`sources = {"src" = ""}`).
fn strings<'a>(value: Option<&'a DeValue<'_>>) -> Vec<&'a str> {
    match value {
        Some(DeValue::String(text)) => vec![text],
        Some(DeValue::Array(items)) => items.iter().filter_map(|item| item.get_ref().as_str()).collect(),
        Some(DeValue::Table(_)) => {
            pairs(value).into_iter().filter(|(_, to)| to.is_empty()).map(|(from, _)| from).collect()
        }
        _ => Vec::new(),
    }
}

fn pairs<'a>(value: Option<&'a DeValue<'_>>) -> Vec<(&'a str, &'a str)> {
    let table = value.and_then(DeValue::as_table);
    let entries = table.into_iter().flat_map(|table| table.iter());
    entries.filter_map(|(key, value)| Some((key.get_ref().as_ref(), value.get_ref().as_str()?))).collect()
}
