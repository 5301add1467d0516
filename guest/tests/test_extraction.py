"""Every fact in the frames, from models that need nothing absent, so that nothing is in doubt."""

import unittest

from case import GENERATIONS, Case, run
from render import tables


class Columns(Case):
    """Facts of columns."""

    def test_types(self) -> None:
        self.check(
            """\
            {prelude}
            import enum
            from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID
            from sqlalchemy.types import TypeDecorator
            class Colour(enum.Enum):
                red = 1
                blue = 2
            class Own(TypeDecorator):
                impl = String
                cache_ok = True
            t = Table(
                "a", metadata,
                Column("a", String(5)), Column("b", Numeric(10, 2)), Column("c", DateTime(timezone=True)), Column("d", Enum(Colour)),
                Column("e", Enum("x", "y", name="letters")), Column("f", ARRAY(Integer)), Column("g", JSONB), Column("h", UUID),
                Column("i", Own(3)), Column("j", Boolean), Column("k", LargeBinary), Column("l", Text), Column("m"),
            )
            """,
            """\
            a
              a VARCHAR(5)
              b NUMERIC(10, 2)
              c TIMESTAMP WITH TIME ZONE
              d colour enum=colour:red,blue
              e letters enum=letters:x,y
              f INTEGER[]
              g JSONB
              h UUID
              i VARCHAR(3)
              j BOOLEAN
              k BYTEA
              l TEXT
              m NullType()
            """,
        )

    def test_options(self) -> None:
        self.check(
            """\
            {prelude}
            import datetime, enum
            def now(): ...
            State = enum.Enum("State", dict(ON="on"), type=str)
            t = Table(
                "a", metadata,
                Column("a", Integer, primary_key=True, autoincrement=False), Column("b", Integer, nullable=False),
                Column("c", Integer, default=3), Column("d", Integer, default=now), Column("e", DateTime, default=datetime.datetime.utcnow),
                Column("f", DateTime, default=func.now()), Column("g", DateTime, server_default=func.now()),
                Column("h", String, server_default="x"), Column("i", String, server_default=text("'y'")), Column("j", Integer, onupdate=now),
                Column("k", Integer, comment="said"), Column("l", Integer, key="other"), Column("m", Integer, Sequence("seq")),
                Column("n", Integer, server_onupdate=FetchedValue()), Column("o", Integer, default=lambda: 3), Column("p", JSON, default=dict),
                Column("q", Integer, default=object()), Column("r", String, server_default=State.ON),
            )
            """,
            """\
            a
              a INTEGER pk
              b INTEGER not-null
              c INTEGER default=scalar:3
              d INTEGER default=callable:models.now
              e TIMESTAMP WITHOUT TIME ZONE default=callable:datetime.datetime.utcnow
              f TIMESTAMP WITHOUT TIME ZONE default=clause:now()
              g TIMESTAMP WITHOUT TIME ZONE server_default=now()
              h VARCHAR server_default=x
              i VARCHAR server_default='y'
              j INTEGER onupdate=callable:models.now
              k INTEGER comment=said
              l INTEGER key=other
              m INTEGER default=sequence:seq sequence=seq
              n INTEGER server_onupdate=FetchedValue
              o INTEGER default=callable:models.<lambda>
              p JSON default=callable:builtins.dict
              q INTEGER default=scalar:object()
              r VARCHAR server_default=on
            """,
        )

    def test_a_column_of_the_database(self) -> None:
        self.check(
            """\
            {prelude}
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
                version = Column("xmin", Integer, system=True)
                __mapper_args__ = {"version_id_col": version, "version_id_generator": False}
            """,
            """\
            a
              id INTEGER pk
              xmin INTEGER system=True
            class A a
              version = xmin
            """,
            show="class",
        )

    def test_a_type_that_is_not_created(self) -> None:
        self.check(
            """\
            {prelude}
            from sqlalchemy.dialects.postgresql import ENUM
            t = Table("a", metadata, Column("x", ENUM("r", "g", name="e", create_type=False)), Column("y", ENUM("s", name="f")))
            """,
            """\
            a
              x e enum=e:r,g
              y f enum=f:s
            enum e r g not-created in a.x
            enum f s in a.y
            """,
            show="namedtype",
        )

    def test_computed_and_identity(self) -> None:
        self.check(
            """\
            {prelude}
            t = Table(
                "a", metadata,
                Column("a", Integer, Computed("b + 1", persisted=True)), Column("b", Integer, Identity(always=True, start=3, increment=2)),
            )
            """,
            """\
            a
              a INTEGER computed=b + 1
              b INTEGER not-null identity=True,3,2
            """,
            since="1.4",
        )

    def test_mapped_annotations(self) -> None:
        self.check(
            """\
            import enum
            from datetime import datetime
            from decimal import Decimal
            from typing import Annotated, Literal, Optional
            from sqlalchemy import ForeignKey, String
            from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
            Name = Annotated[str, mapped_column(String(30), index=True)]
            class Colour(enum.Enum):
                red = 1
            class Base(DeclarativeBase):
                type_annotation_map = {Decimal: String(9)}
            class A(Base):
                __tablename__ = "a"
                id: Mapped[int] = mapped_column(primary_key=True)
                a: Mapped[str]
                b: Mapped[Optional[str]]
                c: Mapped[datetime | None]
                d: Mapped[Name]
                e: Mapped[Colour]
                f: Mapped[Literal["x", "y"]]
                g: Mapped[Decimal]
                h: Mapped[int] = mapped_column(ForeignKey("a.id", ondelete="CASCADE"))
            """,
            """\
            a
              id INTEGER pk
              a VARCHAR not-null
              b VARCHAR
              c TIMESTAMP WITHOUT TIME ZONE
              d VARCHAR(30) not-null
              e colour not-null enum=colour:red
              f VARCHAR(1) not-null enum=None:x,y
              g VARCHAR(9) not-null
              h INTEGER not-null -> a.id on delete CASCADE
              index [ix_a_d] d
            """,
            since="2.0",
        )


