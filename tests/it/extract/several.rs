//! Several bases and several `MetaData` in one repository.

use insta::assert_snapshot;

use crate::support::Project;

const TWO: &[(&str, &str)] = &[
    (
        "billing.py",
        "
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = 'users'
    id: Mapped[int] = mapped_column(primary_key=True)
    iban: Mapped[str]
",
    ),
    (
        "crm.py",
        "
from sqlalchemy import Column, Integer, MetaData, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = 'users'
    id: Mapped[int] = mapped_column(primary_key=True)
    mood: Mapped[str]

other = MetaData()
Table('leads', other, Column('id', Integer, primary_key=True))
",
    ),
];

#[test]
fn a_name_in_two_metadata_is_two_tables() {
    assert_snapshot!(Project::new(TWO).text(), @r"
    exit code: 0
    ----- stdout -----
    leads  crm:other  crm.py:14
      id  INTEGER  not null  primary key

    users  billing:User  billing:Base.metadata  billing.py:7
      id    INTEGER  not null  primary key
      iban  VARCHAR  not null

    users  crm:User  crm:Base.metadata  crm.py:8
      id    INTEGER  not null  primary key
      mood  VARCHAR  not null

    tables: 3 exact, 0 partial, 0 unresolved; columns: 5 exact, 0 partial

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    ");
}

#[test]
fn every_metadata_has_a_name_that_leads_to_it() {
    let document = Project::new(TWO).document();
    let names: Vec<_> =
        document.tables.iter().map(|table| (table.name.as_str(), table.metadata.as_str())).collect();
    let expected =
        [("leads", "crm:other"), ("users", "billing:Base.metadata"), ("users", "crm:Base.metadata")];
    assert_eq!(names, expected);
}

#[test]
fn two_bases_on_one_metadata_share_it() {
    let project = Project::new(&[(
        "models.py",
        "
from sqlalchemy import Column, ForeignKey, Integer, MetaData
from sqlalchemy.orm import declarative_base

shared = MetaData()
Left = declarative_base(metadata=shared)
Right = declarative_base(metadata=shared)

class A(Left):
    __tablename__ = 'a'
    id = Column(Integer, primary_key=True)

class B(Right):
    __tablename__ = 'b'
    id = Column(Integer, ForeignKey(A.id), primary_key=True)
",
    )]);
    let document = project.document();
    let metadata: Vec<_> = document.tables.iter().map(|table| table.metadata.as_str()).collect();
    assert_eq!(metadata, ["models:shared", "models:shared"]);
}
