//! What is found in the statements of version files, and what is harmless because of how it is carried out.

use std::collections::BTreeSet;

use belljar_rules::{
    Database, RulesConfig,
    steps::{Judge, Step, merged},
};
use belljar_schema::{Document, Place};

use crate::make::{
    Edit, check_of, column, defaulted, document, email, id, index, key, orders, required, same, table, ty_of,
    unique, users,
};

/// The rules on statements, each of which has a row below.
pub(crate) const CODES: [&str; 14] = [
    "BJ030", "BJ031", "BJ032", "BJ033", "BJ034", "BJ035", "BJ036", "BJ037", "BJ038", "BJ039", "BJ040",
    "BJ041", "BJ042", "BJ043",
];

/// The rules on the order of versions, which `belljar-check` states.
pub(crate) const OF_HISTORIES: [&str; 10] =
    ["BJ020", "BJ021", "BJ022", "BJ023", "BJ024", "BJ025", "BJ026", "BJ027", "BJ045", "BJ046"];

/// A statement: what it is, how it is carried out, the table that it is about, and what it changes.
#[derive(Clone, Copy)]
struct Op {
    kind: &'static str,
    table: &'static str,
    name: &'static str,
    text: &'static str,
    flags: &'static str,
    edit: Edit,
}

fn op(kind: &'static str, table: &'static str, name: &'static str, edit: Edit) -> Op {
    Op { kind, table, name, text: "", flags: "", edit }
}

fn sql(text: &'static str, table: &'static str, edit: Edit) -> Op {
    Op { kind: "statement", table, name: "", text, flags: "", edit }
}

/// A statement that changes nothing that is recorded.
fn run(text: &'static str) -> Op {
    sql(text, "", same)
}

/// One that is not applied to the recorded schema.
fn unapplied(text: &'static str) -> Op {
    run(text).with("doubt")
}

impl Op {
    const fn with(mut self, flags: &'static str) -> Self {
        self.flags = flags;
        self
    }
}

/// The tables of a document with these names.
fn about(document: &Document, tables: &str) -> Document {
    let mut own = document.clone();
    own.tables.retain(|table| tables.split(' ').any(|name| name == table.name));
    own
}

/// The findings of each statement of some versions: `1: BJ401 BJ402; 3: BJ101`, lines counted over all of them.
fn found(versions: &[&[Op]], database: Database, config: &RulesConfig) -> String {
    let mut judge = Judge::new(config, database);
    let (mut now, mut lines, mut line) = (document(), Vec::new(), 0);
    for version in versions {
        let mut kept: Vec<(Op, BTreeSet<String>, Place, Document, Document)> = Vec::new();
        for op in *version {
            line += 1;
            let before = about(&now, op.table);
            (op.edit)(&mut now);
            let after = about(&now, op.table);
            let flags = op.flags.split(' ').filter(|flag| !flag.is_empty()).map(str::to_owned).collect();
            kept.push((*op, flags, Place { path: "v.py".to_owned(), line }, before, after));
        }
        let given = |text: &'static str| (!text.is_empty()).then_some(text);
        let steps: Vec<Step<'_>> = kept
            .iter()
            .map(|(op, flags, place, before, after)| Step {
                kind: op.kind,
                table: given(op.table).filter(|_| op.kind != "statement"),
                name: given(op.name),
                text: given(op.text),
                flags,
                before: before.clone(),
                after: after.clone(),
                place: Some(place),
            })
            .collect();
        for (judgement, step) in judge.version(&steps, true).iter().zip(&steps) {
            for finding in merged(judgement.findings.clone()) {
                let also = finding.also.iter().map(|also| format!("+{}", also.code));
                assert_eq!(finding.place.as_ref(), step.place, "{}", finding.code);
                assert_eq!(finding.dialects, [database], "{}", finding.code);
                let line = finding.place.as_ref().map_or(0, |place| place.line);
                lines.push((line, std::iter::once(finding.code.clone()).chain(also).collect::<String>()));
            }
        }
    }
    lines.sort();
    lines.iter().map(|(line, codes)| format!("{line}: {codes}")).collect::<Vec<_>>().join("; ")
}

/// Rules that this file is not about.
fn config() -> RulesConfig {
    let ignored = ["BJ314", "BJ8", "BJ9", "BJ310", "BJ311", "BJ503"];
    let ignore =
        ignored.iter().map(|text| belljar_rules::parse_selector(text).expect("a selector")).collect();
    RulesConfig { ignore, ..RulesConfig::default() }
}

