//! `belljar check --database`: rows of a live database. `tests/compare_metadata/counted.py` asks servers.

use std::fs;

use crate::support::{Belljar, Project, Run, sqlite};

const BEFORE: &str = "from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Customer(Base):
    __tablename__ = 'customers'
    id = Column(Integer, primary_key=True)
    mail = Column(String(320))
    phone = Column(String(40))
";

const ROWS: &str = "CREATE TABLE customers (id INTEGER PRIMARY KEY, mail VARCHAR(320), phone VARCHAR(40));
INSERT INTO customers VALUES (1, 'hunter2@example.com', '1'), (2, NULL, '2');";

const DATABASE: &str = "sqlite:///shop.db";

/// A change, and a database with rows.
fn project(after: &str, rows: &str) -> Project {
    let project = Project::new(&[("before/models.py", BEFORE), ("after/models.py", after)]);
    sqlite(&project.path().join("shop.db"), rows);
    project
}

fn required(column: &str) -> String {
    BEFORE.replace(
        &format!("{column} = Column(String("),
        &format!("{column} = Column(nullable=False, type_=String("),
    )
}

#[track_caller]
fn check(project: &Project, arguments: &[&str]) -> Run {
    let common = ["check", "before", "after", "--format=concise", "--timeout=30m"];
    Belljar::new(project.path()).arguments(common).arguments(arguments).run()
}

/// What a check says, by any way to run it.
#[track_caller]
fn said(project: &Project, code: i32) -> String {
    let ways = ["--isolate=always", "--isolate=never"];
    let [one, other] = ways.map(|way| check(project, &["--database", DATABASE, way]).exits_with(code).stdout);
    assert_eq!(one, other, "with and without isolation");
    assert!(!one.contains("hunter2"), "{one}");
    one
}

#[test]
fn rows_decide() {
    let text = said(&project(&required("mail"), ROWS), 1);
    assert!(text.contains("; verified: 1 row with NULL in `mail`"), "{text}");
    assert!(text.contains("sqlite:///shop.db answered "), "{text}");
    let text = said(&project(&required("phone"), ROWS), 0);
    assert!(
        text.contains("warning BJ204") && text.contains("; verified: no row with NULL in `phone`"),
        "{text}"
    );
}

#[test]
fn what_is_not_known_fails_as_before() {
    let text = said(&project(&required("phone"), "CREATE TABLE other (id INTEGER)"), 1);
    assert!(
        text.contains("error BJ204") && text.contains("not verified: the database has no such table"),
        "{text}"
    );
    // A condition of the models is not run.
    let models =
        BEFORE.replace("    phone", "    __table_args__ = (CheckConstraint('mail = phone'),)\n    phone");
    let models = models.replace("Column, Integer", "CheckConstraint, Column, Integer");
    let text = said(&project(&models, ROWS), 0);
    assert!(text.contains("not verified: a condition of the models is code"), "{text}");
}

/// Names are quoted, whatever they are.
#[test]
fn names_of_a_stranger() {
    let name = "a\\\" OR 1=1; DROP TABLE customers; --";
    let before = BEFORE.replace("    mail = Column(", &format!("    mail = Column(\"{name}\", "));
    let after = before.replace("String(320))", "String(320), nullable=False)");
    let project = Project::new(&[("before/models.py", &before), ("after/models.py", &after)]);
    sqlite(&project.path().join("shop.db"), ROWS);
    let database = fs::read(project.path().join("shop.db")).unwrap();
    let text = said(&project, 1);
    assert!(text.contains("not verified: the table has no such column"), "{text}");
    assert_eq!(fs::read(project.path().join("shop.db")).unwrap(), database, "nothing was written");
}

#[test]
fn which_databases_may_be_asked() {
    let project = project(&required("mail"), ROWS);
    for way in ["--isolate=always", "--isolate=never"] {
        let run =
            check(&project, &["--database", DATABASE, "--allow-host", "db.example.com", way]).exits_with(2);
        assert!(run.stderr.contains("is not allowed"), "{}", run.stderr);
        let run = check(&project, &["--database", "main", way]).exits_with(2);
        assert!(run.stderr.contains("neither the URL of a database"), "{}", run.stderr);
        let url = "postgresql://u:s3cr3t@127.0.0.1:1/d";
        let run = check(&project, &["--database", url, way]).exits_with(2);
        assert!(!run.stderr.contains("s3cr3t") && run.stdout.is_empty(), "{}{}", run.stdout, run.stderr);
    }
}

/// Code of a change sees neither the address of the database nor its file, also where nothing isolates it.
#[test]
fn models_see_no_database() {
    let spy = "import os, sys
found = [value for value in [*os.environ.values(), *sys.argv] if 'sqlite' in value or 'shop' in value]
name = '_'.join(['spied', *found, *(['file'] if os.path.exists('shop.db') or os.path.exists('../shop.db') else [])])
";
    let models = format!("{spy}{}", required("mail").replace("'customers'", "name"));
    let project = project(&models, ROWS);
    for way in ["--isolate=always", "--isolate=never"] {
        let run = check(&project, &["--database", "env:THE_URL", way, "--fail-on=never"]);
        assert!(!run.stdout.contains("spied_"), "{}", run.stdout);
        let run = Belljar::new(project.path())
            .arguments(["check", "before", "after", "--format=concise", "--database", "env:THE_URL", way])
            .env("THE_URL", DATABASE)
            .run();
        assert!(
            run.stdout.contains("spied") && !run.stdout.contains("spied_"),
            "{}{}",
            run.stdout,
            run.stderr
        );
    }
}

/// A file whose rows may be others is refused.
#[test]
fn a_file_with_a_journal() {
    let project = project(&required("mail"), ROWS);
    fs::write(project.path().join("shop.db-wal"), "x").unwrap();
    let run = check(&project, &["--database", DATABASE]).exits_with(2);
    assert!(run.stderr.contains("its rows can't be counted"), "{}", run.stderr);
}

/// Nothing is asked about a change without such findings, and nothing is connected to.
#[test]
fn without_a_question() {
    let project = project(BEFORE, ROWS);
    let run = check(&project, &["--database", "postgresql://u@127.0.0.1:1/d"]).exits_with(0);
    assert!(
        run.stdout.contains("no finding depends on rows of postgresql://u@127.0.0.1:1/d"),
        "{}",
        run.stdout
    );
}
