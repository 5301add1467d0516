//! `BJ7..`: what SQLite cannot do.

mod sqlite_add_column;
mod sqlite_bigint_key;
mod sqlite_old_release;
mod sqlite_rebuild;

use crate::Rule;

/// In the order of their codes.
pub(super) const ALL: &[Rule] =
    &[sqlite_rebuild::RULE, sqlite_add_column::RULE, sqlite_old_release::RULE, sqlite_bigint_key::RULE];
