//! `belljar inspect`: an SQLite file becomes a document; what can't be read is an error with its reason. Servers are asked by
//! `make inspect-oracle`.

use insta::assert_snapshot;

use crate::support::{Belljar, GOOD, Project, Run, sqlite, write_all};

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

/// Models of the shop, with a column that the database lacks, and another type.
pub(crate) const MODELS: &str =
    "from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, Numeric, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Customer(Base):
    __tablename__ = 'customers'
    id = Column(Integer, primary_key=True)
    mail = Column(String(320), nullable=False, unique=True)
    name = Column(String(80))

class Order(Base):
    __tablename__ = 'orders'
    __table_args__ = (CheckConstraint('total >= 0'),)
    id = Column(Integer, primary_key=True)
    customer = Column(ForeignKey('customers.id', ondelete='CASCADE'), nullable=False, index=True)
    total = Column(Numeric(12, 2), server_default='0')
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
    assert_snapshot!(inspect(&shop(), &["sqlite:///shop.db"]).exits_with(0), @r"
    exit code: 0
    ----- stdout -----
    customers
      id    INTEGER       not null  primary key
      mail  VARCHAR(320)  not null
      unique (mail)

    orders
      id        INTEGER         not null  primary key
      customer  INTEGER         not null  -> customers.id on delete cascade
      total     NUMERIC(10, 2)  null  default 0
      index (customer) ix_orders_customer
      check (total >= 0)

    paid  view
      id  INTEGER
      as SELECT id FROM orders WHERE total > 0

    t  trigger on orders

    tables: 2 exact, 0 partial, 0 unresolved; columns: 5 exact, 0 partial

    ----- stderr -----
    read sqlite:///shop.db, with SQLAlchemy 2.1.x
    ");
    assert_snapshot!(inspect(&shop(), &["sqlite:///shop.db", "--summary", "--quiet"]).exits_with(0), @r"
    exit code: 0
    ----- stdout -----
    customers  2 columns
    orders  3 columns
    paid  view  1 column

    tables: 2 exact, 0 partial, 0 unresolved; columns: 5 exact, 0 partial

    ----- stderr -----
    ");
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
    assert_eq!(run.stdout, "no difference found\n", "{run}");
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
    assert_snapshot!(with(""), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: a database is named by a URL, such as `postgresql://user@host/database`
    hint: write `postgresql://user@host/database`
    ");
    assert_snapshot!(inspect(&project, &["env:NONE"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: the environment variable `NONE` is not set
    hint: set it to the URL of a database
    ");
}

/// What is not read makes the result partial, which only `--strict` takes for a failure.
#[test]
fn what_is_not_read() {
    let project = Project::new(&[GOOD]);
    let path = project.path().join("log.db");
    sqlite(&path, "CREATE TABLE t (a INTEGER)");
    std::fs::write(project.path().join("log.db-wal"), "changes").unwrap();
    let run = inspect(&project, &["sqlite:///log.db", "--summary"]).exits_with(0);
    assert_snapshot!(run, @r"
    exit code: 0
    ----- stdout -----
    t  1 column

    tables: 1 exact, 0 partial, 0 unresolved; columns: 1 exact, 0 partial

    ----- stderr -----
    read sqlite:///log.db, with SQLAlchemy 2.1.x
    warning: the file has a write-ahead log or a rollback journal, and changes in it are not read
      hint: run `PRAGMA wal_checkpoint` in the database; an interrupted transaction is undone once SQLite opens it
    ");
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
        ("sqlite:///missing.db", "`missing.db` does not exist"),
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

/// The statements of the shop, as `.schema` prints them, and a dump of PostgreSQL with the same tables.
pub(crate) const DUMP: &str = "--
-- PostgreSQL database dump
--

-- Dumped from database version 17.2
-- Dumped by pg_dump version 17.2

SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);

CREATE TABLE public.customers (
    id integer NOT NULL,
    mail character varying(320) NOT NULL
);

CREATE TABLE public.orders (
    id integer NOT NULL,
    customer integer NOT NULL,
    total numeric(10,2) DEFAULT 0,
    CONSTRAINT orders_total_check CHECK ((total >= (0)::numeric))
);

CREATE SEQUENCE public.customers_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE public.customers_id_seq OWNED BY public.customers.id;
ALTER TABLE ONLY public.customers ALTER COLUMN id SET DEFAULT nextval('public.customers_id_seq'::regclass);
CREATE SEQUENCE public.orders_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE public.orders_id_seq OWNED BY public.orders.id;
ALTER TABLE ONLY public.orders ALTER COLUMN id SET DEFAULT nextval('public.orders_id_seq'::regclass);
ALTER TABLE ONLY public.customers ADD CONSTRAINT customers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers ADD CONSTRAINT customers_mail_key UNIQUE (mail);
ALTER TABLE ONLY public.orders ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
CREATE INDEX ix_orders_customer ON public.orders USING btree (customer);
ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (customer) REFERENCES public.customers(id) ON DELETE CASCADE;
";

#[test]
fn a_dump_is_as_its_database() {
    let project = shop();
    let lines = SHOP.trim_start();
    write_all(project.path(), &[("shop.sql", lines)]);
    let run = |arguments: &[&str]| Belljar::new(project.path()).arguments(arguments).run();
    // By the option alone, as nothing in it is SQLite's own.
    let refused = run(&["inspect", "shop.sql"]);
    assert!(refused.stderr.contains("name it with `--dialect`"), "{refused}");
    refused.exits_with(2);
    let dumped =
        run(&["inspect", "shop.sql", "--dialect", "sqlite", "--format", "json"]).exits_with(0).document();
    let live = run(&["inspect", "sqlite:///shop.db", "--format", "json"]).exits_with(0).document();
    assert_eq!(dumped, live);
    let diff = run(&["diff", "shop.sql", "sqlite:///shop.db", "--dialect", "sqlite"]).exits_with(0);
    assert_eq!(diff.stdout, "no difference found\n", "{diff}");
}

#[test]
fn a_dump_is_a_side() {
    let project = Project::new(&[("models.py", MODELS), ("dump.sql", DUMP)]);
    let run = |arguments: &[&str]| Belljar::new(project.path()).arguments(arguments).run();
    assert_snapshot!(run(&["inspect", "dump.sql", "--strict"]).exits_with(0), @r"
    exit code: 0
    ----- stdout -----
    customers
      id    INTEGER       not null  primary key
      mail  VARCHAR(320)  not null
      unique (mail) customers_mail_key

    orders
      id        INTEGER         not null  primary key
      customer  INTEGER         not null  -> customers.id on delete cascade
      total     NUMERIC(10, 2)  null  default 0
      index (customer) ix_orders_customer
      check (total >= 0::numeric) orders_total_check

    tables: 2 exact, 0 partial, 0 unresolved; columns: 5 exact, 0 partial

    ----- stderr -----
    read dump.sql, with SQLAlchemy 2.1.x
    ");
    assert_snapshot!(run(&["drift", "dump.sql", "--quiet"]).exits_with(1), @r"
    exit code: 1
    ----- stdout -----
    dump.sql (postgresql 17.2) and directory `.`

    The database lacks:
      models.py:10: error: the column `customers.name`: `VARCHAR(80) null`

    Code and database differ:
      models.py:17: error: the type and precision of the column `orders.total` differ: `NUMERIC(10, 2)` in the database, `NUMERIC(12, 2)` in the code

    2 tables of the database compared with 2 tables of the code: 2 errors
    failed: 2 findings at `warning` or above

    ----- stderr -----
    ");
    run(&["docs", "dump.sql", "-o", "pages"]).exits_with(0);
    assert!(project.path().join("pages").is_dir());
    let diff = run(&["diff", "dump.sql", "."]);
    assert!(diff.stdout.contains("column name added") && diff.stdout.contains("0 dropped"), "{diff}");
    let check = run(&["check", "dump.sql", ".", "--quiet"]);
    assert!(check.stdout.contains("checked for PostgreSQL"), "{check}");
}

#[test]
fn what_a_dump_has_besides_is_named() {
    let more = "CREATE TABLE public.more (id integer PRIMARY KEY);\nCREATE TYPE public.pair AS (x integer);\n\\copy a from b\n";
    let project = Project::new(&[("models.py", MODELS), ("dump.sql", &format!("{DUMP}{more}"))]);
    let run = |arguments: &[&str]| Belljar::new(project.path()).arguments(arguments).run();
    assert_snapshot!(run(&["inspect", "dump.sql", "--summary"]).exits_with(0), @r"
    exit code: 0
    ----- stdout -----
    customers  2 columns
    orders  3 columns

    tables: 2 exact, 0 partial, 0 unresolved; columns: 5 exact, 0 partial

    ----- stderr -----
    read dump.sql, with SQLAlchemy 2.1.x
    warning: the statement on line 35 is not followed, because of `PRIMARY KEY`: `CREATE TABLE public.more (id integer PRIMARY KEY)`
    warning: the dump has composite types (1), which are not read
    warning: the dump has the command `\copy` of a client (1), which is not run
    ");
    run(&["inspect", "dump.sql", "--summary", "--strict"]).exits_with(1);
    // The table of the statement may be any that the dump lacks.
    let absent = MODELS.replace("'customers'", "'clients'").replace("customers.id", "clients.id");
    write_all(project.path(), &[("models.py", &absent)]);
    let drift = run(&["drift", "dump.sql", "--quiet", "--format", "json"]).exits_with(1);
    let report: serde_json::Value = serde_json::from_str(&drift.stdout).unwrap();
    let findings = &report["findings"];
    let lacks: Vec<_> = findings.as_array().unwrap().iter().filter(|one| one["name"] == "clients").collect();
    assert!(!lacks.is_empty() && lacks.iter().all(|one| one["certainty"] != "certain"), "{drift}");
}
