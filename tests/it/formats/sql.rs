//! The DDL that SQLAlchemy compiles.

use insta::assert_snapshot;

use crate::support::{Project, Run};

const MODELS: (&str, &str) = (
    "models.py",
    "
from sqlalchemy import Column, Enum, ForeignKey, Index, Integer, String, Table, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class Chicken(Base):
    __tablename__ = 'chickens'
    id: Mapped[int] = mapped_column(primary_key=True)
    mood = mapped_column(Enum('calm', 'wild', name='moods'))
    egg_id = mapped_column(ForeignKey('eggs.id', name='chicken_from_egg'))

class Egg(Base):
    __tablename__ = 'eggs'
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(20), index=True)
    chicken_id = mapped_column(ForeignKey('chickens.id', name='egg_from_chicken'))
",
);

/// A column type that only PostgreSQL has.
const ARRAYS: (&str, &str) = (
    "arrays.py",
    "
from sqlalchemy import ARRAY, Column, Integer, MetaData, Table

metadata = MetaData()
Table('arrays', metadata, Column('id', Integer, primary_key=True), Column('numbers', ARRAY(Integer)))
Table('plain', metadata, Column('id', Integer, primary_key=True))
",
);

fn sql(files: &[(&str, &str)], dialect: &str) -> Run {
    Project::new(files).extract(&["--format", "sql", "--dialect", dialect, "--quiet"])
}

