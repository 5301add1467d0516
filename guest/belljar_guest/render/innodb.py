"""The indexes of tables of MySQL and MariaDB, and how each statement changes them.

InnoDB requires an index for every foreign key. If no other index begins with the columns of the key, InnoDB generates
one, named after the key, or after its first column if the key has no name
(https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html). InnoDB drops a generated index when another
index that serves the key is created, but keeps it when the key is dropped. It never drops an index that a statement
created.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from itertools import product
from typing import Any

Json = dict[str, Any]

#: Schema and name of a table.
Place = tuple[str | None, str]

#: Indexes that statements created for foreign keys: the table, the name, the columns.
CreatedIndexes = set[tuple[Place, str | None, tuple[str, ...]]]

#: A column, or `None` for an expression, and whether the index contains it in full length.
Part = tuple[str | None, bool]


class Origin(Enum):
    """What created an index."""

    PRIMARY = auto()
    DECLARED = auto()
    #: InnoDB generated it for a foreign key.
    GENERATED = auto()
    #: A statement created it for a foreign key.
    CREATED = auto()


@dataclass
class Index:
    """An index of a table."""

    name: str | None
    parts: tuple[Part, ...]
    origin: Origin
    unique: bool = False
    #: Whether the code gives the name.
    is_named: bool = True
    #: Whether this is certain to be its name in the database.
    is_certain: bool = True

    @staticmethod
    def on_columns(name: str | None, columns: Iterable[str], origin: Origin, **given: bool) -> "Index":
        """An index on columns in full length."""
        return Index(name, tuple((str(column), True) for column in columns), origin, **given)

    @property
    def is_undeclared(self) -> bool:
        """Whether the code does not declare it."""
        return self.origin in (Origin.GENERATED, Origin.CREATED)

    def serves(self, columns: tuple[str, ...]) -> bool:
        """Whether it begins with these columns."""
        return self.parts[: len(columns)] == tuple((column, True) for column in columns)

    def is_on(self, columns: tuple[str, ...]) -> bool:
        """Whether it is on exactly these columns."""
        return len(self.parts) == len(columns) and self.serves(columns)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns, without expressions."""
        return tuple(column for column, _ in self.parts if column is not None)


@dataclass(frozen=True)
class Key:
    """A foreign key of a table."""

    name: str | None
    columns: tuple[str, ...]
    table: Place
    targets: tuple[str, ...]

    def generated_index(self) -> Index:
        """The index that InnoDB generates for it if no other serves it."""
        return Index.on_columns(self.name, self.columns, Origin.GENERATED, is_named=self.name is not None)


