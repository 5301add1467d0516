//! Forms of the output. Each writes what it is given, and knows nothing of where it goes.

mod json;
mod safe;
mod sql;
mod text;

pub(crate) use json::json;
pub(crate) use safe::safe;
pub(crate) use sql::sql;
pub(crate) use text::text;
