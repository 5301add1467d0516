"""Reads a dump of SQLite: `.schema` or `.dump` of its shell."""

from .. import sqlite
from ..connection import CannotInspectError
from ..parts import Reading
from .notes import Notes
from .splitting import Command, Splitter, Statement
from .words import NotFollowedError, Words

#: Statements that say nothing about a schema: data, and how the shell replays it.
_NO_SCHEMA = frozenset(("INSERT", "REPLACE", "BEGIN", "COMMIT", "PRAGMA", "ANALYZE", "DELETE"))


def read(text: str) -> Reading:
    """Read the schema that a dump creates. Only its statements `CREATE` are run, in a database in memory."""
    notes = Notes()
    rows: list[list[str | None]] = []
    for item in Splitter(text, "sqlite").split():
        if isinstance(item, Command):
            notes.commands[item.text.split()[0][:40]] += 1
            continue
        try:
            row = _row(item)
        except NotFollowedError as error:
            notes.not_followed(item, str(error))
            continue
        if row is not None:
            rows.append(row)
    if not rows and not notes.statements:
        msg = "the dump creates nothing"
        raise CannotInspectError(msg)
    seen: set[tuple[str | None, str | None]] = set()
    for row in rows:
        if (row[0], row[1]) in seen:
            msg = f"the dump creates the {row[0]} `{row[1]}` twice"
            raise CannotInspectError(msg)
        seen.add((row[0], row[1]))
    reading = sqlite.read(rows)
    reading.remarks += notes.remarks()
    return reading


def _row(statement: Statement) -> list[str | None] | None:
    """The row of `sqlite_schema`: type, name, table and SQL."""
    words = Words(statement.text)
    first = words.peek()
    if first == "INSERT" and words.peek(2).strip('"`') in ("SQLITE_SCHEMA", "SQLITE_MASTER"):
        words.fail("a virtual table whose module this shell lacked")
    if first in _NO_SCHEMA:
        return None
    words.expect("CREATE")
    if words.peek() in ("TEMP", "TEMPORARY"):
        words.fail()
    prefix = "CREATE " + ("UNIQUE " if words.accept("UNIQUE") else "")
    is_virtual = words.accept("VIRTUAL")
    kind = words.token().lower()
    if kind not in ("table", "index", "view", "trigger"):
        words.at -= 1
        words.fail()
    prefix += ("VIRTUAL " if is_virtual else "") + kind.upper() + " "
    words.accept("IF", "NOT", "EXISTS")
    at = words.at
    name = _name(words)
    if words.accept("."):
        at, name = words.at, _name(words)
    table: str | None = name
    if kind in ("index", "trigger"):
        words.until("ON")
        words.expect("ON")
        table = _name(words)
    words.at = at
    return [kind, name, table, prefix + words.rest()]


def _name(words: Words) -> str:
    """A name; SQLite takes texts and brackets for names too."""
    if words.peek() == "[":
        words.expect("[")
        name = words.until("]")
        words.expect("]")
        return name
    if words.peek()[:1] == "'":
        return words.token()[1:-1].replace("''", "'")
    return words.name()
