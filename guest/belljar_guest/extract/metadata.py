"""Finds every `MetaData` of the repository, and names it."""

import gc
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import MetaData, Table

from ..stand_in.created_objects import objects_of
from ..stand_in.sqlalchemy_patches import NOTES, registries
from .declarations import NamedMetaData, metadata_with_listeners


def all_metadata(modules: Iterable[str], libraries: Iterable[str] = ()) -> NamedMetaData:
    """Every `MetaData` that is in use, each with a name that is unique and the same in every run.

    The names in the repository's modules come first; those in the modules of `libraries` serve for the rest.
    """
    names = {**_names(libraries), **_names(modules)}
    if not all(id(item) in names for item in _in_use()):
        gc.collect()  # what only cycles refer to is not in use
    found = _in_use()
    named: dict[str, Any] = {}
    for item in sorted(found, key=lambda item: (names.get(id(item), "~"), _first_place(item))):
        base = names.get(id(item)) or "at {}:{}".format(*_first_place(item))
        name, count = base, 1
        while name in named:
            count += 1
            name = f"{base}#{count}"
        named[name] = item
    return NamedMetaData(
        list(named.items()), {id(item): name for name, item in named.items() if id(item) in names}
    )


def _in_use() -> list[Any]:
    """Every `MetaData` with contents or listeners."""
    with_listeners = {id(item) for item in metadata_with_listeners()}
    return [
        item for item in objects_of(MetaData) if item.tables or item._sequences or id(item) in with_listeners
    ]


def every_table() -> list[Any]:
    """The tables of every `MetaData`."""
    return [table for item in objects_of(MetaData) for table in item.tables.values()]


def _first_place(metadata: Any) -> tuple[str, int]:
    """The place of its first table, which names a `MetaData` that no variable leads to."""
    for table in metadata.tables.values():
        notes = table.__dict__.get(NOTES)
        if notes is not None and notes.place is not None:
            return notes.place.path, notes.place.line
    return "?", 0


def _names(modules: Iterable[str]) -> dict[int, str]:
    """By `id`, the best name that leads to each `MetaData` from the globals of modules.

    A name where it or its base class is defined is better than one where it is imported, and both are better than a
    table or class that belongs to it. Then the shortest name is best.
    """
    found: dict[int, tuple[int, int, str]] = {}

    def offer(item: Any, name: str, rank: int) -> None:
        offered = (rank, len(name), name)
        found[id(item)] = min(found.get(id(item), offered), offered)

    for module in modules:
        for name, value in list(vars(sys.modules[module]).items() if module in sys.modules else ()):
            own = _own_attributes(value)
            reachable = [*_reachable_metadata(value, own)]
            rank = _rank(value, own, module, name) if reachable else 0
            for item, suffix in reachable:
                offer(item, f"{module}:{name}{suffix}", rank)
    names = {item: name for item, (_, _, name) in found.items()}
    for origin, registry in registries().items():
        names.setdefault(id(registry.metadata), f"absent:{origin}.metadata")
    return names


def _reachable_metadata(value: Any, own: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
    """Every `MetaData` that a value leads to, with the attribute path."""
    several = own.get("metadatas")  # one for each bind, as in Flask-SQLAlchemy
    offered = [(value, "")]
    for key in ("metadata", "registry", "Model"):
        inner = own.get(key)
        offered += [(inner, f".{key}"), (_own_attributes(inner).get("metadata"), f".{key}.metadata")]
    for key, inner in several.items() if type(several) is dict else ():
        offered.append((inner, f".metadatas[{key!r}]" if key else ".metadata"))
    # `isinstance` would use the `__class__` of a proxy, which may fail.
    return ((item, suffix) for item, suffix in offered if issubclass(type(item), MetaData))


def _rank(value: Any, own: Mapping[str, Any], module: str, name: str) -> int:
    """The distance of a value from its `MetaData`; smaller is nearer."""
    if "__mapper__" in own or issubclass(type(value), Table):
        return 2
    return 0 if re.search(_MADE.format(re.escape(name)), _source(module), re.MULTILINE) else 1


#: A definition of a name, as opposed to an import.
_MADE = r"^[ \t]*(?:class[ \t]+{0}\b|{0}[ \t]*(?::[^=\n]*)?=)"


def _source(module: str) -> str:
    """The source text of a module."""
    try:
        with open(str(sys.modules[module].__file__), encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def _own_attributes(value: Any) -> Mapping[str, Any]:
    """The attributes of the object itself; a proxy may fail when it is asked."""
    try:
        return object.__getattribute__(value, "__dict__")  # type: ignore[no-any-return]
    except BaseException:  # there is none, or a property of that name fails
        return {}
