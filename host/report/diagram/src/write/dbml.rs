//! DBML: the tables with their columns, and the references.
//!
//! A reference names columns, so these are shown whatever else is; and no two tables have the same name, so that of a
//! second one, in another `MetaData`, has a number.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use super::{escaped, groups};
use crate::model::{Diagram, Entity, Mark, Row};

/// An entity under the name that it has here, with all columns that references name.
struct Named<'a> {
    entity: &'a Entity,
    name: String,
    further: BTreeSet<&'a String>,
}

/// The entities of a diagram, in its order.
fn named(diagram: &Diagram) -> Vec<Named<'_>> {
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let mut all: Vec<Named<'_>> = Vec::new();
    for entity in &diagram.entities {
        let schema =
            entity.schema.as_ref().map(|schema| format!("{}.", identifier(schema))).unwrap_or_default();
        let own = format!("{schema}{}", identifier(&entity.name));
        let mut name = own.clone();
        while taken.contains_key(&name) {
            let number = taken.get_mut(&own).map_or(2, |count| {
                *count += 1;
                *count
            });
            name = format!("{schema}{}", identifier(&format!("{} ({number})", entity.name)));
        }
        taken.insert(name.clone(), 1);
        all.push(Named { entity, name, further: BTreeSet::new() });
    }
    for link in &diagram.links {
        for (end, columns) in [(link.from, &link.columns), (link.to, &link.targets)] {
            let Some(one) = all.get_mut(end) else { continue };
            let is_missing = |column: &&String| !one.entity.rows.iter().any(|row| row.name == **column);
            let missing: Vec<&String> = columns.iter().filter(is_missing).collect();
            one.further.extend(missing);
        }
    }
    all
}

pub(super) fn write(diagram: &Diagram) -> String {
    let mut out = String::new();
    let all = named(diagram);
    for one in &all {
        write_entity(&mut out, one);
    }
    for link in diagram.links.iter().filter(|link| !link.columns.is_empty()) {
        let (Some(from), Some(to)) = (all.get(link.from), all.get(link.to)) else { continue };
        let sign = if link.single { "-" } else { ">" };
        let actions: Vec<String> = [("delete", &link.on_delete), ("update", &link.on_update)]
            .iter()
            .filter_map(|(event, action)| Some(format!("{event}: {}", known(action.as_deref()?)?)))
            .collect();
        let actions = if actions.is_empty() { String::new() } else { format!(" [{}]", actions.join(", ")) };
        let (one, other) = (columns(from, &link.columns), columns(to, &link.targets));
        let _ = writeln!(out, "Ref: {one} {sign} {other}{actions}");
    }
    let names: BTreeMap<&str, &str> =
        all.iter().map(|one| (one.entity.id.as_str(), one.name.as_str())).collect();
    for (name, members) in groups(diagram) {
        let Some(name) = name else { continue };
        let _ = writeln!(out, "\nTableGroup {} {{", identifier(name));
        for member in members.iter().filter_map(|entity| names.get(entity.id.as_str())) {
            let _ = writeln!(out, "  {member}");
        }
        out.push_str("}\n");
    }
    out
}

fn write_entity(out: &mut String, one: &Named<'_>) {
    let entity = one.entity;
    let _ = writeln!(out, "Table {} {{", one.name);
    for row in &entity.rows {
        let _ = writeln!(out, "  {} {}{}", identifier(&row.name), ty(&row.ty), settings(row));
    }
    for column in &one.further {
        let _ = writeln!(out, "  {} {}", identifier(column), ty(""));
    }
    if entity.rows.is_empty() && one.further.is_empty() {
        let _ = writeln!(out, "  \"…\" {}", ty("")); // a table has at least one column
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

fn columns(one: &Named<'_>, names: &[String]) -> String {
    let named: Vec<String> = names.iter().map(|name| identifier(name)).collect();
    match named.as_slice() {
        [name] => format!("{}.{name}", one.name),
        all => format!("{}.({})", one.name, all.join(", ")),
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

/// A name between quotes.
fn identifier(text: &str) -> String {
    format!("\"{}\"", escaped(text, |letter| matches!(letter, '"' | '\\').then(|| format!("\\{letter}"))))
}

fn string(text: &str) -> String {
    let escape = |letter: char| match letter {
        '\'' => Some("\\'".to_owned()),
        '\\' => Some("\\\\".to_owned()),
        _ => None,
    };
    format!("'{}'", escaped(text, escape))
}

/// An expression between backticks, which have no escape.
fn expression(text: &str) -> String {
    format!("`{}`", escaped(text, |letter| (letter == '`').then(|| "'".to_owned())))
}
