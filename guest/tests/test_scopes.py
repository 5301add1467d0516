"""Constraints of types and shortened names, compared with SQLAlchemy's DDL."""

import collections
import re
import unittest
from typing import Any

from belljar_guest import frames
from case import GENERATIONS, Case, run
from render import tables

DIALECTS = ("postgresql", "mysql", "sqlite", "mssql", "oracle")

#: Types with a check, and others without one.
TYPES = """\
kinds = {
    "enum": lambda: Enum("x", "y", name="e", native_enum=False, create_constraint=True),
    "enum_of_class": lambda: Enum(Kind, native_enum=False, create_constraint=True),
    "enum_native": lambda: Enum("x", "y", name="e", create_constraint=True),
    "enum_plain": lambda: Enum("x", "y", name="e", native_enum=False, create_constraint=False),
    "boolean": lambda: Boolean(create_constraint=True),
    "boolean_named": lambda: Boolean(create_constraint=True, name="b"),
    "boolean_plain": lambda: Boolean(create_constraint=False),
    "boolean_usual": lambda: Boolean(),
    "own_enum": lambda: OwnEnum("x", "y", name="o", native_enum=False, create_constraint=True),
    "own_boolean": lambda: OwnBoolean(create_constraint=True, name="ob"),
    "decorated": lambda: Decorated(),
    "decorated_enum": lambda: DecoratedEnum(),
    "variant": lambda: String(5).with_variant(Enum("x", "y", name="v", native_enum=False, create_constraint=True), "sqlite"),
    "other_variant": lambda: Boolean(create_constraint=True, name="ov").with_variant(Integer(), "mysql"),
    "quotes": lambda: Enum("it's", "100%", name="q", native_enum=False, create_constraint=True),
}
"""

MODELS = """\
{prelude}
import enum
class Kind(enum.Enum):
    a = 1
    b = 2
class OwnEnum(Enum): ...
class OwnBoolean(Boolean): ...
class Decorated(TypeDecorator):
    impl = Boolean(create_constraint=True, name="d")
    cache_ok = True
class DecoratedEnum(TypeDecorator):
    impl = Enum("p", "q", name="de", native_enum=False, create_constraint=True)
    cache_ok = True
TYPES
conventions = {
    "none": {},
    "some": {
        "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    },
    "all": {
        "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(column_0_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    },
}
for name, convention in conventions.items():
    for length in (1, 50):
        found = MetaData(naming_convention=convention) if convention else MetaData()
        globals()[f"{name}_{length}"] = found
        for kind, make in kinds.items():
            if name == "some" and kind in ("boolean", "boolean_usual"):
                continue  # the convention wants a name, and there is none
            key = f"{name}{length}{kind}".ljust(min(length, 30), "_")
            Table(
                key, found, Column("id", Integer, primary_key=True), Column("order", make()),
                Column("u" * length, Integer, unique=True), Column("i" * length, Integer, index=True),
                Column("f" * length, Integer, ForeignKey(f"{key}.id")),
            )
""".replace("TYPES\n", TYPES)

_CONSTRAINT = re.compile(r"(?:CONSTRAINT (\S+) )?\b(CHECK|UNIQUE|PRIMARY KEY|FOREIGN KEY)\b")
_INDEX = re.compile(r"CREATE (?:UNIQUE )?INDEX (\S+) ON (\S+)")
_CHECK = re.compile(r"CHECK \((.*)\)(?:, ?)?$", re.MULTILINE)


def plain(name: str) -> str:
    """A name without quotes of any dialect."""
    return name.strip('"`[]')


def of_ddl(statements: list[str]) -> dict[str, collections.Counter[tuple[str, str | None]]]:
    """The kinds and names of the constraints and indexes of each table."""
    found: dict[str, collections.Counter[tuple[str, str | None]]] = collections.defaultdict(
        collections.Counter
    )
    for statement in statements:
        created = re.match(r"CREATE TABLE (\S+)", statement)
        if created is not None:
            for name, kind in _CONSTRAINT.findall(statement):
                found[plain(created[1])][kind, plain(name) or None] += 1
        for name, table in _INDEX.findall(statement):
            found[plain(table)]["INDEX", plain(name)] += 1
    return found


def is_made(scope: frames.Scope, dialect: str) -> bool:
    """Whether a dialect creates a constraint."""
    return scope.dialects is None or dialect in scope.dialects


def of_frame(table: frames.Table, dialect: str) -> collections.Counter[tuple[str, str | None]]:
    """The same from the frame."""
    found: collections.Counter[tuple[str, str | None]] = collections.Counter()
    kinds: dict[str, list[Any]] = {
        "CHECK": table.checks,
        "UNIQUE": table.unique,
        "PRIMARY KEY": [table.primary_key],
        "FOREIGN KEY": table.foreign_keys,
        "INDEX": table.indexes,
    }
    for kind, items in kinds.items():
        for item in items:
            if is_made(item.scope, dialect):
                names = {entry.name: entry.value for entry in item.scope.names}
                found[kind, names.get(dialect, item.name)] += 1
    return found


class Scopes(Case):
    """The frame agrees with SQLAlchemy's DDL."""

    def test_every_dialect_makes_what_is_reported(self) -> None:
        for generation in GENERATIONS:
            found = run(generation, {"models.py": MODELS}, ddl=DIALECTS)
            rendered: dict[str, list[str]] = {name: [] for name in DIALECTS}
            for frame in found:
                if isinstance(frame, frames.Ddl):
                    self.assertEqual(frame.failures, [])
                    rendered[frame.dialect] += frame.statements
            made = tables(found)
            self.assertGreater(len(made), 80)
            for dialect in DIALECTS:
                wanted = of_ddl(rendered[dialect])
                for table in made:
                    with self.subTest(generation=generation, dialect=dialect, table=table.name):
                        self.assertEqual(of_frame(table, dialect), wanted[table.name])
                        self.assertEqual([], table.reasons)
            with self.subTest(generation=generation, conditions="sqlite"):
                reported = [
                    check.sql for table in made for check in table.checks if is_made(check.scope, "sqlite")
                ]
                wanted_texts = _CHECK.findall("\n".join(rendered["sqlite"]))
                self.assertEqual(collections.Counter(reported), collections.Counter(wanted_texts))


if __name__ == "__main__":
    unittest.main()
