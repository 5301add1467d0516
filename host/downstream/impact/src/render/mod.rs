//! Writes an impact for people: [`Text`] for a terminal, [`Markdown`] for a pull request. JSON is the impact itself.

mod markdown;
mod text;

use std::fmt;

pub use markdown::Markdown;
pub use text::Text;

use belljar_diff::Certainty;
use belljar_lineage::{NOTHING_JOINED, graph::Kind};
use belljar_schema::Place;

use crate::{Affected, ChangeImpact, Impact, Verdict};

/// The certainty, preceded by a space; empty if it is certain.
const fn sure(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Certain => "",
        Certainty::Likely => " (likely)",
        Certainty::CannotTell => " (undetermined)",
    }
}

/// The readers affected by a change, one entry for each dataset and verdict, with their columns.
struct Group<'a> {
    first: &'a Affected,
    columns: Vec<&'a str>,
}

fn groups(change: &ChangeImpact) -> Vec<Group<'_>> {
    let mut out: Vec<Group<'_>> = Vec::new();
    let mut at: std::collections::BTreeMap<(&str, Verdict, &str), usize> = std::collections::BTreeMap::new();
    let affected = change.affected.iter().filter(|one| one.verdict != Verdict::NotAffected);
    for one in affected.filter(|one| one.is_reader()) {
        let key = (one.dataset.as_str(), one.verdict, one.message.as_str());
        let index = *at.entry(key).or_insert_with(|| {
            out.push(Group { first: one, columns: Vec::new() });
            out.len() - 1
        });
        // Entries without a name are omitted.
        if let (Some(group), Some(column)) =
            (out.get_mut(index), one.column.as_ref().filter(|name| !name.is_empty()))
        {
            group.columns.push(column);
        }
    }
    out
}

/// The title of a change, such as `rename of users.email to users.mail`.
fn what(change: &ChangeImpact, name: &dyn Fn(&str) -> String) -> String {
    let path = name(&change.path);
    match &change.becomes {
        Some(new) => format!("{path} becomes {}", name(new)),
        None => format!("{path}: {}", change.code),
    }
}

/// The summary: `2 break, 1 changes silently, 4 reached and not affected; of 30 datasets`. If nothing could be joined,
/// there is nothing to count.
fn tally(impact: &Impact, out: &mut dyn fmt::Write) -> fmt::Result {
    let summary = &impact.summary;
    if impact.unjoined.everything {
        return write!(
            out,
            "undetermined: no table is joined to a reader; {} datasets, {} of {} queries followed",
            summary.datasets, summary.queries_followed, summary.queries
        );
    }
    if !impact.unjoined.unread.is_empty() {
        out.write_str("undetermined: artefacts could not be read completely; of the rest, ")?;
        if summary.breaks + summary.changes_silently == 0 {
            return write!(
                out,
                "nothing is known to be affected; {} datasets, {} of {} queries followed",
                summary.datasets, summary.queries_followed, summary.queries
            );
        }
    }
    write!(
        out,
        "{} break, {} change silently, {} are reached and not affected; {} datasets, {} of {} queries followed",
        summary.breaks,
        summary.changes_silently,
        summary.not_affected,
        summary.datasets,
        summary.queries_followed,
        summary.queries
    )
}

/// The gaps that the counts do not cover, one sentence each, with names as the format writes them.
fn not_covered(
    impact: &Impact,
    name: &dyn Fn(&str) -> String,
    sentence: &dyn Fn(&str) -> String,
) -> Vec<String> {
    const MOST: usize = 5;
    let listed = |names: &[String]| {
        let shown: Vec<String> = names.iter().take(MOST).map(|one| name(one)).collect();
        let more = names.len().saturating_sub(MOST);
        if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
    };
    let mut out = Vec::new();
    if impact.unjoined.everything {
        let diagnostics = impact.diagnostics.iter().filter(|one| one.code == NOTHING_JOINED);
        for one in diagnostics {
            out.push(sentence(&one.message));
            out.extend(one.hint.iter().map(|hint| format!("hint: {}", sentence(hint))));
        }
    } else if !impact.unjoined.tables.is_empty() {
        out.push(format!(
            "not joined to a reader: {}; without a table: {}",
            listed(&impact.unjoined.tables),
            listed(&impact.unjoined.sources)
        ));
    }
    let unread = impact.why_unread();
    for one in unread.iter().take(MOST) {
        let path = one.place.as_ref().map(|place| format!("{}: ", name(&spot(place)))).unwrap_or_default();
        out.push(format!("not read: {path}{}", sentence(&one.message)));
    }
    if let Some(more) = unread.len().checked_sub(MOST).filter(|more| *more > 0) {
        out.push(format!("not read: {more} more"));
    }
    if !impact.unjoined.queries.is_empty() {
        out.push(format!(
            "could not be followed, so their inputs are unknown: {}",
            listed(&impact.unjoined.queries)
        ));
    }
    out
}

/// A place; without a line if it is the whole file.
fn spot(place: &Place) -> String {
    if place.line == 0 { place.path.clone() } else { format!("{}:{}", place.path, place.line) }
}

/// The name of a kind: several things of one name may be affected.
pub const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::ApplicationTable => "table",
        Kind::ApplicationView => "view",
        Kind::ApplicationClass => "class",
        Kind::LandedTable => "landed table",
        Kind::Source => "source",
        Kind::Model => "model",
        Kind::Snapshot => "snapshot",
        Kind::Seed => "seed",
        Kind::Analysis => "analysis",
        Kind::Exposure => "exposure",
        Kind::Metric => "metric",
        Kind::SemanticModel => "semantic model",
        Kind::SavedQuery => "saved query",
        Kind::Test => "test",
        Kind::Declaration => "declaration",
        Kind::Action => "action",
        Kind::Assertion => "assertion",
        Kind::Operation => "operation",
        Kind::LookmlView => "LookML view",
        Kind::LookmlExplore => "explore",
        Kind::LookerDashboard | Kind::TableauDashboard => "dashboard",
        Kind::TableauDatasource => "data source",
        Kind::TableauWorksheet => "worksheet",
        Kind::External => "relation",
    }
}
