//! What running clients, and those who read, find changed.

use std::collections::BTreeMap;

use belljar_schema::{Column, DeclaredObject, Identity, ObjectKind, Table};

use super::{super::Row, super::row, computed};
use crate::make::{column, defaulted, email, id, object, same, sequence, table, users, view};

pub(super) fn clients() -> Vec<Row> {
    vec![
        row(
            "renaming-column",
            "ALTER TABLE t RENAME COLUMN email TO mail",
            "BJ303",
            [same, |d| {
                email(d).name = "mail".to_owned();
            }],
        )
        .renames(&["users.email=mail"]),
        row(
            "renaming-table",
            "ALTER TABLE t RENAME TO people",
            "BJ301",
            [same, |d| {
                users(d).name = "people".to_owned();
            }],
        )
        .renames(&["users=people"]),
        row(
            "renaming-object",
            "ALTER VIEW v RENAME TO v2",
            "BJ305",
            [|d| d.views.push(view("v", &["id"])), |d| d.views.push(view("v2", &["id"]))],
        )
        .renames(&["v=v2"]),
        row(
            "ban-set-schema",
            "ALTER TABLE t SET SCHEMA s",
            "BJ302",
            [same, |d| {
                users(d).schema = Some("s".to_owned());
            }],
        )
        .renames(&["users=s.users"]),
        row(
            "ban-drop-column",
            "ALTER TABLE t DROP COLUMN c",
            "BJ102",
            [same, |d| {
                users(d).columns.retain(|one| one.name != "name");
            }],
        ),
        row(
            "ban-drop-table",
            "DROP TABLE t",
            "BJ101",
            [same, |d| d.tables.retain(|one| one.name != "users")],
        ),
        row(
            "ban-drop-not-null",
            "ALTER COLUMN c DROP NOT NULL",
            "BJ310",
            [|d| email(d).nullable = false, same],
        ),
        row(
            "ban-drop-default",
            "ALTER COLUMN c DROP DEFAULT",
            "BJ306",
            [
                |d| *email(d) = Column { nullable: false, ..defaulted("email", "VARCHAR(50)", "''") },
                |d| email(d).nullable = false,
            ],
        ),
        row(
            "ban-drop-default",
            "ALTER COLUMN c DROP DEFAULT, of one that takes null",
            "BJ311",
            [|d| *email(d) = defaulted("email", "VARCHAR(50)", "''"), same],
        ),
        row(
            "ban-set-default",
            "ALTER COLUMN c SET DEFAULT 1",
            "BJ311",
            [same, |d| {
                email(d).server_default = Some("'1'".to_owned());
            }],
        ),
        row(
            "ban-add-column",
            "ALTER TABLE users ADD COLUMN name text",
            "BJ314",
            [same, |d| {
                users(d).columns.push(column("nick", "TEXT"));
            }],
        ),
        row(
            "ban-alter-identity",
            "ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY",
            "BJ308",
            [same, |d| {
                email(d).identity =
                    Some(Identity { always: true, start: None, increment: None, ..Identity::default() });
            }],
        ),
        row(
            "ban-alter-generated-expression",
            "ALTER COLUMN c SET EXPRESSION AS (id + 2)",
            "BJ308",
            [|d| users(d).columns.push(computed("id + 1")), |d| users(d).columns.push(computed("id + 2"))],
        ),
        row(
            "ban-alter-generated-expression",
            "ADD COLUMN c int GENERATED ALWAYS AS (id + 1) STORED",
            "BJ409",
            [same, |d| users(d).columns.push(computed("id + 1"))],
        ),
        row(
            "ban-drop-generated-expression",
            "ALTER COLUMN c DROP EXPRESSION",
            "BJ308",
            [
                |d| users(d).columns.push(computed("id + 1")),
                |d| users(d).columns.push(column("foo", "INTEGER")),
            ],
        ),
        row(
            "ban-detach-inheritance",
            "ALTER TABLE child NO INHERIT parent",
            "BJ315",
            [
                |d| {
                    let options = BTreeMap::from([("postgresql_inherits".to_owned(), "parent".to_owned())]);
                    d.tables.push(Table { options, ..table("child", vec![id()]) });
                },
                |d| d.tables.push(table("child", vec![id()])),
            ],
        ),
        row("ban-drop-sequence", "DROP SEQUENCE s", "BJ107", [|d| d.sequences.push(sequence("s", 1)), same]),
        row(
            "ban-alter-sequence-values",
            "ALTER SEQUENCE s RESTART WITH 5",
            "BJ312",
            [|d| d.sequences.push(sequence("s", 1)), |d| d.sequences.push(sequence("s", 5))],
        ),
    ]
}

