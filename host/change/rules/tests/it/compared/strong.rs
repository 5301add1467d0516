//! `strong_migrations`: by the keys of its messages, with the examples of its README.

use belljar_schema::{Column, Computed, Identity};

use super::{Row, Tool, row};
use crate::make::{
    check_of, column, defaulted, email, exclude, index, key, named, orders, same, ty_of, unique, users,
};

pub(super) fn tool() -> Tool {
    Tool {
        name: "strong_migrations",
        of: "The checks of its README, by the keys of their messages.",
        all: &[
            "remove_column",
            "change_column",
            "change_column_with_not_null",
            "change_column_constraint",
            "rename_column",
            "rename_table",
            "create_table",
            "add_column_auto_incrementing",
            "add_column_generated_stored",
            "add_foreign_key",
            "validate_foreign_key",
            "add_check_constraint",
            "validate_check_constraint",
            "execute",
            "add_index",
            "remove_index",
            "add_reference",
            "add_unique_constraint",
            "add_exclusion_constraint",
            "add_column_json",
            "add_column_default",
            "add_column_default_callable",
            "change_column_default",
            "change_column_null",
            "rename_enum_value",
            "rename_schema",
            "copy_algorithm",
            "lock_option",
            "add_index_columns",
            "add_index_corruption",
            "change_table",
        ],
        rows: rows(),
        of_versions: &[
            ("validate_foreign_key", "validate_foreign_key in the same migration", "BJ033"),
            ("validate_check_constraint", "validate_check_constraint in the same migration", "BJ033"),
            ("execute", "User.update_all(some_column: \"default_value\")", "BJ032"),
            ("copy_algorithm", "algorithm: :copy", "BJ042"),
            ("lock_option", "lock: :shared", "BJ042"),
        ],
        outside: &[
            (
                "change_column_constraint",
                "that a change of type fails while a check of another transaction is there",
            ),
            ("create_table", "`force: true` of Rails drops what is there first; models have no such word"),
            ("add_index_corruption", "PostgreSQL 14.0 to 14.3 are no longer supported"),
            ("change_table", "the block form of Rails, which hides the other checks"),
            ("change_column_default", "Rails 6 writes defaults that were not requested; SQLAlchemy does not"),
        ],
    }
}