class Tables(Case):
    """Facts of tables."""

    def test_types_that_releases_choose_differently(self) -> None:
        source = """\
            from typing import Annotated, Optional
            from sqlalchemy import Double, Float, Numeric
            from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
            class Base(DeclarativeBase): ...
            class Mixin:
                a: Mapped[float]
            class A(Mixin, Base):
                __tablename__ = "a"
                id: Mapped[int] = mapped_column(primary_key=True)
                b: Mapped[Optional[float]]
                c: Mapped[Annotated[float, mapped_column(index=True)]]
                d: Mapped[float] = mapped_column("dd", default=1.5)
                e: Mapped[float] = mapped_column(Float)
                f: Mapped[float] = mapped_column(Float())
                g: Mapped[float] = mapped_column(Double())
                h: Mapped[int]
            class Other(DeclarativeBase):
                type_annotation_map = {float: Numeric(9)}
            class B(Other):
                __tablename__ = "b"
                id: Mapped[float] = mapped_column(primary_key=True)
            """
        for generation in (generation for generation in GENERATIONS if generation >= "2.0"):
            with self.subTest(generation=generation):
                columns = [
                    column
                    for table in tables(run(generation, {"models.py": source}))
                    for column in table.columns
                ]
                found = {column.name for column in columns if column.ty.of_float}
                self.assertEqual(found, {"a", "b", "c", "dd"})

    def test_constraints(self) -> None:
        self.check(
            """\
            {prelude}
            p = Table("p", metadata, Column("x", Integer, primary_key=True), Column("y", Integer, primary_key=True), schema="s")
            t = Table(
                "a", metadata,
                Column("x", Integer, unique=True), Column("y", Integer, index=True), Column("z", String),
                Column("r", Integer, ForeignKey("s.p.x", ondelete="SET NULL")),
                UniqueConstraint("x", "y", name="u"), CheckConstraint("x > 3", name="c"), CheckConstraint(column("y") < 7),
                ForeignKeyConstraint(["x", "y"], ["s.p.x", "s.p.y"], name="f", onupdate="CASCADE"),
                comment="said",
            )
            """,
            """\
            a comment=said
              x INTEGER -> s.p.x
              y INTEGER -> s.p.y
              z VARCHAR
              r INTEGER -> s.p.x on delete SET NULL
              unique x
              unique [u] x y
              check y < 7
              check [c] x > 3
              index [ix_a_y] y
              references [f] x y -> s.p.x s.p.y
            s.p
              x INTEGER pk
              y INTEGER pk
            """,
        )

    def test_a_class_of_a_subquery(self) -> None:
        self.check(
            """\
            {prelude}
            from sqlalchemy import func, select
            a = Table("a", metadata, Column("x", Integer))
            class Counts(Base):
                __table__ = select(a.c.x, func.count().label("n")).group_by(a.c.x).subquery()
                __mapper_args__ = {"primary_key": [__table__.c.x]}
            """,
            "a\n  x INTEGER\n",
            show="remark",
            since="1.4",
        )

    def test_indexes(self) -> None:
        self.check(
            """\
            {prelude}
            t = Table("a", metadata, Column("x", Integer), Column("y", String))
            Index("i1", t.c.x, t.c.y.desc())
            Index("i2", func.lower(t.c.y), unique=True)
            Index("i3", t.c.x, postgresql_where=t.c.x > 3, postgresql_using="gin")
            Index("i4", t.c.y, postgresql_ops={"y": "text_pattern_ops"})
            Index("i5", text("x + 1"))
            """,
            """\
            a
              x INTEGER
              y VARCHAR
              index [i1] x a.y DESC
              unique index [i2] lower(a.y)
              index [i3] x postgresql_using=gin postgresql_where=a.x > 3
              index [i4] y text_pattern_ops postgresql_ops=y: text_pattern_ops
            """,
        )

    def test_exclusion(self) -> None:
        self.check(
            """\
            {prelude}
            from sqlalchemy.dialects.postgresql import ExcludeConstraint, TSRANGE
            t = Table("a", metadata, Column("x", TSRANGE), ExcludeConstraint(("x", "&&"), name="e"))
            """,
            """\
            a
              x TSRANGE
              exclude [e] CONSTRAINT e EXCLUDE USING gist (x WITH &&)
            """,
        )

    def test_options(self) -> None:
        self.check(
            """\
            {prelude}
            t = Table("a", metadata, Column("x", Integer), mysql_engine="InnoDB", prefixes=["TEMPORARY"])
            """,
            """\
            a mysql_engine=InnoDB TEMPORARY
              x INTEGER
            """,
        )

    def test_naming_convention(self) -> None:
        self.check(
            """\
            {prelude}
            named = MetaData(naming_convention={"uq": "uq_%(table_name)s_%(column_0_name)s", "ix": "ix_%(column_0_label)s", "ck": "ck_%(table_name)s_%(constraint_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s"})
            p = Table("p", named, Column("id", Integer, primary_key=True))
            t = Table("a", named, Column("x", Integer, ForeignKey("p.id"), unique=True, index=True), CheckConstraint("x > 3", name="c"))
            """,
            """\
            a
              x INTEGER -> p.id
              check [ck_a_c] x > 3
              unique index [ix_a_x] x
              references [fk_a_x] x -> p.id
            p
              id INTEGER pk
            """,
        )

    def test_made_in_a_loop(self) -> None:
        self.check(
            """\
            {prelude}
            kept = []
            for name in ("a", "b"):
                kept += [type(name.upper(), (Base,), {"__tablename__": name, "id": Column(Integer, primary_key=True)})]
            """,
            """\
            a
              id INTEGER pk
            b
              id INTEGER pk
            class A a
            class B b
            """,
            show="class",
        )

    def test_several_metadata_are_named(self) -> None:
        source = "{prelude}\nother = MetaData()\nclass Hidden:\n    metadata = MetaData()\n"
        source += "".join(
            f'Table("{name}", {where}, Column("x", Integer))\n'
            for name, where in (
                ("a", "metadata"),
                ("b", "other"),
                ("c", "Hidden.metadata"),
                ("d", "MetaData()"),
            )
        )
        source += "kept = [MetaData() for _ in range(2)]\nTable('e', kept[0], Column('x', Integer))\n"
        source += "Table('f', kept[1], Column('x', Integer))\n"
        found = {table.name: table.metadata for table in tables(run("2.0", {"models.py": source}))}
        expected = {"a": "models:metadata", "b": "models:other", "c": "models:Hidden.metadata"}
        self.assertEqual({name: found[name] for name in "abc"}, expected)
        self.assertEqual(len({found[name] for name in "ef"}), 2)

    def test_a_metadata_is_named_by_where_it_is_made(self) -> None:
        files = {
            "app/models/base.py": "{prelude}\n",
            "app/a.py": """\
                from app.models.base import *
                class A(Base):
                    __tablename__ = "a"
                    id = Column(Integer, primary_key=True)
                b = Table("b", metadata, Column("x", Integer))
                """,
        }
        found = {table.name: table.metadata for table in tables(run("2.0", files))}
        self.assertEqual(found, {"a": "app.models.base:Base.metadata", "b": "app.models.base:metadata"})

    def test_mixin_columns_know_their_place(self) -> None:
        files = {
            "mixins.py": """\
            from sqlalchemy import Column, Integer
            class Mixin:
                x = Column(Integer)
            """,
            "models.py": """\
            {prelude}
            from mixins import Mixin
            class A(Mixin, Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            """,
        }
        for generation in ("1.3", "1.4", "2.0", "2.1"):
            (table,) = tables(run(generation, files))
            places = {
                column.name: column.place and (column.place.path, column.place.line)
                for column in table.columns
            }
            with self.subTest(generation=generation):
                self.assertEqual(places, {"x": ("mixins.py", 3), "id": ("models.py", 11)})
                self.assertEqual(table.place and table.place.line, 9)


