//! `BJ8..`: names.

mod duplicate_name;
mod identifier_too_long;
mod naming_convention;
mod no_schema;
mod reserved_word;
mod unnamed_constraint;

use crate::Rule;

/// In the order of their codes.
pub(super) const ALL: &[Rule] = &[
    identifier_too_long::RULE,
    naming_convention::RULE,
    reserved_word::RULE,
    unnamed_constraint::RULE,
    duplicate_name::RULE,
    no_schema::RULE,
];
