"""The rows of an SQLite file, of which the guest has a copy in memory."""

import contextlib
import sqlite3
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.pool import StaticPool

from .connection import CannotInspectError

#: What a query may do besides calling functions: the file is a stranger's, and its views and triggers may do more.
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_SAVEPOINT, sqlite3.SQLITE_TRANSACTION}
_FUNCTIONS = {"count", "length", "round"}


@contextlib.contextmanager
def opened(path: str) -> Iterator[Connection]:
    """A connection to a copy of a file."""
    database = _load(Path(path).read_bytes())
    make: Any = import_module("sqlalchemy.dialects.sqlite.pysqlite").dialect
    dialect = make(dbapi=sqlite3)
    kept: Any = database
    engine = Engine(StaticPool(lambda: kept, reset_on_return=None), dialect, URL.create("sqlite"))
    with engine.connect() as connection:
        dialect.initialize(connection)
        database.set_authorizer(_authorise)
        yield connection


def _load(data: bytes) -> sqlite3.Connection:
    changed = bytearray(data)
    # Its log of changes is not there: the file is read as one without such a log, as the host says.
    changed[18:20] = b"\x01\x01"
    database = sqlite3.connect(":memory:", isolation_level=None)
    try:
        database.deserialize(bytes(changed))
        database.execute("PRAGMA query_only = ON")
        database.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.Error:
        msg = "the file is damaged"
        raise CannotInspectError(msg) from None
    return database


def _authorise(action: int, one: str | None, two: str | None, *_rest: str | None) -> int:
    if action == sqlite3.SQLITE_FUNCTION:
        return sqlite3.SQLITE_OK if two in _FUNCTIONS else sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY
