"""Keeps an index for each foreign key of MySQL and MariaDB, and gives tables the indexes that a new one would have.

The steps are applied to a model of the indexes one by one. Before a step that drops the last index that a key needs, on
either of its ends, another index is created. An index that InnoDB generated, or that was created in its place, is
dropped when no key needs it, and is named as it would be in a new table.
"""

from collections.abc import Iterator
from typing import Any

from alembic.operations import ops

from . import constraint_lookups
from .builder import Builder
from .changes import Step
from .innodb import CreatedIndexes, Index, Origin, Place, Table
from .innodb_reading import EarlierNames, apply_operation, apply_to_table, build_state, table_of_operation
from .operations import Execute
from .sql_texts import UnknownError, require_known, table_name

#: Operations that create an index with a name.
_CREATES_INDEX = (ops.CreateIndexOp, ops.CreateUniqueConstraintOp, ops.CreateForeignKeyOp)


def add_indexes(builder: Builder, steps: list[Step]) -> None:
    """Add the indexes that foreign keys of MySQL need to the steps, and record in the builder those that remain."""
    if builder.dialect != "mysql":
        return
    indexes = _Indexes(builder)
    indexes.follow(steps)
    builder.created_indexes = indexes.created


class _Indexes:
    """The indexes of all tables while the steps of one direction are applied."""

    def __init__(self, builder: Builder) -> None:
        """Take both sides, and the indexes that the upgrade created if this is the downgrade."""
        names = builder.names
        self._state = build_state(builder.start, EarlierNames(names.earlier_tables, names.earlier_columns))
        self._wanted = build_state(builder.end)
        self._labels = {change.number: str(change.path["metadata"]) for change in builder.changes}
        #: The tables that have changed so far.
        self._touched: list[tuple[str, Place]] = []
        for (_, place), table in self._state.tables.items():
            for item in table.indexes:
                if (
                    item.origin is Origin.GENERATED
                    and (place, item.name, item.columns) in builder.created_indexes
                ):
                    item.origin = Origin.CREATED

    def follow(self, steps: list[Step]) -> None:
        """Apply the steps, and add the missing operations to them."""
        for step in steps:
            label = next((self._labels[one] for one in step.changes if one in self._labels), "")
            found: list[Any] = []
            for operation in step.operations:
                place = table_of_operation(operation)
                if place is not None:
                    found += _until_unknown(step, self._prepare(label, place, operation))
                found.append(operation)
                apply_operation(self._state, label, operation)
                if place is not None and _affects_indexes(operation):
                    found += _until_unknown(step, self._follow_up(label, place))
            step.operations = found

    @property
    def created(self) -> CreatedIndexes:
        """The indexes that statements created for foreign keys, and that exist in the end."""
        return {
            (place, item.name, item.columns)
            for (_, place), table in self._state.tables.items()
            for item in table.indexes
            if item.origin is Origin.CREATED
        }

    def _prepare(self, label: str, place: Place, operation: Any) -> Iterator[Any]:
        """Create an index for each foreign key that would lose its last one."""
        table = self._state.find(label, place)
        if table is None:
            return
        if isinstance(operation, _CREATES_INDEX):
            yield from _free_name(table, place, operation)
        if not _drops_index(operation):
            return
        needs = {*self._state.required_columns(label, place)}
        for columns in sorted(
            needs, key=lambda columns: (-len(columns), columns)
        ):  # one may serve the others
            changed = table.copy()
            apply_to_table(changed, operation)
            if not table.serves(columns) or changed.serves(columns):
                continue
            gone = [item for item in table.indexes if item.is_on(columns) and item not in changed.indexes]
            is_unique = any(item.unique for item in gone) and not _has_key(table, columns)
            yield self._create(label, place, columns, is_unique=is_unique)

    def _create(self, label: str, place: Place, columns: tuple[str, ...], *, is_unique: bool = False) -> Any:
        """Create an index, also in the model; raises `UnknownError`."""
        table = self._state.find(label, place) or Table()
        wanted = self._wanted.find(label, place) or Table()
        named = next((item for item in wanted.indexes if item.is_undeclared and item.is_on(columns)), None)
        if named is not None and table.is_free(named.name):
            name = str(named.name)
        else:
            own = next((key for key in table.keys if key.columns == columns and key.name is not None), None)
            name = table.unused_name(
                str(own.name if own else columns[0]), (item.name for item in wanted.indexes)
            )
        for text in (name, *columns):
            require_known(text, "the name of an index, or a column of it")
        table.add(Index.on_columns(name, columns, Origin.CREATED, unique=is_unique))
        return ops.CreateIndexOp(name, place[1], list(columns), schema=place[0], unique=is_unique)

    def _follow_up(self, label: str, place: Place) -> Iterator[Any]:
        """Correct the indexes of a table that was changed, and of those that were changed before."""
        own = self._state.locate(label, place)
        if own is not None and own not in self._touched:
            self._touched.append(own)
        for one in self._touched:
            while operations := self._next_correction(*one):
                yield from operations

    def _next_correction(self, label: str, place: Place) -> list[Any]:
        """The operations of one correction that brings a table closer to a new one; none if nothing is left."""
        table, wanted = self._state.find(label, place), self._wanted.find(label, place)
        if table is None or wanted is None:
            return []
        for item in table.indexes:
            same = _counterpart(wanted, item)
            if same is not None and (not same.is_certain or (same.name == item.name and item.is_certain)):
                continue
            if same is not None and (not item.is_undeclared or _is_of_key_that_stays(table, wanted, item)):
                if table.is_free(same.name) or same.name == item.name:
                    return _rename(table, place, item, str(same.name))
                continue
            if not item.is_undeclared:
                continue
            needs = self._served_only_by(label, place, table, item)
            # The indexes of a new table in its place; InnoDB generates that of a key that is yet to be created.
            ours = [
                one
                for one in wanted.indexes
                if one.is_undeclared and one.parts != item.parts and _is_of_key(table, one)
            ]
            if not all(any(one.serves(columns) for one in ours) for columns in needs):
                continue
            missing = next((one for one in ours if needs and not _exists(table, one)), None)
            if missing is not None:
                return [self._create(label, place, missing.columns)]
            table.indexes = [other for other in table.indexes if other is not item]
            return _drop(table, place, item)
        return []

    def _served_only_by(self, label: str, place: Place, table: Table, item: Index) -> list[tuple[str, ...]]:
        """The columns of foreign keys that this index alone serves."""
        others = [other for other in table.indexes if other is not item]
        return [
            columns
            for columns in {*self._state.required_columns(label, place)}
            if item.serves(columns) and not any(other.serves(columns) for other in others)
        ]


