//! Mermaid's entity-relationship diagrams.
//!
//! A word of an attribute has letters, digits and a few signs only; where a name or a type has others, the attribute's
//! comment has it as it is. A text is between quotes, and its special characters are entities: Mermaid looks for
//! directives (`%%{init}%%`) even within quotes.

use std::fmt::Write as _;

use super::{ends, escaped};
use crate::model::{Diagram, Entity, Row};

pub(super) fn write(diagram: &Diagram) -> String {
    let mut out = "erDiagram\n".to_owned();
    for entity in &diagram.entities {
        write_entity(&mut out, entity);
    }
    for (link, from, to) in ends(diagram) {
        let many = if link.single { "o|" } else { "o{" };
        let one = if link.optional { "|o" } else { "||" };
        let (line, label) = if link.columns.is_empty() {
            ("..", "read by".to_owned())
        } else {
            ("--", link.columns.join(", "))
        };
        // Writing to a string does not fail; the same below.
        let _ = writeln!(out, "    {} {one}{line}{many} {} : {}", to.id, from.id, quoted(&label));
    }
    out
}

fn write_entity(out: &mut String, entity: &Entity) {
    let label = entity.label();
    let shown =
        if label == entity.id { entity.id.clone() } else { format!("{}[{}]", entity.id, quoted(&label)) };
    if entity.rows.is_empty() {
        let _ = writeln!(out, "    {shown}");
        return;
    }
    let _ = writeln!(out, "    {shown} {{");
    for row in &entity.rows {
        write_row(out, row);
    }
    out.push_str("    }\n");
}

fn write_row(out: &mut String, row: &Row) {
    let (ty, name) = (word(if row.ty.is_empty() { "unknown" } else { &row.ty }), word(&row.name));
    let keys: Vec<&str> = [(row.primary, "PK"), (row.foreign, "FK"), (row.unique && !row.primary, "UK")]
        .iter()
        .filter(|(is, _)| *is)
        .map(|(_, key)| *key)
        .collect();
    let mut notes: Vec<String> = row.mark.iter().map(|mark| mark.word().to_owned()).collect();
    if name != row.name {
        notes.push(row.name.clone());
    }
    // With `_` for spaces it can be read.
    if ty != row.ty.replace(' ', "_") && !row.ty.is_empty() {
        notes.push(row.ty.clone());
    }
    if !row.nullable && !row.primary {
        notes.push("not null".to_owned());
    }
    let keys = if keys.is_empty() { String::new() } else { format!(" {}", keys.join(", ")) };
    let notes = if notes.is_empty() { String::new() } else { format!(" {}", quoted(&notes.join("; "))) };
    let _ = writeln!(out, "        {ty} {name}{keys}{notes}");
}

/// A type or a name as one word.
fn word(text: &str) -> String {
    let plain =
        |letter: char| if letter.is_ascii_alphanumeric() || "()[]".contains(letter) { letter } else { '_' };
    let joined: String = text.replace(", ", ",").chars().map(plain).collect();
    if joined.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
        joined
    } else {
        format!("_{joined}")
    }
}

/// A text between quotes. Labels are Markdown, where `_` emphasises at the ends of words.
fn quoted(text: &str) -> String {
    let emphasises = text.split(' ').any(|word| word.starts_with('_') || word.ends_with('_'));
    let escape = |letter: char| match letter {
        '"' => Some("#quot;".to_owned()),
        '<' => Some("#lt;".to_owned()),
        '>' => Some("#gt;".to_owned()),
        '&' => Some("#amp;".to_owned()),
        // Markup, directives, classes, and the mark of an entity itself. A backtick would end a block of code.
        '#' | '%' | ';' | '`' | '{' | '}' | '\\' | '*' | '~' | ':' => {
            Some(format!("#{};", u32::from(letter)))
        }
        '_' if emphasises => Some("#95;".to_owned()),
        _ => None,
    };
    // An empty text is no text.
    format!("\"{}\"", if text.is_empty() { " ".to_owned() } else { escaped(text, escape) })
}
