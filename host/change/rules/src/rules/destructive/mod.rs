//! `BJ1..`: data or a guarantee is lost.

mod becomes_temporary;
mod drop_column;
mod drop_constraint;
mod drop_enum_value;
mod drop_object;
mod drop_primary_key;
mod drop_sequence;
mod drop_table;
mod drop_type;
mod drop_view;

use crate::Rule;

/// In the order of their codes.
pub(super) const ALL: &[Rule] = &[
    drop_table::RULE,
    drop_column::RULE,
    drop_view::RULE,
    drop_enum_value::RULE,
    drop_constraint::RULE,
    drop_primary_key::RULE,
    drop_sequence::RULE,
    drop_type::RULE,
    drop_object::RULE,
    becomes_temporary::RULE,
];
