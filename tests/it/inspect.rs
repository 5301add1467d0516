//! `belljar inspect`: an SQLite file becomes a document; what can't be read is an error with its reason. Servers are asked by
//! `make inspect-oracle`.

use insta::assert_snapshot;

use crate::support::{Belljar, GOOD, Project, Run, sqlite};

pub(crate) const SHOP: &str = "
CREATE TABLE customers (id INTEGER PRIMARY KEY, mail VARCHAR(320) NOT NULL, UNIQUE (mail));
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    total NUMERIC(10, 2) DEFAULT 0 CHECK (total >= 0)
);
CREATE INDEX ix_orders_customer ON orders (customer);
CREATE VIEW paid AS SELECT id FROM orders WHERE total > 0;
CREATE TRIGGER t AFTER INSERT ON orders BEGIN UPDATE orders SET total = 0; END;
";

fn shop() -> Project {
    let project = Project::new(&[GOOD]);
    sqlite(&project.path().join("shop.db"), SHOP);
    project
}

#[track_caller]
fn inspect(project: &Project, arguments: &[&str]) -> Run {
    Belljar::new(project.path()).arguments(["inspect"]).arguments(arguments).run()
}

#[test]
fn a_file() {
    assert_snapshot!(inspect(&shop(), &["sqlite:///shop.db"]).exits_with(0), @"");
    assert_snapshot!(inspect(&shop(), &["sqlite:///shop.db", "--summary", "--quiet"]).exits_with(0), @"");
}

#[test]
fn a_document() {
    let project = shop();
    let document = inspect(&project, &["sqlite:///shop.db", "--format", "json"]).exits_with(0).document();
    let names: Vec<&str> = document.tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(names, ["customers", "orders"]);
    let database = document.database.expect("it is of a database");
    assert_eq!((database.dialect.as_str(), database.schema.as_deref()), ("sqlite", Some("main")));
    // By the suffix of the output, and a side of a comparison.
    inspect(&project, &["sqlite:///shop.db", "-o", "shop.json"]).exits_with(0);
    let run = Belljar::new(project.path()).arguments(["diff", "shop.json", "shop.json"]).run().exits_with(0);
    assert_eq!(run.stdout, "no changes\n", "{run}");
}

#[test]
fn a_url_from_the_environment() {
    let project = shop();
    let with = |value: &str| {
        let call =
            Belljar::new(project.path()).arguments(["inspect", "env:DATABASE_URL", "--quiet", "--summary"]);
        call.env("DATABASE_URL", value).run()
    };
    assert!(with("sqlite:///shop.db").exits_with(0).stdout.contains("customers"));
    assert_snapshot!(with(""), @"");
    assert_snapshot!(inspect(&project, &["env:NONE"]), @"");
}

/// What is not read makes the result partial, which only `--strict` takes for a failure.
#[test]
fn what_is_not_read() {
    let project = Project::new(&[GOOD]);
    let path = project.path().join("log.db");
    sqlite(&path, "CREATE TABLE t (a INTEGER)");
    std::fs::write(project.path().join("log.db-wal"), "changes").unwrap();
    let run = inspect(&project, &["sqlite:///log.db", "--summary"]).exits_with(0);
    assert_snapshot!(run, @"");
    inspect(&project, &["sqlite:///log.db", "--strict"]).exits_with(1);
    sqlite(&project.path().join("whole.db"), "CREATE TABLE t (a INTEGER)");
    inspect(&project, &["sqlite:///whole.db", "--strict"]).exits_with(0);
}

#[test]
fn what_is_no_database() {
    let project = shop();
    for (name, message) in [
        ("shop.db", "a database is named by a URL"),
        ("oracle://h/x", "`oracle` is not supported"),
        ("sqlite:///missing.db", "no such file"),
        ("sqlite:///good.py", "not an SQLite database"),
        ("postgresql://h/x?options=y", "a parameter that is not supported: `options`"),
        ("postgresql://127.0.0.1:1/x", "can't connect to 127.0.0.1:1"),
    ] {
        let run = inspect(&project, &[name]).exits_with(2);
        assert!(
            run.stderr.to_lowercase().contains(&message.to_lowercase()) && run.stdout.is_empty(),
            "{run}"
        );
    }
}
