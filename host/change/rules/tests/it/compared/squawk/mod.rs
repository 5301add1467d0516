//! Squawk: the rules of the `squawk-linter` crate, with the examples of its pages and tests.

mod clients;

use belljar_schema::{Column, Computed, ObjectKind};

use super::{Row, Tool, row};
use crate::make::{
    check_of, column, defaulted, domain, email, id, index, key, named, object, orders, required, same, table,
    ty_of, unique, users,
};

pub(super) fn tool() -> Tool {
    Tool {
        name: "squawk",
        of: "The rules of `squawk-linter` 2.68.",
        all: &[
            "require-concurrent-index-creation",
            "require-concurrent-index-deletion",
            "constraint-missing-not-valid",
            "adding-field-with-default",
            "adding-foreign-key-constraint",
            "changing-column-type",
            "adding-not-nullable-field",
            "adding-serial-primary-key-field",
            "renaming-column",
            "renaming-table",
            "disallowed-unique-constraint",
            "ban-drop-database",
            "prefer-bigint-over-int",
            "prefer-bigint-over-smallint",
            "prefer-identity",
            "prefer-repack",
            "prefer-robust-stmts",
            "prefer-text-field",
            "prefer-timestamptz",
            "ban-char-field",
            "ban-drop-column",
            "ban-drop-table",
            "ban-drop-not-null",
            "transaction-nesting",
            "adding-required-field",
            "ban-concurrent-index-creation-in-transaction",
            "ban-create-domain-with-constraint",
            "unused-ignore",
            "ban-alter-domain-with-add-constraint",
            "ban-truncate-cascade",
            "require-timeout-settings",
            "ban-uncommitted-transaction",
            "require-enum-value-ordering",
            "require-table-schema",
            "identifier-too-long",
            "require-concurrent-partition-detach",
            "require-concurrent-reindex",
            "require-lock-timeout",
            "require-statement-timeout",
            "ban-duplicate-column-assignments",
            "ban-drop-view",
            "ban-drop-function",
            "ban-drop-type",
            "ban-drop-default",
            "ban-drop-trigger",
            "ban-drop-schema",
            "ban-drop-sequence",
            "ban-drop-domain",
            "ban-drop-constraint",
            "ban-drop-generated-expression",
            "renaming-object",
            "ban-set-schema",
            "ban-alter-identity",
            "ban-drop-extension",
            "ban-alter-generated-expression",
            "ban-drop-index",
            "ban-set-default",
            "ban-disable-trigger",
            "ban-replica-identity",
            "ban-drop-policy",
            "ban-revoke",
            "ban-replace-view-function",
            "ban-alter-policy-condition",
            "ban-alter-policy-roles",
            "ban-create-policy",
            "ban-alter-function-options",
            "ban-alter-view-options",
            "ban-alter-role-options",
            "ban-alter-database-options",
            "ban-alter-row-level-security",
            "ban-new-write-restriction",
            "ban-add-enum-value",
            "ban-add-composite-attribute",
            "ban-add-column",
            "ban-detach-inheritance",
            "ban-alter-sequence-values",
            "ban-alter-system-options",
            "ban-alter-extension",
        ],
        rows: [constraints(), types(), clients::clients(), clients::objects()]
            .into_iter()
            .flatten()
            .collect(),
        of_versions: &[
            ("ban-drop-database", "DROP DATABASE IF EXISTS database", "BJ038"),
            ("prefer-repack", "VACUUM FULL my_table", "BJ036"),
            ("prefer-robust-stmts", "CREATE INDEX CONCURRENTLY email_idx ON users (email)", "BJ043"),
            ("transaction-nesting", "BEGIN; SELECT 1; COMMIT;", "BJ034"),
            ("ban-concurrent-index-creation-in-transaction", "BEGIN; CREATE INDEX CONCURRENTLY …", "BJ030"),
            ("ban-truncate-cascade", "TRUNCATE TABLE a CASCADE", "BJ035"),
            ("require-timeout-settings", "ALTER TABLE t ADD COLUMN c BOOLEAN", "BJ040"),
            ("require-lock-timeout", "ALTER TABLE t ADD COLUMN c BOOLEAN", "BJ040"),
            ("require-concurrent-partition-detach", "ALTER TABLE parent DETACH PARTITION child", "BJ036"),
            ("require-concurrent-reindex", "REINDEX INDEX field_name_idx", "BJ036"),
            ("ban-disable-trigger", "ALTER TABLE t DISABLE TRIGGER trig", "BJ041"),
            ("ban-alter-role-options", "ALTER ROLE r …", "BJ038"),
            ("ban-alter-database-options", "ALTER DATABASE d …", "BJ038"),
            ("ban-alter-system-options", "ALTER SYSTEM SET …", "BJ038"),
        ],
        outside: OUTSIDE,
    }
}

