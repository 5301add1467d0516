//! Changes that are much alike: which of them a rule is about, and in which databases.

use std::collections::BTreeMap;

use belljar_rules::{
    Database, RulesConfig,
    Severity::{Note, Warning},
    check,
};
use belljar_schema::{Column, Computed, Document, Identity, Index, IndexElement, ObjectKind};

use crate::make::{
    Edit, check_of, column, compare, document, edited, email, exclude, index, key, named, object, orders,
    same, sequence, ty_of, unique, users, view,
};

/// For each code the databases for which it is reported.
fn found(base: Edit, head: Edit) -> BTreeMap<String, Vec<Database>> {
    databases_by_code(&edited(base), &edited(head))
}

fn databases_by_code(base: &Document, head: &Document) -> BTreeMap<String, Vec<Database>> {
    let dialects = vec![Database::Postgresql, Database::Mysql, Database::Mariadb, Database::Sqlite];
    let config = RulesConfig { dialects, ..RulesConfig::default() };
    let report = check(&compare(base, head, &[]), base, head, &config, &[]);
    let mut found: BTreeMap<String, Vec<Database>> = BTreeMap::new();
    for finding in report.findings {
        found.entry(finding.code).or_default().extend(finding.dialects);
    }
    for dialects in found.values_mut() {
        dialects.sort_unstable();
        dialects.dedup();
    }
    found
}

/// What a unique key is, and what it was, beside each other: each with whether rows may be in the way.
#[test]
fn rows_are_in_the_way_of_what_was_not_unique() {
    type Make = fn(&mut Document);
    let (a, b, ab, ba): (Make, Make, Make, Make) = (
        |d| users(d).unique.push(unique("uq", &["email"])),
        |d| users(d).unique.push(unique("uq", &["name"])),
        |d| users(d).unique.push(unique("uq", &["email", "name"])),
        |d| users(d).unique.push(unique("uq", &["name", "email"])),
    );
    let index_a: Make = |d| users(d).indexes.push(unique_index(&["email"], &[]));
    let index_ab: Make = |d| users(d).indexes.push(unique_index(&["email", "name"], &[]));
    let some_a: Make = |d| users(d).indexes.push(unique_index(&["email"], &[("postgresql_where", "id > 5")]));
    let fewer_a: Make =
        |d| users(d).indexes.push(unique_index(&["email"], &[("postgresql_where", "id > 9")]));
    let no_nulls: Make =
        |d| users(d).indexes.push(unique_index(&["email"], &[("postgresql_nulls_not_distinct", "True")]));
    let lower_a: Make = |d| {
        let mut own = unique_index(&["email"], &[]);
        own.elements = vec![IndexElement { column: None, sql: "lower(email)".to_owned() }];
        users(d).indexes.push(own);
    };
    let sorted_a: Make = |d| {
        let mut own = unique_index(&["email"], &[]);
        own.elements = vec![IndexElement { column: None, sql: "email DESC NULLS LAST".to_owned() }];
        users(d).indexes.push(own);
    };
    let narrower_a: Make = |d| {
        let own = unique_index(&["email"], &[("postgresql_where", "id > 5 AND name IS NULL")]);
        users(d).indexes.push(own);
    };
    let wider_a: Make = |d| {
        let own = unique_index(&["email"], &[("postgresql_where", "id > 5 OR name IS NULL")]);
        users(d).indexes.push(own);
    };
    let not_x: Make =
        |d| users(d).indexes.push(unique_index(&["email"], &[("postgresql_where", "name <> 'x'")]));
    let is_y: Make =
        |d| users(d).indexes.push(unique_index(&["email"], &[("postgresql_where", "name = 'y'")]));
    let shown: [(&str, Make, Make, bool); 25] = [
        ("a value and all but another one", not_x, is_y, false),
        ("all but a value and another one", is_y, not_x, true),
        ("another order", index_a, sorted_a, false),
        ("no order", sorted_a, index_a, false),
        ("a condition and another one", some_a, narrower_a, false),
        ("a condition or another one", some_a, wider_a, true),
        ("(a,b) to (b,a)", ab, ba, false),
        ("(a) to (a,b)", a, ab, false),
        ("(a) to (b,a)", a, ba, false),
        ("an index to a constraint", index_a, a, false),
        ("a constraint to an index", a, index_a, false),
        ("an index to a wider constraint", index_a, ab, false),
        ("an index of all rows to one of some", index_a, some_a, false),
        ("an index of two to one of all that has less", index_ab, index_a, true),
        ("(a,b) to (a)", ab, a, true),
        ("(a) to (b)", a, b, true),
        ("an index of some rows to one of all", some_a, index_a, true),
        ("an index of some rows to one of others", some_a, fewer_a, true),
        ("an index of some rows to a constraint", some_a, a, true),
        ("nulls count", index_a, no_nulls, true),
        ("nulls no longer count", no_nulls, index_a, false),
        ("a column to an expression", index_a, lower_a, true),
        ("an expression to a column", lower_a, index_a, true),
        ("nothing to a constraint", same, a, true),
        ("nothing to an index", same, some_a, true),
    ];
    for (what, base, head, expected) in shown {
        let (mut old, mut new) = (document(), document());
        base(&mut old);
        head(&mut new);
        assert_eq!(databases_by_code(&old, &new).contains_key("BJ201"), expected, "{what}");
    }
    // The key of the table keeps apart whatever it is a part of; another collation compares otherwise.
    let with_key: Make = |d| users(d).unique.push(unique("uq", &["id", "name"]));
    assert!(!databases_by_code(&document(), &edited(with_key)).contains_key("BJ201"));
    let mut other = edited(ab);
    email(&mut other).ty = ty_of("CITEXT");
    assert!(databases_by_code(&edited(a), &other).contains_key("BJ201"));
    // What can't be null has no nulls that count.
    let (mut old, mut new) = (edited(index_a), edited(no_nulls));
    (email(&mut old).nullable, email(&mut new).nullable) = (false, false);
    assert!(!databases_by_code(&old, &new).contains_key("BJ201"));
}

