//! Finds Alembic environments: their configuration, their folder of scripts, and their version files.
//!
//! * [`settings`]: what `alembic.ini` and `pyproject.toml` say
//! * [`versions`]: the version files of an environment
//! * [`changes`], [`edited`]: how the version files of two sides differ
//! * [`place`]: where an environment wants its next version file
//!
//! An environment without a configuration, as Flask-Migrate has it, is a folder with an `env.py` and a folder of version
//! files.

mod changes;
mod edited;
mod place;
mod settings;
#[cfg(test)]
mod tests;
mod versions;

use std::collections::BTreeSet;

use belljar_tree::{Node, Tree};

use crate::{decode, paths};
pub use changes::{VersionChanges, version_changes, version_words};
pub use edited::is_same_version;
pub use place::{VersionPlace, VersionTemplate, version_place};
use settings::Settings;

/// An Alembic environment of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationEnvironment {
    /// A name that is unique in the tree: the folder of its scripts, and what distinguishes it from another one there.
    pub name: String,
    /// The folder that `alembic` is called in.
    pub folder: String,
    /// The folder of its scripts, with `env.py`.
    pub script: String,
    /// Its configuration, if it has one.
    pub config: Option<String>,
    /// The section of the configuration.
    pub section: String,
    /// The line of the configuration that names the folder of scripts; 0 without one.
    pub line: u32,
    /// The dialect of the database, by its name in SQLAlchemy: that of its URL, or of the folder of its version files.
    pub dialect: Option<String>,
    /// The dialect that its version files name most often.
    pub usual_dialect: Option<String>,
    /// Whether the folder of its version files is named after the dialect, so that it can run for no other.
    pub is_for_dialect: bool,
    /// Its version files, sorted by path.
    pub versions: Vec<String>,
}

/// The environments of a tree that have version files, sorted by their folders.
pub fn migration_environments(tree: &Tree) -> Vec<MigrationEnvironment> {
    let mut found = every_environment(tree);
    found.retain(|environment| !environment.versions.is_empty());
    name_apart(&mut found);
    found
}

/// The environments of a tree, with those that are to get their first version file.
pub fn begun_environments(tree: &Tree) -> Vec<MigrationEnvironment> {
    let mut found = every_environment(tree);
    let has_versions: BTreeSet<String> =
        found.iter().filter(|it| !it.versions.is_empty()).map(|it| it.script.clone()).collect();
    found.retain(|environment| {
        !environment.versions.is_empty() || !has_versions.contains(&environment.script)
    });
    name_apart(&mut found);
    found
}

fn every_environment(tree: &Tree) -> Vec<MigrationEnvironment> {
    let mut found: Vec<MigrationEnvironment> = Vec::new();
    let mut scripts: BTreeSet<String> = BTreeSet::new();
    for settings in settings::find(tree) {
        let Some((folder, script)) = script_folder(tree, &settings) else { continue };
        scripts.insert(script.clone());
        found.extend(environments(tree, &folder, &script, Some(&settings)));
    }
    let conventional: Vec<String> = tree
        .files()
        .filter(|(path, _)| paths::file_name(path) == "env.py")
        .map(|(path, _)| paths::parent(path).to_owned())
        .filter(|script| !scripts.contains(script) && !is_elsewhere(script) && is_environment(tree, script))
        .collect();
    for script in conventional {
        let config = paths::join(&script, "alembic.ini");
        let settings = settings::of_file(tree, &config).into_iter().next();
        found.extend(environments(tree, paths::parent(&script), &script, settings.as_ref()));
    }
    found.sort_by(|a, b| (&a.script, &a.config, &a.section).cmp(&(&b.script, &b.config, &b.section)));
    found.dedup_by(|a, b| a.script == b.script && a.versions == b.versions);
    found
}

/// A file that is written like a version, and is in no environment: that of a plugin, with a runner of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrayVersion {
    /// Its path.
    pub path: String,
    /// The words in it, which may name tables and columns.
    pub words: BTreeSet<String>,
}

/// The versions outside of the folders of environments.
pub fn stray_versions(tree: &Tree, environments: &[MigrationEnvironment]) -> Vec<StrayVersion> {
    let known: BTreeSet<&str> =
        environments.iter().flat_map(|it| it.versions.iter().map(String::as_str)).collect();
    let is_within = |path: &str| environments.iter().any(|it| paths::below(path, &it.script).is_some());
    let candidates = tree.files().map(|(path, _)| path).filter(|path| {
        paths::is_python(path) && !is_elsewhere(path) && !known.contains(path) && !is_within(path)
    });
    let stray = |path: &str| {
        let text = text(tree, path)?;
        let is_version = ["down_revision", "def upgrade", "op."].iter().all(|part| text.contains(part));
        let words = || text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        is_version
            .then(|| StrayVersion { path: path.to_owned(), words: words().map(str::to_owned).collect() })
    };
    candidates.filter_map(stray).collect()
}