@dataclass
class Table:
    """The indexes and foreign keys of a table."""

    indexes: list[Index] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)

    def copy(self) -> "Table":
        """A shallow copy, with the same indexes."""
        return Table(list(self.indexes), list(self.keys))

    def find_index(self, name: str | None) -> Index | None:
        """The index with a name."""
        return next((item for item in self.indexes if _same_name(item.name, name)), None)

    def is_free(self, name: str | None) -> bool:
        """Whether no index has this name."""
        return self.find_index(name) is None

    def serves(self, columns: tuple[str, ...]) -> bool:
        """Whether an index serves a foreign key on these columns."""
        return any(item.serves(columns) for item in self.indexes)

    def add(self, *new: Index) -> None:
        """Add the indexes of one statement, drop generated ones they replace, and name the unnamed."""
        items = [*self.indexes, *new]
        gone: list[int] = []
        for number, item in enumerate(items):
            for earlier, other in enumerate(items[:number]):
                if earlier in gone or not _covers(item, other):
                    continue
                is_shorter = item.origin is Origin.GENERATED and len(item.parts) < len(other.parts)
                gone.append(number if other.origin is not Origin.GENERATED or is_shorter else earlier)
                break
        self.indexes = []
        for number, item in enumerate(items):
            if number in gone:
                continue
            if item.name is None:
                item.name = self.unused_name(item.columns[0] if item.columns else "functional_index")
            self.indexes.append(item)

    def unused_name(self, name: str, more: Iterable[str | None] = ()) -> str:
        """The name, or the one that the database chooses if it is taken; `more` are taken as well."""
        taken = {one.lower() for one in (*(item.name for item in self.indexes), *more) if one is not None}
        taken.add("primary")
        names = (name if number == 1 else f"{name}_{number}" for number in range(1, len(taken) + 2))
        return next(one for one in names if one.lower() not in taken)

    def drop(self, name: str | None) -> None:
        """Drop an index."""
        self.indexes = [item for item in self.indexes if not _same_name(item.name, name)]

    def rename(self, item: Index, name: str) -> None:
        """Rename an index; InnoDB no longer drops a generated one after that."""
        item.name = name
        item.is_certain = True
        if item.origin is Origin.GENERATED:
            item.origin = Origin.CREATED

    def drop_column(self, column: str) -> None:
        """Drop a column, also from all indexes."""
        left = []
        for item in self.indexes:
            parts = tuple(part for part in item.parts if part[0] != column)
            if parts == item.parts:
                left.append(item)
            elif parts:
                left.append(replace(item, parts=parts))
        self.indexes = []
        self.add(*left)

    def exchange_primary(self, columns: Iterable[str]) -> None:
        """Replace the primary key."""
        self.drop("PRIMARY")
        new = Index.on_columns("PRIMARY", columns, Origin.PRIMARY, unique=True)
        left, self.indexes = self.indexes, []
        self.add(*([new] if new.parts else []), *left)

    def rename_column(self, old: str, new: str) -> None:
        """Rename a column; indexes keep their names."""

        def named(columns: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(new if column == old else column for column in columns)

        for item in self.indexes:
            item.parts = tuple((new if column == old else column, whole) for column, whole in item.parts)
        self.keys = [Key(key.name, named(key.columns), key.table, key.targets) for key in self.keys]


def _same_name(one: str | None, other: str | None) -> bool:
    """Whether the database considers two names the same; it ignores their case."""
    return one is not None and other is not None and one.lower() == other.lower()


def _covers(item: Index, other: Index) -> bool:
    """Whether one of two indexes is generated, and the other replaces it."""
    generated = [one for one in (item, other) if one.origin is Origin.GENERATED]
    if not generated:
        return False
    short = min(generated, key=lambda one: len(one.parts))
    return (other if short is item else item).parts[: len(short.parts)] == short.parts


def create_table(
    primary: Iterable[str], unique: list[Index], keys: list[tuple[Key, bool]], indexes: list[Index]
) -> Table:
    """A table as SQLAlchemy creates it; keys with `True` are added last, by statements of their own.

    The order in which the code declares constraints is not known. A name that depends on it is not certain.
    """
    found: Table | None = None
    has_order = len(keys) + sum(not item.is_named for item in unique) > 1
    orders = list(product((False, True), repeat=2)) if has_order else [(False, False)]
    for keys_first, reverses in orders:
        made = Table(keys=[key for key, _ in keys])
        own = [
            key.generated_index() for key, is_late in (reversed(keys) if reverses else keys) if not is_late
        ]
        copies = [replace(item) for item in unique]
        head = Index.on_columns("PRIMARY", primary, Origin.PRIMARY, unique=True)
        parts = [*own, *copies] if keys_first else [*copies, *own]
        made.add(*([head] if head.parts else []), *parts)
        for item in indexes:
            made.add(replace(item))
        for key, is_late in keys:
            if is_late:
                made.add(key.generated_index())
        if found is None:
            found = made
        else:
            _mark_uncertain(found, made)
    return found if found is not None else Table()


def _mark_uncertain(table: Table, other: Table) -> None:
    """Mark the names as uncertain that differ in another order."""
    for item in table.indexes:
        same = other.find_index(item.name)
        if same is None or (same.parts, same.origin) != (item.parts, item.origin):
            item.is_certain = False


@dataclass
class State:
    """All tables, by the label of their `MetaData`, their schema and their name."""

    tables: dict[tuple[str, Place], Table] = field(default_factory=dict)

    def find(self, metadata: str, place: Place) -> Table | None:
        """The table with a name, of its own `MetaData` if several have one of that name."""
        own = self.locate(metadata, place)
        return None if own is None else self.tables[own]

    def locate(self, metadata: str, place: Place) -> tuple[str, Place] | None:
        """The key of a table in `tables`."""
        if (metadata, place) in self.tables:
            return metadata, place
        return next((own for own in self.tables if own[1] == place), None)

    def required_columns(self, metadata: str, place: Place) -> Iterator[tuple[str, ...]]:
        """The columns for which a table needs an index: those of its foreign keys, and of those that refer to it."""
        own = self.locate(metadata, place)
        if own is None:
            return
        for (label, other), table in self.tables.items():
            for key in table.keys if label == own[0] else ():
                if other == own[1]:
                    yield key.columns
                if key.table == own[1]:
                    yield key.targets

    def rename_table(self, metadata: str, old: Place, new: Place) -> None:
        """Rename a table, also in the keys that refer to it."""
        own = self.locate(metadata, old)
        if own is None:
            return
        self.tables[own[0], new] = self.tables.pop(own)
        for (label, _), table in self.tables.items():
            if label == own[0]:
                table.keys = [
                    Key(key.name, key.columns, new if key.table == old else key.table, key.targets)
                    for key in table.keys
                ]

    def rename_column(self, metadata: str, place: Place, old: str, new: str) -> None:
        """Rename a column, also in the keys that refer to it."""
        own = self.locate(metadata, place)
        if own is None:
            return
        self.tables[own].rename_column(old, new)
        for (label, _), table in self.tables.items():
            table.keys = [
                Key(
                    key.name, key.columns, key.table, tuple(new if one == old else one for one in key.targets)
                )
                if label == own[0] and key.table == place
                else key
                for key in table.keys
            ]