fn unique_index(columns: &[&str], options: &[(&str, &str)]) -> Index {
    let options = options.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    Index { unique: true, options, ..index("ux", columns) }
}

/// What stays apart under another key is no loss of the same gravity.
#[test]
fn a_constraint_that_another_takes_the_place_of() {
    let base: Edit = |d| users(d).unique.push(unique("uq", &["email", "name"]));
    let report = |head: Edit| {
        let (base, head) = (edited(base), edited(head));
        check(&compare(&base, &head, &[]), &base, &head, &RulesConfig::default(), &[])
    };
    let severity = |head: Edit| {
        report(head).findings.into_iter().find(|one| one.code == "BJ105").map(|one| one.severity)
    };
    assert_eq!(severity(same), Some(Warning));
    assert_eq!(severity(|d| users(d).indexes.push(unique_index(&["email"], &[]))), Some(Note));
    let some: Edit = |d| users(d).indexes.push(unique_index(&["email"], &[("postgresql_where", "id > 1")]));
    assert_eq!(severity(some), Some(Warning));
}

const ALL: [Database; 4] = [Database::Postgresql, Database::Mysql, Database::Mariadb, Database::Sqlite];
const PG: [Database; 1] = [Database::Postgresql];
const NOT_PG: [Database; 3] = [Database::Mysql, Database::Mariadb, Database::Sqlite];

fn lower_email() -> Column {
    Column {
        computed: Some(Computed { sql: "lower(email)".to_owned(), persisted: Some(true) }),
        ..column("low", "TEXT")
    }
}

