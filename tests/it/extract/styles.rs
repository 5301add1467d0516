//! The ways to write a table down.

use insta::assert_snapshot;

use crate::support::Project;

#[test]
fn declarative_with_columns() {
    let project = Project::new(&[(
        "shop.py",
        "
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Numeric, String, UniqueConstraint, func
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()

class Customer(Base):
    __tablename__ = 'customers'
    __table_args__ = (UniqueConstraint('name', 'town', name='one_per_town'),)
    id = Column(Integer, primary_key=True)
    name = Column(String(50), nullable=False)
    town = Column('city', String, key='town', server_default='Bern', index=True)
    orders = relationship('Order', back_populates='customer')

class Order(Base):
    __tablename__ = 'orders'
    __table_args__ = (CheckConstraint('total >= 0', name='no_debts'), {'schema': 'sales'})
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey('customers.id', ondelete='CASCADE'), nullable=False)
    total = Column(Numeric(10, 2), server_default='0')
    customer = relationship(Customer, back_populates='orders')
    __mapper_args__ = {'version_id_col': id}

Index('ix_orders_total', Order.total.desc(), unique=True)
",
    )]);
    assert_snapshot!(project.text(), @r"
    exit code: 0
    ----- stdout -----
    customers  shop:Customer  shop.py:7
      id    INTEGER      not null  primary key
      name  VARCHAR(50)  not null
      city  VARCHAR      null  default Bern
      unique (name, city) one_per_town
      index (city) ix_customers_city

    sales.orders  shop:Order  shop.py:15
      id           INTEGER         not null  primary key
      customer_id  INTEGER         not null  -> customers.id on delete cascade
      total        NUMERIC(10, 2)  null  default 0
      unique index (sales.orders.total DESC) ix_orders_total
      check (total >= 0) no_debts

    tables: 2 exact, 0 partial, 0 unresolved; columns: 6 exact, 0 partial

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    ");
}

#[test]
fn mapped_annotations() {
    let project = Project::new(&[(
        "shop.py",
        "
import enum
from datetime import datetime
from typing import Annotated, Optional
from uuid import UUID
from sqlalchemy import Computed, ForeignKey, Identity, String, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

key = Annotated[int, mapped_column(primary_key=True)]
short = Annotated[str, 30]

class Base(DeclarativeBase):
    type_annotation_map = {short: String(30)}

class Size(enum.Enum):
    SMALL = 's'
    LARGE = 'l'

class Item(Base):
    __tablename__ = 'items'
    id: Mapped[key]
    name: Mapped[short]
    note: Mapped[Optional[str]]
    size: Mapped[Size]
    uid: Mapped[UUID | None] = mapped_column(unique=True)
    made: Mapped[datetime] = mapped_column(server_default=func.now())
    shout: Mapped[str] = mapped_column(Computed('upper(name)'))
    parts: Mapped[list['Part']] = relationship(back_populates='item')

class Part(Base):
    __tablename__ = 'parts'
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey('items.id'))
    item: Mapped[Item] = relationship(back_populates='parts')
",
    )]);
    assert_snapshot!(project.text(), @r"
    exit code: 0
    ----- stdout -----
    items  shop:Item  shop.py:19
      id     INTEGER                      not null  primary key
      name   VARCHAR(30)                  not null
      note   VARCHAR                      null
      size   size                         not null  one of SMALL, LARGE
      uid    UUID                         null
      made   TIMESTAMP WITHOUT TIME ZONE  not null  default now()
      shout  VARCHAR                      not null  computed upper(name)
      unique (uid)

    parts  shop:Part  shop.py:30
      id       INTEGER  not null  primary key  identity
      item_id  INTEGER  not null  -> items.id

    size  enum of SMALL, LARGE  shop.py:19

    tables: 2 exact, 0 partial, 0 unresolved; columns: 9 exact, 0 partial

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    ");
}

