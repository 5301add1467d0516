//! Groups candidates into runs: one per import root and SQLAlchemy, because two roots may use one name for different
//! modules, and two projects may ask for different releases.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use belljar_discover::Discovery;
use belljar_sandbox::{MOUNT, PACKAGES_MOUNT};
use belljar_source::Wheelhouse;
use serde::Serialize;

use crate::generation::Part;

/// One run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    /// Its import root.
    pub(crate) root: String,
    /// The SQLAlchemy that it runs with.
    pub(crate) version: Arc<str>,
    /// Every import root, its own first: a repository's packages import each other.
    roots: Arc<[String]>,
    /// Packages that several of the roots offer, by name, with the places of each; the first is taken, and is in doubt.
    doubtful: Arc<BTreeMap<String, Vec<String>>>,
    /// Directories of the tree with installed packages.
    installed: Arc<[String]>,
    /// The modules to import, in order.
    pub(crate) targets: Vec<Target>,
    /// Files that are not run, though something imports them: an earlier attempt ended in them.
    left_out: Vec<String>,
}

/// A module to import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) path: String,
}

/// What the guest reads; see `guest/belljar_guest/plan.py`.
#[derive(Serialize)]
struct Plan<'a> {
    base: &'a str,
    roots: Vec<&'a str>,
    targets: &'a [Target],
    ddl: &'a [String],
    wheelhouse: &'a [String],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    doubtful: &'a BTreeMap<String, Vec<String>>,
    left_out: &'a [String],
}

impl Run {
    /// The plan as the guest reads it.
    pub(crate) fn encode(&self, ddl: &[String], wheelhouse: &Wheelhouse) -> Vec<u8> {
        let packages = wheelhouse.roots.iter().map(|root| format!("{PACKAGES_MOUNT}/{root}"));
        let installed = self.installed.iter().map(|folder| format!("{MOUNT}/{folder}"));
        let wheelhouse: Vec<_> = packages.chain(installed).collect();
        let plan = Plan {
            base: MOUNT,
            roots: self.roots.iter().map(String::as_str).collect(),
            targets: &self.targets,
            ddl,
            wheelhouse: &wheelhouse,
            doubtful: &self.doubtful,
            left_out: &self.left_out,
        };
        serde_json::to_vec(&plan).unwrap_or_default() // strings and lists of strings always encode
    }

    /// The same without a file.
    pub(crate) fn without(&self, path: &str) -> Self {
        let mut run = self.clone();
        run.targets.retain(|target| target.path != path);
        run.left_out.push(path.to_owned());
        run
    }

    /// Whether a file is among its targets.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.targets.iter().any(|target| target.path == path)
    }

    /// The same with some of its targets, in the same order.
    pub(crate) fn only(&self, paths: &BTreeSet<&str>) -> Self {
        let mut run = self.clone();
        run.targets.retain(|target| paths.contains(target.path.as_str()));
        run
    }

    /// The same with another SQLAlchemy.
    pub(crate) fn with(mut self, version: &str) -> Self {
        self.version = version.into();
        self
    }

    /// Two runs with half of the targets each; none where there is one target.
    pub(crate) fn halves(&self) -> Vec<Self> {
        if self.targets.len() < 2 {
            return Vec::new();
        }
        let (first, second) = self.targets.split_at(self.targets.len() / 2);
        [first, second].map(|targets| Self { targets: targets.to_vec(), ..self.clone() }).into()
    }
}

/// One run for every import root with some of the candidates, in the order of the roots.
pub(crate) fn plan(discovery: &Discovery, part: &Part) -> Vec<Run> {
    let installed: Arc<[String]> = discovery.installed.clone().into();
    let version: Arc<str> = part.generation.version.as_str().into();
    let mut targets: BTreeMap<usize, Vec<Target>> = BTreeMap::new();
    for position in &part.candidates {
        let Some(candidate) = discovery.candidates.get(*position) else { continue };
        let target = Target { name: candidate.module.clone(), path: candidate.path.clone() };
        targets.entry(candidate.root).or_default().push(target);
    }
    let path = |root: &usize| discovery.roots.get(*root).map(|root| root.path.clone());
    let run = |(root, targets): (usize, Vec<Target>)| {
        let search = discovery.searches.get(root)?;
        let place = |name: &str, root: &String| {
            let name = name.replace('.', "/");
            if root.is_empty() { name } else { format!("{root}/{name}") }
        };
        let doubtful = search.doubtful.iter().map(|(name, roots)| {
            (name.clone(), roots.iter().filter_map(path).map(|root| place(name, &root)).collect())
        });
        Some(Run {
            root: path(&root)?,
            version: Arc::clone(&version),
            roots: search.roots.iter().filter_map(path).collect(),
            doubtful: Arc::new(doubtful.collect()),
            installed: Arc::clone(&installed),
            targets,
            left_out: Vec::new(),
        })
    };
    targets.into_iter().filter_map(run).collect()
}
