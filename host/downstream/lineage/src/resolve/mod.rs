//! From what readers found to one graph.

mod by_name;
mod catalog;
mod columns;
mod join;
mod joined;
mod order;
mod trees;

use std::collections::BTreeSet;

use belljar_schema::Certainty;
use belljar_schema::{Diagnostic, Document, Severity};

use crate::{
    Cause, Dialect, Input, Replication, Report, Unknown, application,
    graph::{Graph, Relation},
    input::Target,
    sql::{self, Lineage},
    work::{STACK, on_large_stack},
};

use catalog::{Datasets, View};
use columns::Working;
use trees::Trees;

/// Collects what readers found, and makes a graph of it.
#[derive(Debug, Default)]
pub struct Builder {
    inputs: Vec<Input>,
    diagnostics: Vec<Diagnostic>,
}

impl Builder {
    /// Nothing was found yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a dataset that a reader found.
    pub fn add(&mut self, input: Input) {
        self.inputs.push(input);
    }

    /// Takes what a reader has to say of its artefact as a whole.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Takes the tables, views and classes of an application, and the places where its tables land in a warehouse of a
    /// dialect. `name` tells several applications apart; it may be empty where there is one.
    pub fn application(
        &mut self,
        name: &str,
        document: &Document,
        dialect: Dialect,
        replication: &dyn Replication,
        warehouse: Dialect,
    ) {
        self.inputs.extend(application::inputs(name, document, dialect));
        for table in &document.tables {
            let id = application::table_id(name, table.schema.as_deref(), &table.name);
            for replicated in replication.replicate(name, table) {
                self.inputs.push(crate::replication::input(replicated, &id, warehouse, table));
            }
        }
    }

    /// The graph. What could not be understood is in its report.
    pub fn finish(self) -> Graph {
        let Self { inputs, diagnostics } = self;
        match on_large_stack(STACK, || built(inputs, diagnostics.clone())) {
            Ok(graph) => graph,
            Err(fault) => {
                let message = format!("lineage was not resolved: {fault}");
                let diagnostic =
                    Diagnostic::new(Severity::Error, "lineage-not-resolved", message).hint(fault.hint());
                let report = Report { diagnostics: vec![diagnostic], ..Report::default() };
                Graph::new(Vec::new(), Vec::new(), Vec::new(), report)
            }
        }
    }
}

/// Every step from inputs to a graph, in order.
fn built(mut inputs: Vec<Input>, mut diagnostics: Vec<Diagnostic>) -> Graph {
    let mut unknowns = settle(&mut inputs);
    let mut trees = Trees::read(&inputs);
    let mut datasets = Datasets::new(&inputs);
    let mut links = join::replicated(&inputs, &datasets);
    let by_name = by_name::find(&inputs, &trees, &datasets);
    if !by_name.added.is_empty() {
        inputs.extend(by_name.added);
        links.extend(by_name.links);
        datasets = Datasets::new(&inputs);
    }
    let (order, cycles) = order::order(&inputs, &trees, &datasets, &links);
    unknowns.extend(cycles.iter().flat_map(|cycle| in_a_circle(&inputs, cycle)));
    let ambiguous = ambiguous(&inputs, &trees, &datasets);
    let mut working: Vec<Working> = inputs.iter().map(Working::declared).collect();
    join::add_columns(&inputs, &links, &mut working);
    let mut lineages: Vec<Option<Lineage>> = inputs.iter().map(|_| None).collect();
    let mut report = Report::default();
    let allowance = sql::Allowance::default();
    let with_unknowns = with_unknowns(&unknowns);
    for (turn, &at) in order.iter().enumerate() {
        trees.turn(&inputs, &order, turn);
        let Some(input) = inputs.get(at) else { continue };
        let parsed = trees.take(&inputs, at);
        report.queries += usize::from(parsed.is_some() || input.wants_sql);
        let statements = match parsed {
            Some(Ok(statements)) => statements,
            Some(Err(unknown)) => {
                unknowns.push(of(input, *unknown));
                continue;
            }
            None => {
                if input.wants_sql && !with_unknowns.contains(&input.id) {
                    let message = "it has no SQL that could be read";
                    unknowns.push(of(input, Unknown::new(Cause::SqlMissing, input.name.clone(), message)));
                }
                continue;
            }
        };
        let view = View::new(&datasets, &working, input, at);
        let mut lineage = sql::resolve(&statements, input.dialect, &view, &allowance);
        let is_followed = lineage.unknowns.iter().all(|one| one.cause != Cause::StatementNotFollowed);
        report.queries_followed += usize::from(is_followed);
        unknowns.extend(std::mem::take(&mut lineage.unknowns).into_iter().map(|unknown| of(input, unknown)));
        if let Some(working) = working.get_mut(at) {
            working.derive(input, &lineage, &mut diagnostics);
        }
        if let Some(slot) = lineages.get_mut(at) {
            *slot = Some(lineage);
        }
    }
    report.diagnostics = diagnostics;
    report.unknowns = unknowns;
    drop(trees);
    join::graph((&inputs, &datasets, &allowance), working, &lineages, &links, &ambiguous, report)
}

