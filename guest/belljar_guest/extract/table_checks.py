"""Whether a table is what SQLAlchemy makes: code may have set any attribute of it to anything.

What reads tables relies on the kinds of a few attributes. A table with another kind of one of them is named and left
out, and costs no other.
"""

from typing import Any

from sqlalchemy import Column
from sqlalchemy.schema import Constraint, Index
from sqlalchemy.types import TypeEngine


class UnsoundError(Exception):
    """A table is none that can be read; the message says what of it."""


def why_not(table: Any) -> str | None:
    """What keeps a table from being read, if anything does."""
    try:
        _check(table)
    except UnsoundError as error:
        return str(error)
    except BaseException as error:  # a property, or a `__bool__` of the repository's own
        return f"it can't be looked at: {type(error).__name__}"
    return None


def _check(table: Any) -> None:
    _is(table.name, (str,), "name")
    _is(table.schema, (str, type(None)), "schema")
    _is(table.comment, (str, type(None)), "comment")
    _is(table.fullname, (str,), "fullname")
    _is(table.key, (str,), "key")
    for column in table.columns:
        _is(column, (Column,), "columns")
        _is(column.name, (str,), "name of a column")
        _is(column.type, (TypeEngine,), "type of a column")
        _is(column.comment, (str, type(None)), "comment of a column")
        for _ in column.foreign_keys:
            pass
    _all(table.constraints, Constraint, "constraints")
    _all(table.indexes, Index, "indexes")
    for _ in table.primary_key.columns:
        pass
    for _ in table.foreign_key_constraints:
        pass


def _all(items: Any, kind: type, what: str) -> None:
    for item in items:
        _is(item, (kind,), what)


def _is(value: Any, kinds: tuple[type, ...], what: str) -> None:
    # `isinstance` asks a value for its class, and the value may fail.
    if not issubclass(type(value), kinds):
        raise UnsoundError(f"its `{what}` is of the class `{type(value).__name__}`")
