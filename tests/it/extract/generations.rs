//! Which SQLAlchemy the code runs with.

use insta::assert_snapshot;

use crate::support::Project;

const MODEL: (&str, &str) = (
    "models.py",
    "
import sqlalchemy
from sqlalchemy import Column, Integer
from sqlalchemy.ext.declarative import declarative_base

Base = declarative_base()

class Ran(Base):
    __tablename__ = 'ran_with_' + '_'.join(sqlalchemy.__version__.split('.')[:2])
    id = Column(Integer, primary_key=True)
",
);

/// Which generation made the table, and what the output says of it.
#[track_caller]
fn check(files: &[(&str, &str)], arguments: &[&str], table: &str, reason: &str) {
    let project = Project::new(&[&[MODEL], files].concat());
    let run = project.extract(&[&["--format", "json"], arguments].concat()).exits_with(0);
    let document = run.document();
    let found: Vec<_> = document.tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(found, [table], "{run}");
    assert_eq!(document.sqlalchemy.reason, reason);
    let generation = table.trim_start_matches("ran_with_").replace('_', ".");
    assert!(
        document.sqlalchemy.version.starts_with(&format!("{generation}.")),
        "{}",
        document.sqlalchemy.version
    );
}

#[test]
fn every_generation_can_be_asked_for() {
    for (version, table) in
        [("1.3", "ran_with_1_3"), ("1.4", "ran_with_1_4"), ("2.0", "ran_with_2_0"), ("2.1", "ran_with_2_1")]
    {
        check(&[], &["--sqlalchemy", version], table, "asked for with `--sqlalchemy`");
    }
}

#[test]
fn the_newest_if_the_project_requires_none() {
    check(&[], &[], "ran_with_2_1", "the project does not state a version; the newest");
}

#[test]
fn what_the_project_asks_for() {
    let files = &[("requirements.txt", "SQLAlchemy>=1.3,<2\n")];
    check(files, &[], "ran_with_1_4", "`SQLAlchemy>=1.3,<2` in `requirements.txt`");
}

