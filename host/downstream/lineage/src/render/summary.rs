use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use belljar_text::{counted, safe};

use crate::graph::{DatasetId, Graph, Kind, System};

/// An overview of a graph in a few lines, if nothing in particular is requested.
#[derive(Debug, Clone, Copy)]
pub struct Summary<'a>(pub &'a Graph);

/// The maximum number of listed tables.
const MOST: usize = 20;

impl fmt::Display for Summary<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let graph = self.0;
        let report = graph.report();
        writeln!(
            out,
            "{} with {} and {}; {} of {} queries followed",
            counted(report.datasets, "dataset"),
            counted(report.columns, "column"),
            counted(report.edges, "edge"),
            report.queries_followed,
            report.queries
        )?;
        let mut systems: BTreeMap<System, usize> = BTreeMap::new();
        for dataset in graph.datasets() {
            *systems.entry(dataset.system).or_default() += 1;
        }
        for (system, count) in systems {
            writeln!(out, "  {:<12} {count}", system_label(system))?;
        }
        let reads = reads(graph);
        let is_table = |kind: Kind| matches!(kind, Kind::ApplicationTable | Kind::ApplicationView);
        let tables = graph.iter().filter(|(_, dataset)| is_table(dataset.kind));
        let mut tables: Vec<(usize, &str)> =
            tables.map(|(id, dataset)| (readers(graph, &reads, id), dataset.name.as_str())).collect();
        tables.sort_by_key(|(count, name)| (std::cmp::Reverse(*count), *name));
        if !tables.is_empty() {
            writeln!(out, "\ntables, by number of readers")?;
        }
        for (count, name) in tables.iter().take(MOST) {
            writeln!(out, "  {count:>6}  {}", safe(name))?;
        }
        if let Some(more) = tables.len().checked_sub(MOST + 1) {
            writeln!(out, "  … and {} more", more + 1)?;
        }
        let example = tables.first().map_or("orders.total", |(_, name)| *name);
        writeln!(out, "\nhint: show one of them, or a column: `belljar lineage {}`", safe(example))
    }
}

const fn system_label(system: System) -> &'static str {
    match system {
        System::Application => "application",
        System::Landing => "landed",
        System::Dbt => "dbt",
        System::Dataform => "Dataform",
        System::Looker => "Looker",
        System::Tableau => "Tableau",
        System::Elsewhere => "elsewhere",
    }
}

fn reads(graph: &Graph) -> BTreeMap<DatasetId, Vec<DatasetId>> {
    let mut reads: BTreeMap<DatasetId, Vec<DatasetId>> = BTreeMap::new();
    let edges = graph.edges().iter().map(|edge| (edge.from.dataset, edge.to.dataset));
    for (from, to) in edges.chain(graph.stars().iter().map(|star| (star.from, star.to))) {
        reads.entry(from).or_default().push(to);
    }
    for all in reads.values_mut() {
        all.sort_unstable();
        all.dedup();
    }
    reads
}

/// Datasets outside the application and its replicas that a table reaches.
fn readers(graph: &Graph, reads: &BTreeMap<DatasetId, Vec<DatasetId>>, start: DatasetId) -> usize {
    let mut seen = BTreeSet::from([start]);
    let mut todo = vec![start];
    while let Some(id) = todo.pop() {
        for to in reads.get(&id).into_iter().flatten() {
            let is_class = graph.dataset(*to).is_some_and(|one| one.system == System::Application);
            if !is_class && seen.insert(*to) {
                todo.push(*to);
            }
        }
    }
    let is_reader = |id: &&DatasetId| {
        graph.dataset(**id).is_some_and(|one| {
            !matches!(one.system, System::Application | System::Landing)
                && !matches!(one.kind, Kind::Source | Kind::Declaration)
        })
    };
    seen.iter().filter(is_reader).count()
}