#[test]
fn postgresql() {
    assert_snapshot!(sql(&[MODELS], "postgresql"), @r"
    exit code: 0
    ----- stdout -----
    -- models:Base.metadata (postgresql)

    CREATE TYPE moods AS ENUM ('calm', 'wild');

    CREATE TABLE chickens (
        id SERIAL NOT NULL,
        mood moods,
        egg_id INTEGER,
        PRIMARY KEY (id)
    );

    CREATE TABLE eggs (
        id SERIAL NOT NULL,
        label VARCHAR(20) NOT NULL,
        chicken_id INTEGER,
        PRIMARY KEY (id)
    );

    CREATE INDEX ix_eggs_label ON eggs (label);

    ALTER TABLE chickens ADD CONSTRAINT chicken_from_egg FOREIGN KEY(egg_id) REFERENCES eggs (id);

    ALTER TABLE eggs ADD CONSTRAINT egg_from_chicken FOREIGN KEY(chicken_id) REFERENCES chickens (id);


    ----- stderr -----
    ");
}

#[test]
fn mysql() {
    assert_snapshot!(sql(&[MODELS], "mysql"), @r"
    exit code: 0
    ----- stdout -----
    -- models:Base.metadata (mysql)

    CREATE TABLE chickens (
        id INTEGER NOT NULL AUTO_INCREMENT,
        mood ENUM('calm','wild'),
        egg_id INTEGER,
        PRIMARY KEY (id)
    );

    CREATE TABLE eggs (
        id INTEGER NOT NULL AUTO_INCREMENT,
        label VARCHAR(20) NOT NULL,
        chicken_id INTEGER,
        PRIMARY KEY (id)
    );

    CREATE INDEX ix_eggs_label ON eggs (label);

    ALTER TABLE chickens ADD CONSTRAINT chicken_from_egg FOREIGN KEY(egg_id) REFERENCES eggs (id);

    ALTER TABLE eggs ADD CONSTRAINT egg_from_chicken FOREIGN KEY(chicken_id) REFERENCES chickens (id);


    ----- stderr -----
    ");
}

#[test]
fn sqlite() {
    assert_snapshot!(sql(&[MODELS], "sqlite"), @r"
    exit code: 0
    ----- stdout -----
    -- models:Base.metadata (sqlite)

    CREATE TABLE chickens (
        id INTEGER NOT NULL,
        mood VARCHAR(4),
        egg_id INTEGER,
        PRIMARY KEY (id),
        CONSTRAINT chicken_from_egg FOREIGN KEY(egg_id) REFERENCES eggs (id)
    );

    CREATE TABLE eggs (
        id INTEGER NOT NULL,
        label VARCHAR(20) NOT NULL,
        chicken_id INTEGER,
        PRIMARY KEY (id),
        CONSTRAINT egg_from_chicken FOREIGN KEY(chicken_id) REFERENCES chickens (id)
    );

    CREATE INDEX ix_eggs_label ON eggs (label);


    ----- stderr -----
    ");
}

#[test]
fn mssql() {
    assert_snapshot!(sql(&[MODELS], "mssql"), @r"
    exit code: 0
    ----- stdout -----
    -- models:Base.metadata (mssql)

    CREATE TABLE chickens (
        id INTEGER NOT NULL IDENTITY,
        mood VARCHAR(4) NULL,
        egg_id INTEGER NULL,
        PRIMARY KEY (id)
    );
    GO

    CREATE TABLE eggs (
        id INTEGER NOT NULL IDENTITY,
        label VARCHAR(20) NOT NULL,
        chicken_id INTEGER NULL,
        PRIMARY KEY (id)
    );
    GO

    CREATE INDEX ix_eggs_label ON eggs (label);
    GO

    ALTER TABLE chickens ADD CONSTRAINT chicken_from_egg FOREIGN KEY(egg_id) REFERENCES eggs (id);
    GO

    ALTER TABLE eggs ADD CONSTRAINT egg_from_chicken FOREIGN KEY(chicken_id) REFERENCES chickens (id);
    GO


    ----- stderr -----
    ");
}

#[test]
fn oracle() {
    assert_snapshot!(sql(&[MODELS], "oracle"), @r"
    exit code: 0
    ----- stdout -----
    -- models:Base.metadata (oracle)

    CREATE TABLE chickens (
        id INTEGER NOT NULL,
        mood VARCHAR(4 CHAR),
        egg_id INTEGER,
        PRIMARY KEY (id)
    );

    CREATE TABLE eggs (
        id INTEGER NOT NULL,
        label VARCHAR2(20 CHAR) NOT NULL,
        chicken_id INTEGER,
        PRIMARY KEY (id)
    );

    CREATE INDEX ix_eggs_label ON eggs (label);

    ALTER TABLE chickens ADD CONSTRAINT chicken_from_egg FOREIGN KEY(egg_id) REFERENCES eggs (id);

    ALTER TABLE eggs ADD CONSTRAINT egg_from_chicken FOREIGN KEY(chicken_id) REFERENCES chickens (id);


    ----- stderr -----
    ");
}

#[test]
fn a_table_that_cannot_be_rendered_is_named() {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter("0x[0-9a-f]+", "[ADDRESS]");
    let _bound = settings.bind_to_scope();
    assert_snapshot!(sql(&[ARRAYS], "sqlite"), @r"
    exit code: 1
    ----- stdout -----
    -- arrays:metadata (sqlite)

    CREATE TABLE plain (
        id INTEGER NOT NULL,
        PRIMARY KEY (id)
    );

    -- left out: `arrays`: the compiler does not support it


    ----- stderr -----
    warning: 1 statement is left out of the SQL
    ");
}

#[test]
fn a_database_that_is_not_known() {
    let run = sql(&[MODELS], "dbase").exits_with(2);
    assert!(run.stderr.contains("postgresql, mysql, mariadb, sqlite, mssql, oracle"), "{run}");
}

/// Two packages with copies of one model, each with a `MetaData` of its own, and a third that refers to it.
const COPIES: &[(&str, &str)] = &[
    ("a_notes/__init__.py", ""),
    (
        "a_notes/models.py",
        "
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table
from users.models import users
metadata = MetaData()
Table('notes', metadata, Column('id', Integer, primary_key=True), Column('user', Integer, ForeignKey(users.c.id)))
",
    ),
    ("users/__init__.py", ""),
    ("users/models.py", USERS),
    ("copied/__init__.py", ""),
    ("copied/models.py", USERS),
];

const USERS: &str = "
from sqlalchemy import Column, Integer, MetaData, String, Table
metadata = MetaData()
users = Table('users', metadata, Column('id', Integer, primary_key=True), Column('mail', String(20), index=True))
";

#[test]
fn a_table_of_several_packages_is_written_once() {
    let run = sql(COPIES, "postgresql").exits_with(0);
    let heads: Vec<&str> = run.stdout.lines().filter(|line| line.starts_with("CREATE")).collect();
    assert_eq!(
        heads,
        ["CREATE TABLE users (", "CREATE INDEX ix_users_mail ON users (mail);", "CREATE TABLE notes ("],
        "{run}"
    );
}

#[test]
fn another_table_of_the_same_name_is_left_out_and_reported() {
    let other = USERS.replace("String(20)", "String(30)");
    let files = [("users.py", USERS), ("old_users.py", other.as_str())];
    let run = sql(&files, "postgresql").exits_with(1);
    assert_eq!(run.stdout.matches("CREATE TABLE users").count(), 1, "{run}");
    assert!(run.stdout.contains("-- left out: another table `users`"), "{run}");
}

#[test]
fn mariadb_has_its_own_variants() {
    let models = "
from sqlalchemy import Column, Integer, MetaData, String, Table
from sqlalchemy.dialects import mysql
metadata = MetaData()
Table('a', metadata, Column('id', Integer, primary_key=True),
      Column('v', String(20).with_variant(mysql.VARCHAR(30), 'mariadb')), mariadb_engine='Aria', mysql_engine='InnoDB')
";
    for (dialect, ty, engine) in
        [("mariadb", "VARCHAR(30)", "ENGINE=Aria"), ("mysql", "VARCHAR(20)", "ENGINE=InnoDB")]
    {
        let run = sql(&[("models.py", models)], dialect).exits_with(0);
        assert!(run.stdout.contains(ty) && run.stdout.contains(engine), "{run}");
    }
}

#[test]
fn a_trigger_ends_where_each_client_sees_it() {
    let models = "
from sqlalchemy import Column, DDL, Integer, MetaData, Table, event
metadata = MetaData()
a = Table('a', metadata, Column('id', Integer, primary_key=True))
event.listen(a, 'after_create', DDL('CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET @a = 1; SET @b = 2; END;').execute_if(dialect='mysql'))
event.listen(a, 'after_create', DDL('CREATE TRIGGER t BEFORE INSERT ON a BEGIN :new.id := 1; END;\\n/').execute_if(dialect='oracle'))
";
    for (dialect, expected) in [
        (
            "mysql",
            "DELIMITER //\nCREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET @a = 1; SET @b = 2; END//\nDELIMITER ;\n",
        ),
        ("oracle", "CREATE TRIGGER t BEFORE INSERT ON a BEGIN :new.id := 1; END;\n/\n"),
    ] {
        let run = sql(&[("models.py", models)], dialect).exits_with(0);
        assert!(run.stdout.contains(expected), "{run}");
    }
}
