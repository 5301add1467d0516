"""Named types of a PostgreSQL database: enumerations and domains."""

import gc
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.sqltypes import SchemaType

from .. import frames
from ..stand_in.created_objects import objects_of
from ..stand_in.sqlalchemy_patches import NOTES
from .declarations import NamedMetaData
from .doubts import Doubts
from .plain_columns import type_key
from .sql import plain_dialect, safe_text, statement_text
from .tables import tables_of

#: By kind, the class of a named type and that of its creating statement.
_KINDS: dict[str, tuple[type, Any]] = {
    kind: (getattr(postgresql, name), getattr(postgresql, create_statement))
    for kind, name, create_statement in (
        ("enum", "ENUM", "CreateEnumType"),
        ("domain", "DOMAIN", "CreateDomainType"),  # since 2.0
    )
    if hasattr(postgresql, name)
}

_Key = tuple[str, str, str, str, str]


def named_types(found: NamedMetaData, views: set[int], doubts: Doubts) -> list[frames.NamedType]:
    """Every named type with the columns that use it, sorted by schema and name.

    `views` are the tables, by `id`, that are views: other tables declare the types of their columns.
    """
    columns: dict[_Key, list[Any]] = {}
    frames_of: dict[_Key, frames.NamedType] = {}
    for metadata, native, column in _uses(found, views):
        frame = _frame(found.find_name(metadata), native, doubts)
        frames_of.setdefault(_key(frame), frame)
        columns.setdefault(_key(frame), []).append(column)
    for frame in _without_columns(found, doubts, frames_of):
        frames_of.setdefault(_key(frame), frame)
        columns.setdefault(_key(frame), [])
    return [_with_columns(frames_of[key], columns[key], doubts) for key in sorted(frames_of)]


def _key(frame: frames.NamedType) -> _Key:
    """What types of a database differ in."""
    return (frame.schema or "", frame.name, frame.metadata or "", frame.definition or "", frame.kind)


def _without_columns(
    found: NamedMetaData, doubts: Doubts, used: Collection[_Key]
) -> Iterator[frames.NamedType]:
    """Every named type that belongs to a `MetaData` itself; columns may use it too."""

    def made() -> Iterator[frames.NamedType]:
        known = {id(item) for _, item in found.every}
        for item in objects_of(SchemaType):
            if id(getattr(item, "metadata", None)) in known:
                for native in native_types(item):
                    yield _frame(found.find_name(item.metadata), native, doubts)

    if any(_key(frame) not in used for frame in made()):
        gc.collect()  # a type that only cycles refer to is not kept
    yield from made()


def _uses(found: NamedMetaData, views: set[int]) -> Iterator[tuple[Any, Any, Any]]:
    """Each `MetaData`, named type and column that uses it."""
    without: set[Any] = set()  # keys of types that become none
    for _, metadata in found.every:
        for table in (table for table in tables_of(metadata) if id(table) not in views):
            for column in table.columns:
                key = type_key(column.type)
                natives = list(native_types(column.type)) if key is None or key not in without else []
                if key is not None and not natives:
                    without.add(key)
                for native in natives:
                    yield getattr(native, "metadata", None) or metadata, native, column


#: The deepest nesting of types that is searched.
_DEEPEST = 10


def native_types(column_type: Any, depth: int = 0) -> Iterator[Any]:
    """The named types that a type becomes in PostgreSQL, through decorators, variants and arrays."""
    if depth > _DEEPEST:  # a type of the repository that contains itself
        return
    kinds: Any = tuple(kind for kind, _ in _KINDS.values())
    try:
        native: Any = column_type.dialect_impl(plain_dialect("postgresql"))
        inner = getattr(native, "item_type", None) or getattr(native, "impl", None)
    except BaseException:  # a type of the repository that does not support this dialect
        return
    if issubclass(type(column_type), kinds):  # before 2.0 the adapted type loses `create_type`
        native = column_type
    if isinstance(native, kinds):
        if native.name is not None:
            yield native
    elif inner is not None and inner is not native:
        yield from native_types(inner, depth + 1)


def create_statement(native: Any) -> Any:
    """The statement that creates a named type."""
    return next(make for cls, make in _KINDS.values() if isinstance(native, cls))(native)


def _frame(metadata: str | None, native: Any, doubts: Doubts) -> frames.NamedType:
    kind = next(name for name, (cls, _) in _KINDS.items() if isinstance(native, cls))
    values = [safe_text(value) for value in getattr(native, "enums", ())]
    schema = None if native.schema is None else safe_text(native.schema)
    try:
        definition = statement_text(_KINDS[kind][1](native), "postgresql")
    except BaseException:
        definition = None
    return frames.NamedType(
        kind=kind,
        metadata=metadata,
        schema=schema,
        name=safe_text(native.name),
        values=values,
        definition=definition,
        created=bool(getattr(native, "create_type", True)),
        columns=[],
        reasons=doubts.of_texts([schema, safe_text(native.name), definition, *values]),
        place=None,
    )


def _with_columns(frame: frames.NamedType, columns: list[Any], doubts: Doubts) -> frames.NamedType:
    """The frame of a type with the columns, doubts and places of its uses."""
    reasons = list(frame.reasons)
    places = []
    for column in columns:
        notes = vars(column).get(NOTES)
        reasons += doubts.of_statements(column, column.table)
        if notes is not None and notes.place is not None:
            places.append(notes.place)
    names = {f"{safe_text(column.table.fullname)}.{safe_text(column.name)}" for column in columns}
    return frames.NamedType(
        kind=frame.kind,
        metadata=frame.metadata,
        schema=frame.schema,
        name=frame.name,
        values=frame.values,
        definition=frame.definition,
        created=frame.created,
        columns=sorted(names),
        reasons=doubts.distinct(reasons),
        place=min(places, key=lambda place: (place.path, place.line), default=None),
    )
