//! Forms of the output. Each writes what it is given, and knows nothing of where it goes.

mod explain;
mod objects;
mod phrases;
mod sql;
mod summary;
mod text;

pub(crate) use belljar_text::{json, json_line, safe};
pub(crate) use explain::explain;
pub(crate) use sql::{gaps, sql};
pub(crate) use text::text;
