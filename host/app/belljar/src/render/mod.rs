//! Formats of the output. Each writes to a stream, whatever its destination.

mod change_diagram;
mod constraints;
mod explain;
mod objects;
mod phrases;
mod sql;
mod summary;
mod text;

pub(crate) use belljar_text::{json, json_line, safe};
pub(crate) use change_diagram::change_diagram;
pub(crate) use explain::explain;
pub(crate) use sql::{gaps, sql};
pub(crate) use text::{TextOptions, text};
