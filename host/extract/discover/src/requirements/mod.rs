//! The project's requirements on SQLAlchemy, and the version that they determine.
//!
//! A declaration has more weight the nearer its file is to the candidates: first the project that contains most of
//! them, then those around it, and others only if those have none. Within a project a lock file records what is
//! installed and comes first, then the requirements of the project itself; optional extras are used if neither exists,
//! and development groups last. A bare name only states that SQLAlchemy is required.

mod choose;
mod conda;
mod dockerfile;
mod lock;
mod pyproject;
mod releases;
mod setup_py;
mod specifier;
mod text;
mod tools;

use std::collections::{BTreeMap, BTreeSet};

use belljar_schema::{Diagnostic, project_name};
use belljar_tree::Tree;

pub use choose::{Choice, Fit};

use crate::{
    Candidate,
    configuration::with_text,
    exclude::Exclusion,
    installed::Installed,
    paths,
    projects::{self, Need, Priority, Projects},
    scan::PyFile,
};
use specifier::Constraint;

/// The maximum number of declarations; no project needs more.
const MAX_FOUND: usize = 1000;

/// The source of a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FoundKind {
    /// A lock file: one exact version.
    Lock,
    /// A requirement, which may allow several releases.
    Declared,
}

/// The user of a requirement, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// The project itself, when it is installed.
    Main,
    /// An extra, or a requirement for another version of Python.
    Optional,
    /// Developers: tests, documentation, tools.
    Development,
}

/// One declaration about SQLAlchemy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// As written, or name and version in a lock file.
    pub text: String,
    /// Path of the file.
    pub path: String,
    /// The line in the file, counted from 1.
    pub line: u32,
    /// Whether it is a locked version or a requirement.
    pub kind: FoundKind,
    /// The user of the requirement.
    pub scope: Scope,
    /// 0 in the project with most candidates, 1 in a directory around it, 2 elsewhere.
    pub distance: u8,
    constraint: Constraint,
}

/// The project's requirements on SQLAlchemy, the strongest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Requested {
    /// Every declaration that was found.
    pub specifiers: Vec<Found>,
    /// Every required project, by its normalised name, as it is written in the first place.
    pub projects: BTreeMap<String, String>,
}

impl Requested {
    /// The nearest project around a path with any declaration.
    pub fn project(&self, path: &str) -> Option<&str> {
        let around = self.specifiers.iter().map(|found| project(&found.path));
        around.filter(|project| paths::is_within(path, project)).max_by_key(|project| project.len())
    }

    /// The same as seen from a project; `None` if neither it nor a project around it states the allowed versions.
    pub fn seen_from(&self, project: &str) -> Option<Self> {
        let mut seen = self.clone();
        rank(&mut seen.specifiers, Some(project));
        let is_specific =
            seen.specifiers.iter().any(|found| found.distance < 2 && !found.constraint.is_bare());
        is_specific.then_some(seen)
    }

    /// The requirement of the project that a version of a package does not meet, if there is one.
    pub fn unmet(&self, package: &str, version: &str) -> Option<&str> {
        let text = self.projects.get(&project_name(package))?;
        specifier::refuses(text, version).then_some(text.as_str())
    }

    /// The SQLAlchemy that the allowed releases of a package require, if the project requires that package and none of
    /// them works with this version of SQLAlchemy or another of its generation. `asks` are the requirements of the
    /// releases, the oldest first, each from a version on.
    pub fn refused<'a>(&self, package: &str, asks: &[(&str, &'a str)], sqlalchemy: &str) -> Option<&'a str> {
        releases::refused(self.projects.get(&project_name(package))?, asks, sqlalchemy)
    }
}

/// The declarations of all files of a tree, before it is known which of them belong to a root.
#[derive(Debug, Default)]
pub(crate) struct Declared {
    found: Vec<Found>,
    /// Required projects, as [`Requested::projects`].
    names: BTreeMap<String, String>,
    /// The projects of the tree, and their dependencies.
    pub(crate) projects: Projects,
    /// Files that others refer to, with the user of their requirements.
    named: Vec<(String, Scope)>,
}

impl Declared {
    /// Whether a top-level name is that of a required package that is not part of the tree.
    pub(crate) fn is_foreign(&self, name: &str) -> bool {
        self.names.contains_key(&project_name(name)) && !self.projects.has(name)
    }

    /// The relevant declarations, the strongest first.
    pub(crate) fn seen_from(mut self, candidates: &[Candidate]) -> Requested {
        let home = home(&self.found, candidates);
        rank(&mut self.found, home.as_deref());
        Requested { specifiers: self.found, projects: self.names }
    }
}

