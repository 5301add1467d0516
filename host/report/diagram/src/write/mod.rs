//! The languages of diagrams.

mod d2;
mod dbml;
mod dot;
mod mermaid;
mod plantuml;

use std::collections::BTreeMap;

use belljar_text::safe;

use crate::model::{Diagram, Entity};

/// A language of diagrams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// [Mermaid](https://mermaid.js.org/syntax/entityRelationshipDiagram.html), which GitHub and GitLab render.
    Mermaid,
    /// [Graphviz](https://graphviz.org/doc/info/lang.html).
    Dot,
    /// [PlantUML](https://plantuml.com/ie-diagram).
    Plantuml,
    /// [DBML](https://dbml.dbdiagram.io/docs/), which dbdiagram.io draws.
    Dbml,
    /// [D2](https://d2lang.com/tour/sql-tables/).
    D2,
}

/// A diagram in a language.
pub fn write(diagram: &Diagram, format: Format) -> String {
    match format {
        Format::Mermaid => mermaid::write(diagram),
        Format::Dot => dot::write(diagram),
        Format::Plantuml => plantuml::write(diagram),
        Format::Dbml => dbml::write(diagram),
        Format::D2 => d2::write(diagram),
    }
}

/// The entities by group, those of no group first; in the order of the groups' names.
fn groups(diagram: &Diagram) -> Vec<(Option<&str>, Vec<&Entity>)> {
    let mut groups: BTreeMap<Option<&str>, Vec<&Entity>> = BTreeMap::new();
    for entity in &diagram.entities {
        groups.entry(entity.group.as_deref()).or_default().push(entity);
    }
    groups.into_iter().collect()
}

/// The two ends of each link.
fn ends(diagram: &Diagram) -> impl Iterator<Item = (&crate::Link, &Entity, &Entity)> {
    diagram
        .links
        .iter()
        .filter_map(|link| Some((link, diagram.entities.get(link.from)?, diagram.entities.get(link.to)?)))
}

/// A text in which each of some characters is written as `escape` has it, with nothing that controls a terminal.
fn escaped(text: &str, escape: impl Fn(char) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    for character in safe(text).chars() {
        match escape(character) {
            Some(written) => out.push_str(&written),
            None => out.push(character),
        }
    }
    out
}