/// What depends on `users.email` on both sides, with the databases that refuse to drop the column, and to change its type.
#[test]
fn what_needs_a_column_as_it_is() {
    let cases: [(&str, Edit, &[Database], &[Database]); 12] = [
        ("nothing", same, &[], &[]),
        (
            "a view",
            |d| d.views.push(view("people", &["email"])),
            &[Database::Postgresql, Database::Sqlite],
            &PG,
        ),
        (
            "a view of all columns",
            |d| d.views.push(view("people", &["*"])),
            &[Database::Postgresql, Database::Sqlite],
            &PG,
        ),
        ("a view of others", |d| d.views.push(view("people", &["name"])), &[], &[]),
        ("a generated column", |d| users(d).columns.push(lower_email()), &ALL, &PG),
        ("a check", |d| users(d).checks.push(check_of("ck", "email <> name")), &NOT_PG, &[]),
        ("a text in a check", |d| users(d).checks.push(check_of("ck", "name <> 'email'")), &[], &[]),
        (
            "a predicate",
            |d| {
                users(d).indexes.push(Index {
                    unique: false,
                    ..unique_index(&["name"], &[("postgresql_where", "email IS NULL")])
                });
            },
            &[Database::Sqlite],
            &[],
        ),
        (
            "an element",
            |d| {
                let mut own = index("ix", &["name"]);
                own.elements = vec![IndexElement { column: None, sql: "lower(email)".to_owned() }];
                users(d).indexes.push(own);
            },
            &NOT_PG,
            &[],
        ),
        (
            "a key that leads to it",
            |d| orders(d).foreign_keys.push(key("fk", &["user_id"], &["users.email"])),
            &ALL,
            &[Database::Mysql, Database::Mariadb],
        ),
        (
            "a policy",
            |d| {
                d.objects.push(object(
                    ObjectKind::Policy,
                    "own",
                    Some("users"),
                    "CREATE POLICY own ON users USING (email = current_user)",
                ));
            },
            &PG,
            &PG,
        ),
        (
            "a policy of another table",
            |d| {
                d.objects.push(object(
                    ObjectKind::Policy,
                    "own",
                    Some("orders"),
                    "CREATE POLICY own ON orders USING (email = current_user)",
                ));
            },
            &[],
            &[],
        ),
    ];
    for (what, edit, in_drop, in_type) in cases {
        let (base, mut dropped, mut other) = (edited(edit), edited(edit), edited(edit));
        users(&mut dropped).columns.retain(|column| column.name != "email");
        email(&mut other).ty = ty_of("TEXT");
        let reported = |head| databases_by_code(&base, head).remove("BJ213").unwrap_or_default();
        assert_eq!(reported(&dropped), in_drop, "{what}, dropped");
        assert_eq!(reported(&other), in_type, "{what}, of another type");
        // What is dropped in the same change is out of the way.
        let mut alone = document();
        email(&mut alone).ty = ty_of("TEXT");
        assert!(!databases_by_code(&base, &alone).contains_key("BJ213"), "{what}");
    }
}

#[test]
fn a_key_that_loses_its_numbers() {
    let numbers = |d: &mut Document| {
        users(d).columns[0].identity = Some(Identity::default());
    };
    let (with_identity, without) = (edited(numbers), document());
    let servers = [Database::Postgresql, Database::Mysql, Database::Mariadb];
    // SQLAlchemy numbers the key by itself where the identity goes.
    assert!(!databases_by_code(&with_identity, &without).contains_key("BJ316"));
    let off = |d: &mut Document| users(d).columns[0].autoincrement = "false".to_owned();
    let mut plain = document();
    off(&mut plain);
    assert_eq!(databases_by_code(&with_identity, &plain).get("BJ316").map(Vec::as_slice), Some(&servers[..]));
    assert_eq!(databases_by_code(&without, &plain).get("BJ316").map(Vec::as_slice), Some(&servers[..]));
    assert!(!databases_by_code(&plain, &without).contains_key("BJ316"));
    // A second column of the key ends it; a default gives a value too.
    let mut two = document();
    users(&mut two).primary_key.columns.push("name".to_owned());
    assert_eq!(databases_by_code(&without, &two).get("BJ316").map(Vec::as_slice), Some(&servers[..]));
    // MySQL knows no identity.
    numbers(&mut two);
    assert_eq!(databases_by_code(&without, &two).get("BJ316").map(Vec::as_slice), Some(&servers[1..]));
    // Nor is there a number for what is no integer any more.
    let mut text = document();
    users(&mut text).columns[0].ty = ty_of("VARCHAR(36)");
    assert_eq!(databases_by_code(&without, &text).get("BJ316").map(Vec::as_slice), Some(&servers[..]));
    let mut given = document();
    users(&mut given).columns[0].server_default = Some("next_id()".to_owned());
    assert!(!databases_by_code(&without, &given).contains_key("BJ316"));
    // So does a foreign key on it.
    let mut child = document();
    users(&mut child).foreign_keys.push(key("fk", &["id"], &["orders.id"]));
    users(&mut child).columns[0].foreign_keys.push(crate::make::refers("orders.id"));
    assert_eq!(databases_by_code(&without, &child).get("BJ316").map(Vec::as_slice), Some(&servers[..]));
}