#[test]
fn core_tables() {
    let project = Project::new(&[(
        "tables.py",
        "
import sqlalchemy as sa

metadata = sa.MetaData(schema='core', naming_convention={'pk': 'pk_%(table_name)s', 'ix': 'ix_%(table_name)s_%(column_0_name)s'})

def stamped(*columns):
    return (*columns, sa.Column('at', sa.DateTime(timezone=True), nullable=False))

nodes = sa.Table(
    'nodes',
    metadata,
    *stamped(sa.Column('id', sa.BigInteger, primary_key=True), sa.Column('label', sa.Text, index=True)),
    comment='what there is',
)

edges = sa.Table(
    'edges',
    metadata,
    sa.Column('from_id', None, sa.ForeignKey('core.nodes.id'), primary_key=True),
    sa.Column('to_id', None, sa.ForeignKey(nodes.c.id), primary_key=True),
)

for part in range(2):
    sa.Table(f'part_{part}', metadata, sa.Column('id', sa.Integer, sa.Sequence('part_ids'), primary_key=True))
",
    )]);
    assert_snapshot!(project.text(), @r"
    exit code: 0
    ----- stdout -----
    core.edges  tables.py:16
      from_id  BIGINT  not null  primary key  -> core.nodes.id
      to_id    BIGINT  not null  primary key  -> core.nodes.id

    core.nodes  tables.py:9
      id     BIGINT                    not null  primary key
      label  TEXT                      null
      at     TIMESTAMP WITH TIME ZONE  not null
      index (label) ix_nodes_label

    core.part_0  tables.py:24
      id  INTEGER  not null  primary key

    core.part_1  tables.py:24
      id  INTEGER  not null  primary key

    part_ids  sequence  tables.py:24

    tables: 4 exact, 0 partial, 0 unresolved; columns: 7 exact, 0 partial

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    ");
}

#[test]
fn imperative_mapping() {
    let project = Project::new(&[
        ("store/__init__.py", ""),
        (
            "store/domain.py",
            "
class Book:
    def __init__(self, title):
        self.title = title
",
        ),
        (
            "store/orm.py",
            "
from sqlalchemy import Column, Integer, MetaData, String, Table
from sqlalchemy.orm import registry
from store.domain import Book

mapper_registry = registry(metadata=MetaData())
books = Table('books', mapper_registry.metadata, Column('id', Integer, primary_key=True), Column('title', String(80)))
mapper_registry.map_imperatively(Book, books)
",
        ),
    ]);
    assert_snapshot!(project.text(), @r"
    exit code: 0
    ----- stdout -----
    books  store.domain:Book  store/orm.py:7
      id     INTEGER      not null  primary key
      title  VARCHAR(80)  null

    tables: 1 exact, 0 partial, 0 unresolved; columns: 2 exact, 0 partial

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    ");
}

#[test]
fn mixins() {
    let project = Project::new(&[(
        "models.py",
        "
from sqlalchemy import DateTime, ForeignKey, Integer, func
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

class Named:
    @declared_attr.directive
    def __tablename__(cls):
        return cls.__name__.lower() + 's'

class Stamped:
    created: Mapped[int] = mapped_column(Integer, sort_order=9)

class Owned(Stamped):
    @declared_attr
    def owner_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey('users.id'))

class Base(Named, DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True)

class User(Stamped, Base):
    pass

class Note(Owned, Base):
    text: Mapped[str]
",
    )]);
    assert_snapshot!(project.text(), @r"
    exit code: 0
    ----- stdout -----
    notes  models:Note  models.py:24
      text      VARCHAR  not null
      owner_id  INTEGER  not null  -> users.id
      id        INTEGER  not null  primary key
      created   INTEGER  not null

    users  models:User  models.py:21
      id       INTEGER  not null  primary key
      created  INTEGER  not null

    tables: 2 exact, 0 partial, 0 unresolved; columns: 6 exact, 0 partial

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    ");
}