const OUTSIDE: &[(&str, &str)] = &[
    ("unused-ignore", "a comment of its own that silences nothing: no schema changes"),
    ("require-statement-timeout", "a setting of the migration's session"),
    ("ban-uncommitted-transaction", "models have no transactions"),
    ("ban-duplicate-column-assignments", "an `UPDATE`"),
    ("ban-replica-identity", "replication is set up outside of models"),
];

fn constraints() -> Vec<Row> {
    vec![
        row(
            "require-concurrent-index-creation",
            "CREATE INDEX \"field_name_idx\" ON \"table_name\" (\"field_name\")",
            "BJ401",
            [same, |d| users(d).indexes.push(index("field_name_idx", &["email"]))],
        ),
        row(
            "require-concurrent-index-deletion",
            "DROP INDEX IF EXISTS \"field_name_idx\"",
            "BJ402",
            [|d| users(d).indexes.push(index("field_name_idx", &["email"])), same],
        ),
        row(
            "ban-drop-index",
            "DROP INDEX \"field_name_idx\"",
            "BJ402",
            [|d| users(d).indexes.push(index("field_name_idx", &["email"])), same],
        ),
        row(
            "constraint-missing-not-valid",
            "ADD CONSTRAINT positive_balance CHECK (balance >= 0)",
            "BJ407",
            [
                |d| users(d).columns.push(column("balance", "INTEGER")),
                |d| {
                    users(d).columns.push(column("balance", "INTEGER"));
                    users(d).checks.push(check_of("positive_balance", "balance >= 0"));
                },
            ],
        ),
        row(
            "constraint-missing-not-valid",
            "ADD CONSTRAINT distfk FOREIGN KEY (address)",
            "BJ408",
            [same, |d| {
                orders(d).foreign_keys.push(key("distfk", &["user_id"], &["users.id"]));
            }],
        ),
        row(
            "adding-foreign-key-constraint",
            "ADD CONSTRAINT fk_user FOREIGN KEY (user_id)",
            "BJ408",
            [same, |d| {
                orders(d).foreign_keys.push(key("fk_user", &["user_id"], &["users.id"]));
            }],
        ),
        row(
            "adding-not-nullable-field",
            "ALTER COLUMN foo SET NOT NULL",
            "BJ406",
            [same, |d| {
                email(d).nullable = false;
            }],
        ),
        row(
            "adding-required-field",
            "ADD COLUMN foo integer NOT NULL",
            "BJ203",
            [same, |d| {
                users(d).columns.push(required("foo", "INTEGER"));
            }],
        ),
        row(
            "adding-serial-primary-key-field",
            "ADD COLUMN b SERIAL PRIMARY KEY",
            "BJ410",
            [
                |d| d.tables.push(table("a", vec![column("name", "TEXT")])),
                |d| d.tables.push(table("a", vec![column("name", "TEXT"), id()])),
            ],
        ),
        row(
            "adding-serial-primary-key-field",
            "ALTER TABLE items ADD PRIMARY KEY (id)",
            "BJ210",
            [|d| users(d).primary_key.columns.clear(), same],
        ),
        row(
            "disallowed-unique-constraint",
            "ADD CONSTRAINT field_name_constraint UNIQUE (field_name)",
            "BJ403",
            [same, |d| users(d).unique.push(unique("field_name_constraint", &["email"]))],
        ),
        row(
            "ban-drop-constraint",
            "ALTER TABLE t DROP CONSTRAINT c",
            "BJ105",
            [|d| users(d).unique.push(unique("c", &["email"])), same],
        ),
        row(
            "ban-new-write-restriction",
            "ADD CONSTRAINT positive CHECK (balance >= 0)",
            "BJ207",
            [same, |d| users(d).checks.push(check_of("positive", "id >= 0"))],
        ),
        row(
            "ban-new-write-restriction",
            "ADD FOREIGN KEY (user_id) REFERENCES users",
            "BJ208",
            [same, |d| orders(d).foreign_keys.push(key("fk_user", &["user_id"], &["users.id"]))],
        ),
        row(
            "ban-new-write-restriction",
            "ADD UNIQUE (email), CREATE UNIQUE INDEX",
            "BJ201",
            [same, |d| users(d).unique.push(unique("u", &["email"]))],
        ),
        row(
            "ban-new-write-restriction",
            "ALTER COLUMN email SET NOT NULL",
            "BJ204",
            [same, |d| email(d).nullable = false],
        ),
        row(
            "ban-new-write-restriction",
            "ADD COLUMN foo integer NOT NULL",
            "BJ203",
            [same, |d| users(d).columns.push(required("foo", "INTEGER"))],
        ),
        row(
            "identifier-too-long",
            "ALTER TABLE t ADD COLUMN (of 64 letters) text",
            "BJ801",
            [same, |d| {
                users(d).columns.push(column(&"a".repeat(64), "TEXT"));
            }],
        ),
        row(
            "require-table-schema",
            "CREATE TABLE my_table (id int)",
            "BJ806",
            [same, |d| {
                d.tables.push(table("my_table", vec![id()]));
            }],
        ),
    ]
}

