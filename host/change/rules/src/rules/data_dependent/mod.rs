//! `BJ2..`: changes that succeed or fail depending on existing rows.

mod change_collation;
mod change_primary_key;
mod change_timezone;
mod check_on_existing;
mod convert_type;
mod exclude_on_existing;
mod foreign_key_on_existing;
mod index_becomes_unique;
mod narrow_type;
mod nullable_to_required;
mod required_column;
mod unique_on_existing;
mod used_column;

use crate::Rule;

/// In the order of their codes.
pub(super) const ALL: &[Rule] = &[
    unique_on_existing::RULE,
    index_becomes_unique::RULE,
    required_column::RULE,
    nullable_to_required::RULE,
    narrow_type::RULE,
    convert_type::RULE,
    check_on_existing::RULE,
    foreign_key_on_existing::RULE,
    exclude_on_existing::RULE,
    change_primary_key::RULE,
    change_timezone::RULE,
    change_collation::RULE,
    used_column::RULE,
];
