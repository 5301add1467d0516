//! `BJ6..`: what MySQL and MariaDB do differently.

mod mysql_charset;
mod mysql_check_ignored;
mod mysql_engine;
mod mysql_enum;
mod mysql_inline_references;
mod mysql_text_index;
mod mysql_utf8mb3;

use crate::Rule;

/// In the order of their codes.
pub(super) const ALL: &[Rule] = &[
    mysql_enum::RULE,
    mysql_inline_references::RULE,
    mysql_charset::RULE,
    mysql_engine::RULE,
    mysql_utf8mb3::RULE,
    mysql_text_index::RULE,
    mysql_check_ignored::RULE,
];
