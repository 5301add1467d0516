"""The expressions of a table, wherever in it they stand."""

from typing import Any

from sqlalchemy.schema import CheckConstraint, Column

from ..stand_in.reflection import is_reflected
from .dialect_scopes import text_dialect


def checks_of(table: Any) -> list[Any]:
    """Those of the table, and those that are written within a column, which SQLAlchemy keeps there alone."""
    found = list(table.constraints)
    for column in table.columns:
        found += () if is_reflected(column) else getattr(column, "constraints", ())
    return [item for item in found if isinstance(item, CheckConstraint)]


def expressions(table: Any) -> list[Any]:
    """The expressions in a table's constraints, indexes and columns, as SQLAlchemy has them."""
    found = [item.sqltext for item in checks_of(table) if text_dialect(item) == "postgresql"]
    for index in table.indexes:
        found += [*index.expressions, *dict(index.dialect_kwargs).values()]
    for column in table.columns:
        found.append(getattr(getattr(column, "computed", None), "sqltext", None))
        found.append(getattr(column.server_default, "arg", None))
    return [item for item in found if hasattr(item, "compile") and not issubclass(type(item), Column)]
