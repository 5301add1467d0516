"""Patches that let SQLAlchemy accept stand-ins.

SQLAlchemy refuses unknown objects: a stand-in as a type, as a constraint, as a default. Each patch lets the construct
be created without the stand-in, and notes on the column or table what was left out. The patches also note where in the
repository each column and table is created. Installed once, when the snapshot is made; they use the ledger of the
current run.
"""

import re
from collections.abc import Callable
from types import resolve_bases
from typing import Any

import sqlalchemy
import sqlalchemy.orm
from sqlalchemy import event, types
from sqlalchemy.exc import CompileError
from sqlalchemy.sql import elements, schema, sqltypes, type_api

from .. import frames
from . import known_answers, ledger
from .base import StandInBase, combine_metaclasses
from .value import CLOSE, OPEN, StandIn, lost_bases, origin_of

#: Key in the `__dict__` of columns and tables that holds their notes; copies share them.
NOTES = "_belljar_notes"


class Notes:
    """What is known about a column or table besides what SQLAlchemy keeps."""

    __slots__ = ("reasons", "serial", "stack")

    def __init__(self, stack: list[frames.Place], serial: int = 0) -> None:
        """Take the places that create it, innermost first, and the number of a table."""
        self.stack = stack
        self.reasons: list[frames.Reason] = []
        self.serial = serial

    @property
    def place(self) -> frames.Place | None:
        """The innermost place that creates it."""
        return self.stack[0] if self.stack else None


class StandInType(types.UserDefinedType):  # type: ignore[type-arg]
    """The type of a column whose type is absent. No dialect renders it."""

    cache_ok = True

    def __init__(self, origin: str) -> None:
        """Take the origin of the absent type."""
        self.origin = origin

    def __repr__(self) -> str:
        return self.origin

    def get_col_spec(self, **kwargs: Any) -> str:
        """Refuse: no dialect can render it."""
        raise CompileError(f"its type `{self.origin}` is absent")


def notes_of(item: Any) -> Notes:
    """The notes of a column or table, created if necessary."""
    notes = item.__dict__.get(NOTES)
    if notes is None:
        notes = item.__dict__[NOTES] = Notes(ledger.stack())
    return notes  # type: ignore[no-any-return]


#: By `id`, the classes of what tables and columns are made of; most arguments have one of these.
_USUAL = frozenset(
    map(
        id,
        (
            str,
            schema.CheckConstraint,
            schema.Column,
            schema.ColumnDefault,
            schema.DefaultClause,
            schema.ForeignKey,
            schema.ForeignKeyConstraint,
            schema.Index,
            schema.PrimaryKeyConstraint,
            schema.UniqueConstraint,
        ),
    )
)


def _absent_origin(value: Any) -> str | None:
    """The origin of a stand-in, or of a class that derives from one and is no SQLAlchemy object."""
    if id(type(value)) in _USUAL:
        return None
    if isinstance(value, StandIn):
        return origin_of(value)
    if isinstance(value, type) and not issubclass(value, type_api.TypeEngine):
        return next(iter(lost_bases(value)), None)
    if not isinstance(value, (type, type_api.TypeEngine, str)):
        return next(iter(lost_bases(type(value))), None)
    return None


def _add_doubt(item: Any, code: str, message: str, origin: str) -> None:
    notes_of(item).reasons.append(frames.Reason(code, message, origin))


def _wrap_to_instance() -> None:
    original = type_api.to_instance

    def to_instance(typeobj: Any, *args: Any, **kwargs: Any) -> Any:
        origin = _absent_origin(typeobj)
        if origin is None:
            return original(typeobj, *args, **kwargs)
        return _by_implementation(typeobj, origin) or StandInType(origin)

    for module in (type_api, sqltypes, schema):
        if getattr(module, "to_instance", None) is original:
            module.to_instance = to_instance  # type: ignore[attr-defined]