#[test]
fn names_that_are_taken() {
    let pg_and_sqlite = [Database::Postgresql, Database::Sqlite];
    let mysqls = [Database::Mysql, Database::Mariadb];
    let cases: [(&str, Edit, &[Database]); 13] = [
        (
            "two indexes of one table",
            |d| users(d).indexes.extend([index("ix", &["email"]), index("ix", &["name"])]),
            &ALL,
        ),
        (
            "indexes of two tables",
            |d| {
                users(d).indexes.push(index("ix", &["email"]));
                orders(d).indexes.push(index("ix", &["total"]));
            },
            &pg_and_sqlite,
        ),
        (
            "indexes of two schemas",
            |d| {
                users(d).indexes.push(index("ix", &["email"]));
                orders(d).indexes.push(index("ix", &["total"]));
                orders(d).schema = Some("app".to_owned());
            },
            &[],
        ),
        (
            "indexes of two databases",
            |d| {
                users(d).indexes.push(index("ix", &["email"]));
                orders(d).indexes.push(index("ix", &["total"]));
                orders(d).metadata = "other.models:Base.metadata".to_owned();
            },
            &[],
        ),
        ("an index and a table", |d| users(d).indexes.push(index("orders", &["email"])), &pg_and_sqlite),
        (
            "an index and a unique constraint of one table",
            |d| {
                users(d).indexes.push(index("x", &["email"]));
                users(d).unique.push(unique("x", &["name"]));
            },
            &[Database::Postgresql, Database::Mysql, Database::Mariadb],
        ),
        (
            "unique constraints of two tables",
            |d| {
                orders(d).unique.push(unique("x", &["total"]));
                users(d).unique.push(unique("x", &["name"]));
            },
            &PG,
        ),
        (
            "foreign keys of two tables",
            |d| {
                orders(d).foreign_keys.push(key("x", &["user_id"], &["users.id"]));
                users(d).foreign_keys.push(key("x", &["id"], &["orders.id"]));
            },
            &mysqls,
        ),
        (
            "a check and a foreign key of one table",
            |d| {
                orders(d).foreign_keys.push(key("x", &["user_id"], &["users.id"]));
                orders(d).checks.push(check_of("x", "total > 0"));
            },
            &PG,
        ),
        (
            "a type and a table",
            |d| {
                d.types.push(belljar_schema::NamedType {
                    metadata: Some(d.tables[0].metadata.clone()),
                    ..named("users", &["a"])
                });
            },
            &PG,
        ),
        (
            "a sequence and an exclusion constraint",
            |d| {
                let mut own = sequence("x", 1);
                own.metadata = Some(d.tables[0].metadata.clone());
                d.sequences.push(own);
                users(d).excludes.push(exclude("x"));
            },
            &PG,
        ),
        (
            "names in another case",
            |d| users(d).indexes.extend([index("ix", &["email"]), index("IX", &["name"])]),
            &NOT_PG,
        ),
        ("other names", |d| users(d).indexes.extend([index("ix", &["email"]), index("iy", &["name"])]), &[]),
    ];
    for (what, edit, expected) in cases {
        let base = || {
            let mut base = document();
            (orders(&mut base).schema, orders(&mut base).metadata) =
                (orders(&mut edited(edit)).schema.clone(), orders(&mut edited(edit)).metadata.clone());
            base
        };
        assert_eq!(
            databases_by_code(&base(), &edited(edit)).remove("BJ805").unwrap_or_default(),
            expected,
            "{what}"
        );
    }
    // What was so before is not reported again.
    let both: Edit = |d| users(d).indexes.extend([index("ix", &["email"]), index("ix", &["name"])]);
    assert!(!found(both, both).contains_key("BJ805"));
}

