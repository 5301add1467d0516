"""The inspector of a version file, which answers from the recorded schema."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import inspection
from sqlalchemy.engine import Engine
from sqlalchemy.engine.reflection import Inspector
from sqlalchemy.exc import NoSuchTableError

from ..stand_in.sqlalchemy_patches import NOTES
from .building import build
from .connection import Connection
from .items import Item, copy_column
from .reflected_types import reflected
from .sessions import PresentEngine, present_connection
from .state import TableState, default_names


class Names(list[str]):
    """Names of tables; whether one is absent may not be known."""

    ask: Callable[[str], None]

    def __contains__(self, name: object) -> bool:
        found = list.__contains__(self, name)
        if not found and isinstance(name, str):
            self.ask(name)
        return found


class RecordedInspector:
    """What an inspector of a database answers, as far as the recorded schema settles it."""

    def __init__(self, connection: Connection) -> None:
        """Take the connection."""
        self.bind = self.engine = self.connection = connection
        self.dialect = connection.dialect
        self.default_schema_name = getattr(connection.dialect, "default_schema_name", None)
        self._state = connection.recording.state

    def __getattr__(self, name: str) -> Any:
        if not name.startswith(("get_", "has_", "reflect")):
            raise AttributeError(name)
        self.bind.ask(f"inspector.{name}()")
        found: Any = [] if name.startswith("get_") else False
        return lambda *_args, **_kwargs: found

    def clear_cache(self) -> None:
        """Do nothing: nothing is cached."""

    def _tables(self, schema: Any) -> list[TableState]:
        wanted = None if schema in (None, "public", self.default_schema_name) else str(schema)
        return [table for table in self._state.tables.values() if _schema_of(table) == wanted]

    def _table(self, name: Any, schema: Any, what: str) -> TableState:
        found = [table for table in self._tables(schema) if table.name == str(name)]
        if not found:
            self._ask_about_absent(str(name), f"inspector.{what}({name!r})")
            raise NoSuchTableError(str(name))
        if found[0].reasons:
            self.bind.ask(f"inspector.{what}({name!r})")
        return found[0]

    def _ask_about_absent(self, name: str, question: str) -> None:
        if self._state.is_unknown(name):
            self.bind.ask(question)

    def get_table_names(self, schema: Any = None, **_kwargs: Any) -> list[str]:
        """Return the names of the tables."""
        found = Names(sorted(table.name for table in self._tables(schema)))
        found.ask = lambda name: self._ask_about_absent(name, f"{name!r} in inspector.get_table_names()")
        return found

    def get_sorted_table_and_fkc_names(self, schema: Any = None) -> list[Any]:
        """Return the names of the tables, without an order."""
        return [(name, set()) for name in self.get_table_names(schema)]

    def has_table(self, table_name: Any, schema: Any = None, **_kwargs: Any) -> bool:
        """Whether a table is recorded."""
        found = any(table.name == str(table_name) for table in self._tables(schema))
        if not found:
            self._ask_about_absent(str(table_name), f"inspector.has_table({table_name!r})")
        return found

    def has_index(self, table_name: Any, index_name: Any, schema: Any = None, **_kwargs: Any) -> bool:
        """Whether a table has an index."""
        return any(item["name"] == index_name for item in self.get_indexes(table_name, schema))

    def get_schema_names(self, **_kwargs: Any) -> list[str]:
        """Return the schemas of the recorded tables; others may have none."""
        known = {
            table.schema or self.default_schema_name or "public" for table in self._state.tables.values()
        }
        found = Names(sorted(known))
        found.ask = lambda name: self.bind.ask(f"{name!r} in inspector.get_schema_names()")
        return found

    def get_view_names(self, *_args: Any, **_kwargs: Any) -> list[str]:
        """Return no views."""
        return []

    get_materialized_view_names = get_view_names

    def get_columns(self, table_name: Any, schema: Any = None, **_kwargs: Any) -> list[dict[str, Any]]:
        """Return the columns of a table."""
        table = self._table(table_name, schema, "get_columns")
        key = table.primary_key.columns() if table.primary_key else []
        found = []
        for name, column in table.columns.items():
            if column.__dict__[NOTES].reasons:
                self.bind.ask(f"inspector.get_columns({table_name!r})")
            default = column.server_default
            text = getattr(default, "arg", None)
            found.append(
                {
                    "name": name,
                    "type": reflected(column.type, self.dialect),
                    "nullable": bool(column.nullable) and name not in key,
                    "default": None if text is None else str(getattr(text, "text", text)),
                    "autoincrement": column.autoincrement,
                    "comment": column.comment,
                    "primary_key": int(name in key),
                }
            )
        return found

    def get_pk_constraint(self, table_name: Any, schema: Any = None, **_kwargs: Any) -> dict[str, Any]:
        """Return the primary key of a table."""
        item = self._table(table_name, schema, "get_pk_constraint").primary_key
        if item is None:
            return {"name": None, "constrained_columns": []}
        return {"name": self._name(item), "constrained_columns": item.columns()}

    def get_primary_keys(self, table_name: Any, schema: Any = None, **_kwargs: Any) -> list[str]:
        """Return the columns of the primary key."""
        found: list[str] = self.get_pk_constraint(table_name, schema)["constrained_columns"]
        return found

    def get_foreign_keys(self, table_name: Any, schema: Any = None, **_kwargs: Any) -> list[dict[str, Any]]:
        """Return the foreign keys of a table."""
        return [
            {
                "name": self._name(item),
                "constrained_columns": item.columns(),
                "referred_schema": item.targets[0][0],
                "referred_table": item.targets[0][1],
                "referred_columns": [column for _, _, column in item.targets],
                "options": {k: v for k, v in item.options.items() if k in ("ondelete", "onupdate")},
                "comment": None,
            }
            for item in self._items(table_name, schema, "foreignkey", "get_foreign_keys")
        ]

    def get_unique_constraints(
        self, table_name: Any, schema: Any = None, **_kwargs: Any
    ) -> list[dict[str, Any]]:
        """Return the unique constraints of a table."""
        return [
            {"name": self._name(item), "column_names": item.columns(), "comment": None}
            for item in self._items(table_name, schema, "unique", "get_unique_constraints")
        ]

    def get_check_constraints(
        self, table_name: Any, schema: Any = None, **_kwargs: Any
    ) -> list[dict[str, Any]]:
        """Return the check constraints of a table."""
        return [
            {"name": self._name(item), "sqltext": str(item.elements[0]), "comment": None}
            for item in self._items(table_name, schema, "check", "get_check_constraints")
        ]

    def get_indexes(self, table_name: Any, schema: Any = None, **_kwargs: Any) -> list[dict[str, Any]]:
        """Return the indexes of a table; most databases also list the unique constraints."""
        found: list[dict[str, Any]] = [
            {
                "name": item.name,
                "unique": bool(item.options.get("unique")),
                "column_names": [part if isinstance(part, str) else None for part in item.elements],
            }
            for item in self._items(table_name, schema, "index", "get_indexes")
        ]
        if self.dialect.name in ("postgresql", "mysql", "mariadb"):
            found += [
                {
                    "name": self._name(item),
                    "unique": True,
                    "column_names": item.columns(),
                    "duplicates_constraint": self._name(item),
                }
                for item in self._items(table_name, schema, "unique", "get_indexes")
            ]
        return found

    def get_table_comment(self, table_name: Any, schema: Any = None, **_kwargs: Any) -> dict[str, Any]:
        """Return the comment on a table."""
        return {"text": self._table(table_name, schema, "get_table_comment").comment}

    def get_enums(self, *_args: Any, **_kwargs: Any) -> list[dict[str, Any]]:
        """Return the enumerations: those created alone, and those of columns."""
        found = {key[1]: list(values) for key, values in self._state.enums.items()}
        for table in self._state.tables.values():
            for column in table.columns.values():
                if getattr(column.type, "enums", None) and column.type.name:
                    found.setdefault(str(column.type.name), list(column.type.enums))
        return [
            {"name": name, "schema": "public", "visible": True, "labels": labels}
            for name, labels in sorted(found.items())
        ]

    def _items(self, name: Any, schema: Any, kind: str, what: str) -> list[Item]:
        return [item for item in self._table(name, schema, what).items if item.kind == kind]

    def _name(self, item: Item) -> str | None:
        """The name of a constraint; a generated one if it has none."""
        if item.name is not None or self.dialect.name == "sqlite":
            return item.name
        if self.dialect.name == "postgresql":
            return default_names(item)[0]
        self.bind.ask(f"the name of an unnamed constraint on `{item.born[0]}`")
        return None


def _schema_of(table: TableState) -> str | None:
    return None if table.schema == "public" else table.schema


def install(connection_of: Any) -> None:
    """Let inspection and reflection through a connection or an engine answer from the recorded schema."""
    registrars: Any = inspection._registrars
    registrars[Connection] = RecordedInspector
    for cls in (Engine, PresentEngine):
        registrars[cls] = lambda _engine: RecordedInspector(connection_of())

    def recorder_of(bind: Any) -> Connection | None:
        return connection_of() if isinstance(bind, Engine) else present_connection(bind)

    former_new: Any = Inspector.__new__
    former_engine: Any = Inspector.from_engine

    def new(cls: Any, bind: Any = None, *args: Any, **kwargs: Any) -> Any:
        found = recorder_of(bind)
        return RecordedInspector(found) if found is not None else former_new(cls, bind, *args, **kwargs)

    def from_engine(bind: Any) -> Any:
        found = recorder_of(bind)
        return RecordedInspector(found) if found is not None else former_engine(bind)

    Inspector.__new__ = new  # type: ignore[method-assign]
    Inspector.from_engine = staticmethod(from_engine)  # type: ignore[method-assign]
    _wrap_tables(recorder_of)


def _wrap_tables(recorder_of: Any) -> None:
    autoload: Any = sa.Table._autoload
    reflect: Any = sa.MetaData.reflect

    def from_recording(self: Any, *args: Any, **kwargs: Any) -> None:
        connection = _connection_in(recorder_of, args, kwargs)
        if connection is None:
            autoload(self, *args, **kwargs)
        else:
            fill(self, connection)

    def reflect_all(self: Any, *args: Any, **kwargs: Any) -> None:
        connection = _connection_in(recorder_of, args, kwargs)
        if connection is None:
            reflect(self, *args, **kwargs)
            return
        only = kwargs.get("only")
        for table in list(connection.recording.state.tables.values()):
            wanted = only(table.name, self) if callable(only) else only is None or table.name in only
            if wanted and table.schema == kwargs.get("schema") and table.key not in self.tables:
                build(table, self)

    sa.Table._autoload = from_recording  # type: ignore[method-assign]
    sa.MetaData.reflect = reflect_all  # type: ignore[method-assign]


def _connection_in(recorder_of: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Connection | None:
    found = (recorder_of(item) for item in (*args, *kwargs.values()))
    return next((item for item in found if item is not None), None)


def fill(table: Any, connection: Connection) -> None:
    """Give a reflected table the recorded columns that it does not declare itself."""
    recorded = connection.recording.state.get(table.name, table.schema)
    if recorded is None:
        if connection.recording.state.is_unknown(str(table.name)):
            connection.ask(f"the columns of `{table.name}`")
        raise NoSuchTableError(str(table.name))
    if recorded.reasons:
        connection.ask(f"the columns of `{table.name}`")
    key = recorded.primary_key.columns() if recorded.primary_key else []
    for name, column in recorded.columns.items():
        if name not in table.columns:
            made = copy_column(column)
            made.primary_key = name in key
            made.foreign_keys = set()
            made.type = reflected(made.type, connection.dialect)
            table.append_column(made)
