//! Forms of the output. Each writes what it is given, and knows nothing of where it goes.

mod explain;
mod json;
mod objects;
mod phrases;
mod sql;
mod summary;
mod text;

pub(crate) use belljar_diff::render::safe;
pub(crate) use explain::explain;
pub(crate) use json::{json, json_line};
pub(crate) use sql::{gaps, sql};
pub(crate) use text::text;
