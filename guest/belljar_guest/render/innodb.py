"""The indexes that tables of MySQL and MariaDB have, and what each statement makes of them.

InnoDB has an index for every foreign key. Where no other begins with the columns of the key it generates one, called
like the key, or like its first column where the key has no name
(https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html). A generated index goes when another one that
serves is made; it stays when its key goes. An index that a statement made stays in any case.
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

#: A column, and whether the index has the whole of it in this place; an expression is no column.
Part = tuple[str | None, bool]


class Origin(Enum):
    """Where an index is from."""

    PRIMARY = auto()
    DECLARED = auto()
    #: InnoDB has made it for a foreign key.
    GENERATED = auto()
    #: A statement has made it for a foreign key.
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
    #: Whether the database is sure to call it so.
    is_certain: bool = True

    @staticmethod
    def of(name: str | None, columns: Iterable[str], origin: Origin, **given: bool) -> "Index":
        """One of whole columns."""
        return Index(name, tuple((str(column), True) for column in columns), origin, **given)

    @property
    def is_ours(self) -> bool:
        """Whether no line of the code declares it."""
        return self.origin in (Origin.GENERATED, Origin.MADE)

    def serves(self, columns: tuple[str, ...]) -> bool:
        """Whether it begins with these columns."""
        return self.parts[: len(columns)] == tuple((column, True) for column in columns)

    def has(self, columns: tuple[str, ...]) -> bool:
        """Whether it is on these columns alone."""
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
        """The index that InnoDB makes for it, where none is there."""
        return Index.of(self.name, self.columns, Origin.GENERATED, is_named=self.name is not None)


@dataclass
class Table:
    """What a table has."""

    indexes: list[Index] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)

    def copy(self) -> "Table":
        """One that changes apart from this; its indexes are the same."""
        return Table(list(self.indexes), list(self.keys))

    def index(self, name: str | None) -> Index | None:
        """The index of a name."""
        return next((item for item in self.indexes if _same_name(item.name, name)), None)

    def is_free(self, name: str | None) -> bool:
        """Whether no index is called so."""
        return self.index(name) is None

    def serves(self, columns: tuple[str, ...]) -> bool:
        """Whether there is an index for a foreign key of these columns."""
        return any(item.serves(columns) for item in self.indexes)

    def add(self, *new: Index) -> None:
        """What one statement adds: generated indexes give way, and what has no name gets one."""
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
        """The name, or the one that the database chooses where that is there; none of `more` either."""
        taken = {one.lower() for one in (*(item.name for item in self.indexes), *more) if one is not None}
        taken.add("primary")
        names = (name if number == 1 else f"{name}_{number}" for number in range(1, len(taken) + 2))
        return next(one for one in names if one.lower() not in taken)

    def drop(self, name: str | None) -> None:
        """An index goes."""
        self.indexes = [item for item in self.indexes if not _same_name(item.name, name)]

    def rename(self, item: Index, name: str) -> None:
        """An index has another name; a generated one does not go of its own accord any more."""
        item.name = name
        item.is_certain = True
        if item.origin is Origin.GENERATED:
            item.origin = Origin.MADE

    def drop_column(self, column: str) -> None:
        """A column goes, and out of all indexes."""
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
        """Another primary key comes in the place of the one that is there."""
        self.drop("PRIMARY")
        new = Index.of("PRIMARY", columns, Origin.PRIMARY, unique=True)
        left, self.indexes = self.indexes, []
        self.add(*([new] if new.parts else []), *left)

    def rename_column(self, old: str, new: str) -> None:
        """A column has another name; no index gets one with it."""

        def named(columns: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(new if column == old else column for column in columns)

        for item in self.indexes:
            item.parts = tuple((new if column == old else column, whole) for column, whole in item.parts)
        self.keys = [Key(key.name, named(key.columns), key.table, key.targets) for key in self.keys]


def _same_name(one: str | None, other: str | None) -> bool:
    """Whether two names are one to the database, which does not look at their case."""
    return one is not None and other is not None and one.lower() == other.lower()


def _covers(item: Index, other: Index) -> bool:
    """Whether one of two is generated, and no longer needed beside the other."""
    generated = [one for one in (item, other) if one.origin is Origin.GENERATED]
    if not generated:
        return False
    short = min(generated, key=lambda one: len(one.parts))
    return (other if short is item else item).parts[: len(short.parts)] == short.parts


def created(
    primary: Iterable[str], unique: list[Index], keys: list[tuple[Key, bool]], indexes: list[Index]
) -> Table:
    """A table as SQLAlchemy makes it; keys with `True` come behind everything else.

    The order in which the code declares constraints is not known. A name that depends on it is not certain.
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
    """Take the names for not certain that another order gives otherwise."""
    for item in table.indexes:
        same = other.index(item.name)
        if same is None or (same.parts, same.origin) != (item.parts, item.origin):
            item.is_certain = False


@dataclass
class State:
    """All tables, by the label of their `MetaData`, their schema and their name."""

    tables: dict[tuple[str, Place], Table] = field(default_factory=dict)

    def find(self, metadata: str, place: Place) -> Table | None:
        """The table of a name, of its `MetaData` where several have one."""
        own = self.own(metadata, place)
        return None if own is None else self.tables[own]

    def own(self, metadata: str, place: Place) -> tuple[str, Place] | None:
        """What a table is kept under."""
        if (metadata, place) in self.tables:
            return metadata, place
        return next((own for own in self.tables if own[1] == place), None)

    def needs(self, metadata: str, place: Place) -> Iterator[tuple[str, ...]]:
        """The columns that an index of a table must begin with: of its foreign keys, and of those that refer to it."""
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
        """A table has another name, also for what refers to it."""
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
        """A column has another name, also for what refers to it."""
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