#[track_caller]
fn check(name: &str, ops: &[Op], expected: &str) {
    check_on(Database::Postgresql, name, &[ops], expected);
}

#[track_caller]
fn check_on(database: Database, name: &str, versions: &[&[Op]], expected: &str) {
    assert_eq!(found(versions, database, &config()), expected, "{name}");
}

const ADD_AGE: Edit = |d| users(d).columns.push(column("age", "INTEGER"));
const ADD_REQUIRED: Edit = |d| users(d).columns.push(required("age", "INTEGER"));
const ADD_DEFAULTED: Edit =
    |d| users(d).columns.push(belljar_schema::Column { nullable: false, ..defaulted("age", "INTEGER", "0") });
const REQUIRE_AGE: Edit = |d| {
    if let Some(age) = users(d).columns.iter_mut().find(|one| one.name == "age") {
        age.nullable = false;
    }
};
const LOSE_DEFAULT: Edit = |d| {
    if let Some(age) = users(d).columns.iter_mut().find(|one| one.name == "age") {
        age.server_default = None;
    }
};
const ADD_INDEX: Edit = |d| users(d).indexes.push(index("ix", &["email"]));
const ADD_AGE_INDEX: Edit = |d| users(d).indexes.push(index("ix", &["age"]));
const ADD_KEY: Edit = |d| orders(d).foreign_keys.push(key("fk", &["user_id"], &["users.id"]));
const ADD_CHECK: Edit = |d| users(d).checks.push(check_of("ck", "length(name) > 0"));
const ADD_UNIQUE: Edit = |d| users(d).unique.push(unique("uq", &["email"]));
const ADD_TABLE: Edit = |d| d.tables.push(table("posts", vec![id(), column("a", "BIGINT")]));
const INDEX_POSTS: Edit = |d| crate::make::find(d, "posts").indexes.push(index("ix_posts", &["a"]));

#[test]
fn indexes() {
    let build = |flags| op("create_index", "users", "ix", ADD_INDEX).with(flags);
    check("plain", &[build("")], "1: BJ401");
    check("concurrently", &[build("autocommit concurrently")], "");
    check("in a transaction", &[build("concurrently")], "1: BJ030");
    check(
        "of a new table",
        &[op("create_table", "posts", "", ADD_TABLE), op("create_index", "posts", "ix_posts", INDEX_POSTS)],
        "",
    );
    let text = sql("CREATE INDEX CONCURRENTLY ix ON users (email)", "users", ADD_INDEX);
    check("as text", &[text.with("autocommit")], "");
    check("as text, in a transaction", &[text], "1: BJ030");
    check("plain as text", &[sql("CREATE INDEX ix ON users (email)", "users", ADD_INDEX)], "1: BJ401");
    check("of an expression", &[unapplied("CREATE INDEX ix ON users (lower(email))")], "1: BJ401");
    check(
        "after a lock",
        &[op("add_column", "users", "age", ADD_AGE), op("create_index", "users", "ix", ADD_AGE_INDEX)],
        "2: BJ401+BJ031",
    );
    check_on(Database::Sqlite, "SQLite", &[&[build("")]], "");
    check(
        "dropped",
        &[build("autocommit concurrently"), op("drop_index", "users", "ix", |d| users(d).indexes.clear())],
        "2: BJ402",
    );
    check(
        "dropped concurrently",
        &[
            build("autocommit concurrently"),
            op("drop_index", "users", "ix", |d| users(d).indexes.clear()).with("autocommit concurrently"),
        ],
        "",
    );
    check(
        "again",
        &[run("REINDEX TABLE users"), run("REINDEX TABLE CONCURRENTLY users").with("autocommit")],
        "1: BJ036",
    );
}

