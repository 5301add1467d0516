//! Atlas: the analyzers of its open packages, then codes of those that are not open, with examples of our own.

use belljar_rules::Version;
use belljar_schema::{Column, ObjectKind};

use super::{Row, Tool, row};
use crate::make::{
    check_of, column, defaulted, email, id, index, key, mysql_enum, mysql_set, object, orders, required,
    same, table, ty_of, unique, users,
};

pub(super) fn tool() -> Tool {
    Tool {
        name: "atlas",
        of: "The open analyzers (`DS`, `MF`, `BC`, `CD`, `LT`, `MY101`, `MY102`) with the examples of their tests; the other codes \
             are of analyzers that are not open, and their examples are written here.",
        all: &[
            "DS101", "DS102", "DS103", "MF101", "MF102", "MF103", "MF104", "BC101", "BC102", "CD101",
            "LT101", "MY101", "MY102", "MY110", "MY111", "MY112", "MY113", "MY120", "MY121", "MY122",
            "MY123", "NM101", "NM102", "NM103", "NM104", "NM105", "NM106", "PG101", "PG102", "PG103",
            "PG104", "PG105", "PG110", "PG301", "PG302", "PG303", "PG304", "PG305",
        ],
        rows: [open(), mysql(), names(), postgresql()].into_iter().flatten().collect(),
        of_versions: &[("PG103", "CONCURRENTLY in a transaction", "BJ030")],
        outside: &[],
    }
}

fn open() -> Vec<Row> {
    vec![
        row(
            "DS101",
            "DROP SCHEMA `test`",
            "BJ109",
            [|d| d.objects.push(object(ObjectKind::Schema, "test", None, "CREATE SCHEMA test")), same],
        ),
        row("DS102", "DROP TABLE `users`", "BJ101", [same, |d| d.tables.retain(|one| one.name != "users")]),
        row(
            "DS103",
            "ALTER TABLE `pets` DROP COLUMN `c`",
            "BJ102",
            [
                |d| d.tables.push(table("pets", vec![id(), column("c", "TEXT")])),
                |d| d.tables.push(table("pets", vec![id()])),
            ],
        ),
        row(
            "MF101",
            "ALTER TABLE users ADD UNIQUE INDEX `idx_a` (`a`)",
            "BJ201",
            [
                |d| users(d).columns.push(column("a", "TEXT")),
                |d| {
                    users(d).columns.push(column("a", "TEXT"));
                    let mut added = index("idx_a", &["a"]);
                    added.unique = true;
                    users(d).indexes.push(added);
                },
            ],
        ),
        row(
            "MF102",
            "ALTER TABLE users (`idx_a` modified to UNIQUE)",
            "BJ202",
            [
                |d| users(d).indexes.push(index("idx_a", &["email"])),
                |d| {
                    let mut unique = index("idx_a", &["email"]);
                    unique.unique = true;
                    users(d).indexes.push(unique);
                },
            ],
        ),
        row(
            "MF103",
            "ALTER TABLE users ADD COLUMN `b` int NOT NULL",
            "BJ203",
            [same, |d| {
                users(d).columns.push(required("b", "INTEGER"));
            }],
        ),
        row(
            "MF104",
            "ALTER TABLE users MODIFY COLUMN `a` int NOT NULL",
            "BJ204",
            [same, |d| {
                email(d).nullable = false;
            }],
        ),
        row(
            "BC101",
            "ALTER TABLE `pets` RENAME TO `Pets`",
            "BJ301",
            [|d| d.tables.push(table("pets", vec![id()])), |d| d.tables.push(table("Pets", vec![id()]))],
        )
        .renames(&["pets=Pets"]),
        row(
            "BC102",
            "ALTER TABLE `users` RENAME COLUMN `id` TO `uid`",
            "BJ303",
            [same, |d| {
                users(d).columns.iter_mut().take(1).for_each(|id| id.name = "uid".to_owned());
                users(d).primary_key.columns = vec!["uid".to_owned()];
            }],
        )
        .renames(&["users.id=uid"]),
        row(
            "CD101",
            "ALTER TABLE `pets` DROP FOREIGN KEY `owner_id`",
            "BJ105",
            [|d| orders(d).foreign_keys.push(key("owner_id", &["user_id"], &["users.id"])), same],
        ),
        row(
            "LT101",
            "NULL to NOT NULL without a default, by a new table in SQLite",
            "BJ204",
            [same, |d| {
                email(d).nullable = false;
            }],
        ),
    ]
}

