//! For each rule a change that it finds, and one much like it that it does not.

use std::collections::BTreeSet;

use belljar_rules::{RulesConfig, Version, check, rules};
use belljar_schema::{Column, Computed, Default, Identity, ObjectKind, Table};

use crate::make::{
    Edit, check_of, column, compare, config, defaulted, domain, edited, email, exclude, findings_of, id,
    index, key, mysql_enum, named, object, orders, refers, required, same, sequence, table, text_enum, ty_of,
    unique, users, view,
};

struct Case {
    code: &'static str,
    fires: [Edit; 2],
    near_miss: [Edit; 2],
    /// For what fires alone, as the settings are.
    renames: &'static [&'static str],
    set: fn(&mut RulesConfig),
}

fn case(code: &'static str, fires: [Edit; 2], near_miss: [Edit; 2]) -> Case {
    Case { code, fires, near_miss, renames: &[], set: |_| {} }
}

impl Case {
    fn renames(mut self, renames: &'static [&'static str]) -> Self {
        self.renames = renames;
        self
    }

    fn set(mut self, set: fn(&mut RulesConfig)) -> Self {
        self.set = set;
        self
    }
}

fn computed(persisted: Option<bool>) -> Column {
    Column { computed: Some(Computed { sql: "lower(name)".to_owned(), persisted }), ..column("low", "TEXT") }
}

fn identity(always: bool) -> Identity {
    Identity { always, start: None, increment: None, ..Identity::default() }
}

fn with_option(mut table: Table, name: &str, text: &str) -> Table {
    table.options.insert(name.to_owned(), text.to_owned());
    table
}

fn destructive() -> Vec<Case> {
    vec![
        case("BJ101", [same, |d| drop(d.tables.remove(0))], [same, |d| drop(orders(d).columns.remove(1))]),
        case("BJ102", [same, |d| drop(users(d).columns.remove(1))], [same, |d| drop(d.tables.remove(1))]),
        case(
            "BJ103",
            [|d| d.views.push(view("people", &["id"])), same],
            [|d| d.views.push(view("people", &["id"])), |d| d.views.push(view("people", &["id", "name"]))],
        ),
        case(
            "BJ104",
            [|d| d.types.push(named("mood", &["sad", "fine"])), |d| d.types.push(named("mood", &["sad"]))],
            [|d| d.types.push(named("mood", &["sad"])), |d| d.types.push(named("mood", &["sad", "fine"]))],
        ),
        case(
            "BJ105",
            [|d| users(d).unique.push(unique("uq", &["email"])), same],
            // It goes with its column.
            [|d| users(d).unique.push(unique("uq", &["email"])), |d| drop(users(d).columns.remove(1))],
        ),
        case(
            "BJ106",
            [same, |d| users(d).primary_key.columns.clear()],
            [same, |d| users(d).primary_key.columns.push("email".to_owned())],
        ),
        case(
            "BJ107",
            [|d| d.sequences.push(sequence("numbers", 1)), same],
            [|d| d.sequences.push(sequence("numbers", 1)), |d| d.sequences.push(sequence("numbers", 5))],
        ),
        case(
            "BJ108",
            [|d| d.types.push(named("mood", &["sad"])), same],
            [|d| d.types.push(named("mood", &["sad"])), |d| d.types.push(named("mood", &["fine"]))],
        ),
        case(
            "BJ109",
            [
                |d| d.objects.push(object(ObjectKind::Extension, "citext", None, "CREATE EXTENSION citext")),
                same,
            ],
            [same, |d| {
                d.objects.push(object(ObjectKind::Extension, "citext", None, "CREATE EXTENSION citext"));
            }],
        ),
        case(
            "BJ110",
            [same, |d| users(d).prefixes.push("TEMPORARY".to_owned())],
            // It keeps its rows from now on.
            [|d| users(d).prefixes.push("TEMPORARY".to_owned()), same],
        ),
    ]
}

