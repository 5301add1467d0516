//! Resolves the results of readers to one graph.

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

/// Collects the results of readers, and builds a graph.
#[derive(Debug, Default)]
pub struct Builder {
    inputs: Vec<Input>,
    diagnostics: Vec<Diagnostic>,
}

impl Builder {
    /// A builder without datasets.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a dataset of an artefact.
    pub fn add(&mut self, input: Input) {
        self.inputs.push(input);
    }

    /// Adds a diagnostic about an artefact as a whole.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Adds the tables, views and classes of an application, and its tables as replicated to a warehouse of a dialect.
    /// `name` distinguishes several applications; it may be empty if there is only one.
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

    /// Builds the graph. Its report lists the parts that could not be resolved.
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

/// All steps from inputs to a graph, in order.
fn built(mut inputs: Vec<Input>, mut diagnostics: Vec<Diagnostic>) -> Graph {
    let mut unknowns = settle(&mut inputs);
    let mut trees = Trees::parse_inputs(&inputs);
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
                unknowns.push(place_unknown(input, *unknown));
                continue;
            }
            None => {
                if input.wants_sql && !with_unknowns.contains(&input.id) {
                    let message = "it has no SQL that could be parsed";
                    unknowns.push(place_unknown(
                        input,
                        Unknown::new(Cause::SqlMissing, input.name.clone(), message),
                    ));
                }
                continue;
            }
        };
        let view = View::new(&datasets, &working, input, at);
        let mut lineage = sql::resolve(&statements, input.dialect, &view, &allowance);
        let is_followed = lineage.unknowns.iter().all(|one| one.cause != Cause::StatementNotFollowed);
        report.queries_followed += usize::from(is_followed);
        unknowns.extend(
            std::mem::take(&mut lineage.unknowns).into_iter().map(|unknown| place_unknown(input, unknown)),
        );
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

/// The same unknown for an input, with its own place or that of the input.
fn place_unknown(input: &Input, unknown: Unknown) -> Unknown {
    let place = unknown.place.clone().or_else(|| input.place.clone());
    Unknown { dataset: Some(input.id.clone()), ..unknown.at(place) }
}

/// Reports datasets that depend on each other. A dataset that reads itself reads its former state, which is not a
/// cycle.
fn in_a_circle(inputs: &[Input], cycle: &[usize]) -> Vec<Unknown> {
    if cycle.len() < 2 {
        return Vec::new();
    }
    let all = || cycle.iter().filter_map(|at| inputs.get(*at));
    let names: Vec<&str> = all().take(5).map(|input| input.name.as_str()).collect();
    let message = format!("it depends on itself, through {} datasets: `{}`", cycle.len(), names.join("`, `"));
    all()
        .map(|input| place_unknown(input, Unknown::new(Cause::Cycle, input.name.clone(), message.clone())))
        .collect()
}

/// Datasets whose missing SQL is already explained.
fn with_unknowns(unknowns: &[Unknown]) -> BTreeSet<String> {
    unknowns
        .iter()
        .filter(|unknown| matches!(unknown.cause, Cause::TemplateNotRendered | Cause::Damaged))
        .filter_map(|unknown| unknown.dataset.clone())
        .collect()
}

/// Reports names without a schema that several datasets have: their readers, and the other candidates.
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

/// Sorts inputs by id, and removes duplicates.
fn settle(inputs: &mut Vec<Input>) -> Vec<Unknown> {
    inputs.sort_by(|a, b| a.id.cmp(&b.id));
    let mut unknowns = Vec::new();
    inputs.dedup_by(|other, first| {
        let is_same = other.id == first.id;
        if is_same && other != first {
            let message = format!("two datasets have the id `{}`; the first is used", other.id);
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
        unknowns.extend(own.into_iter().map(|unknown| place_unknown(input, unknown)));
        input.owners.sort();
        input.owners.dedup();
        input.facts.sort();
    }
    unknowns
}
