"""Reads a dump of PostgreSQL: `pg_dump --schema-only`."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.dialects.postgresql.pg8000 import dialect as make_dialect

from ... import frames
from ..connection import CannotInspectError
from ..parts import METADATA, Reading, TableParts, UnreasonableError, checked_name
from ..postgresql import _number
from . import postgresql_objects, postgresql_tables
from .notes import Notes
from .postgresql_schema import Schema
from .splitting import Command, Splitter, Statement
from .words import NotFollowedError, Words, text_of

#: Statements that say nothing about the schema: settings, data, owners, privileges, and the removal of what was before.
_NO_SCHEMA = frozenset(
    (
        "SET",
        "GRANT",
        "REVOKE",
        "COPY",
        "INSERT",
        "BEGIN",
        "COMMIT",
        "START",
        "DROP",
        "RESET",
        "ANALYZE",
        "SECURITY",
    )
)

#: Commands of psql that change nothing about what a dump creates.
_HARMLESS = ("\\restrict", "\\unrestrict", "\\encoding", "\\.")

_Handler = Callable[[Schema, Words, Statement], None]


class Dump:
    """One reading of a dump."""

    def __init__(self, version: str) -> None:
        """Take the version of the server."""
        self._notes = Notes()
        make: Any = make_dialect
        dialect = make()
        dialect.server_version_info = (18,)
        self._schema = Schema(dialect, self._notes)
        self._version = version

    def read(self, text: str) -> Reading:
        """Read everything."""
        for item in Splitter(text, "postgresql").split():
            if isinstance(item, Command):
                self._command(item)
                continue
            try:
                self._statement(item)
            except NotFollowedError as error:
                self._notes.not_followed(item, str(error))
            except (CannotInspectError, UnreasonableError):
                raise
            except Exception as error:  # no server writes it
                self._notes.not_followed(item, type(error).__name__)
        return self._reading()

    def _command(self, command: Command) -> None:
        name = command.text.split()[0][:40]
        if name in ("\\connect", "\\c"):
            if self._schema.tables:
                msg = (
                    f"the dump has several databases; another begins on line {command.line}: give one of them"
                )
                raise CannotInspectError(msg)
        elif name not in _HARMLESS:
            self._notes.commands[name] += 1

    def _statement(self, statement: Statement) -> None:
        words = Words(statement.text)
        first = words.peek()
        if first == "CREATE":
            words.expect("CREATE")
            self._create(words, statement)
        elif first == "ALTER":
            words.expect("ALTER")
            _alter(self._schema, words, statement)
        elif first == "COMMENT":
            _comment(self._schema, words)
        elif first == "SET":
            self._schema.set_path(words)
        elif first == "SELECT":
            # Any other function may change the schema.
            if not statement.text[7:].lstrip().startswith(("pg_catalog.set_config(", "pg_catalog.setval(")):
                words.fail()
        elif first == "DROP":
            if self._schema.tables:
                words.fail("a removal after the first table")
        elif first not in _NO_SCHEMA:
            words.fail()

    def _create(self, words: Words, statement: Statement) -> None:
        words.accept("OR", "REPLACE")
        if words.peek() == "UNLOGGED" and words.peek(1) == "SEQUENCE":
            words.token()  # that of an unlogged table
        for kind in ("UNLOGGED", "FOREIGN"):
            if words.peek() == kind and words.peek(1) == "TABLE":
                words.token()
                postgresql_tables.create(self._schema, words, kind)
                return
        if words.peek() == "TABLE":
            postgresql_tables.create(self._schema, words, "")
        elif words.peek() in ("INDEX", "UNIQUE"):
            postgresql_tables.create_index(self._schema, words)
        else:
            postgresql_objects.create(self._schema, words, statement)

    def _reading(self) -> Reading:
        schema = self._schema
        reading = Reading("postgresql", self._version, schema.default)
        tables = {key: parts for key, parts in schema.tables.items() if key not in schema.partitions}
        if schema.partitions:
            self._notes.kinds["partitions"] += len(schema.partitions)
        owned: dict[tuple[str, str], dict[str, frames.Sequence]] = {}
        for key, sequence in schema.sequences.items():
            if key in schema.owners:
                table, column = schema.owners[key]
                if table in tables:
                    owned.setdefault(table, {})[column] = sequence
            else:
                reading.sequences.append(frames.DeclaredSequence(METADATA, sequence, [], None))
        for key, parts in schema.tables.items():
            postgresql_tables.inherit_rest(schema, key, parts)
        for key, parts in tables.items():
            parts.checks = [
                {**item, "sqltext": postgresql_tables.condition(schema, item["sqltext"])}
                for item in parts.checks
            ]
            _number(parts, owned.get(key, {}), schema.default)
        rest = [sequence for of_table in owned.values() for sequence in of_table.values()]
        reading.sequences += [frames.DeclaredSequence(METADATA, sequence, [], None) for sequence in rest]
        reading.sequences.sort(key=lambda item: (item.sequence.schema or "", item.sequence.name))
        reading.tables = sorted(tables.values(), key=lambda parts: (parts.schema or "", parts.name))
        postgresql_objects.add_types(schema, reading)
        reading.objects = schema.objects
        reading.remarks = self._notes.remarks()
        return reading


def _alter(schema: Schema, words: Words, statement: Statement) -> None:
    kind = words.token().upper()
    if kind == "FOREIGN" and words.peek() in ("TABLE", "DATA"):
        kind = words.token().upper()
    if kind == "TABLE":
        words.accept("IF", "EXISTS")
        words.accept("ONLY")
        postgresql_tables.alter(schema, words)
    elif kind == "SEQUENCE":
        postgresql_objects.alter_sequence(schema, words)
    elif kind == "INDEX":
        words.accept("IF", "EXISTS")
        words.dotted()
        if words.peek() not in ("ATTACH", "ALTER", "SET", "OWNER", "CLUSTER"):
            words.fail()
    elif kind == "TYPE":
        postgresql_objects.alter_type(schema, words)
    elif (
        kind == "DEFAULT" or " OWNER TO " in statement.text or kind in ("DATABASE", "ROLE", "SYSTEM", "LARGE")
    ):
        return  # owners, privileges and settings
    elif kind == "EXTENSION" or (kind == "EVENT" and words.accept("TRIGGER")):
        words.fail()
    else:
        words.at -= 1
        words.fail()


def _comment(schema: Schema, words: Words) -> None:
    """Comments on tables, views, columns and constraints; those on all else are no part of a schema here."""
    words.expect("COMMENT", "ON")
    kind = words.token().upper()
    if kind in ("MATERIALIZED", "FOREIGN"):
        words.token()
        kind = "TABLE"
    if kind not in ("TABLE", "VIEW", "COLUMN", "CONSTRAINT"):
        return
    names = words.dotted()
    column = names.pop() if kind == "COLUMN" else None
    if kind == "CONSTRAINT":
        words.expect("ON")
        if words.peek() == "DOMAIN":
            return
        table = schema.key(words.dotted())
    else:
        table = schema.key(names)
    words.expect("IS")
    literal = words.token()
    value = None if literal.upper() == "NULL" else text_of(literal)
    parts = schema.table(table, words)
    if kind == "CONSTRAINT":
        _comment_constraint(parts, names[-1], value)
    elif column is None:
        parts.comment = None if parts.kind == "view" else value
    else:
        found = next((item for item in parts.columns if item["name"] == column), None)
        if found is None:
            words.fail(f"the unknown column {column[:40]}")
        found["comment"] = value


def _comment_constraint(parts: TableParts, name: str, value: str | None) -> None:
    for item in (parts.primary_key, *parts.unique, *parts.foreign_keys, *parts.checks):
        if item.get("name") == checked_name(name):
            item["comment"] = value
