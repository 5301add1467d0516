"""What makes many tables cheap changes nothing of them."""

import textwrap
import unittest

from belljar_guest import frames
from case import GENERATIONS, PRELUDE, Case, run
from render import tables

#: Arguments of columns, each beside others that are equal to it by `==` alone, or that differ in one thing.
COLUMNS = """\
Integer
Integer, nullable=False
Integer, default=1
Integer, default=True
Integer, default="1"
Integer, default=None
Integer, default=1.0
Integer, server_default="1"
Integer, server_default=text("1")
Integer, server_default=text(":x").bindparams(x=1)
Integer, server_default=func.now()
Integer, server_default=func.now(1)
Integer, server_default=func.current_date()
Integer, onupdate=1
Integer, onupdate=dict
Integer, default=dict
Integer, default=list
Integer, default=func.now()
Integer, autoincrement=True
Integer, autoincrement=False
Integer, comment="c"
Integer, key="other"
Integer, quote=True
Integer, quote=False
Integer, system=True
Integer, ForeignKey("other.id")
Integer, ForeignKey("other.id", ondelete="CASCADE")
ForeignKey("other.id")
ForeignKey("other.code")
ForeignKey("nothing.id")
ForeignKey("absent.id")
BigInteger
String
String()
String(1)
String(True)
String(50)
String(50, collation="C")
Unicode(50)
Text
Numeric
Numeric(12, 2)
Numeric(12, 2, asdecimal=False)
Float
DateTime
DateTime(timezone=True)
DateTime(timezone=False)
Boolean
Boolean(create_constraint=True, name="b")
LargeBinary
LargeBinary(32)
JSON
JSON(none_as_null=True)
Enum("a", "b")
Enum("a", "b", name="one")
Enum("a", "b", name="other")
Enum("b", "a", name="one")
Enum("a", "b", name="one", schema="s")
Enum("a", "b", name=quoted_name("one", True))
Enum("a", "b", name="one", native_enum=False)
Enum("a", "b", name="one", metadata=metadata)
Enum(First, name="one")
Enum(Second, name="one")
Enum(Second, name="one", values_callable=values)
Absent
String(absent.length)
String(50), default=absent.value
String(50), server_default=absent.value
""".splitlines()

MODELS = """\
import enum
from sqlalchemy.sql.elements import quoted_name
from nowhere import Absent
import nowhere as absent
class First(enum.Enum):
    a = "x"
    b = "y"
class Second(enum.Enum):
    a = "x"
    b = "y"
def values(cls):
    return [item.value for item in cls]
Table("other", metadata, Column("id", BigInteger, primary_key=True), Column("code", String(7)))
Table(
    "t", metadata, Column("id", Integer, primary_key=True),
COLUMNS)
"""


def columns(generation: str, order: list[int]) -> dict[str, frames.Column]:
    """Return the columns of a table that has `COLUMNS` in an order, without their places."""
    lines = [f'Column("c{number}", {COLUMNS[number]}),' for number in order]
    text = PRELUDE + textwrap.dedent(MODELS).replace("COLUMNS", "\n".join(lines))
    found = run(generation, {"models.py": text})
    table = next(table for table in tables(found) if table.name == "t")
    return {
        column.name: frames.Column(
            **{name: getattr(column, name) for name in frames.Column.__dataclass_fields__} | {"place": None}
        )
        for column in table.columns
    }