fn data_dependent() -> Vec<Case> {
    vec![
        case(
            "BJ201",
            [same, |d| users(d).unique.push(unique("uq", &["email"]))],
            // A new column without a default has no two rows with the same value.
            [same, |d| {
                users(d).columns.push(column("nick", "TEXT"));
                users(d).unique.push(unique("uq", &["nick"]));
            }],
        ),
        case(
            "BJ201",
            [same, |d| {
                users(d).columns.push(defaulted("nick", "TEXT", "'none'"));
                users(d).unique.push(unique("uq", &["nick"]));
            }],
            [same, |d| users(d).indexes.push(index("ix", &["email"]))],
        ),
        case(
            "BJ202",
            [
                |d| users(d).indexes.push(index("ix", &["email"])),
                |d| {
                    let mut index = index("ix", &["email"]);
                    index.unique = true;
                    users(d).indexes.push(index);
                },
            ],
            [
                |d| {
                    let mut index = index("ix", &["email"]);
                    index.unique = true;
                    users(d).indexes.push(index);
                },
                |d| users(d).indexes.push(index("ix", &["email"])),
            ],
        ),
        case(
            "BJ203",
            [same, |d| users(d).columns.push(required("age", "INTEGER"))],
            [same, |d| users(d).columns.push(Column { nullable: false, ..defaulted("age", "INTEGER", "0") })],
        ),
        // A default of the model is none of the database.
        case(
            "BJ203",
            [same, |d| {
                let default = Some(Default { kind: "scalar".to_owned(), text: "0".to_owned() });
                users(d).columns.push(Column { default, ..required("age", "INTEGER") });
            }],
            [same, |d| d.tables.push(table("pets", vec![id(), required("age", "INTEGER")]))],
        ),
        case("BJ204", [same, |d| email(d).nullable = false], [|d| email(d).nullable = false, same]),
        case(
            "BJ205",
            [same, |d| email(d).ty = ty_of("VARCHAR(40)")],
            [same, |d| email(d).ty = ty_of("VARCHAR(60)")],
        ),
        case(
            "BJ206",
            [same, |d| email(d).ty = ty_of("INTEGER")],
            [|d| email(d).ty = ty_of("INTEGER"), |d| email(d).ty = ty_of("VARCHAR(20)")],
        ),
        case(
            "BJ206",
            [|d| email(d).ty = text_enum(&["a", "b"]), |d| email(d).ty = ty_of("INTEGER")],
            [|d| email(d).ty = text_enum(&["a", "b"]), |d| email(d).ty = text_enum(&["a"])],
        ),
        case(
            "BJ207",
            [same, |d| users(d).checks.push(check_of("long", "length(name) > 1"))],
            [|d| users(d).checks.push(check_of("long", "length(name) > 1")), same],
        ),
        case(
            "BJ208",
            [same, |d| orders(d).foreign_keys.push(key("fk", &["user_id"], &["users.id"]))],
            [same, |d| {
                orders(d).columns.push(column("other_id", "BIGINT"));
                orders(d).foreign_keys.push(key("fk", &["other_id"], &["users.id"]));
            }],
        ),
        case(
            "BJ209",
            [same, |d| users(d).excludes.push(exclude("apart"))],
            [|d| users(d).excludes.push(exclude("apart")), same],
        ),
        case(
            "BJ210",
            [same, |d| users(d).primary_key.columns.push("email".to_owned())],
            [same, |d| users(d).primary_key.name = Some("pk_users".to_owned())],
        ),
        case(
            "BJ211",
            [
                |d| email(d).ty = ty_of("TIMESTAMP WITHOUT TIME ZONE"),
                |d| {
                    email(d).ty = ty_of("TIMESTAMP WITH TIME ZONE");
                },
            ],
            [|d| email(d).ty = ty_of("TIMESTAMP WITHOUT TIME ZONE"), |d| email(d).ty = ty_of("DATE")],
        ),
        case(
            "BJ212",
            [same, |d| email(d).ty = ty_of("VARCHAR(50) COLLATE \"C\"")],
            [same, |d| email(d).ty = ty_of("VARCHAR(60)")],
        ),
        case(
            "BJ213",
            [
                |d| d.views.push(view("people", &["email"])),
                |d| {
                    d.views.push(view("people", &["email"]));
                    users(d).columns.remove(1);
                },
            ],
            // The view goes on without it.
            [
                |d| d.views.push(view("people", &["email"])),
                |d| {
                    d.views.push(view("people", &["id"]));
                    users(d).columns.remove(1);
                },
            ],
        ),
    ]
}

