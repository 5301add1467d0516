//! `BJ3..`: running code or other readers still expect the old schema.

mod add_column;
mod becomes_generated;
mod change_object;
mod change_sequence;
mod change_server_default;
mod change_view;
mod delete_action;
mod detach_inheritance;
mod drop_server_default;
mod loses_numbering;
mod move_table;
mod rename_column;
mod rename_enum_value;
mod rename_object;
mod rename_table;
mod required_to_nullable;

use crate::Rule;

/// In the order of their codes.
pub(super) const ALL: &[Rule] = &[
    rename_table::RULE,
    move_table::RULE,
    rename_column::RULE,
    rename_enum_value::RULE,
    rename_object::RULE,
    drop_server_default::RULE,
    change_view::RULE,
    becomes_generated::RULE,
    delete_action::RULE,
    required_to_nullable::RULE,
    change_server_default::RULE,
    change_sequence::RULE,
    change_object::RULE,
    add_column::RULE,
    detach_inheritance::RULE,
    loses_numbering::RULE,
];
