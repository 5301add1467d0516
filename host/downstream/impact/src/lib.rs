//! Determines which downstream readers a schema change affects, how, and along which path.
//!
//! [`impact`] takes the lineage graph of the base, whose names downstream readers still use, and the changes of the
//! head. Every change becomes an effect on a column or a table; the effect spreads along the graph's edges, and its
//! outcome for each reader is a [`Verdict`]:
//!
//! * *breaks*: a query names a column or table that was dropped, or computes with a type of another family
//! * *changes silently*: a star gains or loses a column; a NULL reaches a join, a filter, a grouping or a `not_null` test; a
//!   default or a value reaches a filter or a test of accepted values; a computed value differs
//! * *not affected*: it is reached, with none of these outcomes
//!
//! A replicated table in a warehouse, and a source that describes it, are on the path but not readers: they are in the
//! JSON form, and not counted.
//!
//! The certainty of a verdict is the lowest of the change, and of every edge and dataset on the path; the causes are
//! among its doubts.
//!
//! A breaking reader is followed through the columns that break; its other columns become stale, which is not reported
//! for each. Mapped classes of the application itself are not followed: they are changed together with the schema.

mod effect;
mod kept;
mod notify;
mod outcome;
pub mod render;
mod report;
mod spread;
mod unjoined;
mod unread;

use std::collections::BTreeMap;

use belljar_diff::{Certainty, Diff};
use belljar_lineage::graph::{DatasetId, Graph, Star};

pub use report::{
    Affected, ChangeImpact, FORMAT_VERSION, Impact, Notify, Options, PathStep, Summary, Unjoined, Verdict,
    json_schema,
};

/// The downstream impact of the changes of a diff. The same graph, diff and options give the same impact.
pub fn impact(graph: &Graph, diff: &Diff, options: &Options<'_>) -> Impact {
    let mut stars: BTreeMap<DatasetId, Vec<&Star>> = BTreeMap::new();
    for star in graph.stars() {
        stars.entry(star.from).or_default().push(star);
    }
    let mut doubts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for unknown in &graph.report().unknowns {
        if let Some(dataset) = &unknown.dataset {
            doubts.entry(dataset).or_default().push(&unknown.message);
        }
    }
    let known = spread::Known { graph, stars, doubts, options };
    let mut changes = Vec::new();
    let mut changed = Vec::new();
    for (index, change) in diff.changes.iter().enumerate() {
        let Some((starts, effect)) = effect::find_effect(change, graph, options.application) else {
            continue;
        };
        changed.extend(starts.iter().map(|start| start.dataset));
        let affected = spread::spread(&known, change, &starts, effect);
        let readers = || affected.iter().filter(|one| one.is_reader());
        let verdict = readers().map(|one| one.verdict).max().unwrap_or(Verdict::NotAffected);
        let of_verdict = readers().filter(|one| one.verdict == verdict).map(|one| one.certainty).min();
        changes.push(ChangeImpact {
            change: index,
            code: change.code.clone(),
            path: change.was.as_ref().unwrap_or(&change.path).to_string(),
            becomes: change.was.as_ref().map(|_| change.path.to_string()),
            place: change.head.clone().or_else(|| change.base.clone()),
            verdict,
            certainty: of_verdict.unwrap_or(change.certainty).max(change.certainty),
            affected,
        });
    }
    // The most severe first, then the most certain, then in the order of the diff.
    changes.sort_by_key(|one| (std::cmp::Reverse(one.verdict), one.certainty, one.change));
    let report = graph.report();
    Impact {
        format: FORMAT_VERSION.to_owned(),
        belljar: env!("CARGO_PKG_VERSION").to_owned(),
        summary: Summary::from_changes(&changes, report),
        notify: notify::list(&changes),
        unjoined: unjoined::find(graph, &changed),
        changes,
        unknowns: report.unknowns.clone(),
        diagnostics: report.diagnostics.clone(),
    }
}

/// The less certain of two.
pub(crate) fn worse(one: Certainty, other: Certainty) -> Certainty {
    one.max(other)
}