/// A statement fills in a column only if it can reach rows without a value.
#[test]
fn what_fills_in_a_column() {
    let add = op("add_column", "users", "age", ADD_AGE);
    let require = op("alter_column", "users", "age", REQUIRE_AGE);
    let is_filled = |text: &'static str| {
        let (config, versions): (_, [&[Op]; 1]) = (RulesConfig::default(), [&[add, run(text), require]]);
        let found = found(&versions, Database::Postgresql, &config);
        (!found.contains("BJ204"), found)
    };
    for text in [
        "UPDATE users SET age = 1",
        "UPDATE users SET age = id",
        "UPDATE users AS u SET age = 1 WHERE u.age IS NULL",
        "UPDATE users SET name = 'x', age = 1 WHERE (age IS NULL)",
        "UPDATE users SET age = 1 WHERE NOT (age IS NOT NULL)",
        "UPDATE users SET age = 1 WHERE age IS NULL AND id BETWEEN 1 AND 100",
        "UPDATE users SET age = 1 WHERE age = 0 OR age IS NULL",
        "UPDATE users SET age = 1 WHERE COALESCE(age, 0) = 0",
        "UPDATE users SET age = 1 WHERE age IS NOT DISTINCT FROM NULL",
        "UPDATE users SET age = 1 WHERE name = 'x' AND 1 = 1 AND TRUE",
        "UPDATE users SET age = (SELECT id FROM posts LIMIT 1)",
        "UPDATE users SET (name, age) = ('x', 1)",
    ] {
        let (filled, found) = is_filled(text);
        assert!(filled, "{text}: {found}");
    }
    for text in [
        "UPDATE users SET name = 'x'",
        "UPDATE posts SET age = 1",
        "UPDATE users SET age = NULL",
        "UPDATE users SET age = CAST(NULL AS INTEGER)",
        "UPDATE users SET age = 1 WHERE age IS NOT NULL",
        "UPDATE users SET age = 1 WHERE NOT age IS NULL",
        "UPDATE users SET age = 1 WHERE age = 2",
        "UPDATE users SET age = 1 WHERE NOT (age = 2)",
        "UPDATE users SET age = 1 WHERE users.age <> 2 AND name = 'x'",
        "UPDATE users SET age = 1 WHERE age IN (1, 2)",
        "UPDATE users SET age = 1 WHERE age NOT IN (1, 2)",
        "UPDATE users SET age = 1 WHERE age BETWEEN 1 AND 2 OR age > 3",
        "UPDATE users SET age = 1 WHERE CAST(age AS TEXT) LIKE '%'",
        "UPDATE users SET age = 1 WHERE age IS NOT DISTINCT FROM 1",
        "UPDATE users SET age = 1 WHERE age IS NULL AND 1 = 0",
        "UPDATE users SET age = 1 WHERE 'a' = 'b'",
        "UPDATE users SET age = 1 WHERE 2 < 1.5",
        "UPDATE users SET age = 1 WHERE FALSE",
        "UPDATE users SET age = 1 WHERE NULL",
        "UPDATE users SET age = 1 WHERE NOT TRUE OR 1 IS NULL",
        "UPDATE users SET age = 1 WHERE )(",
        "UPDATE ONLY users SET age = 1",
        "-- UPDATE users SET age = 1",
    ] {
        let (filled, found) = is_filled(text);
        assert!(!filled, "{text}: {found}");
    }
}

/// A batch leaves rows without a value, unless a loop goes on until there are none.
#[test]
fn a_batch_fills_in_a_column_if_it_is_repeated() {
    let add = op("add_column", "users", "age", ADD_AGE);
    let require = op("alter_column", "users", "age", REQUIRE_AGE);
    for (text, database) in [
        ("UPDATE users SET age = 1 WHERE age IS NULL LIMIT 1000", Database::Mysql),
        (
            "UPDATE users SET age = 1 WHERE id IN (SELECT id FROM users WHERE age IS NULL LIMIT 10)",
            Database::Postgresql,
        ),
        (
            "UPDATE users SET age = 1 WHERE ctid = ANY(ARRAY(SELECT ctid FROM users WHERE age IS NULL FETCH FIRST 10 ROWS ONLY))",
            Database::Postgresql,
        ),
        (
            "UPDATE users SET age = 1 FROM (SELECT id FROM users WHERE age IS NULL LIMIT 10) AS b WHERE users.id = b.id",
            Database::Postgresql,
        ),
    ] {
        let config = RulesConfig::default();
        let found = |update: Op| found(&[&[add, update, require]], database, &config);
        assert!(found(run(text)).contains("BJ204"), "{text}: {}", found(run(text)));
        let repeated = found(run(text).with("repeated"));
        assert!(!repeated.contains("BJ204"), "{text}: {repeated}");
    }
    let other = run("UPDATE users SET age = 1 WHERE age IS NOT NULL LIMIT 10").with("repeated");
    check_on(Database::Mysql, "of the others", &[&[add, other, require]], "3: BJ204");
}

