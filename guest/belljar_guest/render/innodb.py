"""A model of the indexes that tables of MySQL and MariaDB have, statement by statement.

InnoDB requires an index for every foreign key. If no other index begins with the columns of the key, InnoDB generates
one, named after the key, or after the first column if the key has no name
(https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html). A generated index is dropped silently when
another index that serves the key is created, and remains when the key is dropped. An index that a statement created or
renamed is never dropped silently.
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
MadeIndexes = set[tuple[Place, str | None, tuple[str, ...]]]

#: A column, and whether the index has its full length. The column of an expression is `None`.
Part = tuple[str | None, bool]


class Origin(Enum):
    """What created an index."""

    PRIMARY = auto()
    DECLARED = auto()
    #: InnoDB created it for a foreign key.
    GENERATED = auto()
    #: A statement of the migration created it for a foreign key.
    MADE = auto()


@dataclass
class Index:
    """One index."""

    name: str | None
    parts: tuple[Part, ...]
    origin: Origin
    unique: bool = False
    #: Whether the code gives the name.
    is_named: bool = True
    #: Whether the name does not depend on the order in which the code declares constraints.
    is_certain: bool = True

    @staticmethod
    def of(name: str | None, columns: Iterable[str], origin: Origin, **given: bool) -> "Index":
        """An index on columns in full length."""
        return Index(name, tuple((str(column), True) for column in columns), origin, **given)

    @property
    def is_ours(self) -> bool:
        """Whether it exists for a foreign key only, and is not declared."""
        return self.origin in (Origin.GENERATED, Origin.MADE)

    def serves(self, columns: tuple[str, ...]) -> bool:
        """Whether it begins with these columns in full length."""
        return self.parts[: len(columns)] == tuple((column, True) for column in columns)

    def has(self, columns: tuple[str, ...]) -> bool:
        """Whether it has exactly these columns in full length."""
        return len(self.parts) == len(columns) and self.serves(columns)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns; expressions are left out."""
        return tuple(column for column, _ in self.parts if column is not None)


@dataclass(frozen=True)
class Key:
    """A foreign key."""

    name: str | None
    columns: tuple[str, ...]
    table: Place
    targets: tuple[str, ...]

    def generated(self) -> Index:
        """The index that InnoDB generates for it if there is no other."""
        return Index.of(self.name, self.columns, Origin.GENERATED, is_named=self.name is not None)


