"""`alembic.op`, which records each operation with its place, and batches, which change a table in place."""

import contextlib
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import sqlalchemy as sa
from alembic.ddl.sqlite import SQLiteImpl
from alembic.operations import Operations
from alembic.operations.base import AbstractOperations
from alembic.operations.batch import BatchOperationsImpl
from sqlalchemy import schema as sa_schema

from ..stand_in.sqlalchemy_patches import NOTES
from . import plugins, statements, steps
from .building import build
from .items import constraint_of
from .recorder import ANY_KIND, Recording
from .state import TableState, reason, table_state


class RecordingOperations(Operations):
    """`alembic.op`: each operation is recorded with its place before it is applied."""

    def __init__(self, context: Any, recording: Recording) -> None:
        """Take Alembic's context, and the recording."""
        super().__init__(context)
        self.recording = recording

    def invoke(self, operation: Any) -> Any:
        """Record an operation, and apply it."""
        recording = self.recording
        kind, table, detail = note_operation(recording, operation)
        if kind == "execute":  # each of its statements is a step
            return super().invoke(operation)
        if recording.steps.is_judging:
            prepare(recording, kind, operation)
        step = steps.of_operation(operation, kind, table, detail)
        with recording.steps.step(step, partial(steps.tables_of_operation, recording, operation)):
            return super().invoke(operation)


def install(recording_of: Any) -> None:
    """Let batches record the places of their operations, and be applied in place.

    `recording_of` gives the recording of the version that is running.
    """
    plugins.install()
    original = AbstractOperations.invoke

    def invoke(self: Any, operation: Any) -> Any:
        batch = getattr(self, "impl", None)
        if not isinstance(batch, BatchOperationsImpl):
            return original(self, operation)
        recording = recording_of()
        kind, table, detail = note_operation(recording, operation)
        result = original(self, operation)
        noted = vars(batch).setdefault("_belljar_noted", [])
        step = steps.of_operation(operation, kind, table, detail)
        noted += [(recording.place(), step, operation)] * (len(batch.batch) - len(noted))
        return result

    AbstractOperations.invoke = invoke  # type: ignore[method-assign]
    BatchOperationsImpl.flush = _flush  # type: ignore[method-assign]
    batches: Any = BatchOperationsImpl
    batches._should_recreate = lambda _: False
    original_add = BatchOperationsImpl.add_column

    def add_column(self: Any, *args: Any, **kwargs: Any) -> None:
        for order in ("insert_before", "insert_after"):
            kwargs.pop(order, None)
        original_add(self, *args, **kwargs)

    BatchOperationsImpl.add_column = add_column  # type: ignore[method-assign]
    setups: Any = getattr(Operations, "_setups", {})
    setups[RecordingOperations] = setups[Operations]


def _flush(self: Any) -> None:
    """Apply the operations of a batch, each at its place."""
    recording = self.operations.impl.recording
    noted = vars(self).get("_belljar_noted", [])
    convention = dict(self.naming_convention or {})
    recreates = _recreates(self)
    if recreates:
        _lose_unreflected(recording, self)
    for index, (name, args, kwargs) in enumerate(self.batch):
        place, step, operation = noted[index] if index < len(noted) else (recording.place(), None, None)
        with recording.at(place), _batch_step(recording, step, operation, recreates=recreates):
            if (
                name == "drop_constraint"
                and convention
                and _drop_by_convention(recording, self, args[0], convention)
            ):
                continue
            getattr(self.operations.impl, name)(*args, **kwargs)
    if recreates:
        for argument in self.table_args or ():
            _add_argument(recording, self, argument)


@contextlib.contextmanager
def _batch_step(recording: Recording, step: Any, operation: Any, *, recreates: bool) -> Iterator[None]:
    """Record an operation of a batch; one that is applied in several parts is several steps."""
    if step is None or not recording.steps.is_judging:
        yield
        return
    prepare(recording, step.kind, operation)
    flags = {*step.flags, "batch", *(("recreates",) if recreates else ())}
    own = steps.Step("", step.kind, step.table, step.name, flags=flags)
    with recording.steps.step(own, partial(steps.tables_of_operation, recording, operation)):
        yield


def _recreates(batch: Any) -> bool:
    """Whether Alembic would create the table anew, and copy the rows."""
    if batch.recreate == "auto" and batch.dialect.name == "sqlite":
        return bool(SQLiteImpl.requires_recreate_in_batch(batch.operations.impl, batch))
    return bool(batch.recreate == "always")


def _lose_unreflected(recording: Recording, batch: Any) -> None:
    """Take away what a table loses that is created anew: Alembic leaves out reflected checks without a name.

    One that is created anew from a `Table` of the version has what that says.
    """
    table = recording.table(batch.table_name, batch.schema, "creates it anew")
    if batch.copy_from is not None:
        if isinstance(batch.copy_from, sa.Table):
            _copy_from(recording, table, batch.copy_from)
        else:
            text = f"{recording.where(recording.place())} creates it anew from `copy_from`, which is absent"
            table.doubt(reason("migration-batch", text))
        return
    if batch.dialect.name != "sqlite":
        return
    table.items = [item for item in table.items if item.kind != "check" or item.name is not None]
    for column in table.columns.values():
        # The reflected type of a truth value makes its check again where that is the default, before SQLAlchemy 1.4.
        is_made_again = isinstance(column.type, sa.Boolean) and bool(sa.Boolean().create_constraint)
        makes_check = getattr(column.type, "create_constraint", False) and not getattr(
            column.type, "name", None
        )
        if makes_check and not is_made_again:
            column.type = column.type.copy()
            column.type.create_constraint = False