#[test]
fn required_columns() {
    let add = op("add_column", "users", "age", ADD_AGE);
    let require = op("alter_column", "users", "age", REQUIRE_AGE);
    let fill = run("UPDATE users SET age = 1 WHERE age IS NULL");
    let batch = run("UPDATE users SET age = 1 WHERE id BETWEEN 1 AND 1000");
    check("at once", &[op("add_column", "users", "age", ADD_REQUIRED)], "1: BJ203");
    check("with a default", &[op("add_column", "users", "age", ADD_DEFAULTED)], "");
    check(
        "with a default for the moment",
        &[op("add_column", "users", "age", ADD_DEFAULTED), op("alter_column", "users", "age", LOSE_DEFAULT)],
        "2: BJ306",
    );
    check("without values", &[add, require], "2: BJ204+BJ406");
    check("in one transaction", &[add, fill, require], "2: BJ032+BJ031; 3: BJ406");
    check("in batches", &[add, batch, require], "3: BJ406");
    check_on(
        Database::Postgresql,
        "over versions",
        &[&[add], &[batch.with("autocommit")], &[require]],
        "3: BJ406",
    );
    check_on(Database::Sqlite, "SQLite", &[&[add, fill, require.with("batch recreates")]], "");
    check(
        "as text",
        &[sql("ALTER TABLE users ADD COLUMN age INTEGER NOT NULL", "users", ADD_REQUIRED)],
        "1: BJ203",
    );
    check(
        "not applied",
        &[unapplied("ALTER TABLE users ADD COLUMN p point NOT NULL, ALTER COLUMN name SET NOT NULL")],
        "1: BJ203; 1: BJ204",
    );
    check(
        "with a check",
        &[
            op("create_check_constraint", "users", "ck", |d| {
                users(d).checks.push(check_of("ck", "name IS NOT NULL"));
            })
            .with("not-valid"),
            run("ALTER TABLE users VALIDATE CONSTRAINT ck").with("autocommit"),
            op("alter_column", "users", "name", |d| {
                users(d)
                    .columns
                    .iter_mut()
                    .filter(|one| one.name == "name")
                    .for_each(|one| one.nullable = false);
            }),
        ],
        "",
    );
}

/// What is dropped and made again in another form is not lost.
#[test]
fn what_is_replaced() {
    let add = op("create_foreign_key", "orders", "fk", ADD_KEY);
    let drop = op("drop_constraint", "orders", "fk", |d| orders(d).foreign_keys.clear());
    let cascade = op("create_foreign_key", "orders", "fk", |d| {
        let mut made = key("fk", &["user_id"], &["users.id"]);
        made.ondelete = Some("CASCADE".to_owned());
        orders(d).foreign_keys.push(made);
    });
    let on = |versions: &[&[Op]], expected| check_on(Database::Postgresql, "", versions, expected);
    on(&[&[add], &[drop, cascade]], "1: BJ208+BJ408; 3: BJ408");
    on(&[&[add], &[drop]], "1: BJ208+BJ408; 2: BJ105");
    on(&[&[add], &[drop], &[cascade]], "1: BJ208+BJ408; 2: BJ105; 3: BJ208+BJ408");
    let clean = run("DELETE FROM users WHERE email = ''");
    check(
        "rows that are removed first",
        &[clean, op("create_unique_constraint", "users", "uq", ADD_UNIQUE)],
        "2: BJ403+BJ201",
    );
    let convert = op("alter_column", "users", "email", |d| email(d).ty = ty_of("INTEGER"));
    check("a conversion", &[convert.with("using")], "1: BJ404");
}

/// A check that is not validated proves nothing about the rows that are there.
#[test]
fn checks_that_are_not_validated() {
    let add = op("create_check_constraint", "users", "ck", |d| {
        users(d).checks.push(check_of("ck", "name IS NOT NULL"));
    });
    let validate = run("ALTER TABLE users VALIDATE CONSTRAINT ck");
    let require = op("alter_column", "users", "name", |d| {
        users(d).columns.iter_mut().filter(|one| one.name == "name").for_each(|one| one.nullable = false);
    });
    let on = |versions: &[&[Op]], expected| check_on(Database::Postgresql, "", versions, expected);
    on(&[&[add.with("not-valid")], &[require]], "2: BJ204+BJ406");
    on(&[&[add.with("not-valid")], &[validate], &[require]], "");
    on(&[&[add.with("not-valid")], &[op("add_column", "users", "age", ADD_AGE)]], "");
    let text = sql("ALTER TABLE users ADD CONSTRAINT ck CHECK (name IS NOT NULL) NOT VALID", "users", |d| {
        users(d).checks.push(check_of("ck", "name IS NOT NULL"));
    });
    on(&[&[text], &[require]], "2: BJ204+BJ406");
}

