"""What only a database knows: reflected tables, `automap_base`, inspectors.

There is no database. What the code declares is kept; what would be read from the database is in doubt, with its place.
A column, a table or a class that the code refers to is created, though nothing else is known about it; otherwise the
rest of the statement would be lost. Installed once, when the snapshot is made.
"""

import contextlib
import importlib
import inspect
import sys
from collections.abc import Callable
from typing import Any

from sqlalchemy import MetaData, inspection
from sqlalchemy.engine.reflection import Inspector
from sqlalchemy.ext import automap
from sqlalchemy.ext.declarative import DeferredReflection
from sqlalchemy.orm import Mapper
from sqlalchemy.schema import Column, ForeignKey, Table
from sqlalchemy.types import NullType

from .. import frames
from . import ledger
from .engines import DATABASE
from .sqlalchemy_patches import notes_of
from .value import StandIn, child_of


def _deferred_class() -> Any:
    """The class of deferred mappings, which each generation has in another module."""
    for module, name in (
        ("sqlalchemy.orm.decl_base", "_DeferredDeclarativeConfig"),
        ("sqlalchemy.orm.decl_base", "_DeferredMapperConfig"),
        ("sqlalchemy.ext.declarative.base", "_DeferredMapperConfig"),  # 1.3
    ):
        with contextlib.suppress(ImportError, AttributeError):
            return getattr(importlib.import_module(module), name)
    msg = "this release of SQLAlchemy keeps deferred mappings elsewhere"
    raise ImportError(msg)


Deferred = _deferred_class()

#: The code of reasons and remarks about what only a database knows.
CODE = "needs-database"

#: Key in the `__dict__` of a reflected table or `MetaData`, and of a column that was made only to map such a table.
_REFLECTED = "_belljar_reflected"

#: Base classes of `automap_base` that have not been prepared yet, with their places.
_unprepared: dict[type, frames.Place] = {}


def is_reflected(item: Any) -> bool:
    """Whether a table or a `MetaData` is reflected, or a column was made only to map a reflected table."""
    return _REFLECTED in vars(item)


def install() -> None:
    """Install all patches."""
    _wrap_tables()
    _wrap_deferred()
    _wrap_automap()
    _wrap_mapper()
    _wrap_inspector()


def map_deferred_classes(tables: list[Any]) -> list[BaseException]:
    """Map the classes that still wait for a database, at the end of a run; returns the errors.

    `tables` are those whose foreign keys may refer to reflected tables.
    """
    for base, place in list(_unprepared.items()):
        _report_needs_database(
            f"{base.__name__} = automap_base()", "its tables are read from a database", place
        )
    _unprepared.clear()
    _name_targets(tables)
    return [error for base in (DeferredReflection, automap.AutomapBase) for error in _map_deferred(base)]


def reflect(table: Any) -> None:
    """Put a table in doubt that is read from a database; its columns are created when the code refers to them."""
    if is_reflected(table):
        return
    vars(table)[_REFLECTED] = True
    message = "everything that the code does not declare is read from a database"
    notes_of(table).reasons.append(frames.Reason(CODE, message, None))
    name = "_index" if hasattr(table._columns, "_index") else "_data"  # 1.3

    def column(index: Any, key: str) -> Any:
        made = Column(key, NullType())
        reason = frames.Reason(CODE, "it is read from a database; the code only refers to it", None)
        notes_of(made).reasons.append(reason)
        table.append_column(made)
        return dict.__getitem__(index, key)

    object.__setattr__(table._columns, name, _with_missing(getattr(table._columns, name), column))
    for key in ("c", "columns"):
        vars(table).pop(key, None)  # they cache the old collection


def _with_missing(given: Any, missing: Callable[[Any, str], Any]) -> Any:
    """A dictionary of the same kind that creates missing keys on demand."""

    def ask(self: Any, key: Any) -> Any:
        if not isinstance(key, str) or key.startswith(("__", "_sa_")):
            raise KeyError(key)
        return missing(self, key)

    made = type("Asked", (type(given),), {"__missing__": ask})()
    for key, value in given.items():
        try:
            made[key] = value
        except TypeError:  # it is read-only for others
            dict.__setitem__(made, key, value)
    return made


def _report_needs_database(name: str, message: str, place: frames.Place | None = None) -> None:
    ledger.current().report_unresolved(name, frames.Reason(CODE, message, None), place)


# Tables, and all tables of a database


def _wrap_tables() -> None:
    def autoload(self: Any, *_args: Any, **_kwargs: Any) -> None:
        reflect(self)

    signature = inspect.signature(MetaData.reflect)

    def reflect_all(self: Any, *args: Any, **kwargs: Any) -> None:
        given = signature.bind_partial(self, *args, **kwargs).arguments
        names = _reflect_metadata(self, given, extends=bool(given.get("extend_existing")))
        if not names:
            _report_needs_database("MetaData.reflect()", "all tables of a database are read")

    Table._autoload = autoload  # type: ignore[method-assign]
    MetaData.reflect = reflect_all  # type: ignore[method-assign]


