//! The class, the file and the line of every table and column.

use std::fmt::Write as _;

use belljar_schema::{Document, Place};
use insta::assert_snapshot;

use crate::support::Project;

/// One line for each table and column.
fn places(document: &Document) -> String {
    let at = |place: &Option<Place>| {
        place.as_ref().map_or("nowhere".to_owned(), |place| format!("{}:{}", place.path, place.line))
    };
    let mut out = String::new();
    for table in &document.tables {
        writeln!(out, "{} {} {}", table.name, table.class.as_deref().unwrap_or("-"), at(&table.place))
            .unwrap();
        for column in &table.columns {
            let attribute = column.attribute.as_deref().unwrap_or("-");
            writeln!(out, "  {} {attribute} {}", column.name, at(&column.place)).unwrap();
        }
    }
    out
}

#[test]
fn columns_of_a_mixin_point_into_the_mixin() {
    let project = Project::new(&[
        ("app/__init__.py", ""),
        (
            "app/mixins.py",
            "
from sqlalchemy import Column, DateTime, ForeignKey, Integer
from sqlalchemy.orm import declared_attr

class Stamped:
    id = Column(Integer, primary_key=True)
    created = Column(DateTime)

    @declared_attr
    def owner_id(cls):
        return Column(ForeignKey('users.id'))
",
        ),
        (
            "app/models.py",
            "
from sqlalchemy import Column, String
from sqlalchemy.orm import declarative_base

from app.mixins import Stamped

Base = declarative_base()


class User(Stamped, Base):
    __tablename__ = 'users'
    name = Column(
        'full_name',
        String(50),
    )


@lambda cls: cls
class Note(Stamped, Base):
    __tablename__ = 'notes'
",
        ),
    ]);
    assert_snapshot!(places(&project.document()), @r"
    notes app.models:Note app/models.py:19
      id id app/mixins.py:6
      created created app/mixins.py:7
      owner_id owner_id app/mixins.py:10
    users app.models:User app/models.py:10
      full_name name app/models.py:12
      id id app/mixins.py:6
      created created app/mixins.py:7
      owner_id owner_id app/mixins.py:10
    ");
}

#[test]
fn annotated_columns_and_core_tables() {
    let project = Project::new(&[(
        "models.py",
        "
from sqlalchemy import Column, Integer, String, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class Outer(Base):
    __tablename__ = 'outer'
    id: Mapped[int] = mapped_column(
        primary_key=True,
    )
    bare: Mapped[str]

links = Table(
    'links',
    Base.metadata,
    Column('a', Integer, primary_key=True),
    Column(
        'b',
        String,
    ),
)

class Hybrid(Base):
    __table__ = Table('hybrid', Base.metadata, Column('id', Integer, primary_key=True))
",
    )]);
    assert_snapshot!(places(&project.document()), @r"
    hybrid models:Hybrid models.py:25
      id id models.py:26
    links - models.py:15
      a - models.py:18
      b - models.py:19
    outer models:Outer models.py:8
      id id models.py:10
      bare bare models.py:13
    ");
}
