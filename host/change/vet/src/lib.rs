//! What may stand in SQL and in a migration script that is written of a stranger's values.
//!
//! Values reach SQL as literals and quoted names, and Python as literals. Some texts are SQL by nature: a server default, a
//! condition, a type. Those are read here before anything is written of them, and what was written is read again.
//!
//! * [`fragment`], [`expression`]: pieces of SQL that the code gives
//! * [`data_type`], [`action`], [`prefix`], [`option`] and others: what may stand outside of parentheses, by its place
//! * [`statement`], [`layout`]: a whole statement, and what clients such as `psql` would make of it
//! * [`about`]: what a statement makes, and what of
//! * [`script`]: a migration script of Alembic
//!
//! Nothing here does I/O.

mod about;
mod clients;
mod mssql;
mod pieces;
mod routine;
mod script;
mod sql;
mod statement;

pub use about::{About, about};
pub use pieces::{UNKNOWN_OPTION, action, bare_name, data_type, exclusion, number, option, phrase, prefix};
pub use script::script;
pub use sql::{Refused, expression, fragment, own_expression};
pub use statement::{End, Origin, bare, end, layout, statement};
