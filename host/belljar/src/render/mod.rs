//! Forms of the output. Each writes what it is given, and knows nothing of where it goes.

mod explain;
mod objects;
mod phrases;
mod sql;
mod summary;
mod text;

pub(crate) use belljar_diff::render::{json, safe};
pub(crate) use explain::explain;
pub(crate) use sql::sql;
pub(crate) use text::text;
