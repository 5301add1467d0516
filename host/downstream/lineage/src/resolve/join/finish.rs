//! Converts the joined datasets to the final graph.

use std::collections::BTreeMap;

use belljar_schema::Certainty;

use super::{super::joined, Join, id};
use crate::{
    Input, Report,
    graph::{Dataset, DatasetId, Graph, Kind, Relation, System},
};

impl Join<'_> {
    pub(super) fn finish(self, mut report: Report) -> Graph {
        let Self { inputs, working, mut edges, mut stars, added, unknowns, .. } = self;
        report.diagnostics.extend(joined::nothing(inputs, &added, &edges, &stars));
        report.unknowns.extend(unknowns);
        report.settle();
        let doubt = doubt(&report);
        let mut datasets: Vec<(Dataset, usize)> = Vec::with_capacity(working.len());
        for (at, working) in working.into_iter().enumerate() {
            let mut dataset = match inputs.get(at) {
                Some(input) => dataset(input),
                None => external(added.get(at - inputs.len())),
            };
            dataset.columns = working.columns;
            dataset.is_complete = working.is_complete;
            dataset.certainty = doubt.get(dataset.id.as_str()).copied().unwrap_or(dataset.certainty);
            datasets.push((dataset, at));
        }
        // Datasets are sorted by id, regardless of the order of input, so all are renumbered.
        datasets.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
        let mut moved = vec![DatasetId(0); datasets.len()];
        for (index, (_, at)) in datasets.iter().enumerate() {
            if let Some(slot) = moved.get_mut(*at) {
                *slot = id(index);
            }
        }
        let new = |old: DatasetId| moved.get(old.0 as usize).copied().unwrap_or(old);
        for edge in &mut edges {
            (edge.from.dataset, edge.to.dataset) = (new(edge.from.dataset), new(edge.to.dataset));
        }
        for star in &mut stars {
            (star.from, star.to) = (new(star.from), new(star.to));
        }
        let datasets: Vec<Dataset> = datasets.into_iter().map(|(dataset, _)| dataset).collect();
        report.datasets = datasets.len();
        report.columns = datasets.iter().map(|dataset| dataset.columns.len()).sum();
        Graph::new(datasets, edges, stars, report)
    }
}

/// The certainty of each dataset with unknowns: the lowest of theirs.
fn doubt(report: &Report) -> BTreeMap<&str, Certainty> {
    let mut doubt: BTreeMap<&str, Certainty> = BTreeMap::new();
    for unknown in &report.unknowns {
        if let Some(dataset) = &unknown.dataset {
            let certainty = doubt.entry(dataset).or_insert(Certainty::Certain);
            *certainty = (*certainty).max(unknown.certainty);
        }
    }
    doubt
}

fn dataset(input: &Input) -> Dataset {
    Dataset {
        id: input.id.clone(),
        system: input.system,
        kind: input.kind,
        name: input.name.clone(),
        relations: input.relations.clone(),
        dialect: input.dialect,
        columns: Vec::new(),
        is_complete: false,
        owners: input.owners.clone(),
        place: input.place.clone(),
        certainty: Certainty::Certain,
        facts: input.facts.clone(),
    }
}

fn external(relation: Option<&Relation>) -> Dataset {
    let name = relation.map(ToString::to_string).unwrap_or_default();
    let mut input =
        Input::new(format!("external:{}", name.to_lowercase()), System::Elsewhere, Kind::External, name);
    input.relations = relation.into_iter().cloned().collect();
    Dataset { certainty: Certainty::Likely, ..dataset(&input) }
}
