//! `BJ02.` to `BJ04.`: version files of Alembic, their order and their statements.

mod blocking_command;
mod blocking_option;
mod concurrently_in_transaction;
mod data_not_batched;
mod drop_cascade;
mod drop_database;
mod enum_value_used;
mod lock_held_over_scan;
mod migration_not_modelled;
mod model_not_migrated;
mod no_lock_timeout;
mod not_repeatable;
mod revision_circle;
mod revision_duplicate;
mod revision_missing;
mod revision_too_long;
mod rows_removed;
mod several_heads;
mod transaction_statement;
mod triggers_disabled;
mod validated_in_transaction;
mod version_edited;
mod version_irreversible;
mod version_removed;

use crate::Rule;

/// In the order of their codes.
pub(super) const ALL: &[Rule] = &[
    revision_missing::RULE,
    revision_duplicate::RULE,
    revision_circle::RULE,
    several_heads::RULE,
    version_edited::RULE,
    version_removed::RULE,
    version_irreversible::RULE,
    revision_too_long::RULE,
    concurrently_in_transaction::RULE,
    lock_held_over_scan::RULE,
    data_not_batched::RULE,
    validated_in_transaction::RULE,
    transaction_statement::RULE,
    rows_removed::RULE,
    blocking_command::RULE,
    drop_cascade::RULE,
    drop_database::RULE,
    enum_value_used::RULE,
    no_lock_timeout::RULE,
    triggers_disabled::RULE,
    blocking_option::RULE,
    not_repeatable::RULE,
    model_not_migrated::RULE,
    migration_not_modelled::RULE,
];