class ManyTables(Case):
    """See the module."""

    def test_a_column_does_not_depend_on_those_before_it(self) -> None:
        every = list(range(len(COLUMNS)))
        for generation in GENERATIONS:
            with self.subTest(generation=generation):
                forwards, backwards = columns(generation, every), columns(generation, every[::-1])
                self.assertEqual(len(forwards), len(COLUMNS) + 1)
                for name, column in forwards.items():
                    number = name.removeprefix("c")
                    with self.subTest(column=COLUMNS[int(number)] if number.isdigit() else name):
                        self.assertEqual(column, backwards[name])

    def test_a_column_among_others_is_as_it_is_alone(self) -> None:
        for generation in GENERATIONS:
            among = columns(generation, list(range(len(COLUMNS))))
            for number, text in enumerate(COLUMNS):
                with self.subTest(generation=generation, column=text):
                    self.assertEqual(among[f"c{number}"], columns(generation, [number])[f"c{number}"])

    def test_a_compiler_that_is_registered_later_counts_for_columns_before_it(self) -> None:
        models = {
            "a.py": """\
                from base import *
                class A(Base):
                    __tablename__ = "a"
                    id = Column(Integer, primary_key=True)
                    one = Column(String(5), server_default=text("1"))
                    two = Column(String(5), server_default=text("1"))
            """,
            "b.py": """\
                from base import *
                from sqlalchemy.ext.compiler import compiles
                @compiles(String, "postgresql")
                def write(element, compiler, **kw):
                    return "TEXTUAL"
            """,
            "base.py": "{prelude}\n",
        }
        for generation in GENERATIONS:
            found = run(generation, {name: textwrap.dedent(text) for name, text in models.items()})
            (table,) = tables(found)
            ddl = [entry.value for column in table.columns[1:] for entry in column.ty.ddl]
            with self.subTest(generation=generation):
                self.assertEqual(ddl.count("TEXTUAL"), 2)
                early = next(frame for frame in found if isinstance(frame, frames.Table))
                self.assertNotIn("TEXTUAL", [entry.value for entry in early.columns[1].ty.ddl])

    def test_instances_that_a_listener_makes_are_whole(self) -> None:
        """What SQLAlchemy prepares for instances is postponed until something makes one."""
        self.check(
            """\
            {prelude}
            from sqlalchemy.orm import relationship
            from sqlalchemy import event, text
            class Parent(Base):
                __tablename__ = "parent"
                id = Column(Integer, primary_key=True)
                name = Column(String(5))
                children = relationship("Child", back_populates="parent")
            class Child(Base):
                __tablename__ = "child"
                id = Column(Integer, primary_key=True)
                parent_id = Column(ForeignKey("parent.id"))
                parent = relationship(Parent, back_populates="children")
            @event.listens_for(Base.metadata, "after_create")
            def seed(target, connection, **kw):
                parent = Parent(name="x")
                child = Child(parent=parent)
                named = f"{parent.name}_{len(parent.children)}_{Parent.name.impl is not None}"
                connection.execute(DDL(f"CREATE VIEW {named} AS SELECT 1 AS a"))
            """,
            """\
            child
              id INTEGER pk
              parent_id INTEGER -> parent.id
            parent
              id INTEGER pk
              name VARCHAR(5)
            view x_1_True @after_create models:Base.metadata metadata=models:Base.metadata
              = SELECT 1 AS a
            """,
            show="view",
        )

    def test_classes_that_only_cycles_refer_to(self) -> None:
        """Whether the collector has been there does not decide which classes are declared."""
        source = """\
            {prelude}
            import gc
            def make():
                class Removed(Base):
                    __tablename__ = "removed"
                    id = Column(Integer, primary_key=True)
                Base.metadata.remove(Removed.__table__)
                class Local(Base):
                    __tablename__ = "local"
                    id = Column(Integer, primary_key=True)
            make()
            for name in ("a", "b"):
                body = {"__tablename__": name, "__module__": __name__, "id": Column(Integer, primary_key=True)}
                type(name.upper(), (Base,), body)
            class Twice(Base):
                __tablename__ = "twice"
                id = Column(Integer, primary_key=True)
            class Twice(Base):
                __tablename__ = "twice"
                __table_args__ = {"extend_existing": True}
                id = Column(Integer, primary_key=True)
            class Keyless(Base):
                __tablename__ = "keyless"
                size = Column(Integer)
            try:
                from sqlalchemy.orm import mapper
                mapper("no class", Base.metadata)
            except Exception:
                pass
            {collected}
        """
        for generation in GENERATIONS:
            for collected in ("", "gc.collect()"):
                text = textwrap.dedent(source).replace("{collected}", collected)
                found = run(generation, {"models.py": text})
                names = [frame.itself.name for frame in found if isinstance(frame, frames.Class)]
                with self.subTest(generation=generation, collected=collected):
                    self.assertEqual(names, ["A", "B", "Keyless", "Twice", "make.<locals>.Local"])

    def test_expressions_of_mapped_classes_in_a_listener_are_whole(self) -> None:
        self.check(
            """\
            {prelude}
            from sqlalchemy.orm import relationship, Query
            from sqlalchemy import event
            class Parent(Base):
                __tablename__ = "parent"
                id = Column(Integer, primary_key=True)
                children = relationship("Child")
            class Child(Base):
                __tablename__ = "child"
                id = Column(Integer, primary_key=True)
                parent_id = Column(ForeignKey("parent.id"))
            @event.listens_for(Base.metadata, "after_create")
            def seed(target, connection, **kw):
                wanted = str(Query(Parent).filter(Parent.children.any(Child.id == Parent.id)))
                name = "with_exists" if "EXISTS" in wanted else "without"
                connection.execute(DDL(f"CREATE VIEW {name} AS SELECT 1 AS a"))
            """,
            """\
            child
              id INTEGER pk
              parent_id INTEGER -> parent.id
            parent
              id INTEGER pk
            view with_exists @after_create models:Base.metadata metadata=models:Base.metadata
              = SELECT 1 AS a
            """,
            show="view",
        )


if __name__ == "__main__":
    unittest.main()
