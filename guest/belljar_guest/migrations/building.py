"""Tables of SQLAlchemy, made of the recorded schema."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import schema
from sqlalchemy.dialects import postgresql

from .items import Item, copy_column
from .state import TableState


def build(state: TableState, metadata: Any) -> Any:
    """The table in a `MetaData`; raises what SQLAlchemy raises for a table that it refuses."""
    columns = [_own_type(copy_column(column)) for column in state.columns.values()]
    key = state.primary_key
    for column in columns:
        column.primary_key = False
        column.foreign_keys = set()
    parts: list[Any] = []
    if key is not None:
        parts.append(schema.PrimaryKeyConstraint(*key.columns(), name=key.name, **key.options))
    table = sa.Table(
        state.name,
        metadata,
        *columns,
        *parts,
        schema=state.schema,
        comment=state.comment,
        prefixes=list(state.prefixes),
        **state.options,
    )
    for item in state.items:
        add_item(table, item)
    return table


def add_item(table: Any, item: Item) -> None:
    """Add a constraint or an index to a table."""
    options = {key: item.bound(table, value) for key, value in item.options.items()}
    if item.kind == "index":
        elements = [
            table.c[part] if isinstance(part, str) else item.bound(table, part) for part in item.elements
        ]
        made = sa.Index(item.name, *elements, **options)
        if made.table is not table:
            made.table = None
            made._set_parent(table)
        return
    table.append_constraint(_constraint(table, item, options))


def _constraint(table: Any, item: Item, options: dict[str, Any]) -> Any:
    if item.kind == "unique":
        return schema.UniqueConstraint(*item.columns(), name=item.name, **options)
    if item.kind == "check":
        return schema.CheckConstraint(item.bound(table, item.elements[0]), name=item.name, **options)
    if item.kind == "exclude":
        elements = [
            (table.c[part] if isinstance(part, str) else item.bound(table, part), operator)
            for part, operator in item.elements
        ]
        return postgresql.ExcludeConstraint(*elements, name=item.name, **options)
    targets = [".".join(filter(None, target)) for target in item.targets]
    return schema.ForeignKeyConstraint(item.columns(), targets, name=item.name, link_to_name=True, **options)


def _own_type(column: Any) -> Any:
    """A column whose enumeration belongs to no other `MetaData`."""
    kind = getattr(column.type, "item_type", column.type)
    if getattr(kind, "metadata", None) is None:
        return column
    made = kind.copy()
    made.metadata = None
    if kind is column.type:
        column.type = made
    else:
        column.type = type(column.type)(made)
    return column
