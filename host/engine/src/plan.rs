//! Groups candidates into runs: one per import root, because two roots may use one name for different modules.

use belljar_discover::Discovery;
use belljar_sandbox::{MOUNT, PACKAGES_MOUNT};
use belljar_source::Wheelhouse;
use serde::Serialize;

/// One run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    /// Its import root.
    pub(crate) root: String,
    /// Every import root, its own first: a repository's packages import each other.
    roots: Vec<String>,
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
    roots: &'a [String],
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
        let plan = Plan {
            base: MOUNT,
            roots: &self.roots,
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
    let all: Vec<&str> = discovery.roots.iter().map(|root| root.path.as_str()).collect();
    let run = |(index, root): (usize, &&str)| {
        let own = discovery.candidates.iter().filter(|candidate| candidate.root == index);
        let targets: Vec<_> = own
            .map(|candidate| Target { name: candidate.module.clone(), path: candidate.path.clone() })
            .collect();
        let others = all.iter().filter(|other| *other != root);
        let roots = std::iter::once(root).chain(others).map(|path| (*path).to_owned()).collect();
        Run { root: (*root).to_owned(), roots, targets, left_out: Vec::new() }
    };
    all.iter().enumerate().map(run).filter(|run| !run.targets.is_empty()).collect()
}