def _by_implementation(typeobj: Any, origin: str) -> Any:
    """The type of a class that derives from an absent one and declares an `impl`; `None` for any other.

    Only a `TypeDecorator` has an `impl`, so the absent class must be one. It may choose another type for some database,
    and its arguments may be meant for its `impl`: the column is in doubt.
    """
    cls = typeobj if isinstance(typeobj, type) else type(typeobj)
    base = next((item for item in cls.__mro__ if "impl" in vars(item)), None)
    implementation = vars(base)["impl"] if base is not None else None
    if not _is_type(implementation):
        return None
    made = type(cls.__name__, (types.TypeDecorator,), {"impl": implementation, "cache_ok": True})
    type.__setattr__(made, "__module__", cls.__module__)
    type.__setattr__(made, "_belljar_lost", origin)
    return made()


def _wrap_annotations() -> None:
    registry = getattr(sqlalchemy.orm, "registry", None)
    original = getattr(registry, "_resolve_type", None)
    if registry is None or original is None:  # before 2.0 annotations create no columns
        return

    def resolve_type(self: Any, python_type: Any, *args: Any, **kwargs: Any) -> Any:
        found = original(self, python_type, *args, **kwargs)
        origin = _absent_origin(python_type) if found is None else None
        return StandInType(origin) if origin else found

    registry._resolve_type = resolve_type


#: Keywords of a column for which SQLAlchemy refuses a stand-in; the column is created without them.
_REFUSED_KEYWORDS = (
    "server_default",
    "server_onupdate",
    "default",
    "onupdate",
    "comment",
    "key",
    "info",
    "insert_default",
)


#: Those that a database never sees, so that the name of a function is all there is to know.
_CLIENT_SIDE = ("default", "onupdate", "insert_default")


def _wrap_column() -> None:
    original = schema.Column.__init__

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        notes = notes_of(self)
        if len(args) > 1 and isinstance(args[0], StandIn) and _is_type(args[1]):
            args = (str(args[0]), *args[1:])
        absent = [name for name, value in kwargs.items() if isinstance(value, StandIn)]
        for name in _REFUSED_KEYWORDS if absent else ():
            origin = _absent_origin(kwargs.get(name)) if isinstance(kwargs.get(name), StandIn) else None
            made = known_answers.value_maker(origin) if origin and name in _CLIENT_SIDE else None
            if made is not None:
                kwargs[name] = made
            elif origin:
                del kwargs[name]
                notes.reasons.append(
                    frames.Reason("stand-in-option", f"`{name}` is taken from `{origin}`", origin)
                )
        for name in absent:
            if name in kwargs and name not in ("type_", "name") and isinstance(kwargs[name], StandIn):
                origin = str(origin_of(kwargs[name]))
                notes.reasons.append(
                    frames.Reason("stand-in-option", f"`{name}` is taken from `{origin}`", origin)
                )
        original(self, *args, **kwargs)

    schema.Column.__init__ = init  # type: ignore[method-assign]
    for name in ("_copy", "copy"):
        if name in schema.Column.__dict__:
            setattr(schema.Column, name, _with_notes(schema.Column.__dict__[name]))


def _is_type(value: Any) -> bool:
    """Whether a value is a type of SQLAlchemy, so that the argument before it is a name."""
    return isinstance(value, type_api.TypeEngine) or (
        isinstance(value, type) and issubclass(value, type_api.TypeEngine)
    )


def _with_notes(copy: Callable[..., Any]) -> Callable[..., Any]:
    """A copy that shares the notes: the column of a mixin keeps the place where it was written."""

    def carried(self: Any, *args: Any, **kwargs: Any) -> Any:
        made = copy(self, *args, **kwargs)
        if NOTES in self.__dict__:
            made.__dict__[NOTES] = self.__dict__[NOTES]
        return made

    return carried


def _wrap_items() -> None:
    original = schema.SchemaItem._init_items

    def init_items(self: Any, *args: Any, **kwargs: Any) -> Any:
        kept = []
        for item in args:
            origin = _absent_origin(item)
            if origin is None:
                kept.append(item)
            elif not known_answers.is_engine(origin):
                _add_doubt(self, "stand-in-item", f"`{origin}` is among its arguments and is absent", origin)
        return original(self, *kept, **kwargs)

    schema.SchemaItem._init_items = init_items  # type: ignore[method-assign]


