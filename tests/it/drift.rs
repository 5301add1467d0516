//! `belljar drift`, and databases as sides of comparisons. Servers are asked by `make inspect-oracle`.

use insta::assert_snapshot;
use serde_json::Value;

use crate::{
    inspect::{MODELS, SHOP},
    support::{Belljar, Project, Run, commit, git, sqlite},
};

/// What is equal: the models without their differences, and the database without what they do not know.
const EQUAL: &str =
    "CREATE TABLE customers (id INTEGER PRIMARY KEY, mail VARCHAR(320) NOT NULL UNIQUE, name VARCHAR(80));
CREATE TABLE orders (
    id INTEGER NOT NULL,
    customer INTEGER NOT NULL,
    total NUMERIC(12, 2) DEFAULT '0',
    PRIMARY KEY (id),
    CHECK (total >= 0),
    FOREIGN KEY (customer) REFERENCES customers (id) ON DELETE CASCADE
);
CREATE INDEX ix_orders_customer ON orders (customer);
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);
";

/// Models and a database.
fn project(statements: &str) -> Project {
    let project = Project::new(&[("models.py", MODELS)]);
    sqlite(&project.path().join("shop.db"), statements);
    project
}

#[track_caller]
fn run(project: &Project, arguments: &[&str]) -> Run {
    let patience = ["--timeout", "30m"];
    Belljar::new(project.path()).arguments(arguments).arguments(patience).run()
}

#[track_caller]
fn drift(project: &Project, arguments: &[&str]) -> Run {
    run(project, &[&["drift", "sqlite:///shop.db"], arguments].concat())
}

/// The output without the version of SQLite, which changes with the pins.
fn shown(run: &Run) -> String {
    let text = run.to_string();
    let Some((before, rest)) = text.split_once("(sqlite 3.") else { return text };
    let (_, after) = rest.split_once(')').unwrap();
    format!("{before}(sqlite 3.x){after}")
}