fn mysql() -> Vec<Row> {
    let enums = |rule, example, change| row(rule, example, "BJ601", change);
    vec![
        row(
            "MY101",
            "ALTER TABLE users ADD COLUMN `b` int NOT NULL",
            "BJ203",
            [same, |d| {
                users(d).columns.push(required("b", "INTEGER"));
            }],
        ),
        row(
            "MY102",
            "CREATE TABLE pets (owner_id int REFERENCES users(id))",
            "BJ602",
            [same, |d| {
                let sql = "CREATE TABLE pets (owner_id INT REFERENCES users(id))";
                d.objects.push(object(ObjectKind::Table, "pets", None, sql));
            }],
        ),
        enums(
            "MY110",
            "ENUM('a', 'b') to ENUM('a')",
            [|d| email(d).ty = mysql_enum(&["a", "b"]), |d| email(d).ty = mysql_enum(&["a"])],
        ),
        enums(
            "MY111",
            "ENUM('a', 'b') to ENUM('b', 'a')",
            [|d| email(d).ty = mysql_enum(&["a", "b"]), |d| email(d).ty = mysql_enum(&["b", "a"])],
        ),
        enums(
            "MY112",
            "ENUM('a', 'b') to ENUM('a', 'c', 'b')",
            [|d| email(d).ty = mysql_enum(&["a", "b"]), |d| email(d).ty = mysql_enum(&["a", "c", "b"])],
        ),
        enums(
            "MY113",
            "ENUM of 255 values to one of 256",
            [|d| email(d).ty = mysql_enum(&many(255)), |d| email(d).ty = mysql_enum(&many(256))],
        ),
        enums(
            "MY120",
            "SET('a', 'b') to SET('a')",
            [|d| email(d).ty = mysql_set(&["a", "b"]), |d| email(d).ty = mysql_set(&["a"])],
        ),
        enums(
            "MY121",
            "SET('a', 'b') to SET('b', 'a')",
            [|d| email(d).ty = mysql_set(&["a", "b"]), |d| email(d).ty = mysql_set(&["b", "a"])],
        ),
        enums(
            "MY122",
            "SET('a', 'b') to SET('a', 'c', 'b')",
            [|d| email(d).ty = mysql_set(&["a", "b"]), |d| email(d).ty = mysql_set(&["a", "c", "b"])],
        ),
        enums(
            "MY123",
            "SET of 8 values to one of 9",
            [|d| email(d).ty = mysql_set(&many(8)), |d| email(d).ty = mysql_set(&many(9))],
        ),
    ]
}

/// As many different values.
fn many(count: usize) -> Vec<&'static str> {
    const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
    // Every slice of the first letters that begins at another place or is of another length is another value.
    let slices = (1..26).flat_map(|length| (0..26).filter_map(move |at| LETTERS.get(at..at + length)));
    slices.take(count).collect()
}

fn names() -> Vec<Row> {
    let name = |rule, example, head| row(rule, example, "BJ802", [same, head]);
    vec![
        name("NM101", "a schema that is not called by the pattern", |d| {
            d.tables.push(belljar_schema::Table {
                schema: Some("MySchema".to_owned()),
                ..table("pets", vec![id()])
            });
        }),
        name("NM102", "CREATE TABLE `Pets`", |d| d.tables.push(table("Pets", vec![id()]))),
        name("NM103", "ALTER TABLE users ADD COLUMN `nickName` text", |d| {
            users(d).columns.push(column("nickName", "TEXT"));
        }),
        name("NM104", "CREATE INDEX `usersByEmail` ON users (email)", |d| {
            users(d).indexes.push(index("usersByEmail", &["email"]));
        }),
        name("NM105", "ADD CONSTRAINT `ordersToUsers` FOREIGN KEY (user_id)", |d| {
            orders(d).foreign_keys.push(key("ordersToUsers", &["user_id"], &["users.id"]));
        }),
        name("NM106", "ADD CONSTRAINT `emailIsLong` CHECK (length(email) > 3)", |d| {
            users(d).checks.push(check_of("emailIsLong", "length(email) > 3"));
        }),
    ]
}

fn postgresql() -> Vec<Row> {
    vec![
        row(
            "PG101",
            "CREATE INDEX i ON users (email)",
            "BJ401",
            [same, |d| {
                users(d).indexes.push(index("i", &["email"]));
            }],
        ),
        row("PG102", "DROP INDEX i", "BJ402", [|d| users(d).indexes.push(index("i", &["email"])), same]),
        row(
            "PG104",
            "ALTER TABLE t ADD PRIMARY KEY (id)",
            "BJ210",
            [|d| users(d).primary_key.columns.clear(), same],
        ),
        row(
            "PG105",
            "ALTER TABLE users ADD CONSTRAINT u UNIQUE (email)",
            "BJ403",
            [same, |d| {
                users(d).unique.push(unique("u", &["email"]));
            }],
        ),
        row(
            "PG110",
            "CREATE TABLE t (a boolean, b bigint, c boolean, d bigint)",
            "BJ913",
            [same, |d| {
                let columns = vec![
                    column("a", "BOOLEAN"),
                    column("b", "BIGINT"),
                    column("c", "BOOLEAN"),
                    column("d", "BIGINT"),
                ];
                d.tables.push(table("t", columns));
            }],
        ),
        row(
            "PG301",
            "ALTER TABLE t ALTER COLUMN c TYPE bigint",
            "BJ404",
            [|d| email(d).ty = ty_of("INTEGER"), |d| email(d).ty = ty_of("BIGINT")],
        ),
        row(
            "PG302",
            "ALTER TABLE t ADD COLUMN c float DEFAULT random()",
            "BJ405",
            [same, |d| {
                users(d).columns.push(defaulted("c", "FLOAT", "random()"));
            }],
        ),
        row(
            "PG303",
            "ALTER TABLE t ALTER COLUMN c SET NOT NULL",
            "BJ406",
            [same, |d| {
                email(d).nullable = false;
            }],
        )
        .set(|settings| settings.versions.postgresql = Version(16, 0, 0)),
        row(
            "PG304",
            "ADD PRIMARY KEY (c), of a column that takes null",
            "BJ210",
            [
                |d| {
                    users(d).primary_key.columns.clear();
                    for key in users(d).columns.iter_mut().filter(|one| one.primary_key) {
                        *key = Column { primary_key: false, nullable: true, ..id() };
                    }
                },
                same,
            ],
        ),
        row(
            "PG305",
            "ALTER TABLE t ADD CONSTRAINT k CHECK (c > 0)",
            "BJ407",
            [same, |d| {
                users(d).checks.push(check_of("k", "length(name) > 1"));
            }],
        ),
    ]
}
