"""Reads an SQLite database from the statements of its `sqlite_schema`, replayed in memory.

The file itself is read by the host, which neither locks nor changes it.
"""

import re
import sqlite3
from importlib import import_module
from typing import Any

from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from .. import frames
from ..extract.sql import type_ddl
from .parts import METADATA, Reading, TableParts, UnreasonableError, checked_name

#: Statements that a schema has, in the order in which they are replayed.
_KINDS = ("table", "index", "view", "trigger")

#: SQLAlchemy asks a table for each of these.
_METHODS = {
    "columns": "get_columns",
    "primary_key": "get_pk_constraint",
    "unique": "get_unique_constraints",
    "foreign_keys": "get_foreign_keys",
    "checks": "get_check_constraints",
    "options": "get_table_options",
}


def read(rows: list[list[str | None]]) -> Reading:
    """Read the schema that rows of type, name, table and SQL describe."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    reading = Reading("sqlite", sqlite3.sqlite_version, "main")
    database.execute("PRAGMA foreign_keys = OFF")
    database.set_authorizer(_authorise)
    known = sorted((row for row in rows if row[0] in _KINDS), key=lambda row: _KINDS.index(str(row[0])))
    texts = {
        (str(kind), str(name)): (table, sql)
        for kind, name, table, sql in known
        if sql is not None and not str(name).startswith("sqlite_")
    }
    for (kind, name), (_, sql) in texts.items():
        _replay(database, kind, name, str(sql), reading)
    make: Any = import_module("sqlalchemy.dialects.sqlite.pysqlite").dialect
    dialect = make(dbapi=sqlite3)
    opened: Any = database
    engine = Engine(StaticPool(lambda: opened), dialect, URL.create("sqlite"))
    with engine.connect() as connection:
        dialect.initialize(connection)
        for kind, name in texts:
            if kind in ("table", "view"):
                sql = str(texts[kind, name][1])
                parts = _parts((dialect, connection), kind, name, reading)
                if parts is not None:
                    _settle(parts, sql)
                    _declare(connection, parts)
                    parts.indexes = [
                        index_of(index, str(text), {column["name"] for column in parts.columns})
                        for (of, index), (table, text) in texts.items()
                        if of == "index" and table == name
                    ]
                    parts.definition = _query(sql) if kind == "view" else None
                    reading.tables.append(parts)
    engine.dispose()
    creation = frames.Creation("unknown", None, None, ["sqlite"], None)
    for (kind, name), (table, sql) in texts.items():
        if kind == "trigger":
            item = frames.Object(
                kind, METADATA, None, checked_name(name), table, sql, None, creation, [], None
            )
            reading.objects.append(item)
    reading.tables.sort(key=lambda parts: parts.name)
    return reading


#: What a statement of a schema may do; it can neither read a file nor attach a database.
_REFUSED = frozenset((sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH))


def _authorise(action: int, _one: Any, _two: Any, _three: Any, _four: Any) -> int:
    return sqlite3.SQLITE_DENY if action in _REFUSED else sqlite3.SQLITE_OK


def _replay(database: sqlite3.Connection, kind: str, name: str, sql: str, reading: Reading) -> None:
    """Create an object; one that can't be created is reported."""
    if not re.match(r"\s*CREATE\s", sql, re.IGNORECASE):
        msg = f"the schema has a statement that creates nothing: {sql[:40]!r}"
        raise UnreasonableError(msg)
    try:
        database.execute(sql)
    except (sqlite3.Error, sqlite3.Warning) as error:
        message = f"the {kind} `{name}` can't be read: {error}"
        reading.remarks.append(frames.Remark("not-read", message, None))


def _parts(asked: tuple[Any, Any], kind: str, name: str, reading: Reading) -> TableParts | None:
    """What a dialect says over a connection."""
    dialect, connection = asked
    parts = TableParts(None, checked_name(name), kind=kind)
    for attribute, method in _METHODS.items():
        if kind == "view" and attribute != "columns":
            continue
        try:
            setattr(parts, attribute, getattr(dialect, method)(connection, name))
        except (SQLAlchemyError, sqlite3.Error) as error:
            if attribute == "columns":  # it was not created
                return None
            message = f"the {attribute} of `{name}` can't be read: {type(error).__name__}"
            reading.remarks.append(frames.Remark("not-read", message, None))
    return parts


def _declare(connection: Any, parts: TableParts) -> None:
    """Keep the types that SQLAlchemy replaces by their affinity."""
    name = parts.name.replace('"', '""')
    declared = {row[1]: row[2] for row in connection.exec_driver_sql(f'PRAGMA table_xinfo("{name}")')}
    for column in parts.columns:
        text = declared.get(column["name"]) or ""
        own = type_ddl(column["type"], "sqlite") or ""
        if text and text.partition("(")[0].split() != own.partition("(")[0].split():
            column["declared"] = ("sqlite", text.upper())


