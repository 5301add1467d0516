"""The schema that the statements of a PostgreSQL dump have made so far."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ... import frames
from ..parts import METADATA, TableParts, checked_name
from ..postgresql_objects import GREATEST
from .notes import Notes
from .pretty import unqualified
from .words import Words, text_of

Key = tuple[str, str]


class Named(NamedTuple):
    """What SQLAlchemy looks for types by name in."""

    enums: dict[tuple[str, ...], dict[str, Any]]
    domains: dict[tuple[str, ...], dict[str, Any]]


@dataclass(slots=True)
class Schema:
    """Tables and other objects by schema and name."""

    dialect: Any
    notes: Notes
    #: The schema that code leaves out.
    default: str = "public"
    #: The schema of names without one.
    path: str = "public"
    tables: dict[Key, TableParts] = field(default_factory=dict)
    #: The tables that a table inherits from.
    parents: dict[Key, list[Key]] = field(default_factory=dict)
    partitions: set[Key] = field(default_factory=set)
    sequences: dict[Key, frames.Sequence] = field(default_factory=dict)
    #: By sequence, the table and the column that own it.
    owners: dict[Key, tuple[Key, str]] = field(default_factory=dict)
    enums: dict[Key, list[str]] = field(default_factory=dict)
    domains: dict[Key, list[Any]] = field(default_factory=dict)
    named: Named = field(default_factory=lambda: Named({}, {}))
    objects: list[frames.Object] = field(default_factory=list)

    def set_path(self, words: Words) -> None:
        """Follow a setting of the search path; other settings say nothing about a schema."""
        if words.accept("SET", "SEARCH_PATH", "=") or words.accept("SET", "SEARCH_PATH", "TO"):
            first = words.token()
            name = text_of(first) if first[0] == "'" else first.strip('"')
            self.path = name or self.default

    def key(self, names: list[str]) -> Key:
        """The schema and the name of an object."""
        if len(names) == 1:
            return self.path, checked_name(names[0])
        return checked_name(names[-2]), checked_name(names[-1])

    def own(self, name: str) -> str | None:
        """A schema as code names it."""
        return None if name == self.default else name

    def full(self, key: Key) -> str:
        """`[schema.]name`, as code names it."""
        return key[1] if key[0] == self.default else f"{key[0]}.{key[1]}"

    def table(self, key: Key, words: Words) -> TableParts:
        """A table that exists."""
        parts = self.tables.get(key)
        return words.fail(f"the unknown table {key[1][:40]}") if parts is None else parts

    def text(self, sql: str) -> str:
        """A text without the schema that is on the search path of a connection."""
        return unqualified(sql, self.default)

    def type(self, text: str, collation: str | None = None) -> Any:
        """A type by how the server writes it."""
        plain = self.text(text)
        return self.dialect._reflect_type(plain, self.named, type_description="a column", collation=collation)

    def add(self, kind: str, key: Key, name: str, definition: str, table: Key | None = None) -> None:
        """Add an object that has no form of its own."""
        creation = frames.Creation("unknown", None, None, ["postgresql"], None)
        self.objects.append(
            frames.Object(
                kind=kind,
                metadata=METADATA,
                schema=None if kind in ("schema", "extension") else self.own(key[0]),
                name=checked_name(name),
                table=None if table is None else self.full(table),
                definition=definition,
                postgresql=None,
                creation=creation,
                reasons=[],
                place=None,
            )
        )


def numbers(words: Words, kind: str) -> dict[str, Any]:
    """The arguments of a sequence or an identity, with those that are not stated."""
    found: dict[str, Any] = {}
    names = {
        "START": "start",
        "INCREMENT": "increment",
        "MINVALUE": "minvalue",
        "MAXVALUE": "maxvalue",
        "CACHE": "cache",
    }
    while not words.is_over:
        word = words.token().upper()
        if word == "NO":
            word = words.token().upper()
            if word == "CYCLE":
                found["cycle"] = False
        elif word in names:
            words.accept("WITH")
            words.accept("BY")
            sign = -1 if words.accept("-") else 1
            digits = words.token()
            if not digits.isdecimal():
                words.fail(digits[:40])
            found[names[word]] = sign * int(digits)
        elif word == "CYCLE":
            found["cycle"] = True
        elif word == "SEQUENCE":
            words.expect("NAME")
            words.dotted()
        elif word not in ("LOGGED", "UNLOGGED"):
            words.fail(word[:40])
    ascends = found.setdefault("increment", 1) > 0
    greatest = GREATEST.get(kind, 2**63 - 1)
    found.setdefault("minvalue", 1 if ascends else -greatest - 1)
    found.setdefault("maxvalue", greatest if ascends else -1)
    found.setdefault("start", found["minvalue"] if ascends else found["maxvalue"])
    return {"cache": 1, "cycle": False, **found}
