"""Builds the tables of `innodb` from documents, and applies operations to them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from alembic.operations import ops

from .innodb import Index, Key, Origin, Part, Place, State, Table, create_table
from .operations import Execute
from .tables import Side

Json = dict[str, Any]

#: A column or a prefix of one, and its order.
_ELEMENT = re.compile(r"^(?:\w+\.)?(`(?:[^`]|``)+`|\w+)\s*(\(\s*\d+\s*\))?\s*(?:asc|desc)?$", re.IGNORECASE)


@dataclass
class EarlierNames:
    """The earlier names of tables and columns."""

    tables: dict[Place, str]
    columns: dict[Place, dict[str, str]]

    def table(self, place: Place) -> Place:
        """The schema and the earlier name of a table."""
        return place[0], self.tables.get(place, place[1])

    def column(self, place: Place, name: str) -> str:
        """The earlier name of a column."""
        return self.columns.get(place, {}).get(name, name)


def build_state(side: Side, earlier: EarlierNames | None = None) -> State:
    """The tables of a side as SQLAlchemy creates them, under their earlier names."""
    earlier = earlier or EarlierNames({}, {})
    state = State()
    for place, tables in side.tables.items():
        for table in tables:
            own = (table["metadata"], earlier.table(place))
            state.tables[own] = _build_table(side, table, place, earlier)
    return state


def _build_table(side: Side, table: Json, place: Place, earlier: EarlierNames) -> Table:
    def old(columns: list[str]) -> tuple[str, ...]:
        return tuple(earlier.column(place, name) for name in columns)

    keys = []
    for item in table["foreign_keys"]:
        ends = [side.split_target(text) for text in item["targets"]]
        target: Place = ends[0][:2] if ends else place
        targets = tuple(earlier.column(target, column) for _, _, column in ends)
        key = Key(item["name"], old(item["columns"]), earlier.table(target), targets)
        keys.append((key, bool(item["use_alter"])))
    unique = [
        Index.on_columns(
            item["name"],
            old(item["columns"]),
            Origin.DECLARED,
            unique=True,
            is_named=item["name"] is not None,
        )
        for item in table["unique"]
    ]
    indexes = []
    for item in table["indexes"]:
        parts = tuple(
            (None if column is None else earlier.column(place, column), whole)
            for column, whole in _parts_of_item(item, side.dialect)
        )
        indexes.append(Index(item["name"], parts, Origin.DECLARED, unique=bool(item["unique"])))
    return create_table(old(side.key_of(table)["columns"]), unique, keys, indexes)


def _parts_of_item(item: Json, dialect: str) -> list[Part]:
    """The parts of an index in a document."""
    options = item["options"]
    lengths: Any = options.get("mysql_length", "")
    if ": " in lengths:
        lengths = {name for name, _, _ in (part.partition(": ") for part in lengths.split(", "))}
    found = []
    for number, element in enumerate(item["elements"]):
        own = options.get(f"element {number}:{dialect}")
        column, text = (element["column"], element["sql"]) if own is None else (None, own)
        found.append(_build_part(column, text, lengths, is_other="mysql_prefix" in options))
    return found


def _parts_of_operation(operation: Any) -> list[Part]:
    """The parts of an index that an operation creates."""
    lengths: Any = operation.kw.get("mysql_length") or ()
    is_other = "mysql_prefix" in operation.kw
    found = []
    for item in operation.columns:
        is_text = not isinstance(item, (str, sa.Column))
        name = None if is_text else str(getattr(item, "name", item))
        found.append(_build_part(name, str(item), lengths, is_other=is_other))
    return found


def _build_part(column: str | None, text: str, lengths: Any, *, is_other: bool) -> Part:
    """One part; `lengths` are the columns of which the index contains a prefix, or the length of all prefixes."""
    is_cut = False
    if column is None:
        found = _ELEMENT.match(text.strip())
        if found is None:
            return None, False
        column = found.group(1)
        if column.startswith("`"):
            column = column[1:-1].replace("``", "`")
        is_cut = found.group(2) is not None
    is_of_all = isinstance(lengths, (int, str)) and bool(lengths)
    is_cut = is_cut or is_of_all or (not isinstance(lengths, (int, str)) and column in lengths)
    return column, not (is_cut or is_other)


def table_of_operation(operation: Any) -> Place | None:
    """The schema and name of the table that an operation affects."""
    if isinstance(operation, Execute):
        return operation.effect[1] if operation.effect else None
    name = getattr(operation, "table_name", None)
    schema = getattr(operation, "schema", None)
    if isinstance(operation, ops.CreateForeignKeyOp):
        name, schema = operation.source_table, operation.kw.get("source_schema")
    return None if name is None else (schema, name)


def apply_operation(state: State, metadata: str, operation: Any) -> None:
    """Apply an operation to the tables and their indexes."""
    place = table_of_operation(operation)
    if place is None:
        return
    if isinstance(operation, ops.CreateTableOp):
        state.tables[metadata, place] = _create_table(operation)
    elif isinstance(operation, ops.DropTableOp):
        own = state.locate(metadata, place)
        if own is not None:
            del state.tables[own]
    elif isinstance(operation, ops.RenameTableOp):
        state.rename_table(metadata, place, (place[0], operation.new_table_name))
    elif isinstance(operation, Execute) and operation.effect[0] == "rename_column":
        state.rename_column(metadata, place, *operation.effect[2:])
    elif (table := state.find(metadata, place)) is not None:
        apply_to_table(table, operation)


def apply_to_table(table: Table, operation: Any) -> None:
    """Apply an operation to one table, whose name and columns keep their names."""
    if isinstance(operation, Execute):
        if operation.effect:
            _EFFECTS[operation.effect[0]](table, *operation.effect[2:])
    elif isinstance(operation, ops.CreateIndexOp):
        parts = tuple(_parts_of_operation(operation))
        table.add(Index(operation.index_name, parts, Origin.DECLARED, unique=bool(operation.unique)))
    elif isinstance(operation, ops.DropIndexOp):
        table.drop(str(operation.index_name))
    elif isinstance(operation, ops.DropColumnOp):
        table.drop_column(operation.column_name)
    elif isinstance(operation, ops.DropConstraintOp):
        _drop_constraint(table, operation)
    elif isinstance(operation, ops.CreatePrimaryKeyOp):
        table.exchange_primary(map(str, operation.columns))
    elif isinstance(operation, ops.CreateUniqueConstraintOp):
        name = operation.constraint_name
        columns = tuple(map(str, operation.columns))
        table.add(
            Index.on_columns(
                _text_or_none(name), columns, Origin.DECLARED, unique=True, is_named=name is not None
            )
        )
    elif isinstance(operation, ops.CreateForeignKeyOp):
        target: Place = (operation.kw.get("referent_schema"), operation.referent_table)
        columns = tuple(operation.local_cols)
        key = Key(_text_or_none(operation.constraint_name), columns, target, tuple(operation.remote_cols))
        _add_key(table, key)


def _text_or_none(name: Any) -> str | None:
    return None if name is None else str(name)


def _add_key(table: Table, key: Key) -> None:
    table.keys.append(key)
    table.add(key.generated_index())


def _drop_constraint(table: Table, operation: Any) -> None:
    kind, name = operation.constraint_type, operation.constraint_name
    if kind == "primary":
        table.exchange_primary([])
    elif kind == "unique":
        table.drop(name)
    elif kind == "foreignkey":
        found = [key for key in table.keys if key.name == name] or [
            key for key in table.keys if key.name is None
        ]
        table.keys = [key for key in table.keys if key not in found[:1]]


def _drop_unnamed_key(table: Table, columns: list[str], targets: list[str]) -> None:
    """Drop an unnamed foreign key, which the migration looks up."""
    for key in table.keys:
        if key.name is None and (list(key.columns), list(key.targets)) == (columns, targets):
            table.keys = [other for other in table.keys if other is not key]
            return


def _rename_index(table: Table, old: str, new: str) -> None:
    found = table.find_index(old)
    if found is not None:
        table.rename(found, new)


def _drop_unnamed_index(table: Table, columns: list[str]) -> None:
    """Drop an unnamed unique key, which the migration looks up."""
    for item in table.indexes:
        if item.unique and not item.is_named and item.is_on(tuple(columns)):
            table.indexes = [other for other in table.indexes if other is not item]
            return


#: What a statement given as text does, by the kind of its `effect`.
_EFFECTS: dict[str, Callable[..., None]] = {
    "drop_index": _drop_unnamed_index,
    "drop_key": _drop_unnamed_key,
    "looked_up": lambda _table: None,
    "primary_key": Table.exchange_primary,
    "rename_index": _rename_index,
}


def _create_table(operation: Any) -> Table:
    """A table as an operation creates it, in the order of its constraints."""
    primary: list[str] = []
    new: list[Index] = []
    keys: list[Key] = []
    constraints = [item for item in operation.columns if isinstance(item, sa.Constraint)]
    for item in sorted(constraints, key=lambda one: one._creation_order):
        if isinstance(item, sa.PrimaryKeyConstraint):
            primary = [column.name for column in item.columns]
        elif isinstance(item, sa.UniqueConstraint):
            columns = [column.name for column in item.columns]
            name = _text_or_none(item.name)
            new.append(
                Index.on_columns(name, columns, Origin.DECLARED, unique=True, is_named=name is not None)
            )
        elif isinstance(item, sa.ForeignKeyConstraint):
            other = item.referred_table
            targets = tuple(one.column.name for one in item.elements)
            keys.append(
                Key(_text_or_none(item.name), tuple(item.column_keys), (other.schema, other.name), targets)
            )
            new.append(keys[-1].generated_index())
    made = Table(keys=keys)
    head = Index.on_columns("PRIMARY", primary, Origin.PRIMARY, unique=True)
    made.add(*([head] if primary else []), *new)
    return made