#[test]
fn both_directions() {
    assert_snapshot!(shown(&drift(&project(SHOP), &[]).exits_with(1)), @r"
    exit code: 1
    ----- stdout -----
    sqlite:///shop.db (sqlite 3.x) and directory `.`

    The database lacks:
      models.py:10: error: the column `customers.name`: `VARCHAR(80) null`

    The code does not know:
      error: the view `paid`: `SELECT id FROM orders WHERE total > 0`
      error: the object `t`: `CREATE TRIGGER t AFTER INSERT ON orders BEGIN UPDATE orders SET total = 0; END`

    Code and database differ:
      models.py:17: error: the type and precision of the column `orders.total` differ: `NUMERIC(10, 2)` in the database, `NUMERIC(12, 2)` in the code

    2 tables of the database compared with 2 tables of the code: 4 errors
    failed: 4 findings at `warning` or above

    ----- stderr -----
    read sqlite:///shop.db, with SQLAlchemy 2.1.x
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    ");
    let found: Value = serde_json::from_str(&drift(&project(SHOP), &["-f", "json", "-q"]).stdout).unwrap();
    let kinds =
        |kind: &str| found["findings"].as_array().unwrap().iter().filter(|it| it["kind"] == kind).count();
    assert_eq!((kinds("not_in_database"), kinds("not_in_code"), kinds("differs")), (1, 2, 1), "{found}");
    for (format, part) in [
        ("markdown", "### Code and database"),
        ("sarif", "\"ruleId\": \"not-in-code\""),
        ("github", "::error file=models.py,line=10"),
    ] {
        let run = drift(&project(SHOP), &["--format", format]).exits_with(1);
        assert!(run.stdout.contains(part), "{run}");
    }
    drift(&project(SHOP), &["--fail-on", "never"]).exits_with(0);
}

#[test]
fn no_differences() {
    assert_snapshot!(shown(&drift(&project(EQUAL), &["--strict"]).exits_with(0)), @r"
    exit code: 0
    ----- stdout -----
    sqlite:///shop.db (sqlite 3.x) and directory `.`

    Left out:
      `alembic_version` (Alembic)

    3 tables of the database compared with 2 tables of the code: no differences, 1 left out
    passed

    ----- stderr -----
    read sqlite:///shop.db, with SQLAlchemy 2.1.x
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    ");
}

/// What could not be compared is said, and never counts as equal.
#[test]
fn what_is_not_compared() {
    let project = project(EQUAL);
    std::fs::write(project.path().join("broken.py"), "from sqlalchemy import *\nTable('x', MetaData(), (\n")
        .unwrap();
    let run = drift(&project, &["--quiet"]).exits_with(0);
    assert!(run.stdout.contains("Not compared:\n") && run.stdout.contains("broken.py"), "{run}");
    let run = drift(&project, &["--quiet", "--strict"]).exits_with(1);
    assert!(run.stdout.contains("failed: not everything could be compared"), "{run}");
}

#[test]
fn what_the_configuration_leaves_out() {
    let project = project(SHOP);
    let config =
        "[drift.ignore]\ncolumns = ['customers.name', 'orders.total']\nviews = ['paid']\nobjects = ['*']\n";
    std::fs::write(project.path().join("belljar.toml"), config).unwrap();
    let run = drift(&project, &["--quiet"]).exits_with(0);
    assert!(run.stdout.contains("Left out:\n  `customers.name` (drift.ignore.columns)\n"), "{run}");
    drift(&project, &["--no-config", "--quiet"]).exits_with(1);
}

/// The database can be read before, elsewhere.
#[test]
fn documents_and_revisions() {
    let project = project(EQUAL);
    run_inspect(&project);
    run(&project, &["drift", "shop.json"]).exits_with(0);
    git(project.path(), &["init", "-q"]);
    commit(project.path(), "all");
    std::fs::write(project.path().join("models.py"), MODELS.replace("name = Column", "title = Column"))
        .unwrap();
    run(&project, &["drift", "shop.json", "HEAD"]).exits_with(0);
    run(&project, &["drift", "shop.json"]).exits_with(1);
    for (name, message) in [
        ("models.py", "neither the URL of a database nor a document of one"),
        ("env:NONE", "the environment variable `NONE` is not set"),
    ] {
        let run = run(&project, &["drift", name]).exits_with(2);
        assert!(run.stderr.contains(message), "{run}");
    }
    // A document of code is none of a database.
    run(&project, &["extract", "-o", "code.json"]).exits_with(0);
    let run = run(&project, &["drift", "code.json"]).exits_with(2);
    assert!(run.stderr.contains("neither the URL of a database nor a document of one"), "{run}");
}

#[track_caller]
fn run_inspect(project: &Project) {
    let arguments = ["inspect", "sqlite:///shop.db", "-o", "shop.json"];
    Belljar::new(project.path()).arguments(arguments).run().exits_with(0);
}

#[test]
fn the_variable_of_the_environment() {
    let project = project(EQUAL);
    for isolate in ["--isolate=never", "--isolate=auto"] {
        let call = Belljar::new(project.path()).arguments(["drift", "--timeout", "30m", isolate]);
        call.env("DATABASE_URL", "sqlite:///shop.db").run().exits_with(0);
    }
}

/// A database is a side wherever one is named.
#[test]
fn a_side_of_a_comparison() {
    let project = project(SHOP);
    let url = "sqlite:///shop.db";
    let found = run(&project, &["diff", url, "./", "--quiet"]).exits_with(0);
    assert_snapshot!(found, @r"
    exit code: 0
    ----- stdout -----
    table customers
      + column name added: VARCHAR(80) null  models.py:10

    table orders
      ~ column total: type, precision NUMERIC(10, 2) -> NUMERIC(12, 2)  models.py:17

    view paid
      - view dropped: SELECT id FROM orders WHERE total > 0

    object t
      - object dropped: CREATE TRIGGER t AFTER INSERT ON orders BEGIN UPDATE orders SET total = 0; END

    1 added, 2 dropped, 0 renamed, 1 modified, 0 undetermined; 0 only in the code

    ----- stderr -----
    ");
    let sql = run(&project, &["diff", url, "./", "--quiet", "--format", "sql", "--dialect", "sqlite"]);
    assert!(sql.exits_with(0).stdout.contains("ADD COLUMN name VARCHAR(80)"));
    let same = run(&project, &["diff", url, url, "--quiet"]).exits_with(0);
    assert_eq!(same.stdout, "no difference found\n");
    let check = run(&project, &["check", url, "./", "--quiet", "--format", "concise"]);
    assert!(check.code < 2 && check.stderr.is_empty(), "{check}");
}

/// A password is passed to the process of the comparison, and shown nowhere.
#[test]
fn a_password_is_shown_nowhere() {
    let project = project(SHOP);
    let secret = "s3cr3t-p4ssw0rd";
    for isolate in ["--isolate=never", "--isolate=auto"] {
        for arguments in
            [&["drift", "env:THE_URL"][..], &["diff", "env:THE_URL", "./"], &["check", "env:THE_URL", "./"]]
        {
            let call = Belljar::new(project.path()).arguments(arguments).arguments([isolate, "--verbose"]);
            let run = call.env("THE_URL", format!("mysql://u:{secret}@127.0.0.1:1/app")).run().exits_with(2);
            assert!(run.stderr.contains("can't connect to 127.0.0.1:1"), "{run}");
            assert!(!run.stderr.contains(secret) && !run.stdout.contains(secret), "{run}");
        }
    }
}
