"""Finds every `MetaData` that the repository made, and names it."""

import gc
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import MetaData, Table

from ..stand_in.sqlalchemy_patches import NOTES, registries
from .declarations import MetaDatas, listened_to
from .heap import objects_of


def all_metadata(modules: Iterable[str], libraries: Iterable[str] = ()) -> MetaDatas:
    """Every `MetaData` that something belongs to, each with a name that is unique and the same in every run.

    The repository names what it can reach; only the rest is called as the modules of `libraries` name it.
    """
    gc.collect()
    heard = {id(item) for item in listened_to()}
    every = objects_of(MetaData)
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
    return [table for item in objects_of(MetaData) for table in item.tables.values()]


def _first_place(metadata: Any) -> tuple[str, int]:
    """Where its first table is made: a name for what no name leads to."""
    for table in metadata.tables.values():
        notes = table.__dict__.get(NOTES)
        if notes is not None and notes.place is not None:
            return notes.place.path, notes.place.line
    return "?", 0


def _names(modules: Iterable[str]) -> dict[int, str]:
    """The best name, by `id`, that leads to each `MetaData` from the module globals of the repository.

    That is where it, or the base class that holds it, is made, before where either is imported, and both before a
    table or a class that happens to belong to it; then the shortest.
    """
    found: dict[int, tuple[int, int, str]] = {}

    def offer(item: Any, name: str, rank: int) -> None:
        offered = (rank, len(name), name)
        found[id(item)] = min(found.get(id(item), offered), offered)

    for module in modules:
        for name, value in list(vars(sys.modules[module]).items() if module in sys.modules else ()):
            own = _own(value)
            leads = [*_leads(value, own)]
            rank = _rank(value, own, module, name) if leads else 0
            for item, behind in leads:
                offer(item, f"{module}:{name}{behind}", rank)
    names = {item: name for item, (_, _, name) in found.items()}
    for origin, registry in registries().items():
        names.setdefault(id(registry.metadata), f"absent:{origin}.metadata")
    return names


def _leads(value: Any, own: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
    """Every `MetaData` that a value leads to, each with how it is reached from there."""
    several = own.get("metadatas")  # one for each bind, as Flask-SQLAlchemy keeps them
    offered = [(value, "")]
    for key in ("metadata", "registry", "Model"):
        inner = own.get(key)
        offered += [(inner, f".{key}"), (_own(inner).get("metadata"), f".{key}.metadata")]
    for key, inner in several.items() if type(several) is dict else ():
        offered.append((inner, f".metadatas[{key!r}]" if key else ".metadata"))
    # `isinstance` asks a proxy for its class, and the proxy may fail.
    return ((item, behind) for item, behind in offered if issubclass(type(item), MetaData))


def _rank(value: Any, own: Mapping[str, Any], module: str, name: str) -> int:
    """How far from its `MetaData` something is that leads there; smaller is nearer."""
    if "__mapper__" in own or issubclass(type(value), Table):
        return 2
    return 0 if re.search(_MADE.format(re.escape(name)), _source(module), re.MULTILINE) else 1


#: How a module gives a name to what it makes, and does not import.
_MADE = r"^[ \t]*(?:class[ \t]+{0}\b|{0}[ \t]*(?::[^=\n]*)?=)"


def _source(module: str) -> str:
    """The text of a module."""
    try:
        with open(str(sys.modules[module].__file__), encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def _own(value: Any) -> Mapping[str, Any]:
    """The attributes of an object itself, without asking it: a proxy may fail when it is asked."""
    try:
        return object.__getattribute__(value, "__dict__")  # type: ignore[no-any-return]
    except BaseException:  # there is none, or a property of its own fails
        return {}