/// Rows that a version reads are not known, nor what it does with them.
#[test]
fn rows_that_are_read() {
    let (add, require) =
        (op("add_column", "users", "age", ADD_AGE), op("alter_column", "users", "age", REQUIRE_AGE));
    let question = op("question", "", "", same);
    let judge_of = |ops: &[Op]| {
        found(
            &[ops],
            Database::Postgresql,
            &RulesConfig { doubtful: belljar_rules::Severity::Note, ..config() },
        )
    };
    assert_eq!(judge_of(&[add, require]), "2: BJ204+BJ406");
    assert_eq!(judge_of(&[add, question, require]), "3: BJ406+BJ204", "a note does not lead");
    check("unique", &[question, op("create_unique_constraint", "users", "uq", ADD_UNIQUE)], "2: BJ403+BJ201");
    check("required at once", &[question, op("add_column", "users", "age", ADD_REQUIRED)], "2: BJ203");
}

/// What a statement leaves to a later one of its version is not missing.
#[test]
fn tables_as_a_version_leaves_them() {
    let design = |code: &str| RulesConfig {
        select: vec![belljar_rules::parse_selector(code).expect("a rule")],
        ..RulesConfig::default()
    };
    let create = op("create_table", "posts", "", |d| {
        let mut posts = table("posts", vec![id(), column("a", "BIGINT")]);
        posts.foreign_keys.push(key("fk", &["a"], &["users.id"]));
        d.tables.push(posts);
    });
    let build = op("create_index", "posts", "ix_posts", INDEX_POSTS);
    let drop = op("drop_table", "posts", "", |d| d.tables.retain(|one| one.name != "posts"));
    let pg = Database::Postgresql;
    assert_eq!(found(&[&[create]], pg, &design("BJ901")), "1: BJ901");
    assert_eq!(found(&[&[create, build]], pg, &design("BJ901")), "");
    assert_eq!(found(&[&[create], &[build]], pg, &design("BJ901")), "1: BJ901");
    assert_eq!(found(&[&[create, drop]], pg, &design("BJ901")), "");
}

#[test]
fn constraints() {
    let fk = |flags| op("create_foreign_key", "orders", "fk", ADD_KEY).with(flags);
    check("a key", &[fk("")], "1: BJ208+BJ408");
    check("a key, not valid", &[fk("not-valid")], "");
    check(
        "validated in the same transaction",
        &[fk("not-valid"), run("ALTER TABLE orders VALIDATE CONSTRAINT fk")],
        "2: BJ033",
    );
    check(
        "validated after it",
        &[fk("not-valid"), run("ALTER TABLE orders VALIDATE CONSTRAINT fk").with("autocommit")],
        "",
    );
    let text = sql(
        "ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID",
        "orders",
        ADD_KEY,
    );
    check("a key as text", &[text, run("ALTER TABLE orders VALIDATE CONSTRAINT fk")], "2: BJ033");
    check("a check", &[op("create_check_constraint", "users", "ck", ADD_CHECK)], "1: BJ207+BJ407");
    check(
        "a check, not valid",
        &[op("create_check_constraint", "users", "ck", ADD_CHECK).with("not-valid")],
        "",
    );
    check("unique", &[op("create_unique_constraint", "users", "uq", ADD_UNIQUE)], "1: BJ201+BJ403");
    check(
        "unique, from an index",
        &[sql("ALTER TABLE users ADD CONSTRAINT uq UNIQUE USING INDEX ix", "users", ADD_UNIQUE)],
        "",
    );
    check(
        "a new column with a key",
        &[
            op("add_column", "orders", "owner_id", |d| orders(d).columns.push(column("owner_id", "BIGINT"))),
            op("create_foreign_key", "orders", "fk", |d| {
                orders(d).foreign_keys.push(key("fk", &["owner_id"], &["users.id"]));
            }),
        ],
        "",
    );
    check(
        "a new unique column",
        &[
            op("add_column", "users", "age", ADD_AGE),
            op("create_unique_constraint", "users", "uq", |d| {
                users(d).unique.push(unique("uq", &["age"]));
            }),
        ],
        "2: BJ403",
    );
    check(
        "not applied",
        &[unapplied("ALTER TABLE users ADD CONSTRAINT c CHECK (a ~ 'x'), ADD UNIQUE (a)")],
        "1: BJ403; 1: BJ407",
    );
}