/// Gives environments with the same name different ones.
fn name_apart(found: &mut [MigrationEnvironment]) {
    let names: Vec<String> = found.iter().map(|environment| environment.name.clone()).collect();
    for (position, environment) in found.iter_mut().enumerate() {
        if names.iter().enumerate().any(|(other, name)| other != position && *name == environment.name) {
            environment.name = format!("{}:{}", environment.name, environment.section);
        }
    }
}

/// Folders whose environments are not those of the project.
const ELSEWHERE: &[&str] = &[
    "test",
    "tests",
    "testing",
    "docs",
    "doc",
    "examples",
    "example",
    "node_modules",
    "site-packages",
    "venv",
    ".venv",
    "templates",
    "fixtures",
    "vendor",
    "_vendor",
];

/// Whether a path lies in a folder of tests, examples or installed packages.
fn is_elsewhere(path: &str) -> bool {
    path.split('/').any(|part| ELSEWHERE.contains(&part) || part.contains("{{"))
}

/// Whether a folder has an `env.py` of Alembic, and version files or the template of such.
fn is_environment(tree: &Tree, script: &str) -> bool {
    let env = text(tree, &paths::join(script, "env.py"));
    env.is_some_and(|text| text.contains("alembic") || text.contains("run_migrations"))
        && (!versions::below(tree, &paths::join(script, "versions")).is_empty()
            || tree.node(&paths::join(script, place::TEMPLATE)).is_some())
}

/// The folder to run in, and the folder of scripts: relative to the configuration, or to a folder around it.
fn script_folder(tree: &Tree, settings: &Settings) -> Option<(String, String)> {
    let written = settings.script_location.as_str();
    let beside = paths::parent(&settings.path);
    let has_env = |script: &str| tree.node(&paths::join(script, "env.py")).is_some();
    if let Some((package, below)) = settings::package_path(written) {
        let tail = paths::join(&package, below);
        let around = paths::ancestors(beside)
            .flat_map(|folder| [paths::join(folder, &tail), paths::join(&paths::join(folder, "src"), &tail)]);
        let script = around.into_iter().find(|script| has_env(script))?;
        return Some((beside.to_owned(), script));
    }
    paths::ancestors(beside).find_map(|folder| {
        let script = paths::resolve(folder, written)?;
        has_env(&script).then(|| (folder.to_owned(), script))
    })
}

/// The environments of a folder of scripts: one, or one for each dialect that has version files of its own.
fn environments(
    tree: &Tree,
    folder: &str,
    script: &str,
    settings: Option<&Settings>,
) -> Vec<MigrationEnvironment> {
    if is_elsewhere(script) {
        return Vec::new();
    }
    let listed = settings.map(|settings| settings.version_locations.as_slice()).unwrap_or_default();
    let is_recursive = settings.is_some_and(|settings| settings.is_recursive);
    let groups = versions::find(tree, folder, script, listed, is_recursive);
    let url = settings.and_then(|settings| settings.dialect.clone());
    let make = |group: versions::Group| {
        let is_for_dialect = group.dialect.is_some();
        let name = match &group.dialect {
            Some(dialect) => format!("{script}:{dialect}"),
            None => script.to_owned(),
        };
        MigrationEnvironment {
            name,
            folder: folder.to_owned(),
            script: script.to_owned(),
            config: settings.map(|settings| settings.path.clone()),
            section: settings.map_or("alembic", |settings| settings.section.as_str()).to_owned(),
            line: settings.map_or(0, |settings| settings.line),
            dialect: group.dialect.or_else(|| url.clone()),
            usual_dialect: versions::usual_dialect(tree, &group.files),
            is_for_dialect,
            versions: group.files,
        }
    };
    groups.into_iter().map(make).collect()
}

/// The most bytes of a file that is read here.
const LARGEST: u64 = 1 << 20;

/// The text of a file; `None` if there is none, or if it is too large.
fn text(tree: &Tree, path: &str) -> Option<String> {
    let Some(Node::File(entry)) = tree.node(path) else { return None };
    if entry.size > LARGEST {
        return None;
    }
    let bytes = tree.read(path).ok()?;
    decode::decode(&bytes).ok().map(std::borrow::Cow::into_owned)
}
