"""Alembic's operations, applied to the recorded schema instead of a database."""

import contextlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic.ddl.impl import DefaultImpl
from alembic.util import sqla_compat
from sqlalchemy import schema as sa_schema
from sqlalchemy import types

from .. import frames
from ..extract.sql import safe_text
from ..stand_in import ledger
from ..stand_in.sqlalchemy_patches import NOTES
from .enumerations import as_in_database, known_values, with_values
from .items import Item, constraint_of, copy_column, index_of, set_nullable
from .state import State, TableState, add_constraint, detached, is_type_bound, reason, table_state
from .steps import Steps

#: Every kind of a constraint.
ANY_KIND = ("unique", "foreignkey", "check", "exclude", "primary")

#: The kinds of items that an operation on a constraint of a type may mean, its own first.
_KINDS: dict[str | None, tuple[str, ...]] = {
    "foreignkey": ("foreignkey",),
    "unique": ("unique", "index"),
    "check": ("check",),
    "primary": ("primary",),
    None: ANY_KIND,
}


class Recording:
    """What one database is told: its schema, the operations, and the version that is running."""

    def __init__(self, dialect: Any) -> None:
        """Begin with an empty schema."""
        self.dialect = dialect
        self.state = State()
        self.operations: list[frames.Operation] = []
        #: The statements of the versions that are judged.
        self.steps = Steps(self)
        #: The tables that the running version has touched, in order.
        self.touched: dict[str, TableState] = {}
        self.revision = ""
        self.path = ""
        self._place: frames.Place | None = None

    def begin(self, revision: str, path: str, *, is_judged: bool = False) -> None:
        """Begin a version."""
        self.revision, self.path = revision, path
        self.touched = {}
        self.steps.begin(is_judged=is_judged)

    def place(self) -> frames.Place | None:
        """The place of the running operation: in the version file, or else the innermost of the repository."""
        if self._place is not None:
            return self._place
        stack = ledger.current().places.stack()
        own = [place for place in stack if place.path == self.path]
        return own[0] if own else stack[0] if stack else None

    @contextlib.contextmanager
    def at(self, place: frames.Place | None) -> Iterator[None]:
        """Run an operation for a place."""
        before, self._place = self._place, place
        try:
            yield
        finally:
            self._place = before

    def note(
        self, kind: str, table: str | None = None, name: str | None = None, text: str | None = None
    ) -> None:
        """Record an operation."""
        self.operations.append(
            frames.Operation(
                revision=self.revision,
                kind=kind,
                table=None if table is None else safe_text(table),
                name=None if name is None else safe_text(name),
                text=None if text is None else safe_text(text)[:_LONGEST_TEXT],
                place=self.place(),
            )
        )

    def touch(self, table: TableState) -> TableState:
        """Note that the running version changes a table."""
        self.touched[table.key] = table
        return table

    def table(self, name: Any, schema_name: Any, what: str) -> TableState:
        """A table that an operation changes; one that no version creates is in doubt."""
        found = self.state.get(name, schema_name)
        if found is None:
            place = self.place()
            found = TableState(None if schema_name is None else str(schema_name), str(name), place)
            found.doubt(self.note_missing(found.key, what))
            self.state.put(found)
        return self.touch(found)

    def note_missing(self, key: str, what: str) -> frames.Reason:
        """Note that a version uses a table that none creates.

        The history does not begin with an empty database, so that others may be there as well.
        """
        text = f"no version that was read creates it; {self.where(self.place())} {what}"
        self.state.doubt(reason("migration-missing-table", f"`{key}`: {text}"))
        return reason("migration-missing-table", text)

    def column(self, table: TableState, name: Any, what: str) -> Any:
        """A column that an operation changes; one that no version creates is in doubt."""
        name = str(name)
        if name not in table.columns:
            place = self.place()
            made = sa.Column(name, types.NullType())
            detached(made, place)
            text = f"no version that was read creates it; {self.where(place)} {what}"
            made.__dict__[NOTES].reasons.append(reason("migration-missing-column", text))
            table.columns[name] = made
        return table.columns[name]

    def mark(self, column: Any) -> Any:
        """Note that the running operation decides what a column is."""
        place = self.place()
        if place is not None:
            column.__dict__[NOTES].stack = [place]
        return column

    def where(self, place: frames.Place | None) -> str:
        """A place as the subject of a sentence."""
        return f"line {place.line} of `{place.path}`" if place else f"version `{self.revision}`"

    def final_name(self, item: Any) -> str | None:
        """The name of a constraint or an index in the database."""
        try:
            name = sqla_compat._get_constraint_final_name(item, self.dialect)
        except Exception:  # a convention that can't name it
            name = item.name
        return None if name is None or not isinstance(name, str) else str(name)

    def create_table(self, table: Any, *, if_not_exists: bool = False) -> None:
        """Create a table, with its constraints and indexes."""
        known = self.state.get(table.name, table.schema)
        if known is not None and if_not_exists:
            self.touch(known)
            return
        place = self.place()
        made = table_state(table, place, self.final_name)
        for column in made.columns.values():
            column.type = as_in_database(self, column.type)
        if known is not None:
            text = f"{self.where(place)} creates it, and an earlier version did so already"
            made.doubt(reason("migration-created-twice", text))
        self.state.put(self.touch(made))
        for column in made.columns.values():
            self.complete(column)

    def complete(self, column: Any) -> None:
        """Give an enumeration without values those of the type that it names, or else doubt the column."""
        kind = column.type
        if not isinstance(kind, types.Enum) or kind.enums or not kind.name:
            return
        known = known_values(self, kind)
        if known is not None:
            column.type = with_values(kind, known)
            return
        text = f"its type `{kind.name}` has no values here, and no version that was read creates it"
        column.__dict__[NOTES].reasons.append(reason("migration-missing-type", text))

    def drop_table(self, name: Any, schema_name: Any, *, if_exists: bool = False) -> None:
        """Drop a table; one that no version creates says that the history does not begin with an empty database."""
        found = self.state.get(name, schema_name)
        if found is not None:
            self.touched.pop(found.key, None)
            self.state.drop(found)
            if self.dialect.name != "sqlite":  # which keeps them
                self.state.drop_references(found)
        elif not if_exists:
            self.note_missing(".".join(str(part) for part in (schema_name, name) if part), "drops it")

    def add_column(self, table: TableState, column: Any) -> None:
        """Add a column."""
        place = self.place()
        made = detached(copy_column(column), place)
        made.primary_key = False
        made.type = as_in_database(self, made.type)
        table.columns[str(column.name)] = made
        self.complete(made)

    def add(self, table: TableState, item: Item | None) -> None:
        """Add a constraint or an index; columns of it that no version creates are in doubt."""
        for name in item.columns() if item is not None else ():
            self.column(table, name, "uses it")
        add_constraint(table, item, self.place())

    def drop_item(self, table: TableState, name: Any, kinds: tuple[str, ...]) -> None:
        """Drop a constraint or an index by its name; one that is not known puts the table in doubt."""
        found = self.find_item(table, name, kinds)
        if found is not None:
            table.remove(found)
            return
        text = f"{self.where(self.place())} drops `{name}`, which no version that was read creates"
        table.doubt(reason("migration-missing-constraint", text))

    def find_item(self, table: TableState, name: Any, kinds: tuple[str, ...]) -> Item | None:
        """A constraint or an index by its name, or by one that a database gives."""
        if name is None:
            unnamed = [item for item in table.all_items() if item.name is None and item.kind == kinds[0]]
            return unnamed[0] if len(unnamed) == 1 else None
        text = str(name)
        return table.find(text, kinds) or table.find_unnamed(text, kinds)


