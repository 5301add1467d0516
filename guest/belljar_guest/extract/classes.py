"""Mapped classes, which a database does not know."""

import sys
from types import ModuleType
from typing import Any

from sqlalchemy import Column, Table, inspect
from sqlalchemy.orm import ColumnProperty, Mapper, RelationshipProperty

from .. import frames
from ..stand_in.created_objects import objects_of
from ..stand_in.reflection import is_reflected
from . import postponed_instrumentation
from .sql import expression, safe_repr, safe_text


def all_mappers() -> list[Any]:
    """Every mapper that the repository made, sorted by class."""
    found = objects_of(Mapper)
    return sorted(found, key=lambda mapper: (mapper.class_.__module__, mapper.class_.__qualname__))


def is_gone(cls: type) -> bool:
    """Whether a class is declared no longer: another one has its name, or its table is in no `MetaData`."""
    found: Any = sys.modules.get(str(cls.__module__))
    for name in str(cls.__qualname__).split("."):
        found = vars(found).get(name) if isinstance(found, (ModuleType, type)) else None
    if found is cls:
        return False
    return isinstance(found, type) or not _has_table(cls)


def _has_table(cls: type) -> bool:
    manager = vars(cls).get("_sa_class_manager")  # `inspect` would configure the mappers
    mapper = vars(manager).get("mapper") if manager is not None else None
    table = getattr(mapper, "local_table", None)
    return not isinstance(table, Table) or table.metadata.tables.get(table.key) is table


def reference(cls: type) -> frames.ClassRef:
    """A class by its module and qualified name."""
    return frames.ClassRef(safe_text(cls.__module__), safe_text(cls.__qualname__))


def class_frame(mapper: Any, metadata: dict[int, str], own: frozenset[str]) -> frames.Class:
    """The frame of one mapped class; `metadata` has names by `id`, `own` the repository's modules."""
    cls, table, inherits = mapper.class_, mapper.local_table, mapper.inherits
    kind = None
    if inherits is not None:
        kind = "concrete" if mapper.concrete else "single" if mapper.single else "joined"
    identity = mapper.polymorphic_identity
    tables = [table] if mapper.single else list(dict.fromkeys([table, *mapper.tables]))
    return frames.Class(
        itself=reference(cls),
        lineage=[reference(base) for base in cls.__mro__ if base.__module__ in own],
        metadata=metadata.get(id(getattr(table, "metadata", None))),
        tables=[safe_text(getattr(item, "fullname", item)) for item in tables],
        owns_table=kind != "single",
        columns=_columns(mapper),
        inherits=reference(inherits.class_) if inherits is not None else None,
        inheritance=kind,
        polymorphic_identity=None if identity is None else safe_repr(identity),
        relationships=_relationships(mapper),
        properties=_properties(mapper),
    )


def _columns(mapper: Any) -> list[frames.ColumnAttribute]:
    """Attributes of the columns of the local table."""
    return [
        frames.ColumnAttribute(safe_text(column.name), safe_text(key))
        for key, prop in _attributes(mapper)
        for column in getattr(prop, "columns", ())
        if isinstance(prop, ColumnProperty) and getattr(column, "table", None) is mapper.local_table
        if not is_reflected(column)
    ]


def _attributes(mapper: Any) -> list[tuple[str, Any]]:
    """The properties of a mapper, without configuring it."""
    return sorted(mapper._props.items()) if hasattr(mapper, "_props") else []


def _relationships(mapper: Any) -> list[frames.Relationship]:
    found = []
    for key, prop in _attributes(mapper):
        if not isinstance(prop, RelationshipProperty):
            continue
        direction = getattr(prop, "direction", None)
        name = getattr(direction, "name", None)
        secondary = getattr(prop, "secondary", None)
        found.append(
            frames.Relationship(
                name=safe_text(key),
                target=_target(prop),
                direction={
                    "ONETOMANY": "one_to_many",
                    "MANYTOONE": "many_to_one",
                    "MANYTOMANY": "many_to_many",
                }.get(safe_text(name).replace("symbol(", "").strip("'()")),
                uselist=prop.uselist if isinstance(prop.uselist, bool) else None,
                secondary=safe_text(getattr(secondary, "fullname", secondary))
                if secondary is not None and not callable(secondary)
                else None,
                back_populates=prop.back_populates if isinstance(prop.back_populates, str) else None,
            )
        )
    return found


def _target(prop: Any) -> str:
    """The target class of a relationship, or its name as written if it is not resolved."""
    mapper = prop.__dict__.get("mapper")
    if mapper is not None:
        return f"{mapper.class_.__module__}:{mapper.class_.__qualname__}"
    argument = getattr(prop.argument, "__self__", prop.argument)  # 1.3 keeps a method that resolves the name
    if isinstance(argument, type):
        return f"{argument.__module__}:{argument.__qualname__}"
    return (
        safe_text(getattr(argument, "arg", argument))
        if isinstance(getattr(argument, "arg", argument), str)
        else safe_repr(argument)
    )


def _properties(mapper: Any) -> list[frames.Property]:
    """Synonyms, composites, column properties over expressions, hybrids and association proxies."""
    found = []
    for key, prop in _attributes(mapper):
        kind = type(prop).__name__
        if kind in ("SynonymProperty", "Synonym"):
            found.append(frames.Property(safe_text(key), "synonym", safe_text(prop.name)))
        elif kind in ("CompositeProperty", "Composite"):
            found.append(frames.Property(safe_text(key), "composite", None))
        elif hasattr(prop, "columns") and prop.columns and not isinstance(prop.columns[0], Column):
            found.append(frames.Property(safe_text(key), "column_property", expression(prop.columns[0])))
    for key, item in sorted(_descriptors(mapper).items()):
        if "HYBRID" in safe_text(getattr(item, "extension_type", "")):
            found.append(frames.Property(safe_text(key), "hybrid", None))
        elif "ASSOCIATION_PROXY" in safe_text(getattr(item, "extension_type", "")):
            found.append(frames.Property(safe_text(key), "association_proxy", None))
    return sorted(found, key=lambda item: (item.name, item.kind))


def _descriptors(mapper: Any) -> dict[str, Any]:
    try:
        with postponed_instrumentation.reading():
            return dict(inspect(mapper.class_).all_orm_descriptors.items())
    except BaseException:  # this configures the mappers, which may fail
        return {}
