//! Groups candidates into runs: one per import root, because two roots may use one name for different modules.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use belljar_discover::Discovery;
use belljar_sandbox::{MOUNT, PACKAGES_MOUNT};
use belljar_source::Wheelhouse;
use serde::Serialize;

/// One run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    /// Its import root.
    pub(crate) root: String,
    /// Every import root: a repository's packages import each other. There may be as many as there are runs.
    roots: Arc<[String]>,
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
    left_out: &'a [String],
}

impl Run {
    /// The plan as the guest reads it.
    pub(crate) fn encode(&self, ddl: &[String], wheelhouse: &Wheelhouse) -> Vec<u8> {
        let wheelhouse: Vec<_> =
            wheelhouse.roots.iter().map(|root| format!("{PACKAGES_MOUNT}/{root}")).collect();
        // Its own comes first.
        let own = std::iter::once(self.root.as_str());
        let others = self.roots.iter().map(String::as_str).filter(|root| *root != self.root);
        let plan = Plan {
            base: MOUNT,
            roots: own.chain(others).collect(),
            targets: &self.targets,
            ddl,
            wheelhouse: &wheelhouse,
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

    /// Two runs with half of the targets each; none where there is one target.
    pub(crate) fn halves(&self) -> Vec<Self> {
        if self.targets.len() < 2 {
            return Vec::new();
        }
        let (first, second) = self.targets.split_at(self.targets.len() / 2);
        [first, second].map(|targets| Self { targets: targets.to_vec(), ..self.clone() }).into()
    }
}

/// One run for every import root with candidates, in the order of the roots.
pub(crate) fn plan(discovery: &Discovery) -> Vec<Run> {
    let roots: Arc<[String]> = discovery.roots.iter().map(|root| root.path.clone()).collect();
    let mut targets: BTreeMap<usize, Vec<Target>> = BTreeMap::new();
    for candidate in &discovery.candidates {
        let target = Target { name: candidate.module.clone(), path: candidate.path.clone() };
        targets.entry(candidate.root).or_default().push(target);
    }
    let run = |(root, targets): (usize, Vec<Target>)| {
        let root = roots.get(root)?.clone();
        Some(Run { root, roots: Arc::clone(&roots), targets, left_out: Vec::new() })
    };
    targets.into_iter().filter_map(run).collect()
}
