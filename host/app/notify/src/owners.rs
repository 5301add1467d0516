//! Whom a finding concerns.

use std::collections::BTreeSet;

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

    /// Whether a target names this owner: names of owners have no case.
    fn is(&self, text: &str) -> bool {
        let is_same = |known: &str| known.trim().to_lowercase() == text.trim().to_lowercase();
        is_same(&self.name) || self.email.as_deref().is_some_and(is_same)
    }
}

/// The owners of the file of a finding, of the readers that its change affects, and of the contracts that it breaches.
pub(crate) fn owners(item: &Item, verdict: &Verdict) -> BTreeSet<Owner> {
    let mut found: BTreeSet<Owner> = item.owners.iter().map(|name| Owner::named(name)).collect();
    let Some(change) = item.finding.change.index else { return found };
    let breaches = verdict.breaches.iter().filter(|breach| breach.changes.contains(&change));
    found.extend(breaches.flat_map(|breach| &breach.owners).map(|name| Owner::named(name)));
    let impact = verdict.impact.iter().flat_map(|impact| &impact.changes).filter(|one| one.change == change);
    let affected = impact.flat_map(|one| &one.affected);
    let affected = affected.filter(|one| one.is_reader() && one.verdict != Effect::NotAffected);
    found.extend(
        affected
            .flat_map(|one| &one.owners)
            .map(|owner| Owner { name: owner.name.clone(), email: owner.email.clone() }),
    );
    found
}

/// Whether a target has one of these owners.
pub(crate) fn has(target: &Target, owners: &BTreeSet<Owner>) -> bool {
    target.owners.iter().any(|text| owners.iter().any(|owner| owner.is(text)))
}

/// Whether a target gets a finding of these owners.
pub(crate) fn gets(target: &Target, owners: &BTreeSet<Owner>, all: &[Target]) -> bool {
    if is_for_all(target) || has(target, owners) {
        return true;
    }
    target.fallback && !all.iter().any(|other| has(other, owners))
}

/// Whether a target gets the findings of all owners.
pub(crate) fn is_for_all(target: &Target) -> bool {
    target.owners.is_empty() && !target.fallback
}

/// The owners that no target has.
pub(crate) fn without_target<'a>(owners: &'a BTreeSet<Owner>, all: &[Target]) -> Vec<&'a Owner> {
    let names = || all.iter().flat_map(|target| &target.owners);
    owners.iter().filter(|owner| !names().any(|text| owner.is(text))).collect()
}