fn backward_incompatible() -> Vec<Case> {
    vec![
        case(
            "BJ301",
            [same, |d| users(d).name = "people".to_owned()],
            [same, |d| users(d).schema = Some("app".to_owned())],
        )
        .renames(&["users=people"]),
        case(
            "BJ302",
            [same, |d| users(d).schema = Some("app".to_owned())],
            [same, |d| users(d).name = "people".to_owned()],
        )
        .renames(&["users=app.users"]),
        case(
            "BJ303",
            [same, |d| email(d).name = "mail".to_owned()],
            // Only the attribute has another name.
            [same, |d| email(d).attribute = Some("mail".to_owned())],
        )
        .renames(&["users.email=mail"]),
        case(
            "BJ304",
            [|d| d.types.push(named("mood", &["sad"])), |d| d.types.push(named("mood", &["unhappy"]))],
            [|d| d.types.push(named("mood", &["sad"])), |d| d.types.push(named("mood", &["sad", "unhappy"]))],
        )
        .renames(&["mood.sad=unhappy"]),
        case(
            "BJ305",
            [|d| d.views.push(view("people", &["id"])), |d| d.views.push(view("persons", &["id"]))],
            [
                |d| d.views.push(view("people", &["id"])),
                |d| {
                    d.views.extend([view("people", &["id"]), view("persons", &["id"])]);
                },
            ],
        )
        .renames(&["people=persons"]),
        case(
            "BJ306",
            [
                |d| *email(d) = Column { nullable: false, ..defaulted("email", "VARCHAR(50)", "''") },
                |d| email(d).nullable = false,
            ],
            [|d| *email(d) = defaulted("email", "VARCHAR(50)", "''"), same],
        ),
        case(
            "BJ307",
            [|d| d.views.push(view("people", &["id", "name"])), |d| d.views.push(view("people", &["id"]))],
            [same, |d| d.views.push(view("people", &["id"]))],
        ),
        case(
            "BJ308",
            [|d| users(d).columns.push(column("low", "TEXT")), |d| users(d).columns.push(computed(None))],
            [same, |d| users(d).columns.push(computed(None))],
        ),
        case(
            "BJ308",
            [same, |d| email(d).identity = Some(identity(true))],
            [same, |d| email(d).identity = Some(identity(false))],
        ),
        case(
            "BJ309",
            [
                |d| orders(d).foreign_keys.push(key("fk", &["user_id"], &["users.id"])),
                |d| {
                    let mut key = key("fk", &["user_id"], &["users.id"]);
                    key.ondelete = Some("CASCADE".to_owned());
                    orders(d).foreign_keys.push(key);
                },
            ],
            [
                |d| orders(d).foreign_keys.push(key("fk", &["user_id"], &["users.id"])),
                |d| {
                    let mut key = key("fk", &["user_id"], &["users.id"]);
                    key.ondelete = Some("no action".to_owned());
                    orders(d).foreign_keys.push(key);
                },
            ],
        ),
        case("BJ310", [|d| email(d).nullable = false, same], [same, |d| email(d).nullable = false]),
        case(
            "BJ311",
            [
                |d| email(d).server_default = Some("'a'".to_owned()),
                |d| {
                    email(d).server_default = Some("'b'".to_owned());
                },
            ],
            [
                |d| email(d).server_default = Some("'a'".to_owned()),
                |d| email(d).server_default = Some("'a'".to_owned()),
            ],
        ),
        case(
            "BJ311",
            [|d| email(d).server_default = Some("'a'".to_owned()), same],
            [
                |d| {
                    email(d).server_default = Some("'a'".to_owned());
                    email(d).nullable = false;
                },
                |d| email(d).nullable = false,
            ],
        ),
        case(
            "BJ312",
            [|d| d.sequences.push(sequence("numbers", 1)), |d| d.sequences.push(sequence("numbers", 5))],
            [same, |d| d.sequences.push(sequence("numbers", 5))],
        ),
        case(
            "BJ313",
            [same, |d| {
                d.objects.push(object(ObjectKind::Trigger, "log", Some("users"), "CREATE TRIGGER log"));
            }],
            [same, |d| {
                d.tables.push(table("pets", vec![id()]));
                d.objects.push(object(ObjectKind::Trigger, "log", Some("pets"), "CREATE TRIGGER log"));
            }],
        ),
        case(
            "BJ314",
            [same, |d| users(d).columns.push(column("nick", "TEXT"))],
            [same, |d| d.tables.push(table("pets", vec![id(), column("nick", "TEXT")]))],
        ),
        case(
            "BJ315",
            [|d| *users(d) = with_option(users(d).clone(), "postgresql_inherits", "people"), same],
            [same, |d| *users(d) = with_option(users(d).clone(), "postgresql_inherits", "people")],
        ),
        case(
            "BJ316",
            [same, |d| users(d).primary_key.columns.push("name".to_owned())],
            // The code insists on a number.
            [same, |d| {
                users(d).primary_key.columns.push("name".to_owned());
                users(d).columns[0].autoincrement = "true".to_owned();
            }],
        ),
    ]
}

