//! What a change may do so that nothing seems lost, and what is much like it and loses nothing.

use std::collections::BTreeMap;

use belljar_diff::Certainty;
use belljar_rules::{Database, Severity, check};
use belljar_schema::{Document, ObjectKind, Table};

use crate::make::{
    Edit, check_of, compare, config, edited, email, exclude, index, key, object, report, same, unique, users,
    view,
};

/// The databases of the findings of a rule.
fn found_in(code: &str, base: &Document, head: &Document) -> Vec<Database> {
    let report = report(base, head, &config(code));
    let own = report.findings.into_iter().filter(|finding| finding.code == code);
    let mut dialects: Vec<Database> = own.flat_map(|finding| finding.dialects).collect();
    dialects.sort_unstable();
    dialects
}

fn both(code: &str, base: Edit, head: Edit) -> Vec<Database> {
    found_in(code, &edited(base), &edited(head))
}

const ALL: [Database; 4] = [Database::Postgresql, Database::Mysql, Database::Mariadb, Database::Sqlite];

#[test]
fn a_column_declared_as_existing_in_the_database_is_dropped() {
    let system: Edit =
        |document| drop(email(document).options.insert("system".to_owned(), "True".to_owned()));
    let required: Edit = |document| email(document).nullable = false;
    assert_eq!(both("BJ102", same, system), ALL);
    assert_eq!(both("BJ203", system, required), ALL, "it comes to the table");
    assert_eq!(both("BJ102", system, system), []);
    assert_eq!(both("BJ102", system, |document| drop(users(document).columns.remove(1))), []);
}

/// `users` once for each folder; nothing but the folder tells which is which. Those in the first few have lost a column.
fn in_folders(folders: &[&str], lost: usize) -> Document {
    let mut document = edited(same);
    let own = users(&mut document).clone();
    let of = |(position, folder): (usize, &&str)| {
        let mut one = own.clone();
        one.metadata = format!("{folder}!app.models:Base.metadata");
        one.place = crate::make::place(&format!("{folder}/app/models.py"), 10);
        one.columns.retain(|column| position >= lost || column.name != "email");
        one
    };
    document.tables = folders.iter().enumerate().map(of).collect();
    document
}

#[test]
fn a_decoy_does_not_lower_what_is_lost() {
    let in_doubt = |base: &Document, head: &Document| -> Vec<Severity> {
        let report = report(base, head, &config("BJ102"));
        let lost = report.findings.iter().filter(|finding| finding.code == "BJ102");
        let in_doubt = lost.filter(|finding| finding.certainty == Certainty::CannotTell);
        in_doubt.map(|finding| finding.severity).collect()
    };
    let decoy = in_folders(&["a", "b"], 1);
    assert_eq!(in_doubt(&in_folders(&["a"], 0), &decoy), [Severity::Error]);
    let control = in_doubt(&in_folders(&["a", "b"], 0), &in_folders(&["c", "d"], 2));
    assert_eq!(control, [Severity::Warning], "the base has two");
}

type Scope = Option<Vec<String>>;

#[expect(clippy::unnecessary_wraps, reason = "the scope of what every database makes is none")]
fn scope(names: &[&str]) -> Scope {
    Some(names.iter().map(|name| (*name).to_owned()).collect())
}

/// Puts what of a kind is on a table in a scope.
type Put = fn(&mut Table, Scope);

/// What finds that it is gone, what finds that it is new, and how it is put on the table.
fn kinds() -> Vec<(&'static str, &'static str, Put)> {
    vec![
        ("BJ105", "BJ201", |table, scope| {
            let mut one = unique("uq", &["email"]);
            one.dialects = scope;
            table.unique.push(one);
        }),
        ("BJ105", "BJ207", |table, scope| {
            let mut one = check_of("ck", "email <> ''");
            one.dialects = scope;
            table.checks.push(one);
        }),
        ("BJ105", "BJ208", |table, scope| {
            let mut one = key("fk", &["email"], &["orders.id"]);
            one.dialects = scope;
            table.foreign_keys.push(one);
        }),
        ("BJ402", "BJ401", |table, scope| {
            let mut one = index("ix", &["email"]);
            one.dialects = scope;
            table.indexes.push(one);
        }),
        ("BJ106", "BJ210", |table, scope| table.primary_key.dialects = scope),
    ]
}