def _wrap_foreign_key() -> None:
    original = schema.ForeignKey.__init__

    def init(self: Any, column: Any, *args: Any, **kwargs: Any) -> None:
        original(self, str(column) if isinstance(column, StandIn) else column, *args, **kwargs)

    schema.ForeignKey.__init__ = init  # type: ignore[method-assign]


def _wrap_literals() -> None:
    """Convert a stand-in within an expression to a text literal, so that its mark shows in the text."""
    original = elements.BindParameter.__init__

    def init(self: Any, key: Any, *args: Any, **kwargs: Any) -> None:
        if "value" in kwargs:
            kwargs["value"] = _as_text(kwargs["value"])
        original(self, key, *(_as_text(value) for value in args), **kwargs)

    elements.BindParameter.__init__ = init  # type: ignore[method-assign]


def _as_text(value: Any) -> Any:
    """A stand-in as a text with its mark; anything else as it is."""
    return str(value) if isinstance(value, StandIn) else value


#: Key in the `__dict__` of a `MetaData` that holds the origin of its absent schema.
_SCHEMA = "_belljar_schema"


def _without_schema(kwargs: dict[str, Any]) -> str | None:
    """Remove an absent schema from the keywords; returns its origin.

    Its name is not known, and most databases have no schemas.
    """
    value = kwargs.get("schema")
    origin = origin_of(value) if isinstance(value, (StandIn, str)) else None
    if origin is None or str(value) != f"{OPEN}{origin}{CLOSE}":
        return None
    kwargs["schema"] = None
    return origin


def _add_schema_doubt(table: Any, origin: str) -> None:
    _add_doubt(table, "stand-in-schema", f"its schema is taken from `{origin}`, which is absent", origin)


def _wrap_names() -> None:
    """Convert a stand-in used as a name to text, so that its mark shows in the result; omit an absent schema."""
    new, init = schema.Table.__new__, schema.MetaData.__init__

    def table(cls: Any, *args: Any, **kwargs: Any) -> Any:
        origin = _without_schema(kwargs)
        given = list(args)
        if given:
            given[0] = _as_text(given[0])
        if len(given) > 1 and isinstance(given[1], StandIn):
            given[1] = metadata_for(given[1])
        options = {name: value for name, value in kwargs.items() if isinstance(value, StandIn)}
        if "comment" in options:
            kwargs["comment"] = _as_text(options.pop("comment"))
        made = new(cls, *given, **kwargs)
        for name, value in options.items():
            _add_doubt(
                made, "stand-in-option", f"`{name}` is taken from `{origin_of(value)}`", str(origin_of(value))
            )
        if origin is not None:
            _add_schema_doubt(made, origin)
        return made

    def metadata(self: Any, *args: Any, **kwargs: Any) -> None:
        origin = _without_schema(kwargs)
        if origin is not None:
            self.__dict__[_SCHEMA] = origin
        init(self, *args, **kwargs)
        ledger.note_metadata(self)

    schema.Table.__new__ = staticmethod(table)  # type: ignore[method-assign]
    schema.MetaData.__init__ = metadata  # type: ignore[method-assign]


_metadatas: dict[str, Any] = {}


def metadata_for(absent: StandIn) -> Any:
    """The `MetaData` in place of an absent one; the schema of its tables is not known."""
    origin = str(origin_of(absent))
    if origin not in _metadatas:
        _metadatas[origin] = schema.MetaData()
        _metadatas[origin].__dict__[_SCHEMA] = origin
    return _metadatas[origin]


def _wrap_registry() -> None:
    """Let a declarative base be created with an absent class, metaclass or `MetaData`."""
    registry = getattr(sqlalchemy.orm, "registry", None)
    if registry is None:
        from sqlalchemy.ext import declarative
        from sqlalchemy.ext.declarative import api  # type: ignore[attr-defined]

        api.declarative_base = declarative.declarative_base = _accepting_absent(api.declarative_base)
        return
    registry.generate_base = _accepting_absent(registry.generate_base)
    init = registry.__init__

    def initialised(self: Any, *args: Any, **kwargs: Any) -> None:
        if isinstance(kwargs.get("metadata"), StandIn):
            kwargs["metadata"] = metadata_for(kwargs["metadata"])
        init(self, *args, **kwargs)

    registry.__init__ = initialised


