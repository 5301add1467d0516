use std::collections::{BTreeMap, BTreeSet};

use belljar_lineage::{
    Cause,
    graph::{DatasetId, Graph, Kind, System},
};

use crate::{Unjoined, unread::unread};

/// Changed tables that no dataset outside the application reads, and datasets without a table behind them.
pub(crate) fn find(graph: &Graph, changed: &[DatasetId]) -> Unjoined {
    let mut reads: BTreeMap<DatasetId, Vec<DatasetId>> = BTreeMap::new();
    let edges = graph.edges().iter().map(|edge| (edge.from.dataset, edge.to.dataset));
    for (from, to) in edges.chain(graph.stars().iter().map(|star| (star.from, star.to))) {
        reads.entry(from).or_default().push(to);
    }
    let fed: BTreeSet<DatasetId> = reads.values().flatten().copied().collect();
    let is_entry = |kind: Kind| matches!(kind, Kind::Source | Kind::Declaration | Kind::External);
    let sources = graph.iter().filter(|(id, dataset)| is_entry(dataset.kind) && !fed.contains(id));
    let sources: Vec<String> = sources.map(|(_, dataset)| dataset.name.clone()).collect();
    let mut tables: Vec<String> = Vec::new();
    // If every reader is joined to a table, a table without readers is known to have none.
    if !sources.is_empty() {
        let all: BTreeSet<DatasetId> = changed.iter().copied().collect();
        let alone = all.into_iter().filter(|id| !is_joined(graph, &reads, *id));
        tables.extend(alone.filter_map(|id| Some(graph.dataset(id)?.name.clone())));
    }
    let report = graph.report();
    let unread = unread(&report.diagnostics);
    Unjoined { everything: report.is_nothing_joined(), tables, sources, queries: queries(graph), unread }
}

/// Whether something outside the application and its replication reads it.
fn is_joined(graph: &Graph, reads: &BTreeMap<DatasetId, Vec<DatasetId>>, start: DatasetId) -> bool {
    let mut todo = vec![start];
    let mut seen = BTreeSet::from([start]);
    while let Some(id) = todo.pop() {
        for to in reads.get(&id).into_iter().flatten() {
            let system = graph.dataset(*to).map(|dataset| dataset.system);
            if !matches!(system, Some(System::Application | System::Landing)) {
                return true;
            }
            if seen.insert(*to) {
                todo.push(*to);
            }
        }
    }
    false
}

/// Datasets whose query was not followed, so that their inputs are unknown.
fn queries(graph: &Graph) -> Vec<String> {
    let is_lost = |cause: Cause| {
        matches!(
            cause,
            Cause::SqlNotParsed
                | Cause::StatementNotFollowed
                | Cause::SqlMissing
                | Cause::OverLimit
                | Cause::TemplateNotRendered
                | Cause::Damaged
        )
    };
    let lost = graph.report().unknowns.iter().filter(|unknown| is_lost(unknown.cause));
    let ids: BTreeSet<&str> = lost.filter_map(|unknown| unknown.dataset.as_deref()).collect();
    let name = |id: &str| Some(graph.dataset(graph.find(id)?)?.name.clone());
    ids.into_iter().filter_map(name).collect()
}