#[test]
fn what_a_database_no_longer_makes_is_dropped_there() {
    for (gone, new, put) in kinds() {
        let with = |scope: Scope| {
            let mut document = edited(same);
            put(users(&mut document), scope);
            document
        };
        let (everywhere, nowhere, mysql) = (with(None), with(scope(&[])), with(scope(&["mysql", "mssql"])));
        let without_oracle = with(scope(&["postgresql", "mysql", "sqlite", "mssql"]));
        let all = found_in(new, &with(scope(&[])), &everywhere);
        assert!(!all.is_empty(), "{new}");
        assert_eq!(found_in(gone, &everywhere, &nowhere), ALL, "{gone}");
        assert_eq!(found_in(gone, &everywhere, &mysql), [Database::Postgresql, Database::Sqlite], "{gone}");
        let back = found_in(new, &mysql, &everywhere);
        let expected: Vec<Database> =
            all.iter().copied().filter(|one| !matches!(one, Database::Mysql | Database::Mariadb)).collect();
        assert_eq!(back, expected, "{new}");
        for (base, head) in [(&nowhere, &nowhere), (&mysql, &mysql), (&everywhere, &without_oracle)] {
            assert_eq!((found_in(gone, base, head), found_in(new, base, head)), (vec![], vec![]), "{gone}");
        }
    }
    let only = |names: &[&str]| {
        let mut one = exclude("ex");
        one.dialects = scope(names);
        let mut document = edited(same);
        users(&mut document).excludes.push(one);
        document
    };
    let postgresql = only(&["postgresql"]);
    assert_eq!(found_in("BJ105", &postgresql, &only(&[])), [Database::Postgresql]);
    assert_eq!(found_in("BJ209", &only(&[]), &postgresql), [Database::Postgresql]);
}

#[test]
fn what_else_a_database_no_longer_makes() {
    let in_scope = |names: &[&str]| {
        let mut document = edited(same);
        let mut own = view("people", &["id"]);
        own.creation.dialects = names.iter().map(|name| (*name).to_owned()).collect();
        let mut policy = object(ObjectKind::Policy, "own", Some("users"), "CREATE POLICY own ON users");
        policy.creation = own.creation.clone();
        document.views.push(own);
        document.objects.push(policy);
        document
    };
    let (all, nowhere) = (in_scope(&[]), in_scope(&["nope"]));
    for code in ["BJ103", "BJ109"] {
        assert_eq!(found_in(code, &all, &nowhere), ALL, "{code}");
        assert_eq!(found_in(code, &all, &in_scope(&["mysql"])), [Database::Postgresql, Database::Sqlite]);
        assert_eq!(found_in(code, &nowhere, &all), [], "{code}");
        assert_eq!(found_in(code, &nowhere, &nowhere), [], "{code}");
    }
}

/// One that no database makes keeps nothing apart.
#[test]
fn a_constraint_that_is_made_nowhere_takes_no_place() {
    let base: Edit = |document| users(document).unique.push(unique("uq", &["email"]));
    let head: Edit = |document| {
        let mut one = unique("other", &["email", "email"]);
        one.dialects = Some(vec![]);
        users(document).unique.push(one);
    };
    let severity = |head: Edit| {
        let report = report(&edited(base), &edited(head), &config("BJ105"));
        report.findings.iter().find(|finding| finding.code == "BJ105").map(|finding| finding.severity)
    };
    assert_eq!(severity(head), Some(Severity::Warning));
    let other: Edit = |document| users(document).unique.push(unique("other", &["email", "email"]));
    assert_eq!(severity(other), Some(Severity::Note), "the control");
}

fn unique_index(options: &[(&str, &str)], columns: &[&str]) -> Document {
    let mut one = index("ix", columns);
    one.unique = true;
    one.options = options.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let mut document = edited(same);
    users(&mut document).indexes.push(one);
    document
}