#[test]
fn losses_and_names() {
    let drop = op("drop_column", "users", "name", |d| users(d).columns.retain(|one| one.name != "name"));
    check("a column", &[drop], "1: BJ102");
    check(
        "a table",
        &[op("drop_table", "orders", "", |d| d.tables.retain(|one| one.name != "orders"))],
        "1: BJ101",
    );
    check(
        "a column of this version",
        &[
            op("add_column", "users", "age", ADD_AGE),
            op("drop_column", "users", "age", |d| {
                users(d).columns.retain(|one| one.name != "age");
            }),
        ],
        "",
    );
    check(
        "a table of this version",
        &[
            op("create_table", "posts", "", ADD_TABLE),
            op("drop_table", "posts", "", |d| {
                d.tables.retain(|one| one.name != "posts");
            }),
        ],
        "",
    );
    check(
        "a column gets a name",
        &[op("alter_column", "users", "email", |d| email(d).name = "mail".to_owned())],
        "1: BJ303",
    );
    check(
        "a table gets a name",
        &[op("rename_table", "users people", "people", |d| users(d).name = "people".to_owned())],
        "1: BJ301",
    );
    check(
        "a type",
        &[op("alter_column", "users", "email", |d| email(d).ty = ty_of("INTEGER"))],
        "1: BJ206+BJ404",
    );
    check(
        "a wider type",
        &[op("alter_column", "users", "email", |d| email(d).ty = ty_of("VARCHAR(60)"))],
        "",
    );
    check("with all that depends on it", &[run("DROP VIEW v CASCADE"), run("DROP VIEW v")], "1: BJ037");
    check("a database", &[run("DROP DATABASE x"), run("ALTER ROLE x SET a = 1")], "1: BJ038; 2: BJ038");
}

#[test]
fn rows() {
    check("all of them", &[run("UPDATE users SET name = 'x'")], "1: BJ032");
    check(
        "some",
        &[run("UPDATE users SET name = 'x' WHERE id < 5"), run("DELETE FROM users WHERE name = 'y'")],
        "",
    );
    check(
        "a batch",
        &[run("UPDATE users SET name = '' WHERE id IN (SELECT id FROM users WHERE name IS NULL LIMIT 100)")],
        "",
    );
    check(
        "by a join",
        &[run("UPDATE users SET name = o.total FROM orders o WHERE o.user_id = users.id")],
        "1: BJ032",
    );
    check(
        "removed",
        &[run("DELETE FROM users"), run("TRUNCATE users"), run("TRUNCATE TABLE users CASCADE")],
        "1: BJ035+BJ032; 2: BJ035; 3: BJ035",
    );
    check(
        "of a new table",
        &[
            op("create_table", "posts", "", ADD_TABLE),
            run("UPDATE posts SET a = 1"),
            run("INSERT INTO posts SELECT 1"),
        ],
        "",
    );
    check(
        "after a lock",
        &[op("add_column", "users", "age", ADD_AGE), run("UPDATE users SET age = 1")],
        "2: BJ032+BJ031",
    );
    check(
        "of another table",
        &[op("add_column", "users", "age", ADD_AGE), run("INSERT INTO orders SELECT 1")],
        "",
    );
    check(
        "after the transaction",
        &[op("add_column", "users", "age", ADD_AGE), run("UPDATE users SET age = 1").with("autocommit")],
        "2: BJ032",
    );
    check_on(
        Database::Mysql,
        "MySQL",
        &[&[op("add_column", "users", "age", ADD_AGE), run("UPDATE users SET age = 1")]],
        "2: BJ032",
    );
}