_LONGEST_TEXT = 20_000


class RecordingImpl(DefaultImpl):
    """Alembic's implementation of a database, which changes the recording."""

    transactional_ddl = True

    def __init__(self, recording: Recording, connection: Any, options: dict[str, Any]) -> None:
        """Take the recording, and the connection that `op.get_bind()` returns."""
        super().__init__(recording.dialect, connection, False, True, None, options)  # noqa: FBT003  # Alembic's
        self.recording = recording

    def _exec(self, construct: Any, *_args: Any, **_kwargs: Any) -> Any:
        return self.recording_connection.execute(construct)

    @property
    def recording_connection(self) -> Any:
        """The connection, which records what it executes."""
        return self.connection

    def execute(self, sql: Any, execution_options: Any = None) -> None:
        """Record a statement."""
        self.recording_connection.execute(sql)

    def create_table(self, table: Any, **kw: Any) -> None:
        """Create a table; `use_alter` leaves a foreign key to a statement that Alembic does not execute."""
        self.recording.create_table(table, if_not_exists=bool(kw.get("if_not_exists")))
        made = self.recording.state.get(table.name, table.schema)
        if made is not None and self.recording.dialect.supports_alter:
            made.items = [item for item in made.items if not item.options.get("use_alter")]

    def drop_table(self, table: Any, **kw: Any) -> None:
        """Drop a table."""
        self.recording.drop_table(table.name, table.schema, if_exists=bool(kw.get("if_exists")))

    def rename_table(self, old_table_name: Any, new_table_name: Any, schema: Any = None) -> None:
        """Rename a table."""
        recording = self.recording
        table = recording.table(old_table_name, schema, "renames it")
        recording.touched.pop(table.key, None)
        recording.state.rename(table, str(new_table_name), None if schema is None else str(schema))
        recording.touch(table)

    def add_column(self, table_name: Any, column: Any, **kw: Any) -> None:
        """Add a column."""
        table = self.recording.table(table_name, kw.get("schema"), "adds a column to it")
        if kw.get("if_not_exists") and str(column.name) in table.columns:
            return
        self.recording.add_column(table, column)
        if kw.get("inline_primary_key") and column.primary_key:
            self.recording.add(table, Item("primary", None, [str(column.name)]))

    def drop_column(self, table_name: Any, column: Any, **kw: Any) -> None:
        """Drop a column, with what stands on it."""
        table = self.recording.table(table_name, kw.get("schema"), "drops a column of it")
        name = str(column.name)
        if name in table.columns:
            table.drop_column(name)
        elif not kw.get("if_exists"):
            where = self.recording.where(self.recording.place())
            text = f"{where} drops its column `{name}`, which no version that was read creates"
            table.doubt(reason("migration-missing-column", text))

    def alter_column(self, table_name: Any, column_name: Any, **kw: Any) -> None:
        """Change a column."""
        table = self.recording.table(table_name, kw.get("schema"), "changes a column of it")
        column = self.recording.mark(self.recording.column(table, column_name, "changes it"))
        kw |= _reset_by_statement(self.recording.dialect.name, column, kw)
        if kw.get("nullable") is not None:
            is_key = table.primary_key is not None and str(column_name) in table.primary_key.columns()
            set_nullable(column, value=bool(kw["nullable"]) and not is_key)
        if kw.get("type_") is not None:
            _set_type(self.recording, column, kw["type_"])
        elif isinstance(column.type, types.NullType) and kw.get("existing_type") is not None:
            _set_type(self.recording, column, kw["existing_type"])
        self.recording.complete(column)
        if kw.get("server_default", False) is not False:
            _set_server_default(column, kw["server_default"])
        if kw.get("comment", False) is not False:
            column.comment = kw["comment"]
        if kw.get("autoincrement") is not None:
            column.autoincrement = kw["autoincrement"]
        name = kw.get("name")
        if name is not None and str(name) != str(column_name):
            self.recording.state.rename_column(table, str(column_name), str(name))

    def add_constraint(self, const: Any, **_kw: Any) -> None:
        """Add a constraint, unless its column's type makes it."""
        if is_type_bound(const):
            return
        recording = self.recording
        table = recording.table(const.table.name, const.table.schema, "adds a constraint to it")
        recording.add(table, constraint_of(const, recording.final_name(const)))

    def drop_constraint(self, const: Any, **kw: Any) -> None:
        """Drop a constraint by its name."""
        if is_type_bound(const):
            return
        recording = self.recording
        table = recording.table(const.table.name, const.table.schema, "drops a constraint of it")
        kinds = _KINDS.get(_kind_of(const), _KINDS[None])
        name = recording.final_name(const)
        if kw.get("if_exists") and recording.find_item(table, name, kinds) is None:
            return
        if name is not None and _drop_of_type(table, name):
            return
        recording.drop_item(table, name, kinds)

    def create_index(self, index: Any, **kw: Any) -> None:
        """Create an index."""
        recording = self.recording
        table = recording.table(index.table.name, index.table.schema, "creates an index on it")
        name = recording.final_name(index)
        known = name is not None and table.find(name, ("index",)) is not None
        if not (known and kw.get("if_not_exists")):
            recording.add(table, index_of(index, name))

    def drop_index(self, index: Any, **kw: Any) -> None:
        """Drop an index; its table need not be named."""
        recording = self.recording
        name = recording.final_name(index)
        table = recording.state.get(index.table.name, index.table.schema)
        if table is None or recording.find_item(table, name, ("index", "unique")) is None:
            others = [
                it for it in recording.state.tables.values() if name and it.find(name, ("index", "unique"))
            ]
            if others:
                table = others[0]
        if table is None:
            if not kw.get("if_exists"):
                where = recording.where(recording.place())
                text = f"{where} drops the index `{name}`, which no version that was read creates"
                recording.state.doubt(reason("migration-missing-constraint", text))
            return
        recording.touch(table)
        if kw.get("if_exists") and recording.find_item(table, name, ("index", "unique")) is None:
            return
        recording.drop_item(table, name, ("index", "unique"))

    def create_table_comment(self, table: Any) -> None:
        """Comment on a table."""
        found = self.recording.table(table.name, table.schema, "comments on it")
        found.comment = table.comment

    def drop_table_comment(self, table: Any) -> None:
        """Remove the comment on a table."""
        self.recording.table(table.name, table.schema, "comments on it").comment = None

    def create_column_comment(self, column: Any) -> None:
        """Comment on a column, which has its comment already."""

    def bulk_insert(self, table: Any, rows: Any, multiinsert: bool = True) -> None:  # noqa: FBT001, FBT002  # Alembic's
        """Do nothing: data is not recorded."""

    def requires_recreate_in_batch(self, batch_op: Any) -> bool:
        """Change a table in place."""
        return False


