//! Checks untrusted values that become part of SQL or of a migration script.
//!
//! Values reach SQL as literals and quoted names, and Python as literals. Some texts are SQL by nature: a server
//! default, a condition, a type. Those are parsed here before anything is written with them, and the result is parsed
//! again.
//!
//! * [`fragment`], [`expression`]: pieces of SQL that the code gives
//! * [`data_type`], [`action`], [`prefix`], [`option`] and others: what is allowed outside parentheses, by its place
//! * [`statement`], [`layout`]: a whole statement, and how clients such as `psql` would interpret it
//! * [`about`]: the objects that a statement creates and refers to
//! * [`script`]: a migration script of Alembic
//! * [`same_code`]: whether a value in a text of Python is only a value
//!
//! Nothing here does I/O.

mod about;
mod clients;
mod mssql;
mod pieces;
mod routine;
mod same;
mod script;
mod sql;
mod statement;

pub use about::{About, about};
pub use pieces::{UNKNOWN_OPTION, action, bare_name, data_type, exclusion, number, option, phrase, prefix};
pub use same::same_code;
pub use script::script;
pub use sql::{Refused, expression, fragment, own_expression};
pub use statement::{End, Origin, bare, end, layout, statement};