#[test]
fn commands() {
    for (text, expected) in [
        ("COMMIT", "1: BJ034"),
        ("BEGIN", "1: BJ034"),
        ("ROLLBACK TO SAVEPOINT x", ""),
        ("VACUUM FULL users", "1: BJ036"),
        ("VACUUM (FULL, ANALYZE) users", "1: BJ036"),
        ("VACUUM users", ""),
        ("CLUSTER users USING ix", "1: BJ036"),
        ("LOCK TABLE users IN ACCESS EXCLUSIVE MODE", "1: BJ036"),
        ("REFRESH MATERIALIZED VIEW v", "1: BJ036"),
        ("REFRESH MATERIALIZED VIEW CONCURRENTLY v", ""),
        ("SET session_replication_role = replica", "1: BJ041"),
        ("SET session_replication_role = DEFAULT", ""),
        ("SET lock_timeout = '2s'", ""),
        ("CREATE EXTENSION IF NOT EXISTS pg_trgm", ""),
        (
            "CREATE FUNCTION f() RETURNS int AS $$ BEGIN DROP TABLE x CASCADE; COMMIT; END $$ LANGUAGE plpgsql",
            "",
        ),
        ("INSERT INTO notes VALUES ('DROP TABLE users CASCADE; VACUUM FULL')", ""),
        ("COMMENT ON TABLE users IS 'CREATE INDEX CONCURRENTLY'", ""),
        ("", ""),
        ("\u{0}'unfinished", ""),
    ] {
        check(text, &[run(text)], expected);
    }
    check_on(
        Database::Mysql,
        "MySQL",
        &[&[run("ALTER TABLE users ADD INDEX a (name), ALGORITHM=COPY, LOCK=NONE")]],
        "1: BJ042",
    );
    check_on(
        Database::Mysql,
        "MySQL",
        &[&[run("SET FOREIGN_KEY_CHECKS = 0"), run("SET FOREIGN_KEY_CHECKS = 1")]],
        "1: BJ041",
    );
}

#[test]
fn values_of_enumerations() {
    let add = run("ALTER TYPE status ADD VALUE IF NOT EXISTS 'paused'");
    let used = run("UPDATE users SET name = 'paused' WHERE id = 1");
    check("in one transaction", &[add, used], "2: BJ039");
    check("after it", &[add.with("autocommit"), used], "");
    check("another value", &[add, run("UPDATE users SET name = 'on' WHERE id = 1")], "");
    check_on(Database::Postgresql, "another version", &[&[add], &[used]], "");
}

#[test]
fn rules_that_are_off() {
    let of = |name: &str| RulesConfig {
        select: vec![belljar_rules::parse_selector(name).expect("a rule")],
        ..RulesConfig::default()
    };
    let add = op("add_column", "users", "age", ADD_AGE);
    let pg = Database::Postgresql;
    assert_eq!(found(&[&[add]], pg, &of("BJ040")), "1: BJ040");
    assert_eq!(found(&[&[run("SET lock_timeout = '1s'"), add]], pg, &of("BJ040")), "");
    let build = op("create_index", "users", "ix", ADD_INDEX);
    assert_eq!(found(&[&[build.with("autocommit concurrently")]], pg, &of("BJ043")), "1: BJ043");
    assert_eq!(found(&[&[build.with("autocommit concurrently repeatable")]], pg, &of("BJ043")), "");
    assert_eq!(found(&[&[build]], pg, &of("BJ401")), "1: BJ401");
    assert_eq!(found(&[&[build]], pg, &of("BJ402")), "");
    let mut scoped = RulesConfig::default();
    let rule =
        belljar_rules::RuleConfig { except: vec!["v.py".to_owned()], ..belljar_rules::RuleConfig::default() };
    scoped.rules.insert("BJ401".to_owned(), rule);
    assert_eq!(found(&[&[build]], pg, &scoped), "");
}

/// What a name or a text says is quoted, and never ends a quote.
#[test]
fn hostile_texts() {
    let mut judge_config = config();
    judge_config.ignore.clear();
    for text in
        ["ALTER TYPE a ADD VALUE '`**x**`'", "UPDATE \"`**x`\" SET a = 1", "DELETE FROM \"a\nb::error::\""]
    {
        let used = run("UPDATE users SET name = '`**x**`' WHERE id = 1");
        found(&[&[run(text), used]], Database::Postgresql, &judge_config);
    }
    let deep = format!("UPDATE users SET name = {}1{}", "(".repeat(9_000), ")".repeat(9_000));
    let long = format!("UPDATE users SET name = '{}'", "x".repeat(50_000));
    for text in [deep, long] {
        found(&[&[run(Box::leak(text.into_boxed_str()))]], Database::Postgresql, &judge_config);
    }
}
