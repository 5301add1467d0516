//! Joins resolved datasets to a graph.

mod beside;
mod declared;
mod finish;
mod query;
mod stars;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use belljar_schema::Certainty;
use belljar_text::did_you_mean;

use super::{
    catalog::{Datasets, lower},
    columns::{Working, column},
};
use crate::{
    Cause, Input, Report, Unknown,
    graph::{ColumnId, DatasetId, Edge, EdgeKind, Graph, Kind, Point, Relation, Star},
    input::Target,
    sql::{Allowance, Lineage},
};

/// Pairs of a replicated table, and a source that describes it.
pub(super) fn replicated(inputs: &[Input], datasets: &Datasets) -> Vec<(usize, usize)> {
    let mut links = Vec::new();
    let described: BTreeSet<Vec<String>> = inputs
        .iter()
        .filter(|input| matches!(input.kind, Kind::Source | Kind::Declaration))
        .flat_map(|input| input.relations.iter().map(lower))
        .collect();
    for (at, input) in inputs.iter().enumerate() {
        let is_source = matches!(input.kind, Kind::Source | Kind::Declaration);
        // A seed that a source describes: readers of the relation read the seed.
        let is_described = || {
            let names: Vec<Vec<String>> = input.relations.iter().map(lower).collect();
            described.iter().any(|one| names.contains(one))
        };
        if is_source || input.kind == Kind::Seed && is_described() {
            let relations = input.relations.iter();
            let mut all: Vec<usize> = relations.flat_map(|relation| datasets.replicated(relation)).collect();
            all.sort_unstable();
            all.dedup();
            links.extend(all.into_iter().map(|replicated| (replicated, at)));
        }
    }
    links
}

/// A source has the columns of the replicated table. They are complete if each is certain.
pub(super) fn add_columns(inputs: &[Input], links: &[(usize, usize)], working: &mut [Working]) {
    for (replicated, source) in links {
        let columns =
            working.get(*replicated).map(|replicated| replicated.columns.clone()).unwrap_or_default();
        let is_sure = columns.iter().all(|column| column.certainty == Certainty::Certain);
        let Some(input) = inputs.get(*source) else { continue };
        let Some(source) = working.get_mut(*source) else { continue };
        if source.is_complete {
            continue;
        }
        for mut column in columns {
            column.key = input.dialect.column_key(&column.name, false);
            source.push(column);
        }
        source.is_complete = is_sure;
    }
}

/// Adds datasets, lineages and declared edges to a graph.
pub(super) fn graph(
    (inputs, datasets, allowance): (&[Input], &Datasets, &Allowance),
    working: Vec<Working>,
    lineages: &[Option<Lineage>],
    links: &[(usize, usize)],
    ambiguous: &[(usize, Relation, Vec<usize>)],
    report: Report,
) -> Graph {
    let mut join = Join {
        inputs,
        datasets,
        allowance,
        working,
        edges: Vec::new(),
        declared_reads: BTreeMap::new(),
        stars: Vec::new(),
        external: BTreeMap::new(),
        added: Vec::new(),
        unknowns: Vec::new(),
    };
    // Inputs of queries come first: they add columns to relations with unknown columns, on which later steps depend.
    // Declared inputs come last, and are skipped if a query covers them.
    for (at, lineage) in lineages.iter().enumerate() {
        if let Some(lineage) = lineage {
            join.lineage(at, lineage);
        }
    }
    join.behind_stars(lineages);
    for (replicated, source) in links {
        join.link(*replicated, *source);
    }
    join.remember();
    for at in 0..inputs.len() {
        join.declared(at);
    }
    for (reader, relation, all) in ambiguous {
        join.could_be(*reader, relation, all);
    }
    let known = join.edges.iter().map(|edge| (edge.to.dataset, edge.from.dataset)).collect();
    for (at, lineage) in lineages.iter().enumerate() {
        join.reads(at, lineage.is_some(), &known);
    }
    join.finish(report)
}

/// The graph under construction. Datasets have the numbers of their inputs until it is finished.
struct Join<'a> {
    inputs: &'a [Input],
    datasets: &'a Datasets,
    allowance: &'a Allowance,
    /// Datasets of the inputs, then of undescribed relations.
    working: Vec<Working>,
    edges: Vec<Edge>,
    /// The inputs of queries, for datasets with further SQL.
    declared_reads: BTreeMap<DatasetId, BTreeSet<Point>>,
    stars: Vec<Star>,
    /// Undescribed relations, by their parts without case.
    external: BTreeMap<Vec<String>, usize>,
    added: Vec<Relation>,
    unknowns: Vec<Unknown>,
}

fn id(at: usize) -> DatasetId {
    DatasetId(u32::try_from(at).unwrap_or(u32::MAX))
}

impl Join<'_> {
    /// A source is the replicated table.
    fn link(&mut self, replicated: usize, source: usize) {
        let (Some(from), Some(to), Some(input)) =
            (self.working.get(replicated), self.working.get(source), self.inputs.get(source))
        else {
            return;
        };
        let place = input.place.clone().map(Arc::new);
        for (index, column) in (0u32..).zip(&from.columns) {
            if let Some(target) = to.named(&column.name, input) {
                self.edges.push(Edge {
                    from: Point { dataset: id(replicated), column: Some(ColumnId(index)) },
                    to: Point { dataset: id(source), column: Some(target) },
                    kind: EdgeKind::Identity,
                    star: false,
                    certainty: column.certainty,
                    place: place.clone(),
                });
            }
        }
        self.stars.push(Star {
            from: id(replicated),
            to: id(source),
            except: Vec::new(),
            expanded: true,
            place,
        });
    }

    /// A column that a reader names; it is added if not all columns are known, and is an unknown otherwise.
    fn column(&mut self, at: usize, of: Option<&Input>, name: &str, reader: &Input) -> Option<ColumnId> {
        let working = self.working.get_mut(at)?;
        let of = of?;
        if let Some(found) = working.named(name, of) {
            return Some(found);
        }
        if !working.is_complete {
            let key = of.dialect.column_key(name, false);
            return Some(working.push(column(name.to_owned(), key, Certainty::Likely)));
        }
        let hint = did_you_mean(name, working.columns.iter().map(|column| column.name.as_str()));
        let message = format!("it names column `{name}` of `{}`, which does not exist", of.name);
        let mut unknown =
            Unknown::new(Cause::ColumnNotFound, name, message).at(reader.place.clone()).likely();
        unknown.hint = hint;
        self.unknowns.push(Unknown { dataset: Some(reader.id.clone()), ..unknown });
        None
    }

    fn missing(&mut self, input: &Input, target: &Target) {
        let name = match target {
            Target::Id(id) => id.clone(),
            Target::Relation(relation) => relation.to_string(),
        };
        let message = format!("it reads `{name}`, which does not exist");
        let unknown = Unknown::new(Cause::NodeNotFound, name, message).at(input.place.clone());
        self.unknowns.push(Unknown { dataset: Some(input.id.clone()), ..unknown });
    }
}