fn types() -> Vec<Row> {
    vec![
        row(
            "adding-field-with-default",
            "ADD COLUMN foo boolean DEFAULT random()",
            "BJ405",
            [same, |d| {
                users(d).columns.push(defaulted("foo", "BOOLEAN", "random()"));
            }],
        ),
        row(
            "adding-field-with-default",
            "ADD COLUMN foo integer GENERATED ALWAYS AS (…) STORED",
            "BJ409",
            [same, |d| users(d).columns.push(computed("length(name)"))],
        ),
        row(
            "changing-column-type",
            "ALTER COLUMN edits TYPE bigint",
            "BJ404",
            [|d| email(d).ty = ty_of("INTEGER"), |d| email(d).ty = ty_of("BIGINT")],
        ),
        row(
            "prefer-bigint-over-int",
            "CREATE TABLE users (id serial)",
            "BJ907",
            [same, |d| {
                d.tables.push(table("pets", vec![Column { ty: ty_of("INTEGER"), ..id() }]));
            }],
        ),
        row(
            "prefer-bigint-over-smallint",
            "CREATE TABLE users (id smallserial)",
            "BJ907",
            [same, |d| {
                d.tables.push(table("pets", vec![Column { ty: ty_of("SMALLINT"), ..id() }]));
            }],
        ),
        row(
            "prefer-identity",
            "CREATE TABLE users (id bigserial)",
            "BJ912",
            [same, |d| {
                d.tables.push(table("pets", vec![id()]));
            }],
        ),
        row(
            "prefer-text-field",
            "CREATE TABLE t (email varchar(100) NOT NULL)",
            "BJ908",
            [same, |d| {
                d.tables.push(table("pets", vec![id(), required("email", "VARCHAR(100)")]));
            }],
        ),
        row(
            "prefer-timestamptz",
            "CREATE TABLE t (created_ts timestamp without time zone)",
            "BJ909",
            [same, |d| {
                users(d).columns.push(column("created_ts", "TIMESTAMP WITHOUT TIME ZONE"));
            }],
        ),
        row(
            "ban-char-field",
            "CREATE TABLE t (id char(100))",
            "BJ911",
            [same, |d| {
                users(d).columns.push(column("code", "CHAR(100)"));
            }],
        ),
        row(
            "ban-create-domain-with-constraint",
            "CREATE DOMAIN positive AS NUMERIC(5, 5) CHECK (VALUE > 0)",
            "BJ914",
            [same, |d| {
                d.types.push(domain("positive", "CREATE DOMAIN positive AS NUMERIC(5, 5) CHECK (VALUE > 0)"));
            }],
        ),
        row(
            "ban-alter-domain-with-add-constraint",
            "ALTER DOMAIN name ADD CONSTRAINT c CHECK (VALUE > 0)",
            "BJ914",
            [
                |d| d.types.push(domain("name", "CREATE DOMAIN name AS INTEGER")),
                |d| {
                    d.types
                        .push(domain("name", "CREATE DOMAIN name AS INTEGER CONSTRAINT c CHECK (VALUE > 0)"));
                },
            ],
        ),
        row(
            "require-enum-value-ordering",
            "ALTER TYPE my_enum ADD VALUE 'new_value'",
            "BJ502",
            [
                |d| d.types.push(named("my_enum", &["existing_value"])),
                |d| d.types.push(named("my_enum", &["new_value", "existing_value"])),
            ],
        ),
        row(
            "ban-add-enum-value",
            "ALTER TYPE my_enum ADD VALUE 'new_value'",
            "BJ503",
            [
                |d| d.types.push(named("my_enum", &["existing_value"])),
                |d| d.types.push(named("my_enum", &["existing_value", "new_value"])),
            ],
        ),
        row("ban-drop-type", "DROP TYPE t", "BJ108", [|d| d.types.push(named("t", &["a"])), same]),
        row(
            "ban-drop-domain",
            "DROP DOMAIN d",
            "BJ108",
            [|d| d.types.push(domain("d", "CREATE DOMAIN d AS INTEGER")), same],
        ),
        row(
            "ban-add-composite-attribute",
            "ALTER TYPE t ADD ATTRIBUTE b int",
            "BJ313",
            [
                |d| d.objects.push(object(ObjectKind::Type, "t", None, "CREATE TYPE t AS (a int)")),
                |d| d.objects.push(object(ObjectKind::Type, "t", None, "CREATE TYPE t AS (a int, b int)")),
            ],
        ),
    ]
}

fn computed(sql: &str) -> Column {
    Column {
        computed: Some(Computed { sql: sql.to_owned(), persisted: Some(true) }),
        ..column("foo", "INTEGER")
    }
}
