"""Adds to the steps for MySQL and MariaDB the indexes that foreign keys need.

The steps are applied to a model of the tables one by one. Before an operation drops the last index that serves a
foreign key, on either side of the key, another index is created. An index that exists for foreign keys only is dropped
when no key needs it, and renamed to the name that it would have in a newly created table.
"""

from collections.abc import Iterator
from typing import Any

from alembic.operations import ops

from . import constraint_lookups
from .builder import Builder
from .changes import Step
from .innodb import Index, MadeIndexes, Origin, Place, Table
from .innodb_reading import EarlierNames, apply, apply_to, place_of, state_of
from .operations import Execute
from .sql_texts import UnknownError, require_known, table_name

#: The operations that create an index with a name.
_COMES = (ops.CreateIndexOp, ops.CreateUniqueConstraintOp, ops.CreateForeignKeyOp)


def add_indexes(builder: Builder, steps: list[Step]) -> None:
    """Add the indexes to the steps, and record them for the other direction."""
    if builder.dialect != "mysql":
        return
    indexes = _Indexes(builder)
    indexes.follow(steps)
    builder.made_indexes = indexes.made


class _Indexes:
    """Applies the steps of one direction."""

    def __init__(self, builder: Builder) -> None:
        """Take the builder, with the indexes that the other direction of a script created."""
        made = builder.made_indexes
        self._state = state_of(builder.start, EarlierNames(builder.names.tables, builder.names.columns))
        self._wanted = state_of(builder.end)
        self._labels = {change.number: str(change.path["metadata"]) for change in builder.changes}
        #: The tables whose indexes or keys have changed.
        self._touched: list[tuple[str, Place]] = []
        for (_, place), table in self._state.tables.items():
            for item in table.indexes:
                if item.origin is Origin.GENERATED and (place, item.name, item.columns) in made:
                    item.origin = Origin.MADE

    def follow(self, steps: list[Step]) -> None:
        """Add the missing operations to the steps."""
        for step in steps:
            label = next((self._labels[one] for one in step.changes if one in self._labels), "")
            found: list[Any] = []
            for operation in step.operations:
                place = place_of(operation)
                if place is not None:
                    found += _as_far_as_known(step, self._before(label, place, operation))
                found.append(operation)
                apply(self._state, label, operation)
                if place is not None and _is_about_indexes(operation):
                    found += _as_far_as_known(step, self._behind(label, place))
            step.operations = found

    @property
    def made(self) -> MadeIndexes:
        """The indexes that statements created for foreign keys, and that exist after all steps."""
        return {
            (place, item.name, item.columns)
            for (_, place), table in self._state.tables.items()
            for item in table.indexes
            if item.origin is Origin.MADE
        }

    def _before(self, label: str, place: Place, operation: Any) -> Iterator[Any]:
        """Create an index for each foreign key that would lose its last one."""
        table = self._state.find(label, place)
        if table is None:
            return
        if isinstance(operation, _COMES):
            yield from _out_of_the_way(table, place, operation)
        if not _takes(operation):
            return
        needs = {*self._state.needs(label, place)}
        for columns in sorted(
            needs, key=lambda columns: (-len(columns), columns)
        ):  # one can serve shorter ones
            changed = table.copy()
            apply_to(changed, operation)
            if not table.serves(columns) or changed.serves(columns):
                continue
            gone = [item for item in table.indexes if item.has(columns) and item not in changed.indexes]
            is_unique = any(item.unique for item in gone) and not _has_key(table, columns)
            yield self._create(label, place, columns, is_unique=is_unique)

    def _create(self, label: str, place: Place, columns: tuple[str, ...], *, is_unique: bool = False) -> Any:
        """The operation that creates an index, also in the model; raises `UnknownError`."""
        table = self._state.find(label, place) or Table()
        wanted = self._wanted.find(label, place) or Table()
        named = next((item for item in wanted.indexes if item.is_ours and item.has(columns)), None)
        if named is not None and table.is_free(named.name):
            name = str(named.name)
        else:
            own = next((key for key in table.keys if key.columns == columns and key.name is not None), None)
            name = table.unused(str(own.name if own else columns[0]), (item.name for item in wanted.indexes))
        for text in (name, *columns):
            require_known(text, "the name of an index, or a column of it")
        table.add(Index.of(name, columns, Origin.MADE, unique=is_unique))
        return ops.CreateIndexOp(name, place[1], list(columns), schema=place[0], unique=is_unique)

    def _behind(self, label: str, place: Place) -> Iterator[Any]:
        """Adapt the indexes of a changed table, and those of the tables that changed before."""
        own = self._state.own(label, place)
        if own is not None and own not in self._touched:
            self._touched.append(own)
        for one in self._touched:
            while operations := self._next(*one):
                yield from operations

    def _next(self, label: str, place: Place) -> list[Any]:
        """The next operation that adapts the indexes of a table to its models; empty if there is none."""
        table, wanted = self._state.find(label, place), self._wanted.find(label, place)
        if table is None or wanted is None:
            return []
        for item in table.indexes:
            same = _same_of(wanted, item)
            if same is not None and (not same.is_certain or (same.name == item.name and item.is_certain)):
                continue
            if same is not None and (not item.is_ours or _is_of_key_that_stays(table, wanted, item)):
                if table.is_free(same.name) or same.name == item.name:
                    return _rename(table, place, item, str(same.name))
                continue
            if not item.is_ours:
                continue
            needs = self._needs_of(label, place, table, item)
            # The indexes that replace it; InnoDB generates those of keys that are still to be added.
            ours = [
                one
                for one in wanted.indexes
                if one.is_ours and one.parts != item.parts and _is_of_key(table, one)
            ]
            if not all(any(one.serves(columns) for one in ours) for columns in needs):
                continue
            missing = next((one for one in ours if needs and not _is_there(table, one)), None)
            if missing is not None:
                return [self._create(label, place, missing.columns)]
            table.indexes = [other for other in table.indexes if other is not item]
            return _dropped(table, place, item)
        return []

    def _needs_of(self, label: str, place: Place, table: Table, item: Index) -> list[tuple[str, ...]]:
        """The columns of the foreign keys that only this index serves."""
        others = [other for other in table.indexes if other is not item]
        return [
            columns
            for columns in {*self._state.needs(label, place)}
            if item.serves(columns) and not any(other.serves(columns) for other in others)
        ]


