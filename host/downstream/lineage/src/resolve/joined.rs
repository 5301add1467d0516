//! Checks whether the readers of a warehouse are joined to the application at all.

use std::collections::BTreeSet;

use belljar_schema::{Diagnostic, Severity};
use belljar_text::{is_alike, similarity};

use super::by_name::plain;
use crate::{
    Input,
    graph::{DatasetId, Edge, Kind, Relation, Star, System},
    report::NOTHING_JOINED,
};

/// The maximum number of names in a message, for each side.
const MOST: usize = 5;

/// The report if no table of an application is joined to a reader: then no change seems to affect anything, which would
/// be misleading.
pub(super) fn nothing(
    inputs: &[Input],
    added: &[Relation],
    edges: &[Edge],
    stars: &[Star],
) -> Option<Diagnostic> {
    let is_table = |input: &&Input| matches!(input.kind, Kind::ApplicationTable | Kind::ApplicationView);
    let tables: Vec<&str> = inputs.iter().filter(is_table).map(|one| one.name.as_str()).collect();
    let is_beyond = |input: &Input| !matches!(input.system, System::Application | System::Landing);
    if tables.is_empty() || !inputs.iter().any(is_beyond) {
        return None;
    }
    let of = |id: DatasetId| inputs.get(id.0 as usize).map(|input| input.system);
    let ends = edges.iter().map(|edge| (edge.from.dataset, edge.to.dataset));
    let mut ends = ends.chain(stars.iter().map(|star| (star.from, star.to)));
    let is_known = |system: Option<System>| matches!(system, Some(System::Application | System::Landing));
    if ends.any(|(from, to)| is_known(of(from)) && !is_known(of(to))) {
        return None;
    }
    let described = inputs.iter().filter(|one| matches!(one.kind, Kind::Source | Kind::Declaration));
    let described = described.filter_map(|one| one.relations.first());
    let sources: BTreeSet<String> = described.chain(added).map(ToString::to_string).collect();
    let replicated: Vec<String> =
        inputs.iter().filter(|one| one.system == System::Landing).map(|one| one.name.clone()).collect();
    Some(diagnostic(&tables, &replicated, &sources))
}

fn diagnostic(tables: &[&str], replicated: &[String], sources: &BTreeSet<String>) -> Diagnostic {
    let listed = |names: &mut dyn Iterator<Item = &str>| {
        let all: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        let more = all.len().saturating_sub(MOST);
        let shown = all.into_iter().take(MOST).collect::<Vec<_>>().join(", ");
        if more > 0 { format!("{shown} and {more} more") } else { shown }
    };
    let ours = listed(&mut tables.iter().copied());
    let theirs = match sources.len() {
        0 => "the readers name no table".to_owned(),
        _ => format!("they read {}", listed(&mut sources.iter().map(String::as_str))),
    };
    let brought = match replicated.len() {
        0 => String::new(),
        _ => format!(", replicated as {}", listed(&mut replicated.iter().map(String::as_str))),
    };
    let message = format!(
        "no table is joined to a reader, so no change can be followed: the tables are {ours}{brought}; {theirs}"
    );
    let alike = most_alike(tables, sources);
    let example = alike.as_ref().map_or(("orders", "raw.shop.orders"), |(table, source)| (table, source));
    let hint = format!(
        "describe the replication in `belljar.toml`: `[[landing]]` with `service`, `database` and `schema`, or for \
         each table in `[landing.tables]`: `\"{}\" = \"{}\"`{}",
        example.0,
        example.1,
        if alike.is_some() { ", which have the most similar names" } else { "" },
    );
    Diagnostic::new(Severity::Warning, NOTHING_JOINED, message).at("belljar.toml", 0).hint(hint)
}

/// The table and the source whose names are most alike.
fn most_alike<'n>(tables: &[&'n str], sources: &'n BTreeSet<String>) -> Option<(&'n str, &'n str)> {
    const LOOKED_AT: usize = 500;
    // One and many are alike.
    let last = |name: &'n str| {
        let name = name.rsplit('.').next().map(plain).unwrap_or_default();
        name.strip_suffix('s').map(str::to_owned).unwrap_or(name)
    };
    let mut best: Option<(f64, &str, &str)> = None;
    for source in sources.iter().take(LOOKED_AT) {
        let name = last(source);
        for table in tables.iter().take(LOOKED_AT) {
            let wanted = last(table);
            let is_part =
                wanted.len() > 3 && (name.contains(&wanted) || wanted.contains(&name) && name.len() > 3);
            let score = if is_part { 1.0 } else { similarity(&name, &wanted) };
            if is_alike(score) && best.is_none_or(|(other, ..)| score > other) {
                best = Some((score, table, source));
            }
        }
    }
    best.map(|(_, table, source)| (table, source))
}
