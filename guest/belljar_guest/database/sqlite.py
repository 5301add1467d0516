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
from .sqlite_statements import Clause, clauses, generated_columns, has_word, index_of, query_of

#: Statements that a schema has, in the order in which they are replayed.
_KINDS = ("table", "index", "view", "trigger")

#: SQLAlchemy asks a table for each of these.
_METHODS = {
    "columns": "get_columns",
    "primary_key": "get_pk_constraint",
    "foreign_keys": "get_foreign_keys",
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
                    if kind == "table":
                        _settle(parts, sql)
                        _constrain(connection, parts, sql)
                    _declare(connection, parts, sql)
                    parts.indexes = [
                        index_of(index, str(text), {column["name"] for column in parts.columns})
                        for (of, index), (table, text) in texts.items()
                        if of == "index" and table == name
                    ]
                    parts.definition = query_of(sql) if kind == "view" else None
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


def _declare(connection: Any, parts: TableParts, sql: str) -> None:
    """Keep the types that SQLAlchemy replaces by their affinity, and the collations that it leaves out."""
    rows = connection.exec_driver_sql(f"PRAGMA table_xinfo({_quoted(parts.name)})")
    declared = {row[1]: row[2] for row in rows}
    stated = clauses(sql) if parts.kind == "table" else ()
    collations = {item.columns[0]: item.text for item in stated if item.kind == "COLLATE"}
    for column in parts.columns:
        text = declared.get(column["name"]) or ""
        own = type_ddl(column["type"], "sqlite") or ""
        if column["name"] in collations:
            words = (text.upper() or own, "COLLATE", _quoted(collations[column["name"]]))
            column["declared"] = ("sqlite", " ".join(words))
        elif text and text.partition("(")[0].split() != own.partition("(")[0].split():
            column["declared"] = ("sqlite", text.upper())


def _settle(parts: TableParts, sql: str) -> None:
    """Correct what SQLAlchemy reads of a table."""
    generated = generated_columns(sql)
    if has_word(sql, "AUTOINCREMENT"):
        parts.options["sqlite_autoincrement"] = True
    key = list(parts.primary_key.get("constrained_columns") or ())
    for column in parts.columns:
        column["autoincrement"] = "auto"
        if key == [column["name"]] and type(column["type"]).__name__ == "INTEGER":
            column["nullable"] = False  # it stands for the number of the row
        if column.get("computed") is not None and column["name"] in generated:
            text, is_stored = generated[column["name"]]
            column["computed"] = {"sqltext": text, "persisted": is_stored}


def _constrain(connection: Any, parts: TableParts, sql: str) -> None:
    """Read the constraints from the statement, and the actions of foreign keys from SQLite."""
    stated = clauses(sql)
    parts.checks = [{"name": item.name, "sqltext": item.text} for item in stated if item.kind == "CHECK"]
    unique = {(item.name, tuple(item.columns)): item for item in stated if item.kind == "UNIQUE"}
    parts.unique = [
        {"name": item.name, "column_names": item.columns, "dialect_options": _conflict(item)}
        for item in unique.values()
    ]
    for item in stated:
        if item.kind == "PRIMARY" and parts.primary_key.get("constrained_columns"):
            parts.primary_key["name"] = item.name
            parts.primary_key.setdefault("dialect_options", {}).update(_conflict(item))
    actions: dict[int, dict[str, Any]] = {}
    for row in connection.exec_driver_sql(f"PRAGMA foreign_key_list({_quoted(parts.name)})"):
        key = actions.setdefault(
            row[0], {"columns": [], "table": row[2], "onupdate": row[5], "ondelete": row[6]}
        )
        key["columns"].append(row[3])
    for key in parts.foreign_keys:
        columns = list(key["constrained_columns"])
        found = [
            item
            for item in actions.values()
            if sorted(item["columns"]) == sorted(columns) and item["table"] == key["referred_table"]
        ]
        for action in found[:1]:
            named = {name: action[name] for name in ("onupdate", "ondelete") if action[name] != "NO ACTION"}
            key["options"] = {**key.get("options", {}), **named}
        for item in stated:
            if item.kind == "REFERENCES" and item.columns == columns:
                key["name"] = key.get("name") or item.name
                key["options"] = {**item.options, **key.get("options", {})}


def _conflict(item: Clause) -> dict[str, Any]:
    return {"sqlite_on_conflict": item.conflict} if item.conflict else {}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
