"""Finds every `MetaData` that the repository made, and names it."""

import gc
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import MetaData

from ..stand_in.seams import NOTES, registries
from .declarations import MetaDatas, listened_to


def all_metadata(modules: Iterable[str], libraries: Iterable[str] = ()) -> MetaDatas:
    """Every `MetaData` that something belongs to, each with a name that is unique and the same in every run.

    The repository names what it can reach; only the rest is called as the modules of `libraries` name it.
    """
    gc.collect()
    heard = {id(item) for item in listened_to()}
    every = [item for item in gc.get_objects() if issubclass(type(item), MetaData)]
    found = [item for item in every if item.tables or item._sequences or id(item) in heard]
    names = {**_names(libraries), **_names(modules)}
    named: dict[str, Any] = {}
    for item in sorted(found, key=lambda item: (names.get(id(item), "~"), _first_place(item))):
        base = names.get(id(item)) or "at {}:{}".format(*_first_place(item))
        name, count = base, 1
        while name in named:
            count += 1
            name = f"{base}#{count}"
        named[name] = item
    return MetaDatas(
        list(named.items()), {id(item): name for name, item in named.items() if id(item) in names}
    )


def every_table() -> list[Any]:
    """The tables of every `MetaData`."""
    every = [item for item in gc.get_objects() if issubclass(type(item), MetaData)]
    return [table for item in every for table in item.tables.values()]


def _first_place(metadata: Any) -> tuple[str, int]:
    """Where its first table is made: a name for what no name leads to."""
    for table in metadata.tables.values():
        notes = table.__dict__.get(NOTES)
        if notes is not None and notes.place is not None:
            return notes.place.path, notes.place.line
    return "?", 0


def _names(modules: Iterable[str]) -> dict[int, str]:
    """The shortest name, by `id`, that leads to each `MetaData` from the module globals of the repository."""
    found: dict[int, str] = {}

    def offer(item: Any, name: str) -> None:
        if issubclass(
            type(item), MetaData
        ):  # `isinstance` asks a proxy for its class, and the proxy may fail
            known = found.get(id(item))
            if known is None or (len(name), name) < (len(known), known):
                found[id(item)] = name

    for module in modules:
        for name, value in list(vars(sys.modules[module]).items() if module in sys.modules else ()):
            offer(value, f"{module}:{name}")
            own = _own(value)
            for key in ("metadata", "registry", "Model"):
                inner = own.get(key)
                offer(inner, f"{module}:{name}.{key}")
                offer(_own(inner).get("metadata"), f"{module}:{name}.{key}.metadata")
            several = own.get("metadatas")  # one for each bind, as Flask-SQLAlchemy keeps them
            for key, inner in several.items() if type(several) is dict else ():
                offer(inner, f"{module}:{name}.metadatas[{key!r}]" if key else f"{module}:{name}.metadata")
    for origin, registry in registries().items():
        found.setdefault(id(registry.metadata), f"absent:{origin}.metadata")
    return found


def _own(value: Any) -> Mapping[str, Any]:
    """The attributes of an object itself, without asking it: a proxy may fail when it is asked."""
    try:
        return object.__getattribute__(value, "__dict__")  # type: ignore[no-any-return]
    except BaseException:  # there is none, or a property of its own fails
        return {}
