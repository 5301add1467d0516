//! What the code declares and no run makes: never quietly short.

use insta::assert_snapshot;

use crate::support::{GOOD, Project};

#[test]
fn a_table_in_a_function_that_is_not_called() {
    let project = Project::new(&[
        GOOD,
        (
            "late.py",
            "
from sqlalchemy import Column, Integer, Table

def make(metadata):
    return Table('late', metadata, Column('id', Integer, primary_key=True))
",
        ),
    ]);
    assert_snapshot!(project.text(), @r"
    exit code: 0
    ----- stdout -----
    good  good.py:5
      id  INTEGER  not null  primary key

    late  late.py:5  unresolved: it is made in a function that nothing calls at import

    tables: 1 exact, 0 partial, 1 unresolved; columns: 1 exact, 0 partial
      1 × it is made in a function that nothing calls at import
          hint: call the function where the module is imported

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    ");
}

#[test]
fn a_table_that_a_function_would_read_from_a_database() {
    let project = Project::new(&[
        GOOD,
        (
            "late.py",
            "
from sqlalchemy import Table

def make(metadata, engine):
    return Table('late', metadata, autoload_with=engine)
",
        ),
    ]);
    assert_snapshot!(project.text(), @r"
    exit code: 0
    ----- stdout -----
    good  good.py:5
      id  INTEGER  not null  primary key

    late  late.py:5  unresolved: a function reads it from a database when it is called

    tables: 1 exact, 0 partial, 1 unresolved; columns: 1 exact, 0 partial
      1 × a function reads it from a database when it is called
          hint: have its declaration written from a database, as `sqlacodegen` does

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    ");
}

#[test]
fn a_class_lost_to_an_error() {
    let project = Project::new(&[(
        "models.py",
        "
from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Lost(Base):
    __tablename__ = 'lost'
    id = Column(Integer, primary_key=True)
    size = 1 / 0

class Kept(Base):
    __tablename__ = 'kept'
    id = Column(Integer, primary_key=True)
",
    )]);
    assert_snapshot!(project.text(), @r"
    exit code: 0
    ----- stdout -----
    kept  models:Kept  models.py:12
      id  INTEGER  not null  primary key

    lost  models:Lost  models.py:7  partial
      id  INTEGER  not null  primary key
      partial: line 10 failed: ZeroDivisionError: division by zero

    tables: 1 exact, 1 partial, 0 unresolved; columns: 1 exact, 1 partial
      1 × line 10 failed: ZeroDivisionError: division by zero
          hint: check that line: what it does at import cannot be done here

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    warning: models.py:10: a statement failed and was skipped: `ZeroDivisionError: division by zero`
    ");
}

#[test]
fn a_class_without_a_primary_key() {
    let project = Project::new(&[(
        "models.py",
        "
from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Keyless(Base):
    __tablename__ = 'keyless'
    size = Column(Integer)
",
    )]);
    assert_snapshot!(project.text(), @r"
    exit code: 0
    ----- stdout -----
    keyless  models:Keyless  models.py:7  partial
      size  INTEGER  null
      partial: line 7 failed: ArgumentError: Mapper Mapper[Keyless(keyless)] could not assemble any primary key columns for mapped table 'keyless'

    tables: 0 exact, 1 partial, 0 unresolved; columns: 0 exact, 1 partial
      1 × line 7 failed: ArgumentError: Mapper Mapper[Keyless(keyless)] could not assemble any primary key columns for mapped table 'keyless'
          hint: check that line: what it does at import cannot be done here

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    warning: models.py:7: a statement failed and was skipped: `ArgumentError: Mapper Mapper[Keyless(keyless)] could not assemble any primary key columns for mapped table 'keyless'`
    ");
}

#[test]
fn a_class_not_made_in_one_of_two_files_with_one_module_name() {
    const BASE: &str = "
from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base
Base = declarative_base()
";
    let left = format!(
        "{BASE}class Model(Base):\n    __tablename__ = 'l'\n    id = Column(Integer, primary_key=True)\n"
    );
    let right = format!("{BASE}if not Base:\n    class Model(Base):\n        __tablename__ = 'r'\n");
    let project = Project::new(&[
        ("left/pyproject.toml", "[project]\nname = 'left'\n"),
        ("left/app/__init__.py", ""),
        ("left/app/models.py", &left),
        ("right/pyproject.toml", "[project]\nname = 'right'\n"),
        ("right/app/__init__.py", ""),
        ("right/app/models.py", &right),
    ]);
    let document = project.document();
    let unresolved: Vec<_> = document.unresolved.iter().map(|item| item.place.path.as_str()).collect();
    assert_eq!(unresolved, ["right/app/models.py"], "{:#?}", document.tables);
}

#[test]
fn a_table_behind_a_condition() {
    let project = Project::new(&[
        GOOD,
        (
            "maybe.py",
            "
import os
from sqlalchemy import Column, Integer, Table
from good import metadata

if os.environ.get('WITH_EXTRAS') == 'yes':
    extra = Table('extra', metadata, Column('id', Integer, primary_key=True))
",
        ),
    ]);
    assert_snapshot!(project.text(), @r"
    exit code: 0
    ----- stdout -----
    good  good.py:5
      id  INTEGER  not null  primary key

    extra  maybe.py:7  unresolved: its module ran, and the statement was not reached or made no table

    tables: 1 exact, 0 partial, 1 unresolved; columns: 1 exact, 0 partial
      1 × its module ran, and the statement was not reached or made no table
          hint: it may stand behind a condition that depends on what is absent

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    ");
}

#[test]
fn a_class_that_a_base_is_made_of_is_no_table() {
    let project = Project::new(&[(
        "models.py",
        "
from sqlalchemy import Column, Integer
from sqlalchemy.orm import as_declarative, declared_attr

@as_declarative()
class Model:
    @declared_attr
    def __tablename__(cls):
        return cls.__name__.lower()

    id = Column(Integer, primary_key=True)

class User(Model):
    pass
",
    )]);
    let document = project.document();
    assert!(document.unresolved.is_empty(), "{:#?}", document.unresolved);
    assert_eq!(document.summary.tables_exact, 1);
}
