"""Enumerations of the recorded columns."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import types

from .state import TableState


def enum_columns(recording: Any, name: str) -> list[tuple[TableState, Any, Any]]:
    """The columns with an enumeration of a name: the table, the column, and the type."""
    found = []
    for table in recording.state.tables.values():
        for column in table.columns.values():
            inner = getattr(column.type, "item_type", column.type)
            if isinstance(inner, types.Enum) and str(inner.name) == name:
                found.append((table, column, inner))
    return found


def known_values(recording: Any, kind: Any) -> list[str] | None:
    """The values of the enumeration that a type names, if a version has created it."""
    name = str(kind.name)
    known = [values for (_, of), values in recording.state.enums.items() if of == name]
    known += [
        other.enums for _, _, other in enum_columns(recording, name) if other is not kind and other.enums
    ]
    return list(known[0]) if known else None


def as_in_database(recording: Any, kind: Any) -> Any:
    """A type that a column gets, with the values that its enumeration has in the database.

    In PostgreSQL an enumeration is an object of its own: a column whose type is changed to one with the same name and
    other values gets the values that are there.
    """
    inner = getattr(kind, "item_type", kind)
    if recording.dialect.name != "postgresql" or not isinstance(inner, types.Enum) or not inner.name:
        return kind
    known = known_values(recording, inner) if getattr(inner, "native_enum", True) and inner.enums else None
    if known is None or known == list(inner.enums):
        return kind
    made = with_values(inner, known)
    return made if inner is kind else type(kind)(made)


def with_values(kind: Any, values: list[str], name: str | None = None) -> Any:
    """An enumeration with other values, or another name."""
    cls = sa.Enum if type(kind).__module__ == "sqlalchemy.sql.sqltypes" else type(kind)
    options = {"name": name or kind.name, "schema": kind.schema}
    if cls is sa.Enum:
        options["native_enum"] = kind.native_enum
        options["create_constraint"] = bool(getattr(kind, "create_constraint", False))
        if not kind.native_enum and (kind.length or 0) >= max(map(len, values), default=0):
            options["length"] = kind.length
    return cls(*values, **options)


def set_enum(recording: Any, name: str, values: list[str], new_name: str | None = None) -> None:
    """Give all columns of an enumeration other values, or the enumeration another name."""
    for table, column, kind in enum_columns(recording, name):
        made = with_values(kind, values, new_name)
        if getattr(column.type, "item_type", None) is kind:
            column.type = type(column.type)(made)
        else:
            column.type = made
        recording.mark(column)
        recording.touch(table)
