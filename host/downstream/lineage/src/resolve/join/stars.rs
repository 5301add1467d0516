//! Traces columns through stars that could not be expanded.

use std::collections::{BTreeMap, BTreeSet};

use belljar_schema::Certainty;

use super::{super::columns::column, Join};
use crate::{
    graph::{ColumnId, DatasetId, Edge, EdgeKind, Point},
    sql::Lineage,
};

impl Join<'_> {
    /// A column that is read from a dataset which received it through an unexpanded star belongs to the relation behind
    /// the star, if there is one.
    pub(super) fn behind_stars(&mut self, lineages: &[Option<Lineage>]) {
        let mut open: BTreeMap<DatasetId, Vec<usize>> = BTreeMap::new();
        for (index, star) in self.stars.iter().enumerate().filter(|(_, star)| !star.expanded) {
            open.entry(star.to).or_default().push(index);
        }
        // A column behind a star may come through a further star, so this continues upstream. Each column of a dataset
        // is traced once, so it ends even if models read each other in a cycle.
        let mut todo: Vec<DatasetId> = open.keys().copied().collect();
        let mut done: BTreeSet<(DatasetId, String)> = BTreeSet::new();
        while let Some(dataset) = todo.pop() {
            // With several stars, its origin can't be determined.
            let Some([star]) = open.get(&dataset).map(Vec::as_slice) else { continue };
            let Some(star) = self.stars.get(*star).cloned() else { continue };
            let made = lineages.get(dataset.0 as usize).and_then(Option::as_ref);
            let made: BTreeSet<&str> =
                made.iter().flat_map(|made| &made.columns).map(|one| one.key.as_str()).collect();
            let own = self.working.get(dataset.0 as usize).map(|own| own.columns.clone()).unwrap_or_default();
            for (index, one) in (0u32..).zip(own) {
                if made.contains(one.key.as_str())
                    || star.except.contains(&one.key)
                    || !done.insert((dataset, one.key.clone()))
                {
                    continue;
                }
                let Some(upstream) = self.working.get_mut(star.from.0 as usize) else { continue };
                let from = upstream.push(column(one.name, one.key, Certainty::Likely));
                self.edges.push(Edge {
                    from: Point { dataset: star.from, column: Some(from) },
                    to: Point { dataset, column: Some(ColumnId(index)) },
                    kind: EdgeKind::Identity,
                    star: true,
                    certainty: Certainty::Likely,
                    place: star.place.clone(),
                });
                if open.contains_key(&star.from) && !todo.contains(&star.from) {
                    todo.push(star.from);
                }
            }
        }
    }
}