def _until_unknown(step: Step, operations: Iterator[Any]) -> Iterator[Any]:
    """The operations up to the first whose name is not known, which is reported as a gap."""
    try:
        yield from operations
    except UnknownError as why:
        step.gaps.append(f"an index for a foreign key: {why}")


def _drops_index(operation: Any) -> bool:
    """Whether an operation drops indexes, or parts of them."""
    if isinstance(operation, Execute):
        return bool(operation.effect) and operation.effect[0] in ("primary_key", "drop_index")
    if isinstance(operation, ops.DropConstraintOp):
        return operation.constraint_type in ("unique", "primary")
    return isinstance(operation, (ops.DropIndexOp, ops.DropColumnOp))


def _affects_indexes(operation: Any) -> bool:
    """Whether an operation may change which indexes exist, or which are needed."""
    if isinstance(operation, Execute):  # after the last of several statements
        return bool(operation.effect) and operation.effect[0] not in ("drop_index", "drop_key")
    return not isinstance(
        operation, (ops.AlterColumnOp, ops.AddColumnOp, ops.CreateTableCommentOp, ops.DropTableCommentOp)
    )


def _has_key(table: Table, columns: tuple[str, ...]) -> bool:
    return any(key.columns == columns for key in table.keys)


def _is_of_key(table: Table, item: Index) -> bool:
    """Whether an index is on exactly the columns of a foreign key."""
    return any(item.is_on(key.columns) for key in table.keys)


def _counterpart(wanted: Table, item: Index) -> Index | None:
    """The index of a new table that corresponds to one named by the database."""
    if not item.is_undeclared and item.is_named:
        return None
    for other in wanted.indexes:
        if other.parts == item.parts and (
            other.is_undeclared if item.is_undeclared else not (other.is_named or other.is_undeclared)
        ):
            return other
    return None


def _is_of_key_that_stays(table: Table, wanted: Table, item: Index) -> bool:
    """Whether an index serves a foreign key that remains."""
    return any(item.serves(key.columns) for key in table.keys if key in wanted.keys)


def _exists(table: Table, item: Index) -> bool:
    return any(other.is_undeclared and other.parts == item.parts for other in table.indexes)


def _free_name(table: Table, place: Place, operation: Any) -> Iterator[Any]:
    """Rename an index that a foreign key needs, where a new one has the same name."""
    changed = table.copy()
    apply_to_table(changed, operation)
    names = [str(item.name).lower() for item in changed.indexes]
    for item in table.indexes:
        stays = item.is_undeclared and any(item is other for other in changed.indexes)
        if stays and names.count(str(item.name).lower()) > 1:
            yield from _rename(table, place, item, table.unused_name(str(item.name)))


def _rename(table: Table, place: Place, item: Index, name: str) -> list[Any]:
    """Rename an index, also in the model; raises `UnknownError`."""
    for text in (str(item.name), name):
        require_known(text, "the name of an index")
    old, was_certain = item.name, item.is_certain
    table.rename(item, name)
    if not was_certain:
        return _alter_by_lookup(table, place, item, "RENAME INDEX", f"` TO {table_name('mysql', name, None)}")
    quoted = table_name("mysql", place[1], place[0])
    names = " TO ".join(table_name("mysql", one, None) for one in (str(old), name))
    return [Execute(f"ALTER TABLE {quoted} RENAME INDEX {names}")]


def _drop(table: Table, place: Place, item: Index) -> list[Any]:
    """Drop an index that InnoDB generated, or that was created in its place."""
    if not item.is_certain:
        return _alter_by_lookup(table, place, item, "DROP INDEX", "`")
    return [ops.DropIndexOp(str(item.name), place[1], schema=place[0])]


def _alter_by_lookup(table: Table, place: Place, item: Index, what: str, end: str) -> list[Any]:
    """Alter an index whose name depends on the order of the constraints when its table was created."""
    others = [
        str(other.name) for other in table.indexes if other.is_named and other.origin is Origin.DECLARED
    ]
    wanted = constraint_lookups.IndexLookup(place, list(item.columns), others, is_unique=item.unique)
    return constraint_lookups.alter_index(wanted, what, end)