fn locks() -> Vec<Case> {
    vec![
        case(
            "BJ401",
            [same, |d| users(d).indexes.push(index("ix", &["email"]))],
            [same, |d| {
                let mut index = index("ix", &["email"]);
                index.options.insert("postgresql_concurrently".to_owned(), "True".to_owned());
                users(d).indexes.push(index);
            }],
        ),
        case(
            "BJ401",
            [
                |d| users(d).indexes.push(index("ix", &["email"])),
                |d| {
                    users(d).indexes.push(index("ix", &["email", "name"]));
                },
            ],
            [same, |d| {
                let mut pets = table("pets", vec![id(), column("name", "TEXT")]);
                pets.indexes.push(index("ix", &["name"]));
                d.tables.push(pets);
            }],
        ),
        case(
            "BJ402",
            [|d| users(d).indexes.push(index("ix", &["email"])), same],
            [|d| users(d).indexes.push(index("ix", &["email"])), |d| drop(users(d).columns.remove(1))],
        ),
        case(
            "BJ403",
            [same, |d| users(d).unique.push(unique("uq", &["email"]))],
            [same, |d| {
                let mut pets = table("pets", vec![id()]);
                pets.unique.push(unique("uq", &["id"]));
                d.tables.push(pets);
            }],
        ),
        case(
            "BJ404",
            [|d| email(d).ty = ty_of("INTEGER"), |d| email(d).ty = ty_of("BIGINT")],
            [same, |d| email(d).ty = ty_of("VARCHAR(60)")],
        ),
        case(
            "BJ405",
            [same, |d| users(d).columns.push(defaulted("code", "UUID", "gen_random_uuid()"))],
            [same, |d| users(d).columns.push(defaulted("made", "TIMESTAMP", "now()"))],
        ),
        case(
            "BJ405",
            [same, |d| users(d).columns.push(defaulted("age", "INTEGER", "0"))],
            [same, |d| users(d).columns.push(defaulted("age", "INTEGER", "0"))],
        )
        .set(|config| config.versions.postgresql = Version(10, 0, 0)),
        case(
            "BJ406",
            [same, |d| email(d).nullable = false],
            // A check that was validated before says so already.
            [|d| users(d).checks.push(check_of("ck", "email IS NOT NULL")), |d| email(d).nullable = false],
        ),
        case(
            "BJ407",
            [same, |d| users(d).checks.push(check_of("long", "length(name) > 1"))],
            [same, |d| {
                let mut pets = table("pets", vec![id()]);
                pets.checks.push(check_of("ck", "id > 0"));
                d.tables.push(pets);
            }],
        ),
        case(
            "BJ408",
            [same, |d| orders(d).foreign_keys.push(key("fk", &["user_id"], &["users.id"]))],
            [same, |d| {
                orders(d).columns.push(column("other_id", "BIGINT"));
                orders(d).foreign_keys.push(key("fk", &["other_id"], &["users.id"]));
            }],
        ),
        case(
            "BJ409",
            [same, |d| users(d).columns.push(computed(Some(true)))],
            [same, |d| users(d).columns.push(computed(Some(false)))],
        ),
        case(
            "BJ410",
            [same, |d| {
                users(d)
                    .columns
                    .push(Column { identity: Some(identity(false)), ..column("number", "BIGINT") });
            }],
            [same, |d| users(d).columns.push(column("number", "BIGINT"))],
        ),
        case(
            "BJ411",
            [same, |d| users(d).columns.push(column("age", "INTEGER"))],
            [same, |d| users(d).columns.push(column("age", "INTEGER"))],
        )
        .set(|config| config.versions.mysql = Version(5, 7, 0)),
        case(
            "BJ412",
            [same, |d| users(d).columns.push(defaulted("made", "DATETIME", "(now())"))],
            [same, |d| users(d).columns.push(defaulted("made", "DATETIME", "now()"))],
        ),
        case(
            "BJ412",
            [same, |d| users(d).columns.push(defaulted("code", "VARCHAR(36)", "(uuid())"))],
            [same, |d| users(d).columns.push(defaulted("code", "VARCHAR(36)", "'(uuid())'"))],
        ),
        case(
            "BJ413",
            [same, |d| {
                users(d).options.insert("postgresql_partition_by".to_owned(), "RANGE (id)".to_owned());
            }],
            [same, |d| drop(users(d).options.insert("postgresql_with".to_owned(), "x".to_owned()))],
        ),
    ]
}

