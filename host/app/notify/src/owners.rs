//! Whom a finding concerns, and which targets get it.

use std::collections::{BTreeMap, BTreeSet};

use belljar_check::{Item, Verdict};
use belljar_impact::Verdict as Effect;

use crate::config::Target;

/// An owner that a file, a tool or a contract names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Owner {
    pub(crate) name: String,
    pub(crate) email: Option<String>,
}

impl Owner {
    fn named(name: &str) -> Self {
        Self { name: name.to_owned(), email: None }
    }

    /// The names by which a target may have it.
    fn keys(&self) -> impl Iterator<Item = String> {
        std::iter::once(&self.name).chain(&self.email).map(|text| key(text))
    }
}

/// Names of owners have no case.
fn key(text: &str) -> String {
    text.trim().to_lowercase()
}

/// The owners of the readers that each change affects, and of the contracts that it breaches. The author of a change decides
/// how many of all of these there are, so they are collected once.
#[derive(Debug, Default)]
pub(crate) struct Affected(BTreeMap<usize, BTreeSet<Owner>>);

impl Affected {
    pub(crate) fn new(verdict: &Verdict) -> Self {
        let mut all: BTreeMap<usize, BTreeSet<Owner>> = BTreeMap::new();
        for breach in &verdict.breaches {
            for change in &breach.changes {
                all.entry(*change).or_default().extend(breach.owners.iter().map(|name| Owner::named(name)));
            }
        }
        for change in verdict.impact.iter().flat_map(|impact| &impact.changes) {
            let affected = change.affected.iter();
            let affected = affected.filter(|one| one.is_reader() && one.verdict != Effect::NotAffected);
            let owners = affected.flat_map(|one| &one.owners);
            let owners = owners.map(|owner| Owner { name: owner.name.clone(), email: owner.email.clone() });
            all.entry(change.change).or_default().extend(owners);
        }
        Self(all)
    }

    /// The owners of a finding, with those of its file.
    pub(crate) fn owners(&self, item: &Item) -> BTreeSet<Owner> {
        let mut found: BTreeSet<Owner> = item.owners.iter().map(|name| Owner::named(name)).collect();
        let of_change = item.finding.change.index.and_then(|change| self.0.get(&change));
        found.extend(of_change.into_iter().flatten().cloned());
        found
    }
}

/// The targets of each owner.
#[derive(Debug)]
pub(crate) struct Routes<'a> {
    targets: &'a [Target],
    by_owner: BTreeMap<String, Vec<usize>>,
}

/// Who gets a finding.
#[derive(Debug, Default)]
pub(crate) struct Recipients {
    /// The targets that get it, by their positions.
    pub(crate) targets: BTreeSet<usize>,
    /// Its owners that no target has.
    pub(crate) unknown: Vec<Owner>,
}

impl<'a> Routes<'a> {
    pub(crate) fn new(targets: &'a [Target]) -> Self {
        let mut by_owner: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (position, target) in targets.iter().enumerate() {
            for owner in &target.owners {
                by_owner.entry(key(owner)).or_default().push(position);
            }
        }
        Self { targets, by_owner }
    }

    /// Whether any target has owners.
    pub(crate) fn is_by_owner(&self) -> bool {
        !self.by_owner.is_empty()
    }

    pub(crate) fn route(&self, owners: BTreeSet<Owner>) -> Recipients {
        let mut route = Recipients::default();
        for owner in owners {
            let own: Vec<usize> =
                owner.keys().filter_map(|key| self.by_owner.get(&key)).flatten().copied().collect();
            if own.is_empty() {
                route.unknown.push(owner);
            }
            route.targets.extend(own);
        }
        let has_owner = !route.targets.is_empty();
        let others = self.targets.iter().enumerate();
        let others = others.filter(|(_, target)| is_for_all(target) || (target.fallback && !has_owner));
        route.targets.extend(others.map(|(position, _)| position));
        route
    }
}

/// Whether a target gets the findings of all owners.
pub(crate) fn is_for_all(target: &Target) -> bool {
    target.owners.is_empty() && !target.fallback
}