def _copy_from(recording: Recording, table: TableState, given: Any) -> None:
    """Give a table what the `Table` says that it is created anew from. What it has too keeps its place."""
    made = table_state(given, recording.place(), recording.final_name)
    for name, column in made.columns.items():
        known = table.columns[name].__dict__.get(NOTES) if name in table.columns else None
        if known is not None:
            column.__dict__[NOTES].stack = list(known.stack)
    for item in made.all_items():
        same = table.find(item.name, (item.kind,)) if item.name is not None else None
        if same is not None:
            item.place, item.born = same.place, same.born
    table.columns, table.primary_key, table.items = made.columns, made.primary_key, made.items
    table.comment, table.prefixes, table.options = made.comment, made.prefixes, made.options
    for why in made.reasons:
        table.doubt(why)


def _add_argument(recording: Recording, batch: Any, argument: Any) -> None:
    """Add a constraint that the new table of a batch gets."""
    table = recording.table(batch.table_name, batch.schema, "adds a constraint to it")
    if isinstance(argument, sa_schema.Constraint):
        name = recording.final_name(argument)
        if name is None or table.find(name, ANY_KIND) is None:
            recording.add(table, constraint_of(argument, name))
    elif isinstance(argument, sa.Column):
        recording.add_column(table, argument)


def _drop_by_convention(recording: Recording, batch: Any, const: Any, convention: dict[str, Any]) -> bool:
    """Drop an unnamed constraint by the name that the naming convention of a batch gives to it."""
    table = recording.table(batch.table_name, batch.schema, "drops a constraint of it")
    wanted = recording.final_name(const)
    if wanted is None or table.find(wanted, ANY_KIND) is not None:
        return False
    metadata = sa.MetaData(naming_convention=convention)
    for item in [item for item in table.all_items() if item.name is None and item.kind != "index"]:
        alone = TableState(table.schema, table.name, None)
        alone.columns = table.columns
        alone.items = [item] if item.kind != "primary" else []
        alone.primary_key = item if item.kind == "primary" else None
        metadata.clear()
        for other in recording.state.tables.values():
            if other is not table and any(
                target[:2] == (other.schema, other.name) for target in item.targets
            ):
                stub = TableState(other.schema, other.name, None)
                stub.columns = other.columns
                build(stub, metadata)
        made = build(alone, metadata)
        names = {recording.final_name(it) for it in made.constraints}
        if wanted in names:
            table.remove(item)
            return True
    return False


_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def prepare(recording: Recording, kind: str, operation: Any) -> None:
    """Note the table that an operation changes, and the column, if no version creates them.

    Otherwise they would be new with the operation.
    """
    given = vars(operation)
    name, schema_name = _first(given, "table_name", "source_table"), given.get("schema")
    if not isinstance(name, str) or kind not in _CHANGE_A_TABLE:
        return
    if isinstance(given.get("kw"), dict):
        schema_name = schema_name or given["kw"].get("source_schema")
    if recording.state.get(name, schema_name) is None:
        recording.table(name, schema_name, _CHANGE_A_TABLE[kind])
    table = recording.state.get(name, schema_name)
    column_name = given.get("column_name")
    if table is None or column_name is None or kind not in ("alter_column", "drop_column"):
        return
    if kind == "drop_column" and str(column_name) not in table.columns:
        where = recording.where(recording.place())
        text = f"{where} drops its column `{column_name}`, which no version that was read creates"
        table.doubt(reason("migration-missing-column", text))
    column = recording.column(table, column_name, "changes it")
    existing = given.get("existing_type")
    if existing is not None and isinstance(column.type, sa.types.NullType):
        column.type = sa.Column("x", existing).type


#: Operations on a table that exists, and what a doubt says that they do.
_CHANGE_A_TABLE = {
    "add_column": "adds a column to it",
    "alter_column": "changes a column of it",
    "create_check_constraint": "adds a constraint to it",
    "create_exclude_constraint": "adds a constraint to it",
    "create_foreign_key": "adds a constraint to it",
    "create_index": "creates an index on it",
    "create_primary_key": "adds a constraint to it",
    "create_unique_constraint": "adds a constraint to it",
    "drop_column": "drops a column of it",
    "drop_constraint": "drops a constraint of it",
}


def note_operation(recording: Recording, operation: Any) -> tuple[str, str | None, str | None]:
    """Record an operation of Alembic, and return its kind and the names that it has."""
    kind = _WORD.sub("_", type(operation).__name__.removesuffix("Op")).lower()
    if kind in ("execute_sql", "bulk_insert"):
        kind = kind.removesuffix("_sql")
    given = vars(operation)
    name = _first(given, "table_name", "source_table")
    if name is None and getattr(given.get("table"), "name", None) is not None:
        name = given["table"].name
    schema_name = _first(given, "schema", "source_schema")
    if isinstance(given.get("kw"), dict):
        schema_name = schema_name or given["kw"].get("source_schema")
    table = None if name is None else f"{schema_name}.{name}" if schema_name else str(name)
    detail = _first(given, "column_name", "constraint_name", "index_name", "new_table_name")
    if detail is None and getattr(given.get("column"), "name", None) is not None:
        detail = given["column"].name
    text = statements.text_of(given["sqltext"], recording.dialect) if "sqltext" in given else None
    detail = None if detail is None else str(detail)
    recording.note(kind, table, detail, text)
    return kind, table, detail


def _first(given: dict[str, Any], *names: str) -> Any:
    return next((given[name] for name in names if given.get(name) is not None), None)