def _settle(parts: TableParts, sql: str) -> None:
    """Correct what SQLAlchemy reads of a table."""
    generated = generated_columns(sql)
    if any(word.upper() == "AUTOINCREMENT" for word in _TOKEN.findall(sql)):
        parts.options["sqlite_autoincrement"] = True
    key = list(parts.primary_key.get("constrained_columns") or ())
    if key and parts.primary_key.get("name") is None:
        parts.primary_key["name"] = _key_name(sql)
    for column in parts.columns:
        column["autoincrement"] = "auto"
        if key == [column["name"]] and type(column["type"]).__name__ == "INTEGER":
            column["nullable"] = False  # it stands for the number of the row
        if column.get("computed") is not None and column["name"] in generated:
            text, is_stored = generated[column["name"]]
            column["computed"] = {"sqltext": text, "persisted": is_stored}


def _key_name(sql: str) -> str | None:
    """The name of the primary key, which SQLAlchemy only finds if it needs no quotes."""
    for tokens in _definitions(sql):
        words = [part for part in tokens if not part.isspace() and not part.startswith(("--", "/*"))]
        upper = [word.upper() for word in words]
        for at, word in enumerate(upper[:-3]):
            if word == "CONSTRAINT" and upper[at + 2 : at + 4] == ["PRIMARY", "KEY"]:
                return _unquoted(words[at + 1])
    return None


#: What a statement is made of: quoted names and texts, comments, words, and other characters.
_TOKEN = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|/\*.*?\*/|\w+|\s+|.""", re.DOTALL
)


def generated_columns(sql: str) -> dict[str, tuple[str, bool]]:
    """By name, the expression of each generated column of `CREATE TABLE`, and whether it is stored."""
    found: dict[str, tuple[str, bool]] = {}
    for tokens in _definitions(sql):
        words = [part for part in tokens if not part.isspace() and not part.startswith(("--", "/*"))]
        depth, starts = 0, None
        for at, part in enumerate(words):
            if starts is None and depth == 0 and part.upper() == "AS" and words[at + 1 : at + 2] == ["("]:
                starts = at + 2
            depth += (part == "(") - (part == ")")
            if starts is not None and at >= starts and depth == 0:
                rest = [word.upper() for word in words[at + 1 :]]
                text = _between(tokens, words[:starts], words[:at])
                found[_unquoted(words[0])] = (text, "STORED" in rest)
                break
    return found


def index_of(name: str, sql: str, columns: set[str]) -> dict[str, Any]:
    """An index by its statement; SQLAlchemy leaves out those of expressions."""
    parts = _TOKEN.findall(sql)
    opens = parts.index("(") if "(" in parts else len(parts)
    head, rest = "".join(parts[:opens]), "".join(parts[opens + 1 :])
    elements = ["".join(tokens).strip() for tokens in _definitions(f"({rest}")]
    plain = [_unquoted(text) if _unquoted(text) in columns else None for text in elements]
    tail = _after(f"({rest}")
    where = re.match(r"\s*WHERE\s+(.*)$", tail, re.IGNORECASE | re.DOTALL)
    return {
        "name": name,
        "unique": re.match(r"\s*CREATE\s+UNIQUE\b", head, re.IGNORECASE) is not None,
        "column_names": plain,
        "expressions": elements,
        "dialect_options": {"sqlite_where": where.group(1).strip()} if where else {},
    }


def _after(text: str) -> str:
    """What follows the parentheses that a text begins with."""
    depth, at = 0, 0
    for part in _TOKEN.findall(text):
        depth += (part == "(") - (part == ")")
        at += len(part)
        if depth == 0:
            return text[at:]
    return ""


def _definitions(sql: str) -> list[list[str]]:
    """The tokens of each definition between the outermost parentheses."""
    found: list[list[str]] = [[]]
    depth = 0
    for part in _TOKEN.findall(sql):
        depth -= part == ")"
        if part == ")" and depth == 0:
            break
        if depth == 1 and part == ",":
            found.append([])
        elif depth >= 1:
            found[-1].append(part)
        depth += part == "("
    return [item for item in found if any(not part.isspace() for part in item)]


def _between(tokens: list[str], before: list[str], until: list[str]) -> str:
    """The text of the tokens after as many words as `before` has, up to as many as `until` has."""
    count, text = 0, []
    for part in tokens:
        is_word = not part.isspace() and not part.startswith(("--", "/*"))
        if len(before) <= count < len(until):
            text.append(part)
        count += is_word
    return "".join(text).strip()


def _unquoted(name: str) -> str:
    if name[0] in "\"`'":
        return name[1:-1].replace(name[0] * 2, name[0])
    return name[1:-1] if name[0] == "[" else name


def _query(sql: str) -> str:
    """The query of a view's statement."""
    return re.sub(r"^\s*CREATE\s.*?\bAS\s+", "", sql, count=1, flags=re.IGNORECASE | re.DOTALL)
