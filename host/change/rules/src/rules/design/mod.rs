//! `BJ9..`: the design of new tables, columns and indexes.

mod char_column;
mod column_alignment;
mod constrained_domain;
mod foreign_key_index;
mod foreign_key_target;
mod foreign_key_type;
mod json_column;
mod no_primary_key;
mod prefer_identity;
mod prefer_text;
mod prefer_timestamptz;
mod redundant_index;
mod small_key;
mod wide_index;

use crate::Rule;

/// In the order of their codes.
pub(super) const ALL: &[Rule] = &[
    foreign_key_index::RULE,
    redundant_index::RULE,
    foreign_key_type::RULE,
    foreign_key_target::RULE,
    no_primary_key::RULE,
    wide_index::RULE,
    small_key::RULE,
    prefer_text::RULE,
    prefer_timestamptz::RULE,
    json_column::RULE,
    char_column::RULE,
    prefer_identity::RULE,
    column_alignment::RULE,
    constrained_domain::RULE,
];
