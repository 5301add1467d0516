//! `BJ5..`: values of enumerations.

mod enum_order;
mod enum_value_added;
mod enum_value_inserted;
mod stored_enum_value;

use crate::Rule;

/// In the order of their codes.
pub(super) const ALL: &[Rule] =
    &[enum_order::RULE, enum_value_inserted::RULE, enum_value_added::RULE, stored_enum_value::RULE];
