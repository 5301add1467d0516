//! One rule each, in the order of their codes.

mod add_column;
mod add_column_rebuilds;
mod artefact_changed;
mod becomes_generated;
mod becomes_temporary;
mod change_collation;
mod change_object;
mod change_partitioning;
mod change_primary_key;
mod change_sequence;
mod change_server_default;
mod change_timezone;
mod change_view;
mod char_column;
mod check_on_existing;
mod check_validates;
mod column_alignment;
mod constrained_domain;
mod contract_broken;
mod convert_type;
mod default_rewrites;
mod delete_action;
mod detach_inheritance;
mod downstream_breaks;
mod downstream_changes;
mod drop_column;
mod drop_constraint;
mod drop_enum_value;
mod drop_index;
mod drop_object;
mod drop_primary_key;
mod drop_sequence;
mod drop_server_default;
mod drop_table;
mod drop_type;
mod drop_view;
mod duplicate_name;
mod enum_order;
mod enum_value_added;
mod enum_value_inserted;
mod exactness_lost;
mod exclude_on_existing;
mod expression_default_copies;
mod foreign_key_index;
mod foreign_key_on_existing;
mod foreign_key_target;
mod foreign_key_type;
mod foreign_key_validates;
mod generated_rewrites;
mod generation_changed;
mod identifier_too_long;
mod index_becomes_unique;
mod index_blocks_writes;
mod json_column;
mod loses_numbering;
mod move_table;
mod mysql_charset;
mod mysql_check_ignored;
mod mysql_engine;
mod mysql_enum;
mod mysql_inline_references;
mod mysql_text_index;
mod mysql_utf8mb3;
mod naming_convention;
mod narrow_type;
mod no_primary_key;
mod no_schema;
mod nullable_to_required;
mod prefer_identity;
mod prefer_text;
mod prefer_timestamptz;
mod redundant_index;
mod rename_column;
mod rename_enum_value;
mod rename_object;
mod rename_table;
mod required_column;
mod required_scans;
mod required_to_nullable;
mod reserved_word;
mod serial_rewrites;
mod settings_changed;
mod silence_added;
mod small_key;
mod sqlite_add_column;
mod sqlite_bigint_key;
mod sqlite_old_release;
mod sqlite_rebuild;
mod stored_enum_value;
mod type_rewrites;
mod unique_locks;
mod unique_on_existing;
mod unnamed_constraint;
mod used_column;
mod wide_index;

use crate::Rule;

/// What every rule is written with.
mod prelude {
    pub(super) use belljar_schema::Status;

    pub(super) use crate::{
        Dialect, Rule, Severity, Step, Version,
        dialect::{MYSQLS, POSTGRESQL, SERVERS, SQLITE},
        look::*,
        sql::{self, Volatility},
        ty::Ty,
        unique::{self, Uniqueness},
    };
}

static RULES: &[Rule] = &[
    contract_broken::RULE,
    downstream_breaks::RULE,
    downstream_changes::RULE,
    settings_changed::RULE,
    silence_added::RULE,
    artefact_changed::RULE,
    generation_changed::RULE,
    exactness_lost::RULE,
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
    enum_order::RULE,
    enum_value_inserted::RULE,
    enum_value_added::RULE,
    stored_enum_value::RULE,
    mysql_enum::RULE,
    mysql_inline_references::RULE,
    mysql_charset::RULE,
    mysql_engine::RULE,
    mysql_utf8mb3::RULE,
    mysql_text_index::RULE,
    mysql_check_ignored::RULE,
    sqlite_rebuild::RULE,
    sqlite_add_column::RULE,
    sqlite_old_release::RULE,
    sqlite_bigint_key::RULE,
    identifier_too_long::RULE,
    naming_convention::RULE,
    reserved_word::RULE,
    unnamed_constraint::RULE,
    duplicate_name::RULE,
    no_schema::RULE,
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

/// All rules, in the order of their codes.
pub fn rules() -> &'static [Rule] {
    RULES
}

/// The rule with this code or name, in any case.
pub fn find(text: &str) -> Option<&'static Rule> {
    let is = |name: &str| name.eq_ignore_ascii_case(text);
    RULES.iter().find(|rule| is(rule.code) || is(rule.name))
}
