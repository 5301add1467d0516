"""What real code does to absent things: it survives, and what it touches in the schema is marked."""

import unittest

from case import Case


class Bases(Case):
    """A stand-in as a base class."""

    def test_alone(self) -> None:
        self.check(
            """\
            from sqlalchemy import *
            from absent import Model
            class A(Model):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            """,
            """\
            a ?lost-base
              id INTEGER pk
            """,
            since="1.4",
        )

    def test_beside_a_declarative_base(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import Mixin
            class A(Mixin, Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            class B(Base, Mixin):
                __tablename__ = "b"
                id = Column(Integer, primary_key=True)
            """,
            """\
            a ?lost-base
              id INTEGER pk
            b ?lost-base
              id INTEGER pk
            """,
        )

    def test_beside_another_metaclass(self) -> None:
        self.check(
            """\
            {prelude}
            from abc import ABC, ABCMeta, abstractmethod
            from absent import Mixin
            class Other(Mixin, ABC):
                @abstractmethod
                def f(self): ...
            class Meta(type(Base), ABCMeta): ...
            class A(Mixin, Base, metaclass=Meta):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            """,
            """\
            a ?lost-base
              id INTEGER pk
            """,
        )

    def test_subscripted(self) -> None:
        self.check(
            """\
            {prelude}
            from typing import Generic, TypeVar
            from absent import Mixin
            T = TypeVar("T")
            class Row(Mixin[T], Generic[T]): ...
            class A(Mixin[int], Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            class B(Row[int], Base):
                __tablename__ = "b"
                id = Column(Integer, primary_key=True)
            """,
            """\
            a ?lost-base
              id INTEGER pk
            b ?lost-base
              id INTEGER pk
            """,
        )

    def test_twice(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import One, Two
            class A(One, Two, Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            """,
            """\
            a ?lost-base
              id INTEGER pk
            """,
        )

    def test_as_the_metaclass(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import Meta
            class Plain(metaclass=Meta): ...
            t = Table("a", metadata, Column("id", Integer, primary_key=True))
            """,
            """\
            a
              id INTEGER pk
            """,
            show="statementskipped",
        )

    def test_unknown_attribute_of_a_subclass(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import Settings
            class Own(Settings):
                length = 3
            t = Table("a", metadata, Column("x", String(Own.length)), Column("y", String(Own.width)), Column("z", String(Own().height)))
            """,
            """\
            a
              x VARCHAR(3)
              y … ?stand-in-type ?stand-in-value
              z … ?stand-in-type ?stand-in-value
            """,
        )

    def test_record_with_keywords(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import BaseModel
            class Own(BaseModel):
                length: int
            t = Table("a", metadata, Column("x", String(Own(length=3).length)))
            """,
            """\
            a
              x VARCHAR(3)
            """,
        )

    def test_exception(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import BadError, errors
            try:
                {}["x"]
            except (BadError, KeyError):
                length = 3
            try:
                raise errors.NotFound("x")
            except errors.NotFound:
                pass
            class Own(BadError): ...
            t = Table("a", metadata, Column("x", String(length)))
            """,
            """\
            a
              x VARCHAR(3)
            """,
            show="statementskipped guess",
        )


class Decorators(Case):
    """A stand-in as a decorator: what is decorated survives."""

    def test_of_a_class(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import register, registry
            @register
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            @registry.add("b", order=1)
            class B(Base):
                __tablename__ = "b"
                id = Column(Integer, ForeignKey(A.id), primary_key=True)
            """,
            """\
            a
              id INTEGER pk
            b
              id INTEGER pk -> a.id
            """,
        )

    def test_of_a_function(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import cached, task
            @cached
            def length(): return 3
            @task(retries=3)
            def width(): return 4
            class Own:
                @cached
                @staticmethod
                def height(): return 5
            t = Table("a", metadata, Column("x", String(length())), Column("y", String(width())), Column("z", String(Own.height())))
            """,
            """\
            a
              x VARCHAR(3)
              y VARCHAR(4)
              z VARCHAR(5)
            """,
        )

    def test_factory_given_a_class(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import field
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            @field(A)
            def length(): return 3
            t = Table("b", metadata, Column("x", String(length())))
            """,
            """\
            a
              id INTEGER pk
            b
              x VARCHAR(3)
            """,
        )


class Values(Case):
    """A stand-in as a value."""

    def test_annotations(self) -> None:
        self.check(
            """\
            {prelude}
            from typing import Optional
            from absent import Thing
            def f(x: Thing | None, y: "Optional[Thing]" = None) -> Optional[Thing]: ...
            def g(x: None | Thing, y: dict[str, Thing]) -> list[Thing]: ...
            class Own:
                x: Thing | None = None
            t = Table("a", metadata, Column("x", Integer))
            """,
            """\
            a
              x INTEGER
            """,
            show="statementskipped guess",
        )

    def test_context_manager(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import lock
            with lock as held, lock.acquire(timeout=3):
                t = Table("a", metadata, Column("x", Integer))
            """,
            """\
            a
              x INTEGER
            """,
            show="statementskipped guess",
        )

    def test_asynchronous(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import session
            async def f():
                async with session() as s:
                    await s.execute(1)
                async for row in session().rows():
                    pass
                return 3
            try:
                f().send(None)
            except StopIteration as end:
                length = end.value
            t = Table("a", metadata, Column("x", String(length)))
            """,
            """\
            a
              x VARCHAR(3)
            """,
            show="statementskipped",
        )

    def test_iteration_ends(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import plugins
            found = [p for p in plugins]
            for p in plugins.all():
                found.append(p)
            t = Table("a", metadata, Column("x", Integer))
            """,
            """\
            a
              x INTEGER
            guess iteration of absent.plugins at models.py:9
            guess iteration of absent.plugins.all() at models.py:10
            """,
            show="statementskipped guess",
        )

    def test_unpacking(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import pair
            a, b = pair
            c, *d = pair()
            (e, f), g = pair, 1
            *h, i = pair
            t = Table("a", metadata, Column("x", a), Column("y", String(d and 3)))
            """,
            """\
            a ?guess
              x absent.pair[] ?stand-in-type
              y VARCHAR
            guess iteration of absent.pair() at models.py:10
            guess iteration of absent.pair at models.py:12
            """,
            show="statementskipped guess",
        )

    def test_while_ends(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import queue
            while queue.pending:
                queue.step()
            t = Table("a", metadata, Column("x", Integer))
            """,
            """\
            a
              x INTEGER
            guess truth of absent.queue.pending at models.py:9
            """,
            show="statementskipped guess",
        )

    def test_text_carries_the_mark(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import cfg
            names = f"{cfg.prefix}_a", "%s_b" % cfg.prefix, "{}_c".format(cfg.prefix), "_".join([str(cfg.prefix), "d"])
            for name in names:
                Table(name, metadata, Column("x", Integer))
            """,
            """\
            ⟪absent.cfg.prefix⟫_a ?stand-in-value
              x INTEGER
            ⟪absent.cfg.prefix⟫_b ?stand-in-value
              x INTEGER
            ⟪absent.cfg.prefix⟫_c ?stand-in-value
              x INTEGER
            ⟪absent.cfg.prefix⟫_d ?stand-in-value
              x INTEGER
            """,
            show="statementskipped guess",
        )

    def test_joined_path(self) -> None:
        self.check(
            """\
            {prelude}
            import os.path, pathlib
            from absent import cfg
            folder = os.path.join(cfg.home, "data")
            file = pathlib.Path(cfg.home) / "x"
            t = Table("a", metadata, Column("x", String, server_default=folder), Column("y", String, server_default=str(file)))
            """,
            """\
            a
              x VARCHAR server_default=⟪absent.cfg.home⟫/data ?stand-in-value
              y VARCHAR server_default=⟪absent.cfg.home⟫/x ?stand-in-value
            """,
            show="statementskipped guess",
        )

    def test_version_comparison(self) -> None:
        self.check(
            """\
            {prelude}
            import absent
            from packaging.version import Version, parse
            if absent.__version__ >= "2":
                length = 3
            else:
                length = 4
            if Version(absent.__version__) < Version("1.0") or tuple(map(int, absent.__version__.split("."))) < (1, 2):
                width = 5
            else:
                width = 6
            t = Table("a", metadata, Column("x", String(length)), Column("y", String(width)))
            u = Table("b", metadata, Column("x", Integer))
            """,
            """\
            a ?guess
              x VARCHAR(3)
              y VARCHAR(5)
            b
              x INTEGER
            guess comparison of absent.__version__ at models.py:10
            guess iteration of absent.__version__ at models.py:14
            """,
            show="statementskipped guess",
        )

    def test_fallbacks_of_lookups(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import conf
            t = Table(
                "a", metadata,
                Column("x", String(conf.get("k", fallback=3))),
                Column("y", String(conf.getint("s", "k", fallback=4))),
                Column("z", String(conf("K", default=5))),
            )
            """,
            """\
            a ?guess
              x VARCHAR(3)
              y VARCHAR(4)
              z VARCHAR(5)
            guess default of absent.conf.get at models.py:11
            guess default of absent.conf.getint at models.py:12
            guess default of absent.conf at models.py:13
            """,
            show="guess",
        )

    def test_key_of_a_section_is_no_fallback(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import conf
            t = Table("a", metadata, Column("x", Integer), schema=conf.get("database", "schema"))
            """,
            """\
            a ?stand-in-schema
              x INTEGER
            """,
            show="guess",
        )


class Modules(Case):
    """Absent modules."""

    def test_star(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import *
            t = Table("a", metadata, Column("x", Integer))
            u = Table("b", metadata, Column("x", Thing))
            v = Table("c", metadata, Column("x", Integer))
            """,
            """\
            a
              x INTEGER
            b ?statement-skipped
              x models.Thing ?stand-in-type
            c
              x INTEGER
            skipped models.py:10 NameError
            """,
            show="statementskipped",
        )

    def test_submodule(self) -> None:
        self.check(
            """\
            {prelude}
            import absent.sub.deep
            import absent.other as other
            from absent.sub import Thing
            t = Table("a", metadata, Column("x", Thing), Column("y", absent.sub.deep.Kind), Column("z", other.Kind))
            """,
            """\
            a
              x absent.sub.Thing ?stand-in-type
              y absent.sub.deep.Kind ?stand-in-type
              z absent.other.Kind ?stand-in-type
            absent absent
            absent absent.sub
            absent absent.sub.deep
            absent absent.other
            """,
            show="standin",
        )

    def test_absent_submodule_of_a_real_package_raises(self) -> None:
        self.check(
            """\
            {prelude}
            try:
                import sqlalchemy.no_such_thing
                length = 3
            except ImportError:
                length = 4
            try:
                from json.nothing import x
            except ImportError:
                width = 5
            try:
                from collections import Nothing
            except ImportError:
                height = 6
            try:
                import cPickle
            except ImportError:
                depth = 7
            t = Table("a", metadata, Column("x", String(length)), Column("y", String(width)), Column("z", String(height)), Column("w", String(depth)))
            """,
            """\
            a
              x VARCHAR(4)
              y VARCHAR(5)
              z VARCHAR(6)
              w VARCHAR(7)
            """,
            show="statementskipped standin",
        )

    def test_absent_submodule_of_the_repository_is_stood_in_for(self) -> None:
        self.check(
            {
                "pkg/__init__.py": "",
                "pkg/models.py": """\
                {prelude}
                try:
                    from pkg.generated import length
                except ImportError:
                    length = 4
                t = Table("a", metadata, Column("x", String(length)))
                """,
            },
            """\
            a
              x … ?stand-in-type ?stand-in-value
            absent pkg.generated
            """,
            show="statementskipped standin",
        )


class Schema(Case):
    """A stand-in inside a column or table."""

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
              e INTEGER ?stand-in-option
              f INTEGER ?stand-in-option
              g INTEGER ?stand-in-option
              h INTEGER ?stand-in-option
              i INTEGER pk ?stand-in-option
              j INTEGER server_default=⟪absent.x⟫ ?stand-in-value
              k INTEGER default=callable:models.<lambda>
              l INTEGER ?stand-in-item
              m INTEGER ?stand-in-option
              n INTEGER ?stand-in-option
              o INTEGER
              p INTEGER ?stand-in-option
              q INTEGER server_default=now('⟪absent.x⟫') ?stand-in-value
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

    def test_mapped_annotations(self) -> None:
        self.check(
            """\
            from typing import Annotated, Optional
            from absent import Thing
            from sqlalchemy import String
            from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
            class Base(DeclarativeBase): ...
            Key = Annotated[int, mapped_column(primary_key=True)]
            class A(Base):
                __tablename__ = "a"
                id: Mapped[Key]
                a: Mapped[Thing]
                b: Mapped[Thing | None]
                c: Mapped[Optional[Thing]]
                d: Mapped[str | None]
                e: Mapped["Thing"]
                f: Mapped[Thing] = mapped_column(String(3))
                g: Mapped[list[Thing]] = mapped_column(String(3))
            """,
            """\
            a
              id INTEGER pk
              a absent.Thing not-null ?stand-in-type
              b absent.Thing not-null ?stand-in-type
              c absent.Thing ?stand-in-type
              d VARCHAR
              e absent.Thing not-null ?stand-in-type
              f VARCHAR(3) not-null
              g VARCHAR(3) not-null
            """,
            show="statementskipped",
            since="2.0",
        )

    def test_mapped_annotations_as_text(self) -> None:
        self.check(
            """\
            from __future__ import annotations
            from typing import Optional
            from absent import Thing
            from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
            class Base(DeclarativeBase): ...
            class A(Base):
                __tablename__ = "a"
                id: Mapped[int] = mapped_column(primary_key=True)
                a: Mapped[Thing]
                b: Mapped[Thing | None]
                c: Mapped[Optional[Thing]]
                d: Mapped[str | None]
            """,
            """\
            a
              id INTEGER pk
              a absent.Thing not-null ?stand-in-type
              b absent.Thing not-null ?stand-in-type
              c absent.Thing ?stand-in-type
              d VARCHAR
            """,
            show="statementskipped",
            since="2.0",
        )


if __name__ == "__main__":
    unittest.main()
