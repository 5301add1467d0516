//! PlantUML's entities, with crow's feet.
//!
//! A name can be a directive of the preprocessor (`!include`), or an image or a link of PlantUML's own markup
//! (`<img:…>`, `[[…]]`), which a server would fetch. So every character of a name that is no letter, digit, space or
//! one of a few harmless signs is written as `<U+XXXX>`, which PlantUML shows as the character.

use std::fmt::Write as _;

use super::{ends, escaped, groups};
use crate::model::{Diagram, Entity, Row};

pub(super) fn write(diagram: &Diagram) -> String {
    let mut out = "@startuml\nhide circle\nhide methods\nskinparam linetype ortho\n".to_owned();
    for (name, members) in groups(diagram) {
        if let Some(name) = name {
            let _ = writeln!(out, "package \"{}\" {{", text(name));
        }
        for entity in members {
            write_entity(&mut out, entity);
        }
        if name.is_some() {
            out.push_str("}\n");
        }
    }
    for (link, from, to) in ends(diagram) {
        let (one, line, many) = match (link.columns.is_empty(), link.optional, link.single) {
            (true, ..) => ("", "..", ""),
            (_, true, true) => ("|o", "--", "o|"),
            (_, true, false) => ("|o", "--", "o{"),
            (_, false, true) => ("||", "--", "o|"),
            (_, false, false) => ("||", "--", "o{"),
        };
        let label = if link.columns.is_empty() { "reads".to_owned() } else { link.columns.join(", ") };
        let _ = writeln!(out, "{} {one}{line}{many} {} : {}", to.id, from.id, text(&label));
    }
    out.push_str("@enduml\n");
    out
}

fn write_entity(out: &mut String, entity: &Entity) {
    let color = entity
        .marks
        .last()
        .map(|mark| format!(" ##{}", mark.color().trim_start_matches('#')))
        .unwrap_or_default();
    let _ = write!(out, "entity \"{}\" as {}{color}", text(&entity.label()), entity.id);
    if entity.rows.is_empty() {
        out.push('\n');
        return;
    }
    out.push_str(" {\n");
    let (keys, others): (Vec<&Row>, Vec<&Row>) = entity.rows.iter().partition(|row| row.primary);
    for row in &keys {
        write_row(out, row);
    }
    if !keys.is_empty() && !others.is_empty() {
        out.push_str("  --\n");
    }
    for row in others {
        write_row(out, row);
    }
    out.push_str("}\n");
}

fn write_row(out: &mut String, row: &Row) {
    let required = if row.nullable { "" } else { "* " };
    let keys = [(row.primary, " <<PK>>"), (row.foreign, " <<FK>>")];
    let keys: String = keys.iter().filter(|(is, _)| *is).map(|(_, key)| *key).collect();
    let ty = if row.ty.is_empty() { "?" } else { &row.ty };
    // A field: without it, a line with a parenthesis would be a method.
    let _ = writeln!(out, "  {{field}} {required}{} : {}{keys}", text(&row.name), text(ty));
}

/// A text that is no markup.
fn text(text: &str) -> String {
    let escape = |letter: char| {
        let is_plain = letter.is_alphanumeric() || " .,()_?".contains(letter);
        (!is_plain).then(|| format!("<U+{:04X}>", u32::from(letter)))
    };
    // `__` underlines what follows.
    escaped(text, escape).replace("__", "<U+005F><U+005F>")
}
