"""Whole DDL for a dialect, in the order in which SQLAlchemy itself would create everything."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import schema

from .. import frames
from ..stand_in.reflection import is_reflected
from .declarations import Declaration, MetaDatas, function_name
from .recorder import Recorder
from .sql import dialect, safe_text, statement_text
from .tables import tables_of
from .views import Views

#: The name under which everything comes that migrations make.
MIGRATIONS = "made by migrations"


def ddl_frames(
    found: MetaDatas, declared: list[Declaration], views: Views, wanted: str
) -> Iterator[frames.Ddl]:
    """The DDL of every `MetaData`, then what migrations make besides."""
    for name, metadata in found.every:
        frame = _metadata(name, metadata, declared, views, wanted)
        if frame.statements or frame.failures:
            yield frame
    migrated = [
        item for item in declared if item.creation.made_by == "migration" and wanted in item.creation.dialects
    ]
    texts = [statement_text(item.statement(), wanted).rstrip(";") for item in migrated if item.is_rendered()]
    if texts:
        yield frames.Ddl(MIGRATIONS, wanted, texts, [])


def _metadata(name: str, metadata: Any, declared: list[Declaration], views: Views, wanted: str) -> frames.Ddl:
    """The DDL of a `MetaData`; tables that the dialect can't render are named and left out."""
    own = [item for item in declared if item.metadata is metadata]
    every = tables_of(metadata)
    mapped = {id(table) for table in every if _is_mapped_view(table, views)}
    rendered, failures = [], []
    for table in every:
        why = _why_not(table, views, wanted)
        if why is not None:
            failures.append(frames.Entry(safe_text(table.fullname), why))
        elif id(table) not in mapped:
            rendered.append(table)
    if mapped and not (rendered or own or metadata._sequences):
        return frames.Ddl(name, wanted, [], failures)  # no more than where a helper keeps the table of a view
    recorder = Recorder(dialect(wanted))
    try:
        metadata.create_all(recorder, tables=rendered, checkfirst=False)
        for item in own:  # what waits for a table that is a view, and so is never created
            if id(item.target) in mapped and wanted in (item.creation.dialects or [wanted]):
                recorder.execute(item.element)
        statements = _in_order([(element, _render(element, wanted)) for element in recorder.told()])
    except BaseException as error:  # an index, a type: nothing of the whole can be had
        statements = []
        failures.append(frames.Entry(name, _message(error)))
    failures += [frames.Entry(function_name(item), _message(error)) for item, error in recorder.failures]
    return frames.Ddl(name, wanted, statements, failures)


def _is_mapped_view(table: Any, views: Views) -> bool:
    """Whether a table only maps a view that something else creates."""
    return id(table) in views.tables and not getattr(table, "is_view", False)


def _why_not(table: Any, views: Views, wanted: str) -> str | None:
    """Why a table has no DDL, if it has none and something else does not create it."""
    if _is_mapped_view(table, views):
        undefined = "it is a view, and the code does not say what it selects"
        return undefined if views.is_undefined(table) else None
    if is_reflected(table):
        return "what the code does not give of it is read from a database"
    try:
        _render(getattr(table, "_creator_ddl", None) or schema.CreateTable(table), wanted)
    except BaseException as error:
        return _message(error)
    return None


def _message(error: BaseException) -> str:
    """What an error says: SQLAlchemy's own speak for themselves, others with their class."""
    text = safe_text(error).partition("\n")[0]
    return text if type(error).__module__.startswith("sqlalchemy.") else f"{type(error).__name__}: {text}"


def _render(element: Any, wanted: str) -> str:
    text = element if isinstance(element, str) else element.compile(dialect=dialect(wanted))
    return safe_text(text).strip()


def _in_order(collected: list[tuple[Any, str]]) -> list[str]:
    """The statements with neighbours of a kind that SQLAlchemy keeps in a set sorted: a set's order is an address."""
    statements: list[str] = []
    for kind, group in groupby(collected, key=lambda item: type(item[0])):
        texts = [text for _, text in group]
        statements += sorted(texts) if kind in _KEPT_IN_SETS else texts
    return statements


# The indexes of a table, and the foreign keys that close a cycle of tables.
_KEPT_IN_SETS = (schema.CreateIndex, schema.AddConstraint)