/// Collects declarations from one file.
struct Collector<'a> {
    path: &'a str,
    declared: &'a mut Declared,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Collector<'_> {
    fn add(&mut self, text: &str, line: u32, kind: FoundKind, scope: Scope, constraint: Constraint) {
        let found = &mut self.declared.found;
        if found.len() < MAX_FOUND {
            let (text, path) = (text.trim().to_owned(), self.path.to_owned());
            found.push(Found { text, path, line, kind, scope, distance: 0, constraint });
        }
    }

    /// Records that a project is required.
    fn project(&mut self, name: &str, text: &str) {
        self.need(Need::Named(project_name(name)));
        let names = &mut self.declared.names;
        if names.len() < MAX_FOUND {
            names.entry(project_name(name)).or_insert_with(|| text.to_owned());
        }
    }

    /// Records the name of the project that the file is about.
    fn set_project_name(&mut self, name: &str) {
        self.declared.projects.set_name(project(self.path), name);
    }

    fn need(&mut self, need: Need) {
        self.declared.projects.need(project(self.path), need, priority_of(self.path));
    }

    /// Records the address of a requirement; paths are relative to the folder of the file.
    fn address(&mut self, text: &str) {
        if let Some(path) = projects::address(paths::parent(self.path), text) {
            self.need(Need::At(path));
        }
    }

    /// Records a file with further requirements.
    fn names_file(&mut self, written: &str, scope: Scope) {
        let written = written.trim().trim_matches(['"', '\'']);
        if self.declared.named.len() < MAX_FOUND
            && let Some(path) = paths::resolve(paths::parent(self.path), written)
        {
            self.declared.named.push((path, scope));
        }
    }

    /// A requirement in pip's syntax; its versions matter only if it is one on SQLAlchemy.
    fn requirement(&mut self, text: &str, line: u32, scope: Scope) {
        if let Some((name, source)) = specifier::from_elsewhere(text) {
            self.project(name, &format!("{name} @ {source}"));
        } else if let Some((name, text)) = specifier::project(text) {
            self.project(name, text);
        }
        if let Some((_, address)) = text.split_once('@').filter(|(name, _)| !name.contains([':', '/', '"'])) {
            self.address(address);
        }
        if let Some(requirement) = specifier::requirement(text) {
            let scope = if requirement.conditional { scope.max(Scope::Optional) } else { scope };
            self.add(requirement.text, line, FoundKind::Declared, scope, requirement.constraint);
        }
    }

    fn locked(&mut self, version: &str, line: u32) {
        if let Some(constraint) = Constraint::exactly(version) {
            self.add(&format!("sqlalchemy {version}"), line, FoundKind::Lock, Scope::Main, constraint);
        }
    }
}

/// Reads every file of the tree that can contain requirements on SQLAlchemy, or describe the projects of the tree.
pub(crate) fn collect_requirements(
    tree: &Tree,
    files: &[PyFile],
    exclusion: &Exclusion,
    diagnostics: &mut Vec<Diagnostic>,
) -> Declared {
    let mut declared = Declared::default();
    let mut done = BTreeSet::new();
    for (path, _) in tree.files() {
        if (exclusion.directory(paths::parent(path)).is_none() || is_list_of_all(path))
            && let Some(read) = reader(path)
        {
            done.insert(path.to_owned());
            with_text(tree, path, diagnostics, |text, diagnostics| {
                declared.projects.begin(project(path));
                read(&mut Collector { path, declared: &mut declared, diagnostics }, text);
            });
        }
    }
    for file in files.iter().filter(|file| file.rule.is_none() && file.outline.is_script) {
        with_text(tree, &file.path, diagnostics, |text, diagnostics| {
            let mut collector = Collector { path: &file.path, declared: &mut declared, diagnostics };
            pyproject::script(&mut collector, text);
        });
    }
    // The files that they refer to may refer to more.
    for position in 0..MAX_FOUND {
        let Some((path, scope)) = declared.named.get(position).cloned() else { break };
        let is_seen = exclusion.directory(paths::parent(&path)).is_none() || is_list_of_all(&path);
        if is_seen && done.insert(path.clone()) {
            with_text(tree, &path, diagnostics, |text, diagnostics| {
                text::lines(
                    &mut Collector { path: &path, declared: &mut declared, diagnostics },
                    text,
                    scope,
                );
            });
        }
    }
    for (version, path) in exclusion.installed().into_iter().flat_map(Installed::sqlalchemy) {
        Collector { path, declared: &mut declared, diagnostics }.locked(version, 0);
    }
    declared
}