#[test]
fn partitions() {
    let by = |name: &'static str, text: &'static str| {
        let mut made = document();
        users(&mut made).options.insert(name.to_owned(), text.to_owned());
        made
    };
    let (none, own) = (document(), by("postgresql_partition_by", "RANGE (id)"));
    for (base, head) in [(&none, &own), (&own, &none), (&own, &by("postgresql_partition_by", "HASH (id)"))] {
        assert_eq!(databases_by_code(base, head).get("BJ413").map(Vec::as_slice), Some(&PG[..]));
    }
    let mysqls = databases_by_code(&none, &by("mysql_partition_by", "HASH(id)"));
    assert_eq!(mysqls.get("BJ413").map(Vec::as_slice), Some(&[Database::Mysql, Database::Mariadb][..]));
    assert!(!databases_by_code(&none, &by("mysql_engine", "InnoDB")).contains_key("BJ413"));
    // A new table is as it is.
    let mut new = own.clone();
    new.tables[1].name = "pets".to_owned();
    new.tables.insert(1, none.tables[1].clone());
    assert!(!databases_by_code(&none, &new).contains_key("BJ413"));
}

/// An enumeration with a name in PostgreSQL, a list of values in MySQL, and a text in SQLite.
fn moods(values: &[&str]) -> Document {
    let mut made = document();
    let inline = format!("ENUM('{}')", values.join("','"));
    let values_of = Some(values.iter().map(|value| (*value).to_owned()).collect());
    email(&mut made).ty = belljar_schema::ColumnType {
        enum_values: values_of,
        enum_name: Some("mood".to_owned()),
        postgresql: Some("mood".to_owned()),
        mysql: Some(inline),
        ..ty_of("VARCHAR(9)")
    };
    made.types.push(named("mood", values));
    made
}

/// Each database is reported once for a value that comes or goes.
#[test]
fn a_value_of_an_enumeration() {
    type Told = &'static [(&'static str, &'static [Database])];
    let cases: [(&[&str], &[&str], Told); 2] = [
        (&["sad", "fine"], &["sad", "fine", "happy"], &[("BJ503", &ALL)]),
        (
            &["sad", "fine", "happy"],
            &["sad", "fine"],
            &[
                ("BJ104", &PG),
                ("BJ601", &[Database::Mysql, Database::Mariadb]),
                ("BJ504", &[Database::Sqlite]),
            ],
        ),
    ];
    for (before, after, expected) in cases {
        let (base, head) = (moods(before), moods(after));
        let config = RulesConfig { dialects: ALL.to_vec(), ..RulesConfig::default() };
        let report = check(&compare(&base, &head, &[]), &base, &head, &config, &[]);
        for (code, dialects) in expected {
            let own = report.findings.iter().filter(|finding| finding.code == *code);
            let mut reported: Vec<Database> = own.flat_map(|finding| finding.dialects.clone()).collect();
            reported.sort_unstable();
            assert_eq!(reported, *dialects, "{code}: {:#?}", report.findings);
        }
        let codes: Vec<&str> = expected.iter().map(|(code, _)| *code).collect();
        let others = report.findings.iter().filter(|finding| !codes.contains(&&*finding.code));
        assert_eq!(others.count(), 0, "{:#?}", report.findings);
    }
}