#[test]
fn a_generation_that_is_not_carried() {
    let project = Project::new(&[MODEL]);
    assert_snapshot!(project.extract(&["--sqlalchemy", "0.9"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: no snapshot for SQLAlchemy `0.9`
    hint: this program includes 1.3, 1.4, 2.0, 2.1
    ");
}

/// Code that only one generation runs, in a project that says nothing.
#[track_caller]
fn second_try(code: &str, generation: &str) {
    let project = Project::new(&[("models.py", code)]);
    let run = project.extract(&["--format", "json"]).exits_with(0);
    let document = run.document();
    assert!(document.sqlalchemy.version.starts_with(generation), "{run}");
    assert!(document.sqlalchemy.reason.starts_with("with 2.1"), "{}", document.sqlalchemy.reason);
    assert_eq!((document.summary.tables_exact, document.summary.tables_partial), (1, 0), "{run}");
}

#[test]
fn another_generation_where_the_newest_lacks_what_the_code_uses() {
    second_try(
        "
from sqlalchemy import Column, Integer, MetaData, Table

metadata = MetaData(bind='sqlite://')
t = Table('t', metadata, Column('id', Integer, primary_key=True))
",
        "1.4",
    );
}

#[test]
fn none_where_every_generation_fails_alike() {
    let project = Project::new(&[(
        "models.py",
        "
from sqlalchemy import Column, Integer, MetaData, Nonesuch, Table

metadata = MetaData()
t = Table('t', metadata, Column('id', Integer, primary_key=True), Column('x', Nonesuch))
",
    )]);
    let document = project.extract(&["--format", "json"]).exits_with(0).document();
    assert!(document.sqlalchemy.version.starts_with("2.1"), "{}", document.sqlalchemy.version);
    assert_eq!(document.sqlalchemy.reason, "the project does not state a version; the newest");
}

#[test]
fn none_where_the_run_ended_early() {
    let code = "
from sqlalchemy import Column, Integer, MetaData, Table

metadata = MetaData(bind='sqlite://')
t = Table('t', metadata, Column('id', Integer, primary_key=True))
";
    let project = Project::new(&[
        ("a.py", code),
        (
            "b.py",
            "import sqlalchemy.orm, posix\nsqlalchemy.Table\nposix._exit(1)\nclass B(Base): __tablename__ = 'b'\n",
        ),
    ]);
    let document = project.extract(&["--format", "json"]).exits_with(1).document();
    assert!(document.sqlalchemy.version.starts_with("2.1"), "{:?}", document.sqlalchemy);
}

#[test]
fn what_was_asked_for_is_not_left() {
    let code = "
from sqlalchemy import Column, Integer, MetaData, Table

metadata = MetaData(bind='sqlite://')
t = Table('t', metadata, Column('id', Integer, primary_key=True))
";
    let project = Project::new(&[("models.py", code)]);
    let document = project.extract(&["--format", "json", "--sqlalchemy", "2.0"]).exits_with(0).document();
    assert!(document.sqlalchemy.version.starts_with("2.0"), "{}", document.sqlalchemy.version);
}

#[test]
fn a_library_in_another_version_than_the_project_asks_for() {
    let project =
        Project::new(&[MODEL, ("requirements.txt", "sqlalchemy==2.0.*\nGeoAlchemy2<0.5\nmako>=1\n")]);
    let document = project.extract(&["--format", "json"]).exits_with(0).document();
    let found: Vec<_> = document.diagnostics.iter().filter(|item| item.code == "library-version").collect();
    let [found] = found.as_slice() else { panic!("{found:#?}") };
    assert!(found.message.starts_with("the project asks for `GeoAlchemy2<0.5`; GeoAlchemy2 "), "{found:?}");
}

#[test]
fn another_generation_where_a_library_runs_with_that_alone() {
    let project = Project::new(&[
        ("requirements.txt", "sqlalchemy==1.4.41\nsqlmodel==0.0.8\n"),
        (
            "models.py",
            "
from typing import Optional
from sqlmodel import Field, SQLModel

class Hero(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    name: str
",
        ),
    ]);
    let document = project.document();
    assert!(document.sqlalchemy.version.starts_with("2."), "{:?}", document.sqlalchemy);
    assert!(
        document.sqlalchemy.reason.starts_with("`sqlmodel` does not run with 1.4"),
        "{:?}",
        document.sqlalchemy
    );
    assert_eq!(document.summary.tables_exact, 1, "{:#?}", document.tables);
}

#[test]
fn what_a_required_library_asks_for_itself() {
    let project = Project::new(&[MODEL, ("requirements.txt", "fastapi-users-db-sqlalchemy\n")]);
    let document = project.document();
    assert!(document.sqlalchemy.version.starts_with("2.0"), "{:?}", document.sqlalchemy);
    assert!(document.sqlalchemy.reason.contains("fastapi-users-db-sqlalchemy"), "{:?}", document.sqlalchemy);
}

#[test]
fn what_the_release_that_is_pinned_asks_for() {
    let of = |requirements: &str| {
        let project = Project::new(&[MODEL, ("requirements.txt", requirements)]);
        project.document().sqlalchemy
    };
    let old = of("sqlmodel==0.0.22\n");
    assert!(old.version.starts_with("2.0"), "{old:?}");
    assert_eq!(
        old.reason,
        "the project does not state a version; the newest; sqlmodel asks for `>=2.0.0,<2.1.0`"
    );
    let new = of("sqlmodel>=0.0.48\n");
    assert!(new.version.starts_with("2.1"), "{new:?}");
    let own = of("sqlmodel==0.0.22\nsqlalchemy>=2.1\n");
    assert!(own.version.starts_with("2.1"), "what the project says itself counts more: {own:?}");
}
