//! `BJ4..`: a table is locked, scanned or rewritten.

mod add_column_rebuilds;
mod change_partitioning;
mod check_validates;
mod default_rewrites;
mod drop_index;
mod expression_default_copies;
mod foreign_key_validates;
mod generated_rewrites;
mod index_blocks_writes;
mod required_scans;
mod serial_rewrites;
mod type_rewrites;
mod unique_locks;

use crate::Rule;

/// In the order of their codes.
pub(super) const ALL: &[Rule] = &[
    index_blocks_writes::RULE,
    drop_index::RULE,
    unique_locks::RULE,
    type_rewrites::RULE,
    default_rewrites::RULE,
    required_scans::RULE,
    check_validates::RULE,
    foreign_key_validates::RULE,
    generated_rewrites::RULE,
    serial_rewrites::RULE,
    add_column_rebuilds::RULE,
    expression_default_copies::RULE,
    change_partitioning::RULE,
];
