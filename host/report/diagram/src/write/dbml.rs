//! DBML: the tables with their columns, and the references.

use std::fmt::Write as _;

use super::{ends, escaped, groups};
use crate::model::{Diagram, Entity, Mark, Row};

pub(super) fn write(diagram: &Diagram) -> String {
    let mut out = String::new();
    for entity in &diagram.entities {
        write_entity(&mut out, entity);
    }
    for (link, from, to) in ends(diagram).filter(|(link, ..)| !link.columns.is_empty()) {
        let sign = if link.single { "-" } else { ">" };
        let actions: Vec<String> = [("delete", &link.on_delete), ("update", &link.on_update)]
            .iter()
            .filter_map(|(event, action)| Some(format!("{event}: {}", known(action.as_deref()?)?)))
            .collect();
        let actions = if actions.is_empty() { String::new() } else { format!(" [{}]", actions.join(", ")) };
        let (one, other) = (columns(from, &link.columns), columns(to, &link.targets));
        let _ = writeln!(out, "Ref: {one} {sign} {other}{actions}");
    }
    for (name, members) in groups(diagram) {
        let Some(name) = name else { continue };
        let _ = writeln!(out, "\nTableGroup {} {{", identifier(name));
        for entity in members {
            let _ = writeln!(out, "  {}", table(entity));
        }
        out.push_str("}\n");
    }
    out
}

fn write_entity(out: &mut String, entity: &Entity) {
    let _ = writeln!(out, "Table {} {{", table(entity));
    for row in &entity.rows {
        let _ = writeln!(out, "  {} {}{}", identifier(&row.name), ty(&row.ty), settings(row));
    }
    if entity.rows.is_empty() {
        out.push_str("  \"…\" \"?\"\n"); // a table has at least one column
    }
    let marks: Vec<&str> = entity.marks.iter().map(|mark: &Mark| mark.word()).collect();
    let notes: Vec<&str> = marks.into_iter().chain(entity.comment.as_deref()).collect();
    if !notes.is_empty() {
        let _ = writeln!(out, "\n  Note: {}", string(&notes.join("; ")));
    }
    out.push_str("}\n\n");
}

fn settings(row: &Row) -> String {
    let mut all: Vec<String> = Vec::new();
    if row.primary {
        all.push("pk".to_owned());
    } else {
        all.extend((!row.nullable).then(|| "not null".to_owned()));
        all.extend(row.unique.then(|| "unique".to_owned()));
    }
    all.extend(row.default.as_ref().map(|default| format!("default: {}", expression(default))));
    all.extend(row.comment.as_ref().map(|comment| format!("note: {}", string(comment))));
    if all.is_empty() { String::new() } else { format!(" [{}]", all.join(", ")) }
}

fn table(entity: &Entity) -> String {
    let schema = entity.schema.as_ref().map(|schema| format!("{}.", identifier(schema))).unwrap_or_default();
    format!("{schema}{}", identifier(&entity.name))
}

fn columns(entity: &Entity, names: &[String]) -> String {
    let named: Vec<String> = names.iter().map(|name| identifier(name)).collect();
    match named.as_slice() {
        [one] => format!("{}.{one}", table(entity)),
        all => format!("{}.({})", table(entity), all.join(", ")),
    }
}

/// The actions that DBML knows.
fn known(action: &str) -> Option<&'static str> {
    let action = action.to_lowercase();
    ["cascade", "restrict", "set null", "set default", "no action"].into_iter().find(|known| *known == action)
}

fn ty(text: &str) -> String {
    if text.is_empty() { "\"?\"".to_owned() } else { identifier(text) }
}

/// A name between quotes, which have no escape.
fn identifier(text: &str) -> String {
    format!("\"{}\"", escaped(text, |letter| (letter == '"' || letter == '\\').then(|| "'".to_owned())))
}

fn string(text: &str) -> String {
    let escape = |letter: char| match letter {
        '\'' => Some("\\'".to_owned()),
        '\\' => Some("\\\\".to_owned()),
        _ => None,
    };
    format!("'{}'", escaped(text, escape))
}

fn expression(text: &str) -> String {
    format!("`{}`", escaped(text, |letter| (letter == '`' || letter == '\\').then(|| "'".to_owned())))
}
