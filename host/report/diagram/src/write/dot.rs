//! Graphviz, whose measures of Helvetica are built in: a table of HTML for each entity, with a port for each column.

use std::fmt::Write as _;

use super::{ends, escaped, groups};
use crate::model::{Diagram, Entity, Link, Row};

pub(super) fn write(diagram: &Diagram) -> String {
    let mut out = "digraph schema {\n    graph [rankdir=LR, ranksep=1, fontname=\"Helvetica\"]\n    node [shape=plain, \
                   fontname=\"Helvetica\", fontsize=11]\n    edge [dir=both, fontname=\"Helvetica\", fontsize=9, \
                   color=\"#666666\"]\n"
        .to_owned();
    for (position, (name, members)) in groups(diagram).iter().enumerate() {
        let indent = if name.is_some() { "        " } else { "    " };
        if let Some(name) = name {
            let _ = writeln!(
                out,
                "    subgraph cluster_{position} {{\n        graph [label={}, style=rounded, color=\"#999999\"]",
                string(name)
            );
        }
        for entity in members {
            let _ = writeln!(out, "{indent}{} [label=<{}>]", entity.id, label(entity));
        }
        if name.is_some() {
            out.push_str("    }\n");
        }
    }
    for (link, from, to) in ends(diagram) {
        let (tail, head) = (port(from, link.columns.first()), port(to, link.targets.first()));
        let _ = writeln!(out, "    {tail} -> {head} [{}]", arrows(link));
    }
    out.push_str("}\n");
    out
}

fn label(entity: &Entity) -> String {
    let color = entity.marks.last().map_or("#555555", |mark| mark.color());
    let mut out = format!(
        "<table border=\"0\" cellborder=\"1\" cellspacing=\"0\" cellpadding=\"4\" color=\"{color}\"><tr><td \
         bgcolor=\"#eeeeee\" port=\"t\"><b>{}</b></td></tr>",
        text(&entity.label())
    );
    for (position, row) in entity.rows.iter().enumerate() {
        let _ = write!(out, "<tr><td port=\"c{position}\" cellpadding=\"2\">{}</td></tr>", cells(row));
    }
    out.push_str("</table>");
    out
}

/// A row: a table of its own, since Graphviz places texts of several colours in one cell by widths that it guesses.
fn cells(row: &Row) -> String {
    let keys = [(row.primary, "PK"), (row.foreign, "FK")];
    let keys: Vec<&str> = keys.iter().filter(|(is, _)| *is).map(|(_, key)| *key).collect();
    let null = if row.nullable { "" } else { " not null" };
    let ty = if row.ty.is_empty() { "?" } else { &row.ty };
    format!(
        "<table border=\"0\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"2\"><tr><td align=\"left\">{}</td><td \
         align=\"left\"><font color=\"#666666\">{}{null}</font></td><td align=\"right\">{}</td></tr></table>",
        text(&row.name),
        text(ty),
        if keys.is_empty() { " ".to_owned() } else { keys.join(" ") }
    )
}

/// The column of an entity, or its head if the column is not shown.
fn port(entity: &Entity, column: Option<&String>) -> String {
    let shown = column.and_then(|name| entity.rows.iter().position(|row| row.name == *name));
    match shown {
        Some(position) => format!("{}:c{position}", entity.id),
        None => format!("{}:t", entity.id),
    }
}

/// Crow's feet.
fn arrows(link: &Link) -> String {
    if link.columns.is_empty() {
        return "style=dashed, arrowtail=none, arrowhead=open".to_owned();
    }
    let tail = if link.single { "teeodot" } else { "crowodot" };
    let head = if link.optional { "teeodot" } else { "teetee" };
    format!("arrowtail={tail}, arrowhead={head}, tooltip={}", string(&link.columns.join(", ")))
}

/// A text in HTML.
fn text(text: &str) -> String {
    let escape = |letter: char| match letter {
        '&' => Some("&amp;".to_owned()),
        '<' => Some("&lt;".to_owned()),
        '>' => Some("&gt;".to_owned()),
        '"' => Some("&quot;".to_owned()),
        // `\N` is the name of the node, here too.
        '\\' => Some("\\\\".to_owned()),
        _ => None,
    };
    // An empty cell is a syntax error.
    if text.is_empty() { " ".to_owned() } else { escaped(text, escape) }
}

/// A string. A backslash begins an escape of labels (`\N` is the name of the node), and `&` an entity.
fn string(text: &str) -> String {
    let escape = |letter: char| match letter {
        '"' => Some("\\\"".to_owned()),
        '\\' => Some("\\\\".to_owned()),
        '&' => Some("&amp;".to_owned()),
        _ => None,
    };
    format!("\"{}\"", escaped(text, escape))
}