class Classes(Case):
    """Facts of mapped classes."""

    def test_inheritance(self) -> None:
        self.check(
            """\
            {prelude}
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
                kind = Column(String(9))
                __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "a"}
            class Single(A):
                more = Column(Integer)
                __mapper_args__ = {"polymorphic_identity": "single"}
            class Joined(A):
                __tablename__ = "joined"
                id = Column(Integer, ForeignKey("a.id"), primary_key=True)
                __mapper_args__ = {"polymorphic_identity": "joined"}
            class Concrete(A):
                __tablename__ = "concrete"
                id = Column(Integer, primary_key=True)
                kind = Column(String(9))
                __mapper_args__ = {"concrete": True, "polymorphic_identity": "concrete"}
            """,
            """\
            a
              id INTEGER pk
              kind VARCHAR(9)
              more INTEGER
            concrete
              id INTEGER pk
              kind VARCHAR(9)
            joined
              id INTEGER pk -> a.id
            class A a
            class Concrete concrete concrete A 'concrete'
            class Joined joined a joined A 'joined'
            class Single a single A 'single'
            """,
            show="class",
        )

    def test_relationships(self) -> None:
        self.check(
            """\
            {prelude}
            from sqlalchemy.orm import backref, relationship
            between = Table("between", Base.metadata, Column("a", ForeignKey("a.id")), Column("b", ForeignKey("b.id")))
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
                b_id = Column(ForeignKey("b.id"))
                one = relationship("B", back_populates="many")
                through = relationship("B", secondary=between, backref="back")
            class B(Base):
                __tablename__ = "b"
                id = Column(Integer, primary_key=True)
                many = relationship(lambda: A, back_populates="one")
            """,
            """\
            a
              id INTEGER pk
              b_id INTEGER -> b.id
            b
              id INTEGER pk
            between
              a INTEGER -> a.id
              b INTEGER -> b.id
            class A a
              one -> B many_to_one one
              through -> B many_to_many many through between
            class B b
              back -> A many_to_many many through between
              many -> A one_to_many many
            """,
            show="class",
        )

    def test_relationship_to_a_class_that_is_not_there(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import Other
            from sqlalchemy.orm import relationship
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
                other = relationship(Other)
                named = relationship("Nowhere")
            class B(Base):
                __tablename__ = "b"
                id = Column(Integer, primary_key=True)
            """,
            """\
            a
              id INTEGER pk
            b
              id INTEGER pk
            class A a
              named -> Nowhere None ?
              other -> ⟪absent.Other⟫ None ?
            class B b
            """,
            show="class",
        )

    def test_properties(self) -> None:
        self.check(
            """\
            {prelude}
            from sqlalchemy.ext.associationproxy import association_proxy
            from sqlalchemy.ext.hybrid import hybrid_property
            from sqlalchemy.orm import column_property, composite, relationship, synonym
            class Point:
                def __init__(self, x, y): ...
                def __composite_values__(self): return ()
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
                x = Column("real_x", Integer)
                y = Column(Integer)
                alias = synonym("x")
                point = composite(Point, x, y)
                double = column_property(x * 2)
                bs = relationship("B")
                names = association_proxy("bs", "name")
                @hybrid_property
                def half(self): return self.y / 2
            class B(Base):
                __tablename__ = "b"
                id = Column(Integer, primary_key=True)
                name = Column(String)
                a_id = Column(ForeignKey("a.id"))
            """,
            """\
            a
              id INTEGER pk
              real_x INTEGER
              y INTEGER
            b
              id INTEGER pk
              name VARCHAR
              a_id INTEGER -> a.id
            class A a
              x = real_x
              bs -> B one_to_many many
              alias: synonym x
              double: column_property a.real_x * 2
              half: hybrid
              names: association_proxy
              point: composite
            class B b
            """,
            show="class",
        )

    def test_imperative(self) -> None:
        self.check(
            """\
            {prelude}
            from sqlalchemy.orm import registry
            mapped = registry()
            t = Table("a", mapped.metadata, Column("id", Integer, primary_key=True), Column("x", Integer))
            class A: ...
            mapped.map_imperatively(A, t, properties={"y": t.c.x})
            """,
            """\
            a
              id INTEGER pk
              x INTEGER
            class A a
              y = x
            """,
            show="class",
            since="1.4",
        )

    def test_declared_attr(self) -> None:
        self.check(
            """\
            {prelude}
            from sqlalchemy.ext.declarative import declared_attr
            class Mixin:
                @declared_attr
                def __tablename__(cls): return cls.__name__.lower()
                @declared_attr
                def id(cls): return Column(Integer, primary_key=True)
                @declared_attr
                def __table_args__(cls): return (Index("ix_" + cls.__name__, "id"),)
            class A(Mixin, Base): ...
            class Abstract(Base):
                __abstract__ = True
            """,
            """\
            a
              id INTEGER pk
              index [ix_A] id
            class A a
            plain Mixin
            plain Abstract
            """,
            show="class plainclass",
        )


class Whole(Case):
    """The complete DDL and other requests."""

    def test_ddl(self) -> None:
        source = (
            "{prelude}\n"
            'p = Table("p", metadata, Column("id", Integer, primary_key=True))\n'
            't = Table("a", metadata, Column("p", Integer, ForeignKey("p.id")), Index("i", "p"))\n'
        )
        for generation in ("1.3", "1.4", "2.0", "2.1"):
            found = run(generation, {"models.py": source}, ("postgresql",))
            statements = [
                line for frame in found if hasattr(frame, "statements") for line in frame.statements
            ]
            with self.subTest(generation=generation):
                self.assertEqual(
                    [line.partition("(")[0].strip() for line in statements][:2],
                    ["CREATE TABLE p", "CREATE TABLE a"],
                )
                self.assertEqual(statements[2], "CREATE INDEX i ON a (p)")

    def test_twice_gives_the_same(self) -> None:
        source = '{prelude}\nfrom absent import x\na = Table("a", metadata, Column("x", Enum(*{"p", "q"}, name="e")), Index("i", "x"), Index("j", "x"))\n'
        for generation in ("1.3", "1.4", "2.0", "2.1"):
            with self.subTest(generation=generation):
                self.assertEqual(
                    run(generation, {"models.py": source}), run(generation, {"models.py": source})
                )


if __name__ == "__main__":
    unittest.main()