fn enums() -> Vec<Case> {
    vec![
        case(
            "BJ501",
            [
                |d| d.types.push(named("mood", &["sad", "fine"])),
                |d| d.types.push(named("mood", &["fine", "sad"])),
            ],
            [|d| d.types.push(named("mood", &["sad"])), |d| d.types.push(named("mood", &["fine", "sad"]))],
        ),
        case(
            "BJ502",
            [|d| d.types.push(named("mood", &["sad"])), |d| d.types.push(named("mood", &["fine", "sad"]))],
            [|d| d.types.push(named("mood", &["sad"])), |d| d.types.push(named("mood", &["sad", "fine"]))],
        ),
        case(
            "BJ503",
            [|d| d.types.push(named("mood", &["sad"])), |d| d.types.push(named("mood", &["sad", "fine"]))],
            [same, |d| d.types.push(named("mood", &["sad", "fine"]))],
        ),
        case(
            "BJ504",
            [|d| email(d).ty = text_enum(&["a", "b"]), |d| email(d).ty = text_enum(&["a"])],
            [|d| email(d).ty = text_enum(&["a"]), |d| email(d).ty = text_enum(&["a", "b"])],
        ),
    ]
}

fn mysql() -> Vec<Case> {
    vec![
        case(
            "BJ601",
            [|d| email(d).ty = mysql_enum(&["a", "b"]), |d| email(d).ty = mysql_enum(&["b", "a"])],
            [|d| email(d).ty = mysql_enum(&["a", "b"]), |d| email(d).ty = mysql_enum(&["a", "b", "c"])],
        ),
        case(
            "BJ602",
            [same, |d| {
                let sql = "CREATE TABLE pets (id INT, owner INT REFERENCES users (id))";
                d.objects.push(object(ObjectKind::Table, "pets", None, sql));
            }],
            [same, |d| {
                let sql = "CREATE TABLE pets (id INT, owner INT, FOREIGN KEY (owner) REFERENCES users (id))";
                d.objects.push(object(ObjectKind::Table, "pets", None, sql));
            }],
        ),
        case(
            "BJ603",
            [same, |d| *users(d) = with_option(users(d).clone(), "mysql_charset", "utf8mb4")],
            [same, |d| *users(d) = with_option(users(d).clone(), "mysql_row_format", "COMPRESSED")],
        ),
        case(
            "BJ604",
            [same, |d| {
                let mut pets = with_option(table("pets", vec![id()]), "mysql_engine", "MyISAM");
                pets.foreign_keys.push(key("fk", &["id"], &["users.id"]));
                d.tables.push(pets);
            }],
            [same, |d| {
                let mut pets = with_option(table("pets", vec![id()]), "mysql_engine", "InnoDB");
                pets.foreign_keys.push(key("fk", &["id"], &["users.id"]));
                d.tables.push(pets);
            }],
        ),
        case(
            "BJ605",
            [same, |d| d.tables.push(with_option(table("pets", vec![id()]), "mysql_charset", "utf8"))],
            [same, |d| d.tables.push(with_option(table("pets", vec![id()]), "mysql_charset", "utf8mb4"))],
        ),
        case(
            "BJ606",
            [same, |d| {
                users(d).columns.push(column("bio", "TEXT"));
                users(d).indexes.push(index("ix", &["bio"]));
            }],
            [same, |d| {
                users(d).columns.push(column("bio", "TEXT"));
                let mut index = index("ix", &["bio"]);
                index.options.insert("mysql_length".to_owned(), "20".to_owned());
                users(d).indexes.push(index);
            }],
        ),
        case(
            "BJ607",
            [same, |d| users(d).checks.push(check_of("long", "length(name) > 1"))],
            [same, |d| users(d).checks.push(check_of("long", "length(name) > 1"))],
        )
        .set(|config| config.versions.mysql = Version(5, 7, 0)),
    ]
}