type Reader = fn(&mut Collector<'_>, &str);

/// The parser of a file, by its name.
fn reader(path: &str) -> Option<Reader> {
    let name = paths::file_name(path);
    let directory = paths::file_name(paths::parent(path));
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_text = matches!(ending, "txt" | "in" | "pip");
    let is_yaml = matches!(ending, "yml" | "yaml");
    let reader: Reader = match name {
        "pyproject.toml" => pyproject::pyproject,
        "Pipfile" => pyproject::pipfile,
        "setup.cfg" => text::setup_cfg,
        "setup.py" => setup_py::collect_setup_py,
        "poetry.lock" | "uv.lock" | "pdm.lock" | "pylock.toml" => lock::toml,
        "Pipfile.lock" => lock::pipfile,
        "pixi.lock" | "conda-lock.yml" | "conda-lock.yaml" => conda::lock,
        "pixi.toml" => pyproject::pixi,
        "meta.yaml" | "recipe.yaml" => conda::environment,
        "tox.ini" => tools::tox,
        "noxfile.py" => setup_py::nox,
        "BUILD" | "BUILD.pants" | "BUILD.bazel" => tools::build_file,
        _ if is_yaml
            && (name.contains("environment") || name.starts_with("conda") || name.starts_with("env.")) =>
        {
            conda::environment
        }
        _ if ending == "lock" && name.starts_with("conda-") => conda::explicit,
        _ if dockerfile::is_one(name) => dockerfile::collect_installs,
        "PKG-INFO" | "METADATA" => text::metadata,
        "requires.txt" if directory.ends_with(".egg-info") => text::requires,
        _ if name.starts_with("pylock.") && ending == "toml" => lock::toml,
        _ if (is_text || ending == "lock")
            && (name.contains("requirements")
                || name.contains("constraint")
                || is_requirements_directory(directory)) =>
        {
            text::requirements
        }
        _ => return None,
    };
    Some(reader)
}

fn is_requirements_directory(name: &str) -> bool {
    matches!(name, "requirements" | "requirement" | "reqs" | "deps" | "requires")
}

/// Whether a file lists the requirements of a whole repository, in the folder where builds of several languages keep
/// such lists: `3rdparty/python/requirements.txt`.
fn is_list_of_all(path: &str) -> bool {
    let name = paths::file_name(path);
    let is_list = name.starts_with("requirements") || name.starts_with("constraints");
    is_list && around_lists(paths::parent(path)).is_some()
}

/// The directory around a folder with such lists.
fn around_lists(directory: &str) -> Option<&str> {
    let folder = if paths::file_name(directory) == "python" { paths::parent(directory) } else { directory };
    matches!(paths::file_name(folder), "3rdparty" | "third_party" | "thirdparty")
        .then(|| paths::parent(folder))
}

/// The directory of the project that a file describes.
fn project(path: &str) -> &str {
    let directory = paths::parent(path);
    let name = paths::file_name(directory);
    if let Some(around) = around_lists(directory) {
        return around;
    }
    if path.ends_with(".dist-info") {
        // Packages installed there are for the project around it.
        return paths::parent(directory);
    }
    if name.ends_with(".egg-info") {
        // Setuptools writes it next to the packages.
        let above = paths::parent(directory);
        return if matches!(paths::file_name(above), "src" | "lib") { paths::parent(above) } else { above };
    }
    let is_inside = is_requirements_directory(name) || name.ends_with(".dist-info");
    if is_inside { paths::parent(directory) } else { directory }
}

/// Sorts the strongest first, as seen from a project.
fn rank(found: &mut [Found], home: Option<&str>) {
    for found in found.iter_mut() {
        let project = project(&found.path);
        found.distance = match home {
            Some(home) if project == home => 0,
            Some(home) if paths::is_within(home, project) => 1,
            None => 0,
            Some(_) => 2,
        };
    }
    let key = |found: &Found| (found.distance, found.scope, found.kind, source(&found.path));
    found.sort_by(|a, b| (key(a), &a.path, a.line).cmp(&(key(b), &b.path, b.line)));
}

/// The project with most candidates; of two, the one further up, then the first by name.
fn home(found: &[Found], candidates: &[Candidate]) -> Option<String> {
    let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
    for candidate in candidates {
        let around = found.iter().map(|found| project(&found.path));
        let nearest =
            around.filter(|project| paths::is_within(&candidate.path, project)).max_by_key(|it| it.len());
        if let Some(project) = nearest {
            *votes.entry(project).or_default() += 1;
        }
    }
    let order = |project: &str| std::cmp::Reverse((project.len(), project.to_owned()));
    votes
        .into_iter()
        .max_by_key(|(project, votes)| (*votes, order(project)))
        .map(|(project, _)| project.to_owned())
}

/// The priority of a file that declares dependencies.
fn priority_of(path: &str) -> Priority {
    match paths::file_name(path) {
        name if name.rsplit('.').next() == Some("lock") || name == "pylock.toml" => Priority::Lock,
        "pyproject.toml" | "setup.py" | "setup.cfg" | "Pipfile" | "pixi.toml" => Priority::Project,
        _ => Priority::List,
    }
}

/// The order of files with the same requirement.
fn source(path: &str) -> usize {
    let order = ["pyproject.toml", "setup.cfg", "setup.py", "Pipfile", "requirements.txt"];
    order.iter().position(|name| *name == paths::file_name(path)).unwrap_or(order.len())
}

#[cfg(test)]
mod tests;
