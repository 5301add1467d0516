//! Where something goes on that is gone at its source: a service, a snapshot or a whole row keeps its readers running.

use belljar_diff::Certainty;
use belljar_lineage::graph::{Edge, EdgeKind, Graph, Kind, Point, System};

use crate::{Verdict, effect::Effect, outcome::Outcome};

/// Services that leave in the warehouse what the source has no more, by their documents: Fivetran ("Schema changes"), Airbyte
/// ("Schema change management", removed columns) and Stitch ("Column and table changes").
fn keeps(service: &str) -> bool {
    matches!(service, "fivetran" | "airbyte" | "stitch")
}

/// What becomes of an effect that ends here, or that began so. Nothing for all others.
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

/// What is gone stays where it was brought to, or is no column of its own.
fn ends(graph: &Graph, effect: Effect, edge: &Edge) -> Option<Outcome> {
    let target = graph.dataset(edge.to.dataset)?;
    let source = graph.label(edge.from);
    let service = target.fact("service").filter(|name| target.system == System::Landing && keeps(name));
    if let Some(service) = service {
        return Some(match effect {
            Effect::TableGone => silent(
                Effect::Stale,
                "table-kept",
                format!("{service} keeps the table, and nothing new comes"),
            ),
            _ => silent(
                Effect::Emptied,
                "column-kept",
                format!("{service} keeps the column, and new rows have NULL in it"),
            ),
        });
    }
    if effect == Effect::TableGone {
        return None;
    }
    // The settings of a snapshot name what its query has to give.
    let is_snapshot = graph.dataset(edge.from.dataset).is_some_and(|one| one.kind == Kind::Snapshot);
    if is_snapshot && edge.from.dataset != edge.to.dataset {
        let message = format!("the snapshot keeps `{source}`, and new rows have NULL in it");
        return Some(silent(Effect::Emptied, "snapshot-keeps", message));
    }
    // Whole rows are one value: JSON, a hash, a count of distinct rows.
    let is_row = edge.star && edge.kind != EdgeKind::Identity;
    is_row.then(|| {
        let message = format!("it takes whole rows, which have no `{source}` any more");
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
        format!("`{source}` gets nothing new")
    } else {
        format!("it reads `{source}`, which gets nothing new")
    };
    silent(Effect::Stale, "stale", message)
}

fn emptied(graph: &Graph, edge: &Edge, from: Point) -> Outcome {
    // What reads all of a dataset is told of the column.
    let source = graph.label(if edge.from.column.is_none() { from } else { edge.from });
    let nulls = format!("new rows have NULL in `{source}`");
    if is_description(graph, edge) {
        return silent(Effect::Emptied, "emptied", nulls);
    }
    let target = graph.dataset(edge.to.dataset).filter(|one| one.kind == Kind::Test);
    match edge.kind {
        EdgeKind::Join => silent(Effect::Rows, "null-joins", format!("{nulls}, and fit no other")),
        EdgeKind::Filter => {
            silent(Effect::Rows, "null-filtered", format!("{nulls}, and a comparison with it is not true"))
        }
        EdgeKind::Group => silent(Effect::Rows, "null-groups", format!("{nulls}, and are a group")),
        _ if target.and_then(|one| one.fact("test")) == Some("not_null") => {
            silent(Effect::Emptied, "test-not-null", "the test `not_null` fails for new rows".to_owned())
        }
        _ => silent(Effect::Emptied, "column-emptied", nulls),
    }
}