fn rows() -> Vec<Row> {
    vec![
        row(
            "remove_column",
            "remove_column :users, :some_column",
            "BJ102",
            [same, |d| {
                users(d).columns.retain(|one| one.name != "name");
            }],
        ),
        row(
            "change_column",
            "change_column :users, :some_column, :new_type",
            "BJ404",
            [|d| email(d).ty = ty_of("INTEGER"), |d| email(d).ty = ty_of("BIGINT")],
        ),
        row(
            "change_column_with_not_null",
            "change_column :users, :some_column, :text, null: false",
            "BJ406",
            [same, |d| *email(d) = Column { nullable: false, ..column("email", "TEXT") }],
        ),
        row(
            "rename_column",
            "rename_column :users, :some_column, :new_name",
            "BJ303",
            [same, |d| {
                email(d).name = "mail".to_owned();
            }],
        )
        .renames(&["users.email=mail"]),
        row(
            "rename_table",
            "rename_table :users, :customers",
            "BJ301",
            [same, |d| {
                users(d).name = "customers".to_owned();
            }],
        )
        .renames(&["users=customers"]),
        row(
            "add_column_auto_incrementing",
            "add_column :cities_users, :id, :primary_key",
            "BJ410",
            [same, |d| {
                let identity =
                    Some(Identity { always: false, start: None, increment: None, ..Identity::default() });
                users(d).columns.push(Column { identity, ..column("number", "BIGINT") });
            }],
        ),
        row(
            "add_column_generated_stored",
            "add_column …, :virtual, as: \"...\", stored: true",
            "BJ409",
            [same, |d| {
                let computed = Some(Computed { sql: "lower(name)".to_owned(), persisted: Some(true) });
                users(d).columns.push(Column { computed, ..column("low", "TEXT") });
            }],
        ),
        row(
            "add_foreign_key",
            "add_foreign_key :users, :orders",
            "BJ408",
            [same, |d| {
                orders(d).foreign_keys.push(key("fk", &["user_id"], &["users.id"]));
            }],
        ),
        row(
            "add_check_constraint",
            "add_check_constraint :users, \"price > 0\", name: \"price_check\"",
            "BJ407",
            [
                |d| users(d).columns.push(column("price", "INTEGER")),
                |d| {
                    users(d).columns.push(column("price", "INTEGER"));
                    users(d).checks.push(check_of("price_check", "price > 0"));
                },
            ],
        ),
        row(
            "add_index",
            "add_index :users, :some_column",
            "BJ401",
            [same, |d| {
                users(d).indexes.push(index("ix", &["email"]));
            }],
        ),
        row(
            "remove_index",
            "remove_index :users, :some_column",
            "BJ402",
            [|d| users(d).indexes.push(index("ix", &["email"])), same],
        ),
        row(
            "add_reference",
            "add_reference :users, :city",
            "BJ401",
            [same, |d| {
                users(d).columns.push(column("city_id", "BIGINT"));
                users(d).indexes.push(index("ix", &["city_id"]));
            }],
        ),
        row(
            "add_unique_constraint",
            "add_unique_constraint :users, :some_column",
            "BJ403",
            [same, |d| {
                users(d).unique.push(unique("uq", &["email"]));
            }],
        ),
        row(
            "add_exclusion_constraint",
            "add_exclusion_constraint :users, \"number WITH =\", using: :gist",
            "BJ209",
            [same, |d| users(d).excludes.push(exclude("apart"))],
        ),
        row(
            "add_column_json",
            "add_column :users, :properties, :json",
            "BJ910",
            [same, |d| {
                users(d).columns.push(column("properties", "JSON"));
            }],
        ),
        row(
            "add_column_default",
            "add_column :users, :some_column, :uuid, default: \"gen_random_uuid()\"",
            "BJ405",
            [same, |d| users(d).columns.push(defaulted("some_column", "UUID", "gen_random_uuid()"))],
        ),
        row(
            "add_column_default",
            "add_column with a default, before MySQL 8.0.12",
            "BJ411",
            [same, |d| {
                users(d).columns.push(defaulted("some_column", "INTEGER", "0"));
            }],
        )
        .set(|config| config.versions.mysql = belljar_rules::Version(5, 7, 0)),
        row(
            "add_column_default_callable",
            "add_column :users, :some_column, :datetime, default: -> { \"(now())\" }",
            "BJ412",
            [same, |d| users(d).columns.push(defaulted("some_column", "DATETIME", "(now())"))],
        ),
        row(
            "change_column_null",
            "change_column_null :users, :some_column, false",
            "BJ406",
            [same, |d| {
                email(d).nullable = false;
            }],
        ),
        row(
            "change_column_null",
            "change_column_null, where rows have null",
            "BJ204",
            [same, |d| {
                email(d).nullable = false;
            }],
        ),
        row(
            "rename_enum_value",
            "rename_enum_value :status, from: \"done\", to: \"completed\"",
            "BJ304",
            [|d| d.types.push(named("status", &["done"])), |d| d.types.push(named("status", &["completed"]))],
        )
        .renames(&["status.done=completed"]),
        row(
            "rename_schema",
            "rename_schema :users, :customers",
            "BJ302",
            [
                |d| users(d).schema = Some("users".to_owned()),
                |d| users(d).schema = Some("customers".to_owned()),
            ],
        )
        .renames(&["users.users=customers.users"]),
        row(
            "add_index_columns",
            "add_index :users, [:a, :b, :c, :d]",
            "BJ906",
            [same, |d| {
                users(d).columns.push(column("d", "TEXT"));
                users(d).indexes.push(index("ix", &["id", "email", "name", "d"]));
            }],
        ),
    ]
}