def _accepting_absent(make: Callable[..., Any]) -> Callable[..., Any]:
    """A function that creates a declarative base, with stand-ins replaced by classes."""

    def made(*args: Any, **kwargs: Any) -> Any:
        lost = kwargs.pop("metaclass") if isinstance(kwargs.get("metaclass"), StandIn) else None
        if isinstance(kwargs.get("metadata"), StandIn):
            kwargs["metadata"] = metadata_for(kwargs["metadata"])
        if "cls" in kwargs:
            given = kwargs["cls"] if isinstance(kwargs["cls"], tuple) else (kwargs["cls"],)
            bases = kwargs["cls"] = resolve_bases(given)
            meta = kwargs.get("metaclass", _declarative_meta())
            kwargs["metaclass"] = combine_metaclasses(bases, {"metaclass": meta}).get("metaclass", meta)
        base = make(*args, **kwargs)
        if lost is not None:
            type.__setattr__(base, "_belljar_lost", origin_of(lost))
        return base

    return made


def _declarative_meta() -> Any:
    from sqlalchemy.ext import declarative

    return getattr(sqlalchemy.orm, "DeclarativeMeta", None) or declarative.DeclarativeMeta


def _note_table(table: Any, metadata: Any) -> None:
    table.__dict__[NOTES] = Notes(ledger.stack(), ledger.note_table(table))
    if _SCHEMA in metadata.__dict__ and table.schema is None:
        _add_schema_doubt(table, metadata.__dict__[_SCHEMA])


def install() -> None:
    """Install all patches."""
    _wrap_to_instance()
    _wrap_annotations()
    _wrap_column()
    _wrap_items()
    _wrap_foreign_key()
    _wrap_literals()
    _wrap_names()
    _wrap_registry()
    StandInBase._belljar_map = staticmethod(map_class)  # type: ignore[assignment, method-assign]
    event.listen(schema.Table, "before_parent_attach", _note_table)


# Models whose declarative base is absent


_registries: dict[str, Any] = {}


def registries() -> dict[str, Any]:
    """The registries in place of absent declarative bases, by origin."""
    return _registries


def _looks_like_table(cls: type) -> bool:
    own = cls.__dict__
    if own.get("__abstract__"):
        return False
    if isinstance(own.get("__tablename__"), str) or isinstance(own.get("__table__"), schema.Table):
        return True
    if any("__mapper__" in base.__dict__ for base in cls.__mro__[1:]):
        return True  # inherits from a class that was mapped here
    return any(origin.endswith(".Model") for origin in lost_bases(cls)) and _has_key(cls)


def _has_key(cls: type) -> bool:
    return any(isinstance(value, schema.Column) and value.primary_key for value in cls.__dict__.values())


def _has_declarative_base(cls: type) -> bool:
    """Whether another base that is present maps the class."""
    return any(
        key in base.__dict__ for base in cls.__mro__ for key in ("_sa_registry", "_decl_class_registry")
    )


def map_class(cls: type) -> None:
    """Map a class that looks like a table and whose bases are all absent."""
    if not _looks_like_table(cls) or not hasattr(sqlalchemy.orm, "registry") or _has_declarative_base(cls):
        return
    if "__tablename__" not in cls.__dict__ and "__table__" not in cls.__dict__ and _has_key(cls):
        cls.__tablename__ = _snake(cls.__name__)  # type: ignore[attr-defined]
    origin = lost_bases(cls)[0]
    registry = _registries.get(origin)
    if registry is None:
        registry = _registries[origin] = sqlalchemy.orm.registry()
    cls.metadata = registry.metadata  # type: ignore[attr-defined]
    registry.map_declaratively(cls)


def _snake(name: str) -> str:
    """The table name that Flask-SQLAlchemy generates: `CamelCase` becomes `camel_case`."""
    name = re.sub(r"((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))", r"_\1", name)
    return name.lower().lstrip("_")