def _kind_of(const: Any) -> str | None:
    """The kind of a constraint that is only named."""
    kinds = {
        sa_schema.ForeignKeyConstraint: "foreignkey",
        sa_schema.UniqueConstraint: "unique",
        sa_schema.CheckConstraint: "check",
        sa_schema.PrimaryKeyConstraint: "primary",
    }
    return next((kind for cls, kind in kinds.items() if isinstance(const, cls)), None)


def _drop_of_type(table: TableState, name: str) -> bool:
    """Drop the check that the type of a column makes."""
    for column in table.columns.values():
        if getattr(column.type, "create_constraint", False) and str(getattr(column.type, "name", "")) == name:
            made = column.type.copy()
            made.create_constraint = False
            column.type = made
            return True
    return False


def _reset_by_statement(dialect: str, column: Any, given: dict[str, Any]) -> dict[str, Any]:
    """What a column loses because Alembic's statement states the whole column: what the operation does not repeat.

    `MODIFY` and `CHANGE` of MySQL reset everything, `ALTER COLUMN` with a type of SQL Server resets the nullability.
    """
    has_null = given.get("nullable") is not None
    existing = given.get("existing_nullable")
    states_null = {} if has_null else {"nullable": True if existing is None else bool(existing)}
    if dialect == "mssql":
        return states_null if given.get("type_") is not None else {}
    if dialect not in ("mysql", "mariadb"):
        return {}
    is_whole = any(given.get(name) is not None for name in ("nullable", "type_", "autoincrement", "name"))
    if not is_whole and given.get("comment", False) is False:
        return {}
    found: dict[str, Any] = dict(states_null)
    if given.get("server_default", False) is False and not _is_item(column.server_default):
        existing_default = given.get("existing_server_default", False)
        found["server_default"] = None if existing_default is False else existing_default
    if given.get("comment", False) is False:
        found["comment"] = given.get("existing_comment")
    return found


def _set_type(recording: Recording, column: Any, given: Any) -> None:
    """Give a column a type, as its constructor does."""
    column.type = as_in_database(recording, sa.Column("x", given).type)


def _set_server_default(column: Any, given: Any) -> None:
    """Give a column a server default, a computed value or an identity, or take them away."""
    made = sa.Column("x", types.Integer(), *_schema_items(given), **_server_default(given))
    column.server_default = made.server_default
    for name in ("computed", "identity"):
        if hasattr(made, name):
            value = getattr(made, name)
            setattr(column, name, value)
            if value is not None:
                value.column = column


def _schema_items(given: Any) -> list[Any]:
    return [given._copy() if hasattr(given, "_copy") else given.copy()] if _is_item(given) else []


def _server_default(given: Any) -> dict[str, Any]:
    return {} if _is_item(given) else {"server_default": given}


def _is_item(given: Any) -> bool:
    """Whether a server default is an item of its own: a computed value, or an identity."""
    kinds = tuple(getattr(sa, name) for name in ("Computed", "Identity") if hasattr(sa, name))
    return isinstance(given, kinds)