def _reflect_metadata(metadata: Any, given: dict[str, Any], *, extends: bool) -> list[str]:
    """Create the named tables, and any other on demand; returns the names."""
    only, schema = given.get("only"), given.get("schema")
    names = (
        sorted(name for name in only if isinstance(name, str)) if isinstance(only, (list, tuple, set)) else []
    )
    if extends:
        for table in list(metadata.tables.values()):
            if not names or table.name in names:
                reflect(table)

    def asked_for(tables: Any, key: str) -> Any:
        in_schema, _, name = key.rpartition(".")
        reflect(Table(name, metadata, schema=in_schema or None))
        return dict.__getitem__(tables, key)

    metadata.tables = _with_missing(metadata.tables, asked_for)
    vars(metadata)[_REFLECTED] = True
    for name in names:
        key = f"{schema}.{name}" if schema else name
        if key not in metadata.tables:
            metadata.tables[key]
    return names


def _name_targets(tables: list[Any]) -> None:
    """Create the columns of reflected tables that foreign keys refer to."""
    for table in tables:
        for key in sorted(table.foreign_keys, key=lambda key: str(key._colspec)):
            if isinstance(key._colspec, str):
                _name_target(key, table.metadata)


def _name_target(key: ForeignKey, metadata: Any) -> None:
    name, _, column = str(key._get_colspec()).rpartition(".")
    if name in metadata.tables or is_reflected(metadata):
        target = metadata.tables[name]
        if is_reflected(target):
            target.c[column]


# Classes whose mapping waits for a database


def _wrap_deferred() -> None:
    def prepare(cls: type, *_args: Any, **_kwargs: Any) -> None:
        for error in _map_deferred(cls):
            raise error

    DeferredReflection.prepare = classmethod(prepare)  # type: ignore[method-assign, assignment]


def _map_deferred(base: type) -> list[BaseException]:
    """Map the deferred classes below a base; returns the errors."""
    errors: list[BaseException] = []
    for config in Deferred.classes_for_base(base):
        if config.local_table is not None:
            reflect(config.local_table)
        try:
            config.map()
        except Exception as error:
            errors.append(error)
    return errors


def _wrap_automap() -> None:
    original, signature = automap.AutomapBase.prepare.__func__, inspect.signature(automap.AutomapBase.prepare)  # type: ignore[attr-defined]
    make = automap.automap_base

    def automap_base(*args: Any, **kwargs: Any) -> Any:
        base = make(*args, **kwargs)
        place = ledger.current().places.caller()
        if place is not None:
            _unprepared[base] = place
        return base

    def prepare(cls: Any, *args: Any, **kwargs: Any) -> None:
        given = dict(signature.bind_partial(*args, **kwargs).arguments)
        asks = [given.pop(name, None) for name in ("autoload_with", "engine", "reflect")]
        base = next(base for base in cls.__mro__ if "classes" in vars(base))
        _unprepared.pop(base, None)
        if any(item is not None and item is not False for item in asks):
            _reflect_base(base, given)
        given.pop("reflection_options", None)
        original(cls, **given)

    automap.automap_base = automap_base
    automap.AutomapBase.prepare = classmethod(prepare)  # type: ignore[method-assign, assignment]


def _reflect_base(base: Any, given: dict[str, Any]) -> None:
    """Treat the tables of a base as reflected, and give a stand-in for every class that is asked for."""
    options = {"schema": given.get("schema"), **(given.get("reflection_options") or {})}
    if not _reflect_metadata(base.metadata, options, extends=True):
        _report_needs_database(f"{base.__name__}.prepare()", "its tables are read from a database")
    _name_targets(list(base.metadata.tables.values()))

    def mapped(classes: Any, key: str) -> Any:
        _report_needs_database(key, "its class is created from a table that is read from a database")
        classes[key] = child_of(DATABASE, key)
        return classes[key]

    object.__setattr__(base.classes, "_data", _with_missing(base.classes._data, mapped))


def _give_key(mapper: Any, table: Table) -> None:
    """Add a primary key to a reflected table, so that it can be mapped, unless it or its parent mapper has one."""
    if not table.primary_key.columns and mapper.inherits is None:
        column: Any = Column("(primary key)", NullType(), primary_key=True)
        vars(column)[_REFLECTED] = True
        table.append_column(column)


def _wrap_mapper() -> None:
    original = Mapper._configure_properties

    def configure_properties(self: Any) -> None:
        table = self.local_table
        if isinstance(table, Table) and is_reflected(table) and not self._primary_key_argument:
            _give_key(self, table)
        original(self)

    Mapper._configure_properties = configure_properties  # type: ignore[method-assign]


# Inspectors


def _is_asked_by_repository() -> bool:
    """Whether the repository itself calls `inspect`; SQLAlchemy also does, to find out what an object is."""
    return ledger.current().places.relative(sys._getframe(3).f_code.co_filename) is not None


def _wrap_inspector() -> None:
    def inspector(*_args: Any, **_kwargs: Any) -> Any:
        ledger.current().report_remark(CODE, "an inspector queries a database, and there is none")
        return child_of(DATABASE, "inspect()")

    registrars = inspection._registrars
    for cls in [cls for cls in registrars if cls.__name__ in ("Connectable", "Connection", "Engine")]:
        registrars[cls] = inspector
    registrars[StandIn] = lambda _: inspector() if _is_asked_by_repository() else None
    Inspector.__new__ = inspector  # type: ignore[method-assign]
    Inspector.from_engine = inspector  # type: ignore[method-assign]
