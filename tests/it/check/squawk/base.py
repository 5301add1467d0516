"""The models before a change with much that is dangerous in it."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Enum,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Numeric,
    Sequence,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("nick", String(40)),
    Column("mail", String(100)),
    Column("phone", String(20), nullable=False),
    Column("fax", String(20)),
    Column("born", Date, server_default="1900-01-01"),
    Column("mood", Enum("calm", "cross", name="mood")),
    Column("town", Text),
    Index("ix_people_mail", "mail"),
    UniqueConstraint("phone", name="uq_people_phone"),
)

pets = Table(
    "pets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(40)),
    Column("owner_id", Integer),
    Column("weight", Numeric(5, 2)),
)

visits = Table(
    "visits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("pet_id", Integer, ForeignKey("pets.id", name="fk_visits_pet")),
    Column("at", DateTime),
    Column("price", Integer),
    CheckConstraint("price >= 0", name="ck_visits_price"),
)

bills = Table("bills", metadata, Column("id", Integer, primary_key=True), Column("sum", Numeric))

numbers = Sequence("bill_numbers", metadata=metadata)
