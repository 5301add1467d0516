"""Tables that are passed to absent functions, and the doubts about them."""

import unittest

import case  # noqa: F401  # it finds the guest
from belljar_guest import frames
from case import Case, run
from render import tables

MODELS = """\
{prelude}
import absent, fastapi, eralchemy2
class A(Base):
    __tablename__ = "a"
    id = Column(Integer, primary_key=True)
class B(A):
    __tablename__ = "b"
    id = Column(Integer, ForeignKey("a.id"), primary_key=True)
class C(Base):
    __tablename__ = "c"
    id = Column(Integer, primary_key=True)
class Base2(Base):
    __abstract__ = True
class D(Base2):
    __tablename__ = "d"
    id = Column(Integer, primary_key=True)
"""


class FurtherTables(Case):
    """Something absent may create further tables."""

    def test_possible_further_tables_are_reported(self) -> None:
        source = """\
        {prelude}
        import absent
        from absent import Versioned, Serialized, versioned
        absent.make_versioned(options={})
        absent.audit.log("started")
        class A(Versioned, Base):
            __tablename__ = "a"
            id = Column(Integer, primary_key=True)
        class B(Serialized, Base):
            __tablename__ = "b"
            id = Column(Integer, primary_key=True)
        class C(Base):
            __tablename__ = "c"
            __versioned__ = {}
            id = Column(Integer, primary_key=True)
        @versioned("x")
        class D(Base):
            __tablename__ = "d"
            id = Column(Integer, primary_key=True)
        class E(Base):
            __tablename__ = "e"
            id = Column(Integer, primary_key=True)
        """
        found = run("2.1", {"models.py": source})
        self.assertEqual(
            [
                (table.name, reason.message)
                for table in tables(found)
                for reason in table.reasons
                if reason.code != "handed-over"
            ],
            [
                ("a", "base class `absent.Versioned` is absent, and may create further tables"),
                ("a", "base class `absent.Versioned` is absent; what it adds is not known"),
                ("b", "base class `absent.Serialized` is absent; what it adds is not known"),
                (
                    "c",
                    "`absent.make_versioned()`, which its `__versioned__` is meant for, is absent, and may create further tables",
                ),
            ],
        )
        self.assertEqual(
            [(item.name, item.place.line) for item in found if isinstance(item, frames.Unresolved)],
            [("absent.make_versioned()", 10), ("absent.versioned()", 22)],
        )

    def test_a_metaclass(self) -> None:
        self.check(
            """\
            from absent import HistoryMeta
            from sqlalchemy.orm import declarative_base
            from sqlalchemy import *
            Base = declarative_base(metaclass=HistoryMeta)
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            """,
            """\
            a ?further-tables ?lost-base
              id INTEGER pk
            """,
            since="1.4",
        )


class HandedOver(Case):
    """Only tables that may have changed are in doubt."""

    def test_what_is_given_and_what_is_in_doubt(self) -> None:
        for call, in_doubt in (
            ("absent.install(Base)", "abcd"),
            ("absent.install(Base.metadata)", "abcd"),
            ("x = absent.install(Base)", "abcd"),
            ("absent.install(Base2)", "abcd"),
            ("absent.install(A)", "ab"),
            ("absent.install(C)", "c"),
            ("absent.install(C.__table__)", "c"),
            ("x = absent.View(C)", ""),
            ("eralchemy2.render_er(Base, 'x.png')", ""),
            ("absent.create_schema_graph(metadata=Base.metadata)", ""),
            ("absent.draw(Base.metadata.tables['a'])", ""),
            ("fastapi.FastAPI().include(A)", ""),
        ):
            with self.subTest(call):
                keys = {name: " ?handed-over" if name in in_doubt else "" for name in "abcd"}
                self.check(
                    f"{MODELS}{call}\n",
                    f"""\
                    a{keys["a"]}
                      id INTEGER pk
                    b{keys["b"]}
                      id INTEGER pk -> a.id
                    c{keys["c"]}
                      id INTEGER pk
                    d{keys["d"]}
                      id INTEGER pk
                    """,
                    since="2.1",
                )

    def test_decorators(self) -> None:
        for decorator, in_doubt in (
            ("@absent.timestamps", True),
            ("@absent.timestamps(updated=False)", True),
            ("@absent.Decorator().plain", True),
            ("@absent.audited", True),
            ("@absent.register", False),
            ("@absent.registry.add('x')", False),
            ("@absent.admin.site('x')", False),
            ("@absent.auto_repr", False),
            ("@fastapi.route('/')", False),
            ("@absent.registry.versioned", True),
        ):
            with self.subTest(decorator):
                doubt = " ?handed-over" if in_doubt else ""
                self.check(
                    MODELS[: MODELS.index("class B")].replace("class A", f"{decorator}\nclass A"),
                    f"a{doubt}\n  id INTEGER pk",
                    since="2.1",
                )

    def test_a_model_without_a_table(self) -> None:
        self.check(
            """\
            from absent import FastAPI, Router, listed
            from sqlmodel import Field, SQLModel
            app, router = FastAPI(), Router()
            class HeroBase(SQLModel):
                name: str = Field(index=True)
            class Hero(HeroBase, table=True):
                id: int | None = Field(default=None, primary_key=True)
            class HeroPublic(HeroBase):
                id: int
            class Other(SQLModel, table=True):
                id: int | None = Field(default=None, primary_key=True)
            @app.post("/heroes", response_model=HeroPublic)
            def create(hero: HeroPublic) -> Hero: ...
            router.add("/heroes", HeroPublic)
            listed(HeroPublic)
            """,
            """\
            hero
              name VARCHAR not-null
              id INTEGER pk
              index [ix_hero_name] name
            other
              id INTEGER pk
            """,
            since="2.0",
        )

    def test_how_a_table_is_stored(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import engines, partitions
            Table("a", metadata, Column("x", Integer), engines.MergeTree(order_by=("x",)))
            Table("b", metadata, Column("x", Integer), partitions.daily())
            """,
            """\
            a
              x INTEGER
            b ?stand-in-item
              x INTEGER
            """,
        )


if __name__ == "__main__":
    unittest.main()
