//! A schema as an entity-relationship diagram, in the languages that documents and pipelines draw diagrams from.
//!
//! [`Diagram::new`] picks the tables, the columns and the links of a document; [`write`] puts them into words. Tables,
//! columns and links are in a stable order, so that a diagram that is kept in a repository differs only where the schema
//! does. Every name is neutralised for the language that it is written in: none can add an element, a link to elsewhere
//! or a directive.

mod build;
mod change;
mod ids;
mod model;
mod neighbours;
#[cfg(test)]
mod tests;
mod write;

pub use build::{Columns, Grouping, IsChosen, Selection};
pub use change::{Touch, Touches, mermaid_of_change};
pub use model::{Diagram, Entity, Link, Mark, Row};
pub use write::{Format, write};
