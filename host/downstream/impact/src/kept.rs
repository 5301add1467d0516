//! Readers that keep running although their source was dropped: a replication service, a snapshot or a whole-row value
//! keeps the data.

use belljar_diff::Certainty;
use belljar_lineage::graph::{Edge, EdgeKind, Graph, Kind, Point, System};

use crate::{Verdict, effect::Effect, outcome::Outcome};

/// Services that keep dropped tables and columns in the warehouse, by their documentation: Fivetran ("Schema changes"),
/// Airbyte ("Schema change management", removed columns) and Stitch ("Column and table changes").
fn keeps(service: &str) -> bool {
    matches!(service, "fivetran" | "airbyte" | "stitch")
}

/// The outcome of an effect that ends or continues there. `None` for all others.
pub(crate) fn outcome(graph: &Graph, effect: Effect, edge: &Edge, from: Point) -> Option<Outcome> {
    match effect {
        Effect::TableGone | Effect::ColumnGone => ends(graph, effect, edge),
        Effect::Stale => Some(stale(graph, edge)),
        Effect::Emptied => Some(emptied(graph, edge, from)),
        _ => None,
    }
}

fn silent(effect: Effect, code: &'static str, message: String) -> Outcome {
    Outcome { effect, verdict: Verdict::ChangesSilently, code, message, certainty: Certainty::Certain }
}

/// A dropped table or column stays in the replica, or is not a separate column.
fn ends(graph: &Graph, effect: Effect, edge: &Edge) -> Option<Outcome> {
    let target = graph.dataset(edge.to.dataset)?;
    let source = graph.label(edge.from);
    let service = target.fact("service").filter(|name| target.system == System::Landing && keeps(name));
    if let Some(service) = service {
        return Some(match effect {
            Effect::TableGone => silent(
                Effect::Stale,
                "table-kept",
                format!("{service} keeps the table, but adds no new rows"),
            ),
            _ => silent(
                Effect::Emptied,
                "column-kept",
                format!("{service} keeps the column, but new rows have NULL in it"),
            ),
        });
    }
    if effect == Effect::TableGone {
        return None;
    }
    // The settings of a snapshot name columns that its query must return.
    let is_snapshot = graph.dataset(edge.from.dataset).is_some_and(|one| one.kind == Kind::Snapshot);
    if is_snapshot && edge.from.dataset != edge.to.dataset {
        let message = format!("the snapshot keeps `{source}`, but new rows have NULL in it");
        return Some(silent(Effect::Emptied, "snapshot-keeps", message));
    }
    // Whole rows used as one value: JSON, a hash, a count of distinct rows.
    let is_row = edge.star && edge.kind != EdgeKind::Identity;
    is_row.then(|| {
        let message = format!("it reads whole rows, which no longer have `{source}`");
        silent(Effect::Computed, "row-loses-column", message)
    })
}

fn is_description(graph: &Graph, edge: &Edge) -> bool {
    graph.dataset(edge.to.dataset).is_some_and(|one| {
        one.system == System::Landing || matches!(one.kind, Kind::Source | Kind::Declaration)
    })
}

fn stale(graph: &Graph, edge: &Edge) -> Outcome {
    let source = graph.label(edge.from);
    let message = if is_description(graph, edge) {
        format!("`{source}` gets no new rows")
    } else {
        format!("it reads `{source}`, which gets no new rows")
    };
    silent(Effect::Stale, "stale", message)
}

fn emptied(graph: &Graph, edge: &Edge, from: Point) -> Outcome {
    // Readers of all columns are affected through the column.
    let source = graph.label(if edge.from.column.is_none() { from } else { edge.from });
    let nulls = format!("new rows have NULL in `{source}`");
    if is_description(graph, edge) {
        return silent(Effect::Emptied, "emptied", nulls);
    }
    let target = graph.dataset(edge.to.dataset).filter(|one| one.kind == Kind::Test);
    match edge.kind {
        EdgeKind::Join => silent(Effect::Rows, "null-joins", format!("{nulls}, which match no other")),
        EdgeKind::Filter => {
            silent(Effect::Rows, "null-filtered", format!("{nulls}, and comparisons with it are not true"))
        }
        EdgeKind::Group => silent(Effect::Rows, "null-groups", format!("{nulls}, which form a group")),
        _ if target.and_then(|one| one.fact("test")) == Some("not_null") => {
            silent(Effect::Emptied, "test-not-null", "the test `not_null` fails for new rows".to_owned())
        }
        _ => silent(Effect::Emptied, "column-emptied", nulls),
    }
}
