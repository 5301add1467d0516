"""What is part of SQLAlchemy's DDL but has no place in a frame: it becomes a doubt, rather than being lost."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.schema import (
    CheckConstraint,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    UniqueConstraint,
)

from .. import frames
from . import compilers
from .dialect_scopes import depends_on_function
from .sql import loses_values

#: Names of the kinds of constraints.
_CONSTRAINTS: tuple[tuple[type, str], ...] = (
    (PrimaryKeyConstraint, "its primary key"),
    (ForeignKeyConstraint, "a foreign key"),
    (UniqueConstraint, "a unique constraint"),
    (ExcludeConstraint, "an exclusion constraint"),
    (CheckConstraint, "a check"),
)


def reasons_of_table(table: Any, expressions: Iterable[Any]) -> list[frames.Reason]:
    """Reasons for what the frame of a table can't represent of its constraints, indexes and expressions."""
    items = [("an index", index) for index in table.indexes]
    found: list[str] = []
    constraints = list(table.constraints)
    for column in table.columns:
        constraints += getattr(column, "constraints", ())
    for item in constraints:
        what = next((text for kind, text in _CONSTRAINTS if isinstance(item, kind)), None)
        if what is None:
            found.append(f"a constraint of the class `{type(item).__name__}`")
        else:
            items.append((what, item))
    found += [f"the function in `ddl_if` of {what}" for what, item in items if depends_on_function(item)]
    if any(loses_values(item) for item in expressions):
        found.append("a value in an expression")
    found += compilers.custom_parts_of_table(table)
    return [_reason(text) for text in sorted(set(found))]


def reasons_of_column(column: Any) -> list[frames.Reason]:
    """Reasons for what the frame of a column can't represent."""
    return [_reason(text) for text in compilers.custom_parts_of_column(column)]


def _reason(what: str) -> frames.Reason:
    return frames.Reason("not-represented", f"{what} is not represented", None)
