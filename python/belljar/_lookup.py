"""Tables by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from belljar.documents import Schema, Table


def qualified(table: Table) -> str:
    """`schema.name`, or the name alone."""
    return f"{table.schema}.{table.name}" if table.schema else table.name


def table(schema: Schema, name: str) -> Table:
    """The one table of a name, with or without its schema before it."""
    found = [table for table in schema.tables if qualified(table) == name]
    found = found or [table for table in schema.tables if table.name == name]
    if len(found) == 1:
        return found[0]
    if not found:
        raise KeyError(name)
    listed = ", ".join(sorted(f"{qualified(table)} of {table.metadata}" for table in found))
    raise KeyError(f"`{name}` means several: {listed}")
