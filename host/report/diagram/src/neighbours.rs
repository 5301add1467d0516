//! The tables near to others.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Diagram, Link};

impl Diagram {
    /// What is within so many links of some entities, which are chosen by their positions.
    #[must_use]
    pub fn around(&self, chosen: &[usize], depth: usize) -> Self {
        let kept = within(&self.links, chosen.iter().copied().collect(), depth);
        let entities = kept.iter().filter_map(|at| self.entities.get(*at)).cloned().collect();
        Self { entities, links: among(self.links.clone(), &kept) }
    }
}

/// The positions within so many links of the first ones, these among them.
pub(crate) fn within(links: &[Link], first: BTreeSet<usize>, depth: usize) -> BTreeSet<usize> {
    let mut found = first.clone();
    let mut ring = first;
    for _ in 0..depth {
        let mut next = BTreeSet::new();
        for link in links {
            for (one, other) in [(link.from, link.to), (link.to, link.from)] {
                if ring.contains(&one) && found.insert(other) {
                    next.insert(other);
                }
            }
        }
        if next.is_empty() {
            break;
        }
        ring = next;
    }
    found
}

/// The links among some entities, with the positions that these have when the others are gone.
pub(crate) fn among(links: Vec<Link>, kept: &BTreeSet<usize>) -> Vec<Link> {
    let new: BTreeMap<usize, usize> = kept.iter().enumerate().map(|(new, old)| (*old, new)).collect();
    let moved = links.into_iter().filter_map(|link| {
        let (from, to) = (*new.get(&link.from)?, *new.get(&link.to)?);
        Some(Link { from, to, ..link })
    });
    moved.collect()
}
