use std::collections::{BTreeMap, BTreeSet};

use belljar_lineage::graph::Owner;

use crate::{ChangeImpact, Notify, Verdict};

/// The owners of all affected datasets.
pub(crate) fn list(changes: &[ChangeImpact]) -> Vec<Notify> {
    let mut by_owner: BTreeMap<&Owner, (Verdict, BTreeSet<&str>)> = BTreeMap::new();
    for affected in changes.iter().flat_map(|change| &change.affected) {
        if affected.verdict == Verdict::NotAffected || !affected.is_reader() {
            continue;
        }
        for owner in &affected.owners {
            let (verdict, datasets) = by_owner.entry(owner).or_insert((affected.verdict, BTreeSet::new()));
            *verdict = affected.verdict.max(*verdict);
            datasets.insert(&affected.name);
        }
    }
    let mut out: Vec<Notify> = by_owner
        .into_iter()
        .map(|(owner, (verdict, datasets))| Notify {
            owner: owner.clone(),
            verdict,
            datasets: datasets.into_iter().map(str::to_owned).collect(),
        })
        .collect();
    out.sort_by(|one, other| other.verdict.cmp(&one.verdict).then_with(|| one.owner.cmp(&other.owner)));
    out
}
