"""A stand-in within a column or table, which is created without it and marked."""

import unittest

from case import GENERATIONS, Case, run
from render import tables


class Schema(Case):
    """A stand-in within a column or table."""

    def test_as_type(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import Thing
            class Own(Thing): ...
            t = Table(
                "a", metadata,
                Column(Thing, name="a"), Column("b", Thing), Column("c", Thing()), Column("d", Thing(3)),
                Column("e", Own), Column("f", Own()), Column("g", Integer), Column("h", type_=Thing),
            )
            """,
            """\
            a
              a absent.Thing ?stand-in-type
              b absent.Thing ?stand-in-type
              c absent.Thing() ?stand-in-type
              d absent.Thing() ?stand-in-type
              e absent.Thing ?stand-in-type
              f absent.Thing ?stand-in-type
              g INTEGER
              h absent.Thing ?stand-in-type
            """,
        )

    def test_without_a_name(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import Thing
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
                x = Column(Thing)
                y = Column(Thing, primary_key=False, nullable=False)
            """,
            """\
            a
              id INTEGER pk
              x absent.Thing ?stand-in-type
              y absent.Thing not-null ?stand-in-type
            """,
        )

    def test_as_argument_of_a_type(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import Thing, LENGTH, VALUES
            from sqlalchemy.dialects.postgresql import ARRAY
            t = Table(
                "a", metadata,
                Column("a", String(LENGTH)), Column("b", Numeric(LENGTH, 2)), Column("c", Enum(VALUES)),
                Column("d", Enum(*VALUES, name="d")), Column("e", Enum("x", VALUES, name="e")), Column("f", ARRAY(Thing)),
                Column("g", String(5)), Column("h", Enum("x", "y", name=Thing)), Column("i", Enum("x", name="i", schema=Thing)),
                Column("j", DateTime(timezone=Thing)), Column("k", String(length=LENGTH * 2)), Column("l", String(LENGTH + 1)),
            )
            """,
            """\
            a ?guess
              a … ?stand-in-type ?stand-in-value
              b … ?stand-in-type ?stand-in-value
              c Enum(⟪absent.VALUES⟫) enum=None:⟪absent.VALUES⟫ ?stand-in-value
              d d enum=d:
              e e enum=e:x,⟪absent.VALUES⟫ ?stand-in-value
              f … ?stand-in-type ?stand-in-value
              g VARCHAR(5)
              h "⟪absent.Thing⟫" enum=⟪absent.Thing⟫:x,y ?stand-in-value
              i … enum=i:x ?stand-in-type ?stand-in-value
              j … ?stand-in-type ?stand-in-value
              k … ?stand-in-type ?stand-in-value
              l … ?stand-in-type ?stand-in-value
            """,
        )

    def test_decorated_type(self) -> None:
        self.check(
            """\
            {prelude}
            from sqlalchemy.types import TypeDecorator
            from absent import Thing
            class Own(TypeDecorator):
                impl = Thing
                cache_ok = True
            class Sound(TypeDecorator):
                impl = String
                cache_ok = True
            t = Table("a", metadata, Column("a", Own), Column("b", Own(3)), Column("c", Sound(3)))
            """,
            """\
            a
              a Own('absent.Thing') ?stand-in-type
              b Own('absent.Thing') ?stand-in-type
              c VARCHAR(3)
            """,
        )

    def test_as_option_of_a_column(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import x
            t = Table(
                "a", metadata,
                Column("a", Integer, default=x), Column("b", Integer, server_default=x), Column("c", Integer, nullable=x),
                Column("d", Integer, comment=x), Column("e", Integer, onupdate=x.now), Column("f", Integer, default=x()),
                Column("g", Integer, unique=x), Column("h", Integer, index=x), Column("i", Integer, primary_key=x),
                Column("j", Integer, server_default=text(f"{x}")), Column("k", Integer, default=lambda: x), Column("l", Integer, x),
                Column("m", Integer, info=x), Column("n", Integer, autoincrement=x), Column("o", Integer, server_default=FetchedValue()),
                Column("p", Integer, key=x), Column("q", Integer, server_default=func.now(x)), Column("r", Integer, info={"k": x}),
            )
            """,
            """\
            a ?guess
              a INTEGER ?stand-in-option
              b INTEGER ?stand-in-option
              c INTEGER ?stand-in-option
              d INTEGER ?stand-in-option
              e INTEGER onupdate=callable:absent.x.now
              f INTEGER ?stand-in-option
              g INTEGER ?stand-in-option
              h INTEGER ?stand-in-option
              i INTEGER pk ?stand-in-option
              j INTEGER server_default=⟪absent.x⟫ ?stand-in-value
              k INTEGER default=callable:models.<lambda>
              l INTEGER ?stand-in-item
              m INTEGER ?stand-in-option
              n INTEGER ?stand-in-option
              o INTEGER server_default=FetchedValue
              p INTEGER ?stand-in-option
              q INTEGER server_default=now('⟪absent.x⟫') server_default:mssql=CURRENT_TIMESTAMP server_default:oracle=CURRENT_TIMESTAMP server_default:sqlite=CURRENT_TIMESTAMP ?stand-in-value
              r INTEGER
              unique g
              index [ix_a_h] h
            guess truth of absent.x at models.py:13
            guess truth of absent.x at models.py:9
            """,
            show="guess",
        )

    def test_as_name(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import NAME
            t = Table("a", metadata, Column(NAME, Integer), Column(f"x_{NAME}", Integer), Column("y", Integer))
            u = Table(NAME, metadata, Column("x", Integer))
            """,
            """\
            a
              ⟪absent.NAME⟫ INTEGER ?stand-in-value
              x_⟪absent.NAME⟫ INTEGER ?stand-in-value
              y INTEGER
            ⟪absent.NAME⟫ ?stand-in-value
              x INTEGER
            """,
        )

    def test_as_foreign_key(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import User, ACTION
            t = Table("b", metadata, Column("id", Integer, primary_key=True))
            u = Table(
                "a", metadata,
                Column("a", Integer, ForeignKey(User)), Column("b", ForeignKey(User.id)), Column("c", Integer, ForeignKey(f"{User.__tablename__}.id")),
                Column("d", Integer, ForeignKey("b.id", ondelete=ACTION)), Column("e", ForeignKey("b.id")),
            )
            """,
            """\
            a
              a INTEGER -> ⟪absent.User⟫ ?stand-in-value
              b NullType() -> ⟪absent.User.id⟫ ?stand-in-value ?unknown-type
              c INTEGER -> ⟪absent.User.__tablename__⟫.id ?stand-in-value
              d INTEGER -> b.id on delete ⟪absent.ACTION⟫ ?stand-in-value
              e INTEGER -> b.id
            b
              id INTEGER pk
            """,
            show="statementskipped",
        )

    def test_as_schema(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import SCHEMA
            other = MetaData(schema=SCHEMA)
            t = Table("a", metadata, Column("x", Integer), schema=SCHEMA)
            u = Table("b", other, Column("x", Integer))
            class C(Base):
                __tablename__ = "c"
                __table_args__ = {"schema": SCHEMA}
                id = Column(Integer, primary_key=True)
            """,
            """\
            a ?stand-in-schema
              x INTEGER
            b ?stand-in-schema
              x INTEGER
            c ?stand-in-schema
              id INTEGER pk
            """,
        )

    def test_in_the_name_of_a_class_table(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import PREFIX
            class A(Base):
                __tablename__ = f"{PREFIX}_a"
                id = Column(Integer, primary_key=True)
            """,
            """\
            ⟪absent.PREFIX⟫_a ?stand-in-value
              id INTEGER pk
            """,
        )

    def test_as_the_name_of_a_class_table(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import NAME
            class A(Base):
                __tablename__ = NAME
                id = Column(Integer, primary_key=True)
            class B(Base):
                __tablename__ = NAME + "_b"
                id = Column(Integer, primary_key=True)
            """,
            """\
            ⟪absent.NAME⟫ ?stand-in-value
              id INTEGER pk
            ⟪absent.NAME⟫_b ?stand-in-value
              id INTEGER pk
            """,
            show="statementskipped",
        )

    def test_among_table_args(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import constraint, NAME
            class A(Base):
                __tablename__ = "a"
                __table_args__ = (constraint("x"), UniqueConstraint("x", name="u"), {"comment": "c"})
                id = Column(Integer, primary_key=True)
                x = Column(Integer)
            class B(Base):
                __tablename__ = "b"
                __table_args__ = (UniqueConstraint("x", name=NAME), Index(f"ix_{NAME}", "x"))
                id = Column(Integer, primary_key=True)
                x = Column(Integer)
            """,
            """\
            a comment=c ?stand-in-item
              id INTEGER pk
              x INTEGER
              unique [u] x
            b ?stand-in-value
              id INTEGER pk
              x INTEGER
              unique x
              index [ix_⟪absent.NAME⟫] x
            """,
            show="statementskipped",
        )

    def test_as_table_args(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import ARGS
            class A(Base):
                __tablename__ = "a"
                __table_args__ = ARGS
                id = Column(Integer, primary_key=True)
            class B(Base):
                __tablename__ = "b"
                __table_args__ = (UniqueConstraint("id"),) + ARGS
                id = Column(Integer, primary_key=True)
            class C(Base):
                __tablename__ = "c"
                id = Column(Integer, primary_key=True)
            """,
            """\
            a ?statement-skipped
              id INTEGER pk
            b ?statement-skipped
              id INTEGER pk
            c
              id INTEGER pk
            skipped models.py:11 ArgumentError
            skipped models.py:15 ArgumentError
            """,
            show="statementskipped",
        )

    def test_an_absent_type_that_states_its_storage(self) -> None:
        source = """\
            {prelude}
            from absent import Kind
            class Plain(Kind):
                impl = String
            class Sized(Kind):
                impl = Numeric(10, 2)
            class Below(Sized): ...
            class Nothing(Kind): ...
            t = Table("t", metadata, Column("a", Plain), Column("b", Plain()), Column("c", Sized), Column("d", Below(3)),
                Column("e", Nothing))
            """
        for generation in GENERATIONS:
            with self.subTest(generation):
                (table,) = tables(run(generation, {"models.py": source}))
                written = [
                    next((item.value for item in column.ty.ddl if item.name == "postgresql"), None)
                    for column in table.columns
                ]
                self.assertEqual(written, ["VARCHAR", "VARCHAR", "NUMERIC(10, 2)", "NUMERIC(10, 2)", None])
                messages = {reason.message for column in table.columns for reason in column.reasons}
                self.assertEqual(
                    messages,
                    {
                        "its type is based on `absent.Kind`, which is absent",
                        "its type is `absent.Kind`, which is absent",
                    },
                )


if __name__ == "__main__":
    unittest.main()
