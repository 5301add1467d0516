"""The models after a change with much that is dangerous in it."""

from sqlalchemy import (
    CHAR,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    Enum,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
)

metadata = MetaData()

people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("nickname", String(40)),
    Column("mail", String(100), nullable=False),
    Column("phone", String(20)),
    Column("born", Date),
    Column("mood", Enum("calm", "glad", "cross", name="mood")),
    Column("town", Text, server_default="nowhere"),
    Column("token", String(36), server_default=func.gen_random_uuid()),
    Column("initial", CHAR(1)),
    Column("seen", DateTime),
    Column("is_known", Boolean, nullable=False),
    Column("length", Integer, Computed("length(town)", persisted=True)),
    Column("a_column_with_a_name_that_is_longer_than_a_name_in_the_database_can_be", Integer),
    Index("ix_people_town", "town"),
    UniqueConstraint("mail", name="uq_people_mail"),
)

animals = Table(
    "animals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text),
    Column("owner_id", Integer, ForeignKey("people.id", name="fk_animals_owner")),
    Column("weight", Numeric(8, 3)),
    CheckConstraint("weight > 0", name="ck_animals_weight"),
)

visits = Table(
    "visits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("pet_id", Integer, ForeignKey("animals.id", name="fk_visits_pet")),
    Column("at", DateTime),
    Column("price", BigInteger),
)

kinds = Table(
    "kinds",
    metadata,
    Column("id", SmallInteger, primary_key=True),
    Column("name", String(40), nullable=False),
    Column("made", DateTime),
)
