"""Whole DDL for a dialect, in the order in which SQLAlchemy itself would create everything."""

from itertools import groupby
from typing import Any

from sqlalchemy import schema

try:
    from sqlalchemy.engine.mock import MockConnection
except ImportError:  # 1.3
    from sqlalchemy.engine.strategies import MockEngineStrategy

    MockConnection = MockEngineStrategy.MockConnection  # type: ignore[misc]

from .. import frames
from .sql import dialect, safe_text
from .tables import tables_of


def ddl_frame(name: str, metadata: Any, wanted: str) -> frames.Ddl:
    """The DDL of a `MetaData`; tables that the dialect can't render are named and left out."""
    rendered, failures = [], []
    for table in tables_of(metadata):
        try:
            _render(schema.CreateTable(table), wanted)
        except Exception as error:
            failures.append(frames.Entry(safe_text(table.fullname), _message(error)))
        else:
            rendered.append(table)
    try:
        statements = _create(metadata, rendered, wanted)
    except Exception as error:  # an index, a type, a listener: nothing of the whole can be had
        statements = []
        failures.append(frames.Entry(name, _message(error)))
    return frames.Ddl(name, wanted, statements, failures)


def _message(error: Exception) -> str:
    """What an error says: SQLAlchemy's own speak for themselves, others with their class."""
    text = safe_text(error).partition("\n")[0]
    return text if type(error).__module__.startswith("sqlalchemy.") else f"{type(error).__name__}: {text}"


def _render(element: Any, wanted: str) -> str:
    return safe_text(element.compile(dialect=dialect(wanted))).strip()


def _create(metadata: Any, tables: list[Any], wanted: str) -> list[str]:
    """Let `create_all` run against a connection that only writes down."""
    collected: list[tuple[Any, str]] = []

    def execute(element: Any, *args: Any, **kwargs: Any) -> None:
        collected.append((element, _render(element, wanted)))

    metadata.create_all(MockConnection(dialect(wanted), execute), tables=tables, checkfirst=False)
    return _in_order(collected)


def _in_order(collected: list[tuple[Any, str]]) -> list[str]:
    """The statements with neighbours of a kind that SQLAlchemy keeps in a set sorted: a set's order is an address."""
    statements: list[str] = []
    for kind, group in groupby(collected, key=lambda item: type(item[0])):
        texts = [text for _, text in group]
        statements += sorted(texts) if kind in _KEPT_IN_SETS else texts
    return statements


# The indexes of a table, and the foreign keys that close a cycle of tables.
_KEPT_IN_SETS = (schema.CreateIndex, schema.AddConstraint)