fn sqlite() -> Vec<Case> {
    vec![
        case(
            "BJ701",
            [same, |d| email(d).nullable = false],
            [same, |d| users(d).columns.push(column("age", "INTEGER"))],
        ),
        case(
            "BJ702",
            [same, |d| users(d).columns.push(defaulted("made", "TIMESTAMP", "CURRENT_TIMESTAMP"))],
            [same, |d| users(d).columns.push(defaulted("made", "TEXT", "'CURRENT_TIMESTAMP (not)'"))],
        ),
        case(
            "BJ702",
            [same, |d| {
                let mut other = defaulted("other_id", "BIGINT", "1");
                other.foreign_keys.push(refers("users.id"));
                orders(d).columns.push(other);
            }],
            [same, |d| {
                let mut other = column("other_id", "BIGINT");
                other.foreign_keys.push(refers("users.id"));
                orders(d).columns.push(other);
            }],
        ),
        case(
            "BJ703",
            [|d| users(d).indexes.push(index("ix", &["email"])), |d| drop(users(d).columns.remove(1))],
            [same, |d| drop(users(d).columns.remove(1))],
        ),
        case(
            "BJ704",
            [same, |d| d.tables.push(table("pets", vec![Column { ty: ty_of("BIGINT"), ..id() }]))],
            [same, |d| d.tables.push(table("pets", vec![id()]))],
        ),
    ]
}

fn naming() -> Vec<Case> {
    vec![
        case(
            "BJ801",
            [same, |d| users(d).columns.push(column(&"a".repeat(64), "TEXT"))],
            [same, |d| users(d).columns.push(column(&"a".repeat(63), "TEXT"))],
        ),
        case(
            "BJ802",
            [same, |d| users(d).columns.push(column("nickName", "TEXT"))],
            [
                |d| users(d).columns.push(column("nickName", "TEXT")),
                |d| {
                    users(d).columns.push(column("nickName", "VARCHAR(9)"));
                },
            ],
        ),
        case(
            "BJ803",
            [same, |d| users(d).columns.push(column("order", "TEXT"))],
            [same, |d| users(d).columns.push(column("orders", "TEXT"))],
        ),
        case(
            "BJ804",
            [same, |d| {
                let mut unique = unique("uq", &["email"]);
                unique.name = None;
                users(d).unique.push(unique);
            }],
            [same, |d| users(d).unique.push(unique("uq", &["email"]))],
        ),
        case(
            "BJ805",
            [
                |d| orders(d).indexes.push(index("ix", &["total"])),
                |d| {
                    orders(d).indexes.push(index("ix", &["total"]));
                    users(d).indexes.push(index("ix", &["email"]));
                },
            ],
            [
                |d| orders(d).indexes.push(index("ix", &["total"])),
                |d| {
                    orders(d).indexes.push(index("ix", &["total"]));
                    users(d).indexes.push(index("ix_users", &["email"]));
                },
            ],
        ),
        case(
            "BJ806",
            [same, |d| d.tables.push(table("pets", vec![id()]))],
            [same, |d| d.tables.push(Table { schema: Some("app".to_owned()), ..table("pets", vec![id()]) })],
        ),
    ]
}

fn design() -> Vec<Case> {
    vec![
        case(
            "BJ901",
            [same, |d| orders(d).foreign_keys.push(key("fk", &["user_id"], &["users.id"]))],
            [same, |d| {
                orders(d).foreign_keys.push(key("fk", &["user_id"], &["users.id"]));
                orders(d).indexes.push(index("ix", &["user_id", "total"]));
            }],
        ),
        case(
            "BJ902",
            [same, |d| users(d).indexes.extend([index("a", &["email"]), index("b", &["email", "name"])])],
            [same, |d| users(d).indexes.extend([index("a", &["name"]), index("b", &["email", "name"])])],
        ),
        case(
            "BJ903",
            [same, |d| {
                orders(d).columns.push(column("other_id", "INTEGER"));
                orders(d).foreign_keys.push(key("fk", &["other_id"], &["users.id"]));
            }],
            [same, |d| orders(d).foreign_keys.push(key("fk", &["user_id"], &["users.id"]))],
        ),
        case(
            "BJ904",
            [same, |d| orders(d).foreign_keys.push(key("fk", &["user_id"], &["users.name"]))],
            [same, |d| orders(d).foreign_keys.push(key("fk", &["user_id"], &["users.id"]))],
        ),
        case(
            "BJ905",
            [same, |d| d.tables.push(table("pets", vec![column("name", "TEXT")]))],
            [same, |d| d.tables.push(table("pets", vec![id()]))],
        ),
        case(
            "BJ906",
            [same, |d| {
                users(d).columns.push(column("age", "INTEGER"));
                users(d).indexes.push(index("ix", &["id", "email", "name", "age"]));
            }],
            [same, |d| users(d).indexes.push(index("ix", &["id", "email", "name"]))],
        ),
        case(
            "BJ907",
            [same, |d| d.tables.push(table("pets", vec![Column { ty: ty_of("INTEGER"), ..id() }]))],
            [same, |d| d.tables.push(table("pets", vec![id(), column("age", "INTEGER")]))],
        ),
        case(
            "BJ908",
            [same, |d| users(d).columns.push(column("nick", "VARCHAR(9)"))],
            [same, |d| users(d).columns.push(column("nick", "VARCHAR"))],
        ),
        case(
            "BJ909",
            [same, |d| users(d).columns.push(column("made", "TIMESTAMP WITHOUT TIME ZONE"))],
            [same, |d| users(d).columns.push(column("made", "TIMESTAMP WITH TIME ZONE"))],
        ),
        case(
            "BJ910",
            [same, |d| users(d).columns.push(column("extra", "JSON"))],
            [same, |d| users(d).columns.push(column("extra", "JSONB"))],
        ),
        case(
            "BJ911",
            [same, |d| users(d).columns.push(column("code", "CHAR(2)"))],
            [same, |d| users(d).columns.push(column("code", "VARCHAR(2)"))],
        ),
        case(
            "BJ912",
            [same, |d| d.tables.push(table("pets", vec![id()]))],
            [same, |d| d.tables.push(table("pets", vec![Column { identity: Some(identity(true)), ..id() }]))],
        ),
        case(
            "BJ913",
            [same, |d| {
                d.tables.push(table(
                    "pets",
                    vec![column("a", "BOOLEAN"), id(), column("b", "BOOLEAN"), column("c", "BIGINT")],
                ));
            }],
            [same, |d| {
                d.tables.push(table(
                    "pets",
                    vec![id(), column("c", "BIGINT"), column("a", "BOOLEAN"), column("b", "BOOLEAN")],
                ));
            }],
        ),
        case(
            "BJ914",
            [same, |d| {
                d.types.push(domain("positive", "CREATE DOMAIN positive AS INTEGER CHECK (VALUE > 0)"));
            }],
            [same, |d| d.types.push(domain("number", "CREATE DOMAIN number AS INTEGER DEFAULT 'CHECK'"))],
        ),
    ]
}