/// The same as a thing of an input, at its own place or else at that of the input.
fn of(input: &Input, unknown: Unknown) -> Unknown {
    let place = unknown.place.clone().or_else(|| input.place.clone());
    Unknown { dataset: Some(input.id.clone()), ..unknown.at(place) }
}

/// Datasets that are made from each other. What one reads of itself is what it was before, and is no circle.
fn in_a_circle(inputs: &[Input], cycle: &[usize]) -> Vec<Unknown> {
    if cycle.len() < 2 {
        return Vec::new();
    }
    let all = || cycle.iter().filter_map(|at| inputs.get(*at));
    let names: Vec<&str> = all().take(5).map(|input| input.name.as_str()).collect();
    let message =
        format!("it is made from itself, through {} datasets: `{}`", cycle.len(), names.join("`, `"));
    all().map(|input| of(input, Unknown::new(Cause::Cycle, input.name.clone(), message.clone()))).collect()
}

/// Datasets of which it is said already why they have no SQL.
fn with_unknowns(unknowns: &[Unknown]) -> BTreeSet<String> {
    unknowns
        .iter()
        .filter(|unknown| matches!(unknown.cause, Cause::TemplateNotRendered | Cause::Damaged))
        .filter_map(|unknown| unknown.dataset.clone())
        .collect()
}

/// Names without a schema that several datasets have: who reads them, and what else they could mean.
fn ambiguous(inputs: &[Input], trees: &Trees, datasets: &Datasets) -> Vec<(usize, Relation, Vec<usize>)> {
    let mut found = Vec::new();
    for (at, input) in inputs.iter().enumerate() {
        let edges = input.edges.iter().map(|edge| &edge.from);
        let targets = input.reads.iter().chain(&input.stars).chain(edges);
        let named = targets.filter_map(|target| match target {
            Target::Relation(relation) => Some(relation),
            Target::Id(_) => None,
        });
        let mut all: Vec<&Relation> = trees.names(at).iter().chain(named).collect();
        all.sort();
        all.dedup();
        for relation in all {
            let others = datasets.others(relation, input, Some(at));
            if !others.is_empty() {
                found.push((at, relation.clone(), others));
            }
        }
    }
    found
}

/// Puts inputs in order by id, each id once.
fn settle(inputs: &mut Vec<Input>) -> Vec<Unknown> {
    inputs.sort_by(|a, b| a.id.cmp(&b.id));
    let mut unknowns = Vec::new();
    inputs.dedup_by(|other, first| {
        let is_same = other.id == first.id;
        if is_same && other != first {
            let message = format!("two datasets are called `{}`; the first is taken", other.id);
            let unknown = Unknown::new(Cause::Duplicate, other.id.clone(), message).at(other.place.clone());
            unknowns.push(Unknown {
                dataset: Some(first.id.clone()),
                certainty: Certainty::Likely,
                ..unknown
            });
        }
        is_same
    });
    for input in inputs.iter_mut() {
        let own = std::mem::take(&mut input.unknowns);
        unknowns.extend(own.into_iter().map(|unknown| of(input, unknown)));
        input.owners.sort();
        input.owners.dedup();
        input.facts.sort();
    }
    unknowns
}
