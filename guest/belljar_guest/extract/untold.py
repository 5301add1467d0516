"""What SQLAlchemy's DDL says and no frame has a place for: it is in doubt, never left out in silence."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.schema import (
    CheckConstraint,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    Sequence,
    UniqueConstraint,
)

from .. import frames
from .sql import loses_values, safe_text

#: What a kind of constraint is called, what of it has no place, and whether its dialect options have none.
_CONSTRAINTS: tuple[tuple[type, str, tuple[str, ...], bool], ...] = (
    (PrimaryKeyConstraint, "its primary key", ("deferrable", "initially", "comment"), True),
    (ForeignKeyConstraint, "a foreign key", ("comment",), True),
    (UniqueConstraint, "a unique constraint", ("comment",), False),
    (ExcludeConstraint, "an exclusion constraint", ("comment",), False),
    (CheckConstraint, "a check", ("deferrable", "initially", "comment"), True),
)

_SEQUENCE = ("nominvalue", "nomaxvalue", "order", "optional")
_IDENTITY = ("minvalue", "maxvalue", "nominvalue", "nomaxvalue", "cycle", "cache", "order", "on_null")


def of_column(column: Any) -> list[frames.Reason]:
    """Reasons why a column is not all told."""
    found = [_reason(f"`{name}` of it") for name in _options(column) if name != "sqlite_on_conflict_unique"]
    identity = getattr(column, "identity", None)
    if identity is not None:
        found += [_reason(f"`{name}` of its identity") for name in _given(identity, _IDENTITY)]
    if issubclass(type(column.default), Sequence):
        found += of_sequence(column.default, "its sequence")
    return found


def of_sequence(sequence: Any, what: str = "it") -> list[frames.Reason]:
    """Reasons why a sequence is not all told."""
    return [_reason(f"`{name}` of {what}") for name in _given(sequence, _SEQUENCE)]


def of_table(table: Any, expressions: Iterable[Any]) -> list[frames.Reason]:
    """Reasons why the constraints and indexes of a table, and the expressions in it, are not all told."""
    found = list(_conditions("an index", table.indexes))
    items = list(table.constraints)
    for column in table.columns:
        items += getattr(column, "constraints", ())
    for item in items:
        if getattr(item, "_type_bound", False):
            continue
        known = next((entry for entry in _CONSTRAINTS if isinstance(item, entry[0])), None)
        if known is None:
            found.append(f"a constraint of the class `{type(item).__name__}`")
            continue
        _, what, names, has_options = known
        found += [f"`{name}` of {what}" for name in _given(item, names, options=has_options)]
        found += _conditions(what, [item])
    if any(loses_values(item) for item in expressions):
        found.append("a value in an expression")
    return [_reason(text) for text in sorted(set(found))]


def _conditions(what: str, items: Iterable[Any]) -> Iterator[str]:
    """Of what is made for some databases only."""
    yield from (f"`ddl_if` of {what}" for item in items if getattr(item, "_ddl_if", None) is not None)


def _given(item: Any, names: tuple[str, ...], *, options: bool = True) -> list[str]:
    """Those of some attributes that are set; `optional` and what a generation has no word for are `False` if not."""
    flags = ("optional", "comment")
    found = [
        name
        for name in names
        if (value := getattr(item, name, None)) is not None and (value or name not in flags)
    ]
    written = _options(item) if options else []
    return found + [name for name in written if name.partition("_")[2] not in found]


def _options(item: Any) -> list[str]:
    """The dialect options that are given."""
    given = getattr(item, "dialect_kwargs", {})
    return [safe_text(name) for name in sorted(given) if given[name] is not None]


def _reason(what: str) -> frames.Reason:
    return frames.Reason("not-told", f"{what} is not told", None)
