"""The recorded schema: the tables as the operations so far leave them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import schema

from .. import frames
from ..render.default_names import object_name
from ..stand_in.sqlalchemy_patches import NOTES, Notes
from .items import Item, constraint_of, copy_column, index_of, set_nullable

#: How PostgreSQL ends the names that it gives.
_ENDINGS = {"primary": "pkey", "unique": "key", "foreignkey": "fkey", "check": "check", "exclude": "excl"}

#: The name that MySQL gives to a foreign key: the table, and a number.
_NUMBERED = re.compile(r"_ibfk_(\d+)$")


def reason(code: str, message: str, origin: str | None = None) -> frames.Reason:
    """A reason for a doubt."""
    return frames.Reason(code, message, origin)


class TableState:
    """A table: its columns by name, its primary key, and its other constraints and indexes in order."""

    def __init__(self, schema_name: str | None, name: str, place: frames.Place | None) -> None:
        """Take the names, and the place of the operation that creates the table."""
        self.schema = schema_name
        self.name = name
        self.place = place
        self.columns: dict[str, Any] = {}
        self.primary_key: Item | None = None
        self.items: list[Item] = []
        self.comment: str | None = None
        self.prefixes: tuple[str, ...] = ()
        self.options: dict[str, Any] = {}
        self.reasons: list[frames.Reason] = []

    @property
    def key(self) -> str:
        """The name with the schema."""
        return f"{self.schema}.{self.name}" if self.schema else self.name

    def doubt(self, why: frames.Reason) -> None:
        """Add a doubt, once."""
        if why not in self.reasons:
            self.reasons.append(why)

    def copy(self) -> "TableState":
        """A copy that shares nothing that operations change."""
        made = TableState(self.schema, self.name, self.place)
        made.columns = {name: _column_again(column) for name, column in self.columns.items()}
        made.primary_key = _item_again(self.primary_key) if self.primary_key is not None else None
        made.items = [_item_again(item) for item in self.items]
        made.comment, made.prefixes = self.comment, self.prefixes
        made.options, made.reasons = dict(self.options), list(self.reasons)
        return made

    def find(self, name: str, kinds: tuple[str, ...]) -> Item | None:
        """A constraint or index by its own name."""
        found = [item for item in self.all_items() if item.name == name and item.kind in kinds]
        return found[0] if found else None

    def all_items(self) -> list[Item]:
        """The primary key, if there is one, and everything else."""
        return [*([self.primary_key] if self.primary_key else []), *self.items]

    def find_unnamed(self, name: str, kinds: tuple[str, ...]) -> Item | None:
        """An unnamed constraint by the name that a database gives to it."""
        unnamed = [item for item in self.all_items() if item.name is None and item.kind in kinds]
        exact = [item for item in unnamed if name in default_names(item)]
        if exact:
            return exact[0]
        keys = [item for item in unnamed if item.kind == "foreignkey"]
        numbered = _NUMBERED.search(name)
        if numbered and 0 < int(numbered[1]) <= len(keys):
            return keys[int(numbered[1]) - 1]
        return None

    def remove(self, item: Item) -> None:
        """Remove a constraint or an index."""
        if item is self.primary_key:
            self.primary_key = None
        else:
            self.items = [other for other in self.items if other is not item]

    def rename_column(self, old: str, new: str) -> None:
        """Rename a column, in its place, and in the constraints and indexes."""
        self.columns = {new if name == old else name: column for name, column in self.columns.items()}
        self.columns[new].name = self.columns[new].key = new
        for item in self.all_items():
            item.rename_column(old, new)

    def drop_column(self, name: str) -> None:
        """Drop a column, with what stands on it."""
        del self.columns[name]
        for item in [item for item in self.all_items() if item.uses(name)]:
            self.remove(item)


def default_names(item: Item) -> list[str]:
    """The names that databases may give to an unnamed constraint."""
    table, columns = item.born
    if item.kind not in _ENDINGS:
        return []
    names = [object_name(table, [] if item.kind == "primary" else columns, _ENDINGS[item.kind])]
    if item.kind == "unique" and columns:
        names.append(columns[0])  # MySQL
    if item.kind == "check":
        names.append(object_name(table, [], "check"))
    return names


class State:
    """The tables, enumerations and doubts of one database."""

    def __init__(self) -> None:
        """Begin empty."""
        self.tables: dict[tuple[str | None, str], TableState] = {}
        #: The values of the enumerations that were created by themselves, by schema and name.
        self.enums: dict[tuple[str | None, str], list[str]] = {}
        #: The texts of functions and procedures that may change tables, by name in lower case.
        self.routines: dict[str, str] = {}
        #: Why the schema may have more or fewer tables than those recorded.
        self.reasons: list[frames.Reason] = []
        #: Tables that may or may not be there; with `None` among them, any other may.
        self.unknown: set[str | None] = set()

    def copy(self) -> "State":
        """A copy that shares nothing that operations change."""
        made = State()
        made.tables = {key: table.copy() for key, table in self.tables.items()}
        made.enums = {key: list(values) for key, values in self.enums.items()}
        made.routines, made.reasons = dict(self.routines), list(self.reasons)
        made.unknown = set(self.unknown)
        return made

    def doubt(self, why: frames.Reason) -> None:
        """Add a doubt about the schema as a whole, once."""
        if why not in self.reasons:
            self.reasons.append(why)

    def is_unknown(self, name: str) -> bool:
        """Whether a table that is not recorded may be there."""
        return None in self.unknown or name in self.unknown

    def get(self, name: Any, schema_name: Any) -> TableState | None:
        """A table by its names."""
        return self.tables.get((_text(schema_name), str(name)))

    def named(self, text: str) -> Iterator[TableState]:
        """The tables that a text names, as a word of it."""
        words = set(re.findall(r"\w+", text))
        folded = {word.lower() for word in words}
        for table in list(self.tables.values()):
            is_word = re.fullmatch(r"\w+", table.name) is not None
            if (table.name in words or table.name.lower() in folded) if is_word else table.name in text:
                yield table

    def put(self, table: TableState) -> None:
        """Add a table."""
        self.tables[table.schema, table.name] = table

    def drop(self, table: TableState) -> None:
        """Remove a table."""
        self.tables.pop((table.schema, table.name), None)

    def rename(self, table: TableState, name: str, schema_name: str | None) -> None:
        """Give a table another name or schema; foreign keys follow."""
        old = (table.schema, table.name)
        self.drop(table)
        table.name, table.schema = name, schema_name
        self.put(table)
        for item in self.foreign_keys():
            item.targets = [
                (schema_name, name, column) if (target, of) == old else (target, of, column)
                for target, of, column in item.targets
            ]

    def rename_column(self, table: TableState, old: str, new: str) -> None:
        """Rename a column; foreign keys follow."""
        table.rename_column(old, new)
        for item in self.foreign_keys():
            item.targets = [
                (target, of, new if (target, of, column) == (table.schema, table.name, old) else column)
                for target, of, column in item.targets
            ]

    def drop_references(self, table: TableState, columns: set[str] | None = None) -> None:
        """Drop the foreign keys of other tables to a table that goes, or to columns of it."""

        def refers(item: Item) -> bool:
            if item.kind != "foreignkey" or not item.targets:
                return item.kind == "foreignkey" and columns is None
            is_of_table = item.targets[0][:2] == (table.schema, table.name)
            return is_of_table and (
                columns is None or bool(columns & {column for _, _, column in item.targets})
            )

        for other in self.tables.values():
            other.items = [item for item in other.items if not refers(item)]

    def foreign_keys(self) -> list[Item]:
        """The foreign keys of all tables."""
        return [item for table in self.tables.values() for item in table.items if item.kind == "foreignkey"]


def _column_again(column: Any) -> Any:
    """A copy of a recorded column, with its place and doubts."""
    made, notes = copy_column(column), column.__dict__[NOTES]
    set_nullable(made, value=column.nullable)
    made.__dict__[NOTES] = kept = Notes(list(notes.stack))
    kept.reasons = list(notes.reasons)
    return made


def _item_again(item: Item) -> Item:
    return replace(
        item,
        elements=list(item.elements),
        targets=list(item.targets),
        options=dict(item.options),
        renames=dict(item.renames),
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def table_state(table: Any, place: frames.Place | None, final_name: Any) -> TableState:
    """The recorded form of a table; `final_name` gives the name of a constraint in the database."""
    made = TableState(_text(table.schema), str(table.name), place)
    made.comment = table.comment
    made.prefixes = tuple(getattr(table, "_prefixes", ()))
    made.options = dict(table.dialect_kwargs)
    notes = table.__dict__.get(NOTES)
    made.reasons = list(notes.reasons) if notes else []
    for column in table.columns:
        made.columns[str(column.name)] = detached(copy_column(column), place)
    for constraint in sorted(table.constraints, key=_creation_order):
        if not getattr(constraint, "_type_bound", False):
            add_constraint(made, constraint_of(constraint, final_name(constraint)), place)
    for index in sorted(table.indexes, key=lambda it: str(it.name)):
        add_constraint(made, index_of(index, final_name(index)), place)
    return made


def _creation_order(constraint: Any) -> int:
    return int(getattr(constraint, "_creation_order", 0))


def detached(column: Any, place: frames.Place | None) -> Any:
    """A column without what its table says about it, with a place."""
    if column.key != column.name:
        column.key = column.name
    column.index = column.unique = None
    notes = column.__dict__.get(NOTES)
    column.__dict__[NOTES] = kept = Notes(
        list(notes.stack) if notes and notes.stack else [place] if place else []
    )
    kept.reasons = list(notes.reasons) if notes else []
    return column


def add_constraint(table: TableState, item: Item | None, place: frames.Place | None) -> None:
    """Add a constraint or an index to a table."""
    if item is None:
        return
    item.place = place
    item.born = (table.name, item.columns() or [name for name in table.columns if item.uses(name)])
    if item.kind == "primary":
        if item.columns():
            table.primary_key = item
            for name in item.columns():
                if name in table.columns:
                    set_nullable(table.columns[name], value=False)
        return
    table.items.append(item)


def is_type_bound(constraint: Any) -> bool:
    """Whether a constraint belongs to the type of a column, which makes it again."""
    return bool(getattr(constraint, "_type_bound", False)) and isinstance(constraint, schema.CheckConstraint)