fn all() -> Vec<Case> {
    [
        destructive(),
        data_dependent(),
        backward_incompatible(),
        locks(),
        enums(),
        mysql(),
        sqlite(),
        naming(),
        design(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn what_is_found_and_what_is_not() {
    for Case { code, fires, near_miss, renames, set } in all() {
        let mut own = config(code);
        let [base, head] = near_miss.map(edited);
        let found = compare(&base, &head, &[]);
        let report = check(&found, &base, &head, &own, &[]);
        assert!(
            findings_of(&report, code).is_empty(),
            "{code} is a near miss: {:#?}",
            findings_of(&report, code)
        );

        set(&mut own);
        let [base, head] = fires.map(edited);
        let found = compare(&base, &head, renames);
        let report = check(&found, &base, &head, &own, &[]);
        assert!(!findings_of(&report, code).is_empty(), "{code} is not found in {:#?}", found.changes);
        assert_eq!(report, check(&found, &base, &head, &own, &[]), "{code} gives the same twice");
        assert_eq!(report.diagnostics, [], "{code}");
        for finding in findings_of(&report, code) {
            let change = finding
                .change
                .index
                .and_then(|index| found.changes.get(index))
                .expect("a change of the diff");
            assert_eq!((&change.code, &change.path), (&finding.change.code, &finding.change.path), "{code}");
            assert!(!finding.dialects.is_empty() && !finding.message.ends_with('.'), "{finding:?}");
            assert!(!finding.recipe.is_empty(), "{code} says what to do instead");
            for step in &finding.recipe {
                let text = format!("{} {}", step.text, step.sql.as_deref().unwrap_or_default());
                assert!(!text.contains('{'), "{code} leaves a name out: {text}");
            }
        }
    }
}

#[test]
fn nothing_changes_and_nothing_is_found() {
    let document = edited(same);
    assert_eq!(crate::make::report(&document, &document, &RulesConfig::default()).findings, []);
}

#[test]
fn every_rule_has_a_case() {
    let seen = all().iter().map(|case| case.code).collect::<Vec<_>>();
    let tried: BTreeSet<&str> =
        seen.into_iter().chain(crate::external::CODES).chain(crate::external::STATED).collect();
    let tried: BTreeSet<&str> =
        tried.into_iter().chain(crate::steps::CODES).chain(crate::steps::OF_HISTORIES).collect();
    let rules: BTreeSet<&str> = rules().iter().map(|rule| rule.code).collect();
    assert_eq!(tried, rules);
}