@dataclass
class Table:
    """The indexes and foreign keys of a table."""

    indexes: list[Index] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)

    def copy(self) -> "Table":
        """A copy with the same indexes, to which operations can be applied."""
        return Table(list(self.indexes), list(self.keys))

    def index(self, name: str | None) -> Index | None:
        """The index with a name."""
        return next((item for item in self.indexes if _same_name(item.name, name)), None)

    def is_free(self, name: str | None) -> bool:
        """Whether no index has the name."""
        return self.index(name) is None

    def serves(self, columns: tuple[str, ...]) -> bool:
        """Whether an index serves a foreign key with these columns."""
        return any(item.serves(columns) for item in self.indexes)

    def add(self, *new: Index) -> None:
        """Add the indexes of one statement; drops generated indexes that are covered, and names unnamed ones."""
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
                item.name = self.unused(item.columns[0] if item.columns else "functional_index")
            self.indexes.append(item)

    def unused(self, name: str, more: Iterable[str | None] = ()) -> str:
        """The name, or the next one that the database would choose if it is taken, also by one of `more`."""
        taken = {one.lower() for one in (*(item.name for item in self.indexes), *more) if one is not None}
        taken.add("primary")
        names = (name if number == 1 else f"{name}_{number}" for number in range(1, len(taken) + 2))
        return next(one for one in names if one.lower() not in taken)

    def drop(self, name: str | None) -> None:
        """Drop an index."""
        self.indexes = [item for item in self.indexes if not _same_name(item.name, name)]

    def rename(self, item: Index, name: str) -> None:
        """Rename an index; a generated one is no longer dropped silently."""
        item.name = name
        item.is_certain = True
        if item.origin is Origin.GENERATED:
            item.origin = Origin.MADE

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
        new = Index.of("PRIMARY", columns, Origin.PRIMARY, unique=True)
        left, self.indexes = self.indexes, []
        self.add(*([new] if new.parts else []), *left)

    def rename_column(self, old: str, new: str) -> None:
        """Rename a column; the names of indexes stay."""

        def named(columns: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(new if column == old else column for column in columns)

        for item in self.indexes:
            item.parts = tuple((new if column == old else column, whole) for column, whole in item.parts)
        self.keys = [Key(key.name, named(key.columns), key.table, key.targets) for key in self.keys]


def _same_name(one: str | None, other: str | None) -> bool:
    """Whether two names are equal apart from their case."""
    return one is not None and other is not None and one.lower() == other.lower()


def _covers(item: Index, other: Index) -> bool:
    """Whether one of two indexes is generated, and the other begins with its columns."""
    generated = [one for one in (item, other) if one.origin is Origin.GENERATED]
    if not generated:
        return False
    short = min(generated, key=lambda one: len(one.parts))
    return (other if short is item else item).parts[: len(short.parts)] == short.parts


def created(
    primary: Iterable[str], unique: list[Index], keys: list[tuple[Key, bool]], indexes: list[Index]
) -> Table:
    """A table as SQLAlchemy creates it; foreign keys with `True` are added last.

    Documents do not have the order in which the code declares constraints. A name that depends on it is not certain.
    """
    found: Table | None = None
    has_order = len(keys) + sum(not item.is_named for item in unique) > 1
    orders = list(product((False, True), repeat=2)) if has_order else [(False, False)]
    for keys_first, reverses in orders:
        made = Table(keys=[key for key, _ in keys])
        own = [key.generated() for key, is_late in (reversed(keys) if reverses else keys) if not is_late]
        copies = [replace(item) for item in unique]
        head = Index.of("PRIMARY", primary, Origin.PRIMARY, unique=True)
        parts = [*own, *copies] if keys_first else [*copies, *own]
        made.add(*([head] if head.parts else []), *parts)
        for item in indexes:
            made.add(replace(item))
        for key, is_late in keys:
            if is_late:
                made.add(key.generated())
        if found is None:
            found = made
        else:
            _doubt(found, made)
    return found if found is not None else Table()


def _doubt(table: Table, other: Table) -> None:
    """Mark the names that differ in another order as not certain."""
    for item in table.indexes:
        same = other.index(item.name)
        if same is None or (same.parts, same.origin) != (item.parts, item.origin):
            item.is_certain = False


@dataclass
class State:
    """All tables, by the label of their `MetaData`, their schema and their name."""

    tables: dict[tuple[str, Place], Table] = field(default_factory=dict)

    def find(self, metadata: str, place: Place) -> Table | None:
        """The table with a name, of its own `MetaData` if several have one."""
        own = self.own(metadata, place)
        return None if own is None else self.tables[own]

    def own(self, metadata: str, place: Place) -> tuple[str, Place] | None:
        """The key of a table in `tables`."""
        if (metadata, place) in self.tables:
            return metadata, place
        return next((own for own in self.tables if own[1] == place), None)

    def needs(self, metadata: str, place: Place) -> Iterator[tuple[str, ...]]:
        """The columns for which a table needs an index: of its foreign keys, and of those that refer to it."""
        own = self.own(metadata, place)
        if own is None:
            return
        for (label, other), table in self.tables.items():
            for key in table.keys if label == own[0] else ():
                if other == own[1]:
                    yield key.columns
                if key.table == own[1]:
                    yield key.targets

    def rename_table(self, metadata: str, old: Place, new: Place) -> None:
        """Rename a table, also in the foreign keys that refer to it."""
        own = self.own(metadata, old)
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
        """Rename a column, also in the foreign keys that refer to it."""
        own = self.own(metadata, place)
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
