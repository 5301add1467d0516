//! What depends on something that is not there: found, and owned up to.

use belljar_schema::{Document, Status};
use insta::assert_snapshot;

use crate::support::Project;

#[test]
fn absent_type_absent_length_absent_default() {
    let project = Project::new(&[(
        "models.py",
        "
from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base
from money import MAX_LENGTH, Money, default_currency

Base = declarative_base()

class Price(Base):
    __tablename__ = 'prices'
    id = Column(Integer, primary_key=True)
    amount = Column(Money)
    label = Column(String(MAX_LENGTH))
    currency = Column(String(3), server_default=default_currency)
    note = Column(String(20))
",
    )]);
    assert_snapshot!(project.text(), @r"
    exit code: 0
    ----- stdout -----
    prices  models:Price  models.py:8  partial
      id        INTEGER                      not null  primary key
      amount    money.Money                  null
        partial: its type is `money.Money`, which is absent
      label     VARCHAR(⟪money.MAX_LENGTH⟫)  null
        partial: `length` of its type is taken from `money.MAX_LENGTH`
        partial: `money.MAX_LENGTH` is absent and is part of it
      currency  VARCHAR(3)                   null
        partial: `server_default` is taken from `money.default_currency`
      note      VARCHAR(20)                  null

    tables: 0 exact, 1 partial, 0 unresolved; columns: 2 exact, 3 partial
      4 × its type is `money.Money`, which is absent; and similar
          hint: give the package that provides `money` with `--wheelhouse`

    To make 1 partial table exact, provide these packages with --wheelhouse:
      the package that provides `money`  1 table

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    ");
}

#[test]
fn absent_base() {
    let project = Project::new(&[(
        "models.py",
        "
from sqlalchemy import Column, Integer
from framework.db import Base

class Thing(Base):
    __tablename__ = 'things'
    id = Column(Integer, primary_key=True)
",
    )]);
    assert_snapshot!(project.text(), @r"
    exit code: 0
    ----- stdout -----
    things  models:Thing  models.py:5  partial
      id  INTEGER  not null  primary key
      partial: base class `framework.db.Base` is absent; what it adds is not known

    tables: 0 exact, 1 partial, 0 unresolved; columns: 0 exact, 1 partial
      1 × base class `framework.db.Base` is absent; what it adds is not known
          hint: give the package that provides `framework` with `--wheelhouse`

    To make 1 partial table exact, provide these packages with --wheelhouse:
      the package that provides `framework`  1 table

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    ");
}

#[test]
fn absent_mixin_makes_the_table_partial_and_leaves_others_exact() {
    let project = Project::new(&[(
        "models.py",
        "
from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base
from framework import Auditing

Base = declarative_base()

class Audited(Auditing, Base):
    __tablename__ = 'audited'
    id = Column(Integer, primary_key=True)

class Plain(Base):
    __tablename__ = 'plain'
    id = Column(Integer, primary_key=True)
",
    )]);
    let document = project.document();
    assert_eq!(statuses(&document), [("audited", Status::Partial), ("plain", Status::Exact)]);
    let reasons = &document.tables[0].reasons;
    let codes: Vec<_> = reasons.iter().map(|reason| reason.code.as_str()).collect();
    assert_eq!(codes, ["further-tables", "lost-base"], "{reasons:#?}");
    for reason in reasons {
        assert_eq!(reason.package.as_deref(), Some("framework"), "{reason:#?}");
        assert!(reason.hint.is_some(), "{reason:#?}");
    }
}

#[test]
fn columns_from_a_loop_over_something_absent() {
    let project = Project::new(&[(
        "models.py",
        "
from sqlalchemy import Column, Integer, MetaData, String, Table
from settings_package import EXTRA

metadata = MetaData()
wide = Table('wide', metadata, Column('id', Integer), *[Column(name, String) for name in EXTRA])
",
    )]);
    let document = project.document();
    assert_eq!(statuses(&document), [("wide", Status::Partial)], "{document:#?}");
}

#[test]
fn every_partial_object_has_a_reason() {
    let project = Project::new(&[(
        "models.py",
        "
from sqlalchemy import Column, MetaData, String, Table
from absent import TypeOne, size

metadata = MetaData()
Table('one', metadata, Column('a', TypeOne), Column('b', String(size)))
",
    )]);
    let document = project.document();
    let table = &document.tables[0];
    let partial: Vec<_> = table.columns.iter().filter(|column| column.status == Status::Partial).collect();
    assert_eq!(partial.len(), 2, "{table:#?}");
    for column in partial {
        assert!(!column.reasons.is_empty(), "{column:#?}");
        assert!(
            column.reasons.iter().all(|reason| !reason.message.is_empty() && reason.hint.is_some()),
            "{column:#?}"
        );
    }
}

fn statuses(document: &Document) -> Vec<(&str, Status)> {
    document.tables.iter().map(|table| (table.name.as_str(), table.status)).collect()
}