pub(super) fn objects() -> Vec<Row> {
    let gone = |rule, example, change| row(rule, example, "BJ109", change);
    let other = |rule, example, change| row(rule, example, "BJ313", change);
    vec![
        row("ban-drop-view", "DROP VIEW v", "BJ103", [|d| d.views.push(view("v", &["id"])), same]),
        row(
            "ban-replace-view-function",
            "CREATE OR REPLACE VIEW v AS SELECT 1 AS id",
            "BJ307",
            [|d| d.views.push(view("v", &["id", "name"])), |d| d.views.push(view("v", &["id"]))],
        ),
        other(
            "ban-replace-view-function",
            "CREATE OR REPLACE FUNCTION f() …",
            [|d| d.objects.push(returns(1)), |d| d.objects.push(returns(2))],
        ),
        row(
            "ban-alter-view-options",
            "ALTER VIEW v SET (security_barrier = true)",
            "BJ307",
            [
                |d| d.views.push(view("v", &["id"])),
                |d| {
                    let mut view = view("v", &["id"]);
                    view.options.insert("security_barrier".to_owned(), "true".to_owned());
                    d.views.push(view);
                },
            ],
        ),
        gone(
            "ban-drop-schema",
            "DROP SCHEMA s",
            [|d| d.objects.push(object(ObjectKind::Schema, "s", None, "CREATE SCHEMA s")), same],
        ),
        gone(
            "ban-drop-extension",
            "DROP EXTENSION hstore",
            [
                |d| d.objects.push(object(ObjectKind::Extension, "hstore", None, "CREATE EXTENSION hstore")),
                same,
            ],
        ),
        gone("ban-drop-function", "DROP FUNCTION f", [|d| d.objects.push(returns(1)), same]),
        gone(
            "ban-drop-trigger",
            "DROP TRIGGER log ON users",
            [
                |d| d.objects.push(object(ObjectKind::Trigger, "log", Some("users"), "CREATE TRIGGER log")),
                same,
            ],
        ),
        gone(
            "ban-drop-policy",
            "DROP POLICY p ON users",
            [
                |d| {
                    d.objects.push(object(
                        ObjectKind::Policy,
                        "p",
                        Some("users"),
                        "CREATE POLICY p ON users",
                    ));
                },
                same,
            ],
        ),
        other(
            "ban-create-policy",
            "CREATE POLICY p ON users",
            [same, |d| {
                d.objects.push(object(ObjectKind::Policy, "p", Some("users"), "CREATE POLICY p ON users"));
            }],
        ),
        other(
            "ban-alter-policy-condition",
            "ALTER POLICY p ON users USING (false)",
            [
                |d| d.objects.push(policy("CREATE POLICY p ON users USING (true)")),
                |d| d.objects.push(policy("CREATE POLICY p ON users USING (false)")),
            ],
        ),
        other(
            "ban-alter-policy-roles",
            "ALTER POLICY p ON users TO app",
            [
                |d| d.objects.push(policy("CREATE POLICY p ON users TO admin")),
                |d| d.objects.push(policy("CREATE POLICY p ON users TO app")),
            ],
        ),
        other(
            "ban-alter-function-options",
            "ALTER FUNCTION f() SECURITY INVOKER",
            [
                |d| d.objects.push(function("SECURITY DEFINER")),
                |d| d.objects.push(function("SECURITY INVOKER")),
            ],
        ),
        other(
            "ban-alter-row-level-security",
            "ALTER TABLE users ENABLE ROW LEVEL SECURITY",
            [same, |d| {
                let sql = "ALTER TABLE users ENABLE ROW LEVEL SECURITY";
                d.objects.push(object(ObjectKind::Ddl, "users", Some("users"), sql));
            }],
        ),
        other(
            "ban-new-write-restriction",
            "CREATE TRIGGER … BEFORE INSERT ON users",
            [same, |d| {
                let sql = "CREATE TRIGGER stop BEFORE INSERT ON users EXECUTE FUNCTION refuse()";
                d.objects.push(object(ObjectKind::Trigger, "stop", Some("users"), sql));
            }],
        ),
        other(
            "ban-revoke",
            "REVOKE SELECT ON t FROM app",
            [same, |d| {
                d.objects.push(object(
                    ObjectKind::Grant,
                    "users",
                    Some("users"),
                    "REVOKE SELECT ON users FROM app",
                ));
            }],
        ),
        other(
            "ban-alter-extension",
            "ALTER EXTENSION hstore UPDATE TO '1.8'",
            [|d| d.objects.push(extension("1.7")), |d| d.objects.push(extension("1.8"))],
        ),
    ]
}

fn policy(sql: &str) -> DeclaredObject {
    object(ObjectKind::Policy, "p", Some("users"), sql)
}

fn function(option: &str) -> DeclaredObject {
    object(ObjectKind::Function, "f", None, &format!("CREATE FUNCTION f() {option} AS 'SELECT 1'"))
}

fn extension(version: &str) -> DeclaredObject {
    let sql = format!("CREATE EXTENSION hstore VERSION '{version}'");
    object(ObjectKind::Extension, "hstore", None, &sql)
}

fn returns(number: u8) -> DeclaredObject {
    object(ObjectKind::Function, "f", None, &format!("CREATE FUNCTION f() AS 'SELECT {number}'"))
}
