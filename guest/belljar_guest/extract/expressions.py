"""The expressions of a table."""

from typing import Any

from sqlalchemy.schema import CheckConstraint, Column

from ..stand_in.reflection import is_reflected
from .dialect_scopes import text_dialect
from .options import dialect_options_of


def checks_of(table: Any) -> list[Any]:
    """The check constraints of a table, including those within columns, which SQLAlchemy keeps only there."""
    found = list(table.constraints)
    for column in table.columns:
        found += () if is_reflected(column) else getattr(column, "constraints", ())
    return [item for item in found if isinstance(item, CheckConstraint)]


def expressions(table: Any) -> list[Any]:
    """The expressions in a table's constraints, indexes and columns, as SQLAlchemy objects."""
    found = [item.sqltext for item in checks_of(table) if text_dialect(item) == "postgresql"]
    for index in table.indexes:
        found += [*index.expressions, *dialect_options_of(index).values()]
    for column in table.columns:
        found.append(getattr(getattr(column, "computed", None), "sqltext", None))
        found.append(getattr(column.server_default, "arg", None))
    return [item for item in found if hasattr(item, "compile") and not issubclass(type(item), Column)]
