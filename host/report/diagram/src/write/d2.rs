//! D2's SQL tables. Every identifier is between quotes, where no word is reserved.

use std::fmt::Write as _;

use super::{ends, escaped, groups};
use crate::model::{Diagram, Entity};

pub(super) fn write(diagram: &Diagram) -> String {
    let mut out = "direction: right\n".to_owned();
    let groups = groups(diagram);
    let container = |group: Option<&str>| {
        let position = groups.iter().position(|(name, _)| *name == group)?;
        group.map(|_| format!("group_{position}."))
    };
    for (name, members) in &groups {
        if let (Some(name), Some(id)) = (name, container(*name)) {
            let _ = writeln!(out, "{}: {}", id.trim_end_matches('.'), string(name));
        }
        for entity in members {
            let within = container(*name).unwrap_or_default();
            write_entity(&mut out, entity, &within);
        }
    }
    for (link, from, to) in ends(diagram) {
        let (one, other) = (
            end(from, container(from.group.as_deref()), link.columns.first()),
            end(to, container(to.group.as_deref()), link.targets.first()),
        );
        if link.columns.is_empty() {
            let _ = writeln!(out, "{one} -> {other}: {{style.stroke-dash: 3}}");
            continue;
        }
        let source = if link.single { "cf-one" } else { "cf-many" };
        let target = if link.optional { "cf-one" } else { "cf-one-required" };
        let _ = writeln!(
            out,
            "{one} <-> {other}: {{source-arrowhead.shape: {source}; target-arrowhead.shape: {target}}}"
        );
    }
    out
}

fn write_entity(out: &mut String, entity: &Entity, within: &str) {
    let color =
        entity.marks.last().map(|mark| format!("; style.stroke: \"{}\"", mark.color())).unwrap_or_default();
    let _ = writeln!(
        out,
        "{within}{}: {} {{\n  shape: sql_table{color}",
        string(&entity.id),
        string(&entity.label())
    );
    for row in &entity.rows {
        let keys = [
            (row.primary, "primary_key"),
            (row.foreign, "foreign_key"),
            (row.unique && !row.primary, "unique"),
        ];
        let keys: Vec<&str> = keys.iter().filter(|(is, _)| *is).map(|(_, key)| *key).collect();
        let keys =
            if keys.is_empty() { String::new() } else { format!(" {{constraint: [{}]}}", keys.join("; ")) };
        let ty = if row.ty.is_empty() { "?" } else { &row.ty };
        let _ = writeln!(out, "  {}: {}{keys}", string(&row.name), string(ty));
    }
    out.push_str("}\n");
}

/// Words that are boards at the ends of a link, even between quotes.
const BOARDS: [&str; 4] = ["layers", "scenarios", "steps", "vars"];

/// The column of an entity, or the entity if the column is not shown.
fn end(entity: &Entity, within: Option<String>, column: Option<&String>) -> String {
    let is_board = |name: &&String| BOARDS.iter().any(|board| board.eq_ignore_ascii_case(name));
    let shown = column.filter(|name| entity.rows.iter().any(|row| row.name == **name) && !is_board(name));
    let column = shown.map(|name| format!(".{}", string(name))).unwrap_or_default();
    format!("{}{}{column}", within.unwrap_or_default(), string(&entity.id))
}

/// A string, in which `$` would begin a variable.
fn string(text: &str) -> String {
    let escape = |letter: char| matches!(letter, '"' | '\\' | '$').then(|| format!("\\{letter}"));
    format!("\"{}\"", escaped(text, escape))
}