def _as_far_as_known(step: Step, operations: Iterator[Any]) -> Iterator[Any]:
    """Operations up to the first whose names are not known, which becomes a gap of the step."""
    try:
        yield from operations
    except UnknownError as why:
        step.gaps.append(f"an index for a foreign key: {why}")


def _takes(operation: Any) -> bool:
    """Whether an operation drops indexes, or parts of them."""
    if isinstance(operation, Execute):
        return bool(operation.effect) and operation.effect[0] in ("primary_key", "drop_index")
    if isinstance(operation, ops.DropConstraintOp):
        return operation.constraint_type in ("unique", "primary")
    return isinstance(operation, (ops.DropIndexOp, ops.DropColumnOp))


def _is_about_indexes(operation: Any) -> bool:
    """Whether an operation can change which indexes exist or are needed."""
    if isinstance(operation, Execute):  # of a lookup, only the last statement
        return bool(operation.effect) and operation.effect[0] not in ("drop_index", "drop_key")
    return not isinstance(
        operation, (ops.AlterColumnOp, ops.AddColumnOp, ops.CreateTableCommentOp, ops.DropTableCommentOp)
    )


def _has_key(table: Table, columns: tuple[str, ...]) -> bool:
    return any(key.columns == columns for key in table.keys)


def _is_of_key(table: Table, item: Index) -> bool:
    """Whether a foreign key has exactly the columns of an index."""
    return any(item.has(key.columns) for key in table.keys)


def _same_of(wanted: Table, item: Index) -> Index | None:
    """The index of the models that corresponds to one that the database named."""
    if not item.is_ours and item.is_named:
        return None
    for other in wanted.indexes:
        if other.parts == item.parts and (
            other.is_ours if item.is_ours else not (other.is_named or other.is_ours)
        ):
            return other
    return None


def _is_of_key_that_stays(table: Table, wanted: Table, item: Index) -> bool:
    """Whether an index serves a foreign key that the models have as well."""
    return any(item.serves(key.columns) for key in table.keys if key in wanted.keys)


def _is_there(table: Table, item: Index) -> bool:
    return any(other.is_ours and other.parts == item.parts for other in table.indexes)


def _out_of_the_way(table: Table, place: Place, operation: Any) -> Iterator[Any]:
    """Rename the index of a foreign key if a new index is to have its name."""
    changed = table.copy()
    apply_to(changed, operation)
    names = [str(item.name).lower() for item in changed.indexes]
    for item in table.indexes:
        stays = item.is_ours and any(item is other for other in changed.indexes)
        if stays and names.count(str(item.name).lower()) > 1:
            yield from _rename(table, place, item, table.unused(str(item.name)))


def _rename(table: Table, place: Place, item: Index, name: str) -> list[Any]:
    """The operations that rename an index, also in the model; raises `UnknownError`."""
    for text in (str(item.name), name):
        require_known(text, "the name of an index")
    old, was_certain = item.name, item.is_certain
    table.rename(item, name)
    if not was_certain:
        return _found(table, place, item, "RENAME INDEX", f"` TO {table_name('mysql', name, None)}")
    quoted = table_name("mysql", place[1], place[0])
    names = " TO ".join(table_name("mysql", one, None) for one in (str(old), name))
    return [Execute(f"ALTER TABLE {quoted} RENAME INDEX {names}")]


def _dropped(table: Table, place: Place, item: Index) -> list[Any]:
    """The operations that drop an index."""
    if not item.is_certain:
        return _found(table, place, item, "DROP INDEX", "`")
    return [ops.DropIndexOp(str(item.name), place[1], schema=place[0])]


def _found(table: Table, place: Place, item: Index, what: str, end: str) -> list[Any]:
    """The operations on an index whose name is not certain."""
    others = [
        str(other.name) for other in table.indexes if other.is_named and other.origin is Origin.DECLARED
    ]
    wanted = constraint_lookups.IndexLookup(place, list(item.columns), others, is_unique=item.unique)
    return constraint_lookups.alter_index(wanted, what, end)
