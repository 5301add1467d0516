//! The version files of an environment.

use std::collections::{BTreeMap, BTreeSet};

use belljar_tree::{Node, Tree};

use super::{settings::package_path, text};
use crate::paths;

/// Version files that run together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// The dialect that their folder is named after.
    pub(super) dialect: Option<String>,
    /// Their paths, sorted.
    pub(super) files: Vec<String>,
}

/// The most version files of one environment.
const MOST: usize = 20_000;

/// The deepest folder below a folder of version files.
const DEEPEST: usize = 6;

/// The version files of an environment, whose `listed` folders are relative to `folder`.
pub(super) fn find(
    tree: &Tree,
    folder: &str,
    script: &str,
    listed: &[String],
    is_recursive: bool,
) -> Vec<Group> {
    if listed.is_empty() {
        return by_convention(tree, &paths::join(script, "versions"), is_recursive);
    }
    let mut files = BTreeSet::new();
    for written in listed {
        for location in resolved(tree, folder, written) {
            files.extend(if is_recursive { below(tree, &location) } else { directly(tree, &location) });
        }
    }
    vec![Group { dialect: None, files: files.into_iter().take(MOST).collect() }]
}

/// The folders that a location means. Several may be written with colons between them.
pub(super) fn resolved(tree: &Tree, folder: &str, written: &str) -> Vec<String> {
    let is_folder = |path: &String| matches!(tree.node(path), Some(Node::Directory));
    if let Some((package, inside)) = package_path(written) {
        let tail = paths::join(&package, inside);
        let around = paths::ancestors(folder)
            .flat_map(|folder| [paths::join(folder, &tail), paths::join(&paths::join(folder, "src"), &tail)]);
        if let Some(found) = around.into_iter().find(is_folder) {
            return vec![found];
        }
    }
    let parts = written.split(':').filter_map(|part| paths::resolve(folder, part));
    parts.filter(is_folder).collect()
}

/// The version files of a folder that no setting names. Those in folders below count where the others follow them, and
/// where there are no others, or only a few that they follow; folders that are named after dialects are environments of their own.
fn by_convention(tree: &Tree, location: &str, is_recursive: bool) -> Vec<Group> {
    let own = directly(tree, location);
    let every = below(tree, location);
    if is_recursive {
        return vec![Group { dialect: None, files: every }];
    }
    let inner: Vec<String> = every.into_iter().filter(|path| paths::parent(path) != location).collect();
    // Some projects name the folders of their versions in their own commands: most of the history lies there then.
    let continues = || inner.len() > own.len() && follow(tree, &inner, &own);
    if inner.is_empty() || (!own.is_empty() && !follow(tree, &own, &inner) && !continues()) {
        return vec![Group { dialect: None, files: own }];
    }
    let mut dialects: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for path in &inner {
        let first = paths::below(path, location).and_then(|rest| rest.split('/').next()).unwrap_or_default();
        dialects.entry(first).or_default().push(path.clone());
    }
    if own.is_empty() && dialects.len() > 1 && dialects.keys().all(|name| dialect(name).is_some()) {
        let group = |(name, files): (&str, Vec<String>)| Group { dialect: dialect(name), files };
        return dialects.into_iter().map(group).collect();
    }
    let mut files = [own, inner].concat();
    files.sort();
    files.truncate(MOST);
    vec![Group { dialect: None, files }]
}

/// The dialect that a folder is named after.
fn dialect(name: &str) -> Option<String> {
    let known = match name {
        "postgresql" | "postgres" | "psql" | "pg" => "postgresql",
        "sqlite" => "sqlite",
        "mysql" => "mysql",
        "mariadb" => "mariadb",
        "mssql" => "mssql",
        "oracle" => "oracle",
        _ => return None,
    };
    Some(known.to_owned())
}

/// The dialect that most version files import, of the two that projects have migrations for; `None` if they import
/// neither, both as often, or further ones: those run on any.
pub(super) fn usual_dialect(tree: &Tree, files: &[String]) -> Option<String> {
    let imports = |name: &str| {
        let written = [format!("dialects import {name}"), format!("dialects.{name}")];
        files
            .iter()
            .filter_map(|path| text(tree, path))
            .filter(|text| written.iter().any(|written| text.contains(written.as_str())))
            .count()
    };
    let (postgresql, mysql) = (imports("postgresql"), imports("mysql"));
    if imports("mssql") + imports("oracle") > 0 || postgresql == mysql {
        return None;
    }
    Some(if postgresql > mysql { "postgresql" } else { "mysql" }.to_owned())
}

/// Whether files follow revisions that only other files have.
fn follow(tree: &Tree, files: &[String], others: &[String]) -> bool {
    let own: BTreeSet<String> = files.iter().flat_map(|path| revisions(tree, path, "revision")).collect();
    let wanted: BTreeSet<String> =
        files.iter().flat_map(|path| revisions(tree, path, "down_revision")).collect();
    let missing: BTreeSet<&String> = wanted.difference(&own).collect();
    !missing.is_empty()
        && others.iter().any(|path| revisions(tree, path, "revision").iter().any(|it| missing.contains(it)))
}

/// The texts that a file assigns to a name, on its line.
pub(super) fn revisions(tree: &Tree, path: &str, name: &str) -> Vec<String> {
    let Some(text) = text(tree, path) else { return Vec::new() };
    let line = text
        .lines()
        .find(|line| line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with(['=', ':'])));
    let value = line.and_then(|line| line.split_once('=')).map(|(_, value)| value).unwrap_or_default();
    value.split(['"', '\'']).skip(1).step_by(2).map(str::to_owned).collect()
}

/// The version files directly in a folder.
fn directly(tree: &Tree, location: &str) -> Vec<String> {
    tree.list(location)
        .map(|name| paths::join(location, name))
        .filter(|path| matches!(tree.node(path), Some(Node::File(_))) && is_version(tree, path))
        .collect()
}

/// The version files in a folder and below it.
pub(super) fn below(tree: &Tree, location: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![(location.to_owned(), 0)];
    while let Some((folder, depth)) = waiting.pop() {
        found.extend(directly(tree, &folder));
        if depth < DEEPEST {
            let inner = tree.list(&folder).map(|name| paths::join(&folder, name));
            let folders = inner.filter(|path| matches!(tree.node(path), Some(Node::Directory)));
            waiting.extend(folders.map(|path| (path, depth + 1)));
        }
    }
    found.sort();
    found.truncate(MOST);
    found
}

/// Whether a file says which revision it is.
fn is_version(tree: &Tree, path: &str) -> bool {
    paths::is_python(path) && text(tree, path).is_some_and(|text| text.contains("revision"))
}
