"""Functions that SQLAlchemy calls while it creates tables: if one fails, its tables are in doubt."""

import unittest

from case import Case

HEAD = """\
{prelude}
from sqlalchemy import event
from sqlalchemy.orm import configure_mappers, mapper, relationship
try:
    from sqlalchemy.orm import Mapper
    if not hasattr(Mapper, "dispatch") or hasattr(mapper, "dispatch"):
        raise ImportError
except ImportError:
    Mapper = mapper
class A(Base):
    __tablename__ = "a"
    id = Column(Integer, primary_key=True)
class B(Base):
    __tablename__ = "b"
    id = Column(Integer, primary_key=True)
"""


class Hooks(Case):
    """Each kind of hook."""

    def test_methods_of_classes(self) -> None:
        for name in ("__declare_first__", "__declare_last__"):
            with self.subTest(name):
                self.check(
                    HEAD
                    + f"""\
class C(Base):
    __tablename__ = "c"
    id = Column(Integer, primary_key=True)
    @classmethod
    def {name}(cls):
        cls.__table__.append_column(Column("x", Integer))
        cls.no_such_name
class D(C):
    __tablename__ = "d"
    id = Column(Integer, ForeignKey("c.id"), primary_key=True)
class E(Base):
    __tablename__ = "e"
    id = Column(Integer, primary_key=True)
    @classmethod
    def {name}(cls):
        cls.__table__.append_column(Column("y", Integer))
""",
                    """\
                    a
                      id INTEGER pk
                    b
                      id INTEGER pk
                    c ?statement-skipped
                      id INTEGER pk
                      x INTEGER
                    d ?statement-skipped
                      id INTEGER pk -> c.id
                    e
                      id INTEGER pk
                      y INTEGER
                    """,
                )

    def test_a_method_that_looks_for_other_tables(self) -> None:
        self.check(
            HEAD
            + """\
class C(Base):
    __tablename__ = "c"
    id = Column(Integer, primary_key=True)
    @classmethod
    def __declare_last__(cls):
        for name, table in sorted(cls.metadata.tables.items()):
            table.append_column(Column("x", Integer))
            raise ValueError(name)
""",
            """\
            a ?statement-skipped
              id INTEGER pk
              x INTEGER
            b ?statement-skipped
              id INTEGER pk
            c ?statement-skipped
              id INTEGER pk
            """,
        )

    def test_hooks_of_all_mappers(self) -> None:
        for hook in ("before_configured", "after_configured"):
            with self.subTest(hook):
                self.check(
                    HEAD
                    + f"""\
@event.listens_for(Mapper, {hook!r})
def first():
    raise RuntimeError("no")
@event.listens_for(Mapper, {hook!r})
def second():
    A.__table__.append_column(Column("x", Integer))
""",
                    """\
                    a ?statement-skipped
                      id INTEGER pk
                      x INTEGER
                    b ?statement-skipped
                      id INTEGER pk
                    skipped models.py:24 RuntimeError
                    """,
                    show="statementskipped",
                )

    def test_hooks_of_one_mapper(self) -> None:
        for hook in ("before_mapper_configured", "mapper_configured"):
            for target, in_doubt in (("A", "a"), ("Mapper", "ab")):
                with self.subTest(hook, target=target):
                    doubts = {name: " ?statement-skipped" if name in in_doubt else "" for name in "ab"}
                    self.check(
                        HEAD
                        + f"""\
@event.listens_for({target}, {hook!r})
def first(mapper, cls):
    raise RuntimeError("no")
""",
                        f"""\
                        a{doubts["a"]}
                          id INTEGER pk
                        b{doubts["b"]}
                          id INTEGER pk
                        """,
                    )

    def test_hooks_while_tables_are_made(self) -> None:
        for target, hook in (
            ("Table", "after_parent_attach"),
            ("Mapper", "instrument_class"),
        ):
            with self.subTest(hook):
                self.check(
                    HEAD.rsplit("class A", 1)[0]
                    + f"""\
@event.listens_for({target}, {hook!r})
def added(item, other):
    if getattr(item, "name", "") == "a" or getattr(other, "__name__", "") == "A":
        raise KeyError("a")
class A"""
                    + HEAD.rsplit("class A", 1)[1],
                    """\
                    a ?statement-skipped
                      id INTEGER pk
                    b
                      id INTEGER pk
                    """,
                )

    def test_a_relationship_that_fails_leaves_the_hooks(self) -> None:
        self.check(
            HEAD
            + """\
class C(Base):
    __tablename__ = "c"
    id = Column(Integer, primary_key=True)
    nobody = relationship("NoSuchClass")
class D(Base):
    __tablename__ = "d"
    id = Column(Integer, primary_key=True)
    @classmethod
    def __declare_last__(cls):
        cls.__table__.append_column(Column("x", Integer))
@event.listens_for(C, "mapper_configured")
def added(mapper, cls):
    cls.__table__.append_column(Column("y", Integer))
@event.listens_for(Mapper, "after_configured")
def finished():
    A.__table__.append_column(Column("z", Integer))
try:
    configure_mappers()
except Exception:
    pass
""",
            """\
            a
              id INTEGER pk
              z INTEGER
            b
              id INTEGER pk
            c
              id INTEGER pk
              y INTEGER
            d
              id INTEGER pk
              x INTEGER
            """,
        )

    def test_of_a_base_that_fails_for_one_class(self) -> None:
        for event in ("before_mapper_configured", "mapper_configured", "attribute_instrument"):
            with self.subTest(event):
                self.check(
                    f"""\
                    {{prelude}}
                    from sqlalchemy.event import listens_for
                    class Kept(Base):
                        __abstract__ = True
                    @listens_for(Kept, {event!r}, propagate=True)
                    def change(first, *rest):
                        if "A" in str(first):
                            raise RuntimeError("no")
                    class A(Kept):
                        __tablename__ = "a"
                        id = Column(Integer, primary_key=True)
                    class B(Kept):
                        __tablename__ = "b"
                        id = Column(Integer, primary_key=True)
                    """,
                    """\
                    a ?statement-skipped
                      id INTEGER pk
                    b
                      id INTEGER pk
                    """,
                    since="1.4",
                )


if __name__ == "__main__":
    unittest.main()
