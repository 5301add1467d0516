"""Checks that a table is well-formed: code may have set any attribute of it to anything.

Reading a table relies on the classes of a few attributes. A table that has another class in one of them is reported and
left out, without affecting others.
"""

from typing import Any

from sqlalchemy import Column
from sqlalchemy.schema import Constraint, Index
from sqlalchemy.sql.elements import quoted_name
from sqlalchemy.types import TypeEngine

#: The classes of names.
_NAMES = frozenset((str, quoted_name))


class MalformedTableError(Exception):
    """A table can't be read; the message names the attribute."""


def find_problem(table: Any) -> str | None:
    """Why a table can't be read; `None` if it can."""
    try:
        _check(table)
    except MalformedTableError as error:
        return str(error)
    except BaseException as error:  # a property, or a `__bool__` of the repository
        return f"it can't be inspected: {type(error).__name__}"
    return None


def _check(table: Any) -> None:
    _check_class(table.name, (str,), "name")
    _check_class(table.schema, (str, type(None)), "schema")
    _check_class(table.comment, (str, type(None)), "comment")
    _check_class(table.fullname, (str,), "fullname")
    _check_class(table.key, (str,), "key")
    for column in table.columns:
        if not _is_usual(column):
            _check_class(column, (Column,), "columns")
            _check_class(column.name, (str,), "name of a column")
            _check_class(column.type, (TypeEngine,), "type of a column")
            _check_class(column.comment, (str, type(None)), "comment of a column")
        for _ in column.foreign_keys:
            pass
    _check_classes(table.constraints, Constraint, "constraints")
    _check_classes(table.indexes, Index, "indexes")
    for _ in table.primary_key.columns:
        pass
    for _ in table.foreign_key_constraints:
        pass


def _is_usual(column: Any) -> bool:
    """Whether a column has the classes that nearly all have."""
    return (
        type(column) is Column
        and type(column.name) in _NAMES
        and column.comment is None
        and issubclass(type(column.type), TypeEngine)
    )


def _check_classes(items: Any, kind: type, what: str) -> None:
    for item in items:
        _check_class(item, (kind,), what)


def _check_class(value: Any, kinds: tuple[type, ...], what: str) -> None:
    # `isinstance` would use the `__class__` of the value, which may fail.
    if not issubclass(type(value), kinds):
        raise MalformedTableError(f"its `{what}` is of the class `{type(value).__name__}`")