#[test]
fn what_keeps_less_unique_is_lost() {
    let whole = unique_index(&[], &["email"]);
    let conditional = |sql: &str| unique_index(&[("postgresql_where", sql)], &["email"]);
    let lost = |base: &Document, head: &Document| found_in("BJ105", base, head);
    assert_eq!(lost(&whole, &conditional("1 = 0")), [Database::Postgresql]);
    assert_eq!(lost(&conditional("id > 0"), &conditional("1 = 0")), [Database::Postgresql]);
    assert_eq!(lost(&whole, &unique_index(&[("sqlite_where", "1 = 0")], &["email"])), [Database::Sqlite]);
    let both = |sql: &str| unique_index(&[("postgresql_where", "id > 0"), ("sqlite_where", sql)], &["email"]);
    assert_eq!(lost(&conditional("id > 0"), &both("1 = 0")), [Database::Sqlite]);
    assert_eq!(
        lost(&whole, &unique_index(&[("mysql_length", "3")], &["email"])),
        [Database::Mysql, Database::Mariadb]
    );
    assert_eq!(lost(&whole, &unique_index(&[], &["email", "name"])), ALL);
    let plain = edited(|document| users(document).indexes.push(index("ix", &["email"])));
    assert_eq!(lost(&whole, &plain), ALL);
    let constraint = |columns: &[&str]| {
        let mut document = edited(same);
        users(&mut document).unique.push(unique("uq", columns));
        document
    };
    assert_eq!(lost(&constraint(&["email"]), &constraint(&["email", "name"])), ALL);
    // What keeps as much, or more.
    for (base, head) in [
        (&conditional("1 = 0"), &whole),
        (&whole, &whole),
        (&conditional("id > 0"), &conditional("(id > 0)")),
        (&constraint(&["email", "name"]), &constraint(&["email"])),
        (&plain, &whole),
    ] {
        assert_eq!(lost(base, head), []);
    }
    let mut kept = conditional("1 = 0");
    users(&mut kept).unique.push(unique("uq", &["email"]));
    assert_eq!(lost(&whole, &kept), [], "another keeps it");
    let certainty = |base: &Document| {
        let report = report(base, &conditional("1 = 0"), &config("BJ105"));
        report.findings.iter().find(|one| one.code == "BJ105").map(|one| one.certainty)
    };
    assert_eq!(certainty(&whole), Some(Certainty::Certain));
    assert_eq!(certainty(&conditional("id > 0")), Some(Certainty::Likely));
}

#[test]
fn a_table_that_keeps_nothing() {
    let prefixed = |prefixes: &[&str]| {
        let mut document = edited(same);
        users(&mut document).prefixes = prefixes.iter().map(|one| (*one).to_owned()).collect();
        document
    };
    let with = |name: &str, text: &str| {
        let mut document = edited(same);
        users(&mut document).options = BTreeMap::from([(name.to_owned(), text.to_owned())]);
        document
    };
    let plain = edited(same);
    let lost = |base: &Document, head: &Document| found_in("BJ110", base, head);
    for prefixes in [&["TEMPORARY"][..], &["temp"], &["GLOBAL TEMPORARY"], &["GLOBAL", "Temporary"]] {
        assert_eq!(lost(&plain, &prefixed(prefixes)), ALL, "{prefixes:?}");
        assert_eq!(lost(&prefixed(prefixes), &plain), []);
        assert_eq!(lost(&prefixed(prefixes), &prefixed(&["TEMPORARY", "x"])), []);
    }
    assert_eq!(lost(&plain, &prefixed(&["UNLOGGED"])), [Database::Postgresql]);
    assert_eq!(lost(&plain, &prefixed(&["FOREIGN"])), []);
    assert_eq!(lost(&plain, &with("postgresql_on_commit", "DROP")), [Database::Postgresql]);
    assert_eq!(lost(&plain, &with("postgresql_on_commit", "delete_rows")), [Database::Postgresql]);
    assert_eq!(lost(&plain, &with("postgresql_on_commit", "PRESERVE ROWS")), []);
    assert_eq!(lost(&with("postgresql_on_commit", "DROP"), &plain), []);
    let engine = |name: &str| with("mysql_engine", name);
    assert_eq!(lost(&plain, &engine("BLACKHOLE")), [Database::Mysql, Database::Mariadb]);
    assert_eq!(lost(&engine("InnoDB"), &engine("'memory'")), [Database::Mysql, Database::Mariadb]);
    assert_eq!(lost(&engine("MEMORY"), &engine("HEAP")), []);
    assert_eq!(lost(&plain, &engine("InnoDB")), []);
    assert_eq!(lost(&plain, &with("mariadb_engine", "BLACKHOLE")), [Database::Mariadb]);
}

/// A type of MariaDB alone is its own.
#[test]
fn what_changes_in_mariadb_alone_is_found_there() {
    let base = edited(|document| email(document).ty.mariadb = Some("VARCHAR(50)".to_owned()));
    let head = edited(|document| email(document).ty.mariadb = Some("VARCHAR(10)".to_owned()));
    let diff = compare(&base, &head, &[]);
    assert_eq!(diff.changes.first().map(|change| change.dialects.clone()), Some(vec!["mariadb".to_owned()]));
    let report = check(&diff, &base, &head, &config("BJ205"), &[]);
    let found: Vec<_> = report.findings.iter().filter(|one| one.code == "BJ205").collect();
    assert_eq!(found.first().map(|one| one.dialects.clone()), Some(vec![Database::Mariadb]));
}
