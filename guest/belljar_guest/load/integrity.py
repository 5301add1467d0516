"""Notices when a module of the repository replaces a part of what runs it: SQLAlchemy, Python, or this guest.

That is a hint for the host, which then runs the files that ran after it alone. It proves nothing: code that knows of
this check can get past it, and a module may have its reasons.
"""

import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from operator import attrgetter, is_, itemgetter, methodcaller
from types import FunctionType, ModuleType
from typing import Any

import sqlalchemy.event.registry
from sqlalchemy.sql import schema

from .. import frames
from ..channel import Channel
from ..places import Places

#: Whose names and classes are watched, besides those of this guest.
_WATCHED = (
    "builtins",
    "codecs",
    "gc",
    "importlib",
    "importlib._bootstrap",
    "importlib._bootstrap_external",
    "inspect",
    "json",
    "sqlalchemy",
    "sqlalchemy.event.api",
    "sqlalchemy.event.base",
    "sqlalchemy.event.registry",
    "sqlalchemy.ext.compiler",
    "sqlalchemy.ext.declarative.api",
    "sqlalchemy.ext.declarative.base",
    "sqlalchemy.orm",
    "sqlalchemy.orm.decl_api",
    "sqlalchemy.orm.decl_base",
    "sqlalchemy.orm.mapper",
    "sqlalchemy.orm.properties",
    "sqlalchemy.sql.base",
    "sqlalchemy.sql.schema",
    "sqlalchemy.sql.sqltypes",
    "sqlalchemy.sql.type_api",
    "types",
    "weakref",
)

#: The parts of this guest that see everything.
_OWN = (
    "belljar_guest.channel",
    "belljar_guest.entry",
    "belljar_guest.extract",
    "belljar_guest.frames",
    "belljar_guest.load",
    "belljar_guest.places",
    "belljar_guest.stand_in",
)

#: Of these only the names count: of their classes there are many.
_WITHOUT_CLASSES = ("belljar_guest.frames", "builtins", "inspect", "json", "types")

#: Names of `sys` that only what interferes sets.
_SYS = (
    "modules",
    "displayhook",
    "excepthook",
    "unraisablehook",
    "_getframe",
    "stdlib_module_names",
    "intern",
)

#: Classes whose listeners see every table and column that is made.
_HEARD = frozenset(map(id, (schema.Table, schema.Column, schema.MetaData)))


class _Part:
    """The names of one module or class, with what they were bound to."""

    __slots__ = ("codes", "functions", "live", "name", "names", "size", "values")

    def __init__(self, name: str, live: Any) -> None:
        self.name = name
        self.live = live
        self.take()

    def take(self) -> None:
        """Remember what there is now."""
        self.names = [name for name in self.live if name not in ("__doc__", "__warningregistry__", "_")]
        self.values = [self.live[name] for name in self.names]
        self.functions = [value for value in map(_function, self.values) if value is not None]
        self.codes = [function.__code__ for function in self.functions]
        self.size = len(self.live)

    def is_intact(self) -> bool:
        """Whether nothing has changed, told without running any Python."""
        return (
            len(self.live) == self.size
            and all(map(is_, map(self.live.get, self.names), self.values))
            and all(map(is_, map(_CODE, self.functions), self.codes))
        )

    def changed(self, repository: str) -> Iterator[str]:
        """The names that are bound to something else now, or to a function of other code."""
        if all(map(is_, map(self.live.get, self.names), self.values)):
            if not all(map(is_, map(_CODE, self.functions), self.codes)):
                for watched, code in zip(self.functions, self.codes, strict=True):
                    if watched.__code__ is not code:
                        yield f"{self.name}.{watched.__name__}"
        else:
            for name, value in zip(self.names, self.values, strict=True):
                if self.live.get(name) is not value:
                    yield f"{self.name}.{name}"
        if len(self.live) > self.size and not isinstance(self.live, dict):
            known = set(self.names)
            for name, value in list(self.live.items()):
                function = _function(value)
                if name not in known and function and function.__code__.co_filename.startswith(repository):
                    yield f"{self.name}.{name}"


def _function(value: Any) -> FunctionType | None:
    """The function that a value is, or wraps as a method or a property does."""
    for inner in (value, getattr(value, "__func__", None), value.fget if type(value) is property else None):
        if type(inner) is FunctionType:
            return inner
    return None


_CODE = attrgetter("__code__")
_VALUES = methodcaller("values")

_parts: list[_Part] = []


class _Whole:
    """All parts at once.

    A look at it after every module costs a few loops in C; a look at each part costs as much as a small module itself.
    """

    __slots__ = ("codes", "functions", "lives", "sizes", "values")

    def __init__(self) -> None:
        self.lives: list[Any] = []
        self.take()

    def take(self) -> None:
        """Remember what there is now."""
        self.lives = [part.live for part in _parts]
        self.sizes = list(map(len, self.lives))
        self.values = list(chain.from_iterable(map(_VALUES, self.lives)))
        self.functions = list(chain.from_iterable(part.functions for part in _parts))
        self.codes = list(map(_CODE, self.functions))

    def is_intact(self) -> bool:
        """Whether nothing has changed. A value that is bound anew keeps its place among the values of its part.

        Lists compare what is identical without asking it. A value that says it equals the one it replaced gets past, as
        other code that knows of this check does.
        """
        return (
            list(map(len, self.lives)) == self.sizes
            and list(chain.from_iterable(map(_VALUES, self.lives))) == self.values
            and list(map(_CODE, self.functions)) == self.codes
        )


_whole = _Whole()


def freeze() -> None:
    """Remember what there is when the snapshot is made."""
    _parts[:] = [part for module in _watched() for part in _of_module(module)]
    _whole.take()


def _watched() -> Iterable[ModuleType]:
    for name, module in sorted(sys.modules.items()):
        if name in _WATCHED or name.startswith(_OWN):
            yield module


def _of_module(module: ModuleType) -> Iterator[_Part]:
    name = module.__name__
    yield _Part(name, vars(module))
    for value in list(vars(module).values()) if name not in _WITHOUT_CLASSES else ():
        if type.__instancecheck__(type, value) and value.__module__ == name and value is not type:
            yield _Part(f"{name}.{value.__qualname__}", value.__dict__)


class Integrity:
    """Compares what there is with what there was, after every module."""

    def __init__(self, channel: Channel, places: Places) -> None:
        """Take whom to tell; what has changed since the snapshot was made is the guest's own doing."""
        self._channel = channel
        self._prefix = places.prefix
        self._listeners = len(sqlalchemy.event.registry._key_to_collection)
        self._sys = [getattr(sys, name, None) for name in _SYS]
        self._finders: list[Any] = list(sys.meta_path)
        self._hooks: list[Any] = list(sys.path_hooks)
        self._library = sys.modules.get("sqlalchemy")
        for part in _parts:
            if not part.is_intact():
                part.take()
        _whole.take()

    def look(self, path: str) -> None:
        """Tell what a module that has just run replaced."""
        try:
            for name in (*self._of_parts(), *self._of_sys(), *self._of_events()):
                self._channel.send(frames.Remark("replaced", name, frames.Place(path, 0)))
                break  # one is enough
        except BaseException as error:  # then it is replaced itself
            text = f"the guest ({type(error).__name__})"
            self._channel.send(frames.Remark("replaced", text, frames.Place(path, 0)))

    def _of_parts(self) -> list[str]:
        found: list[str] = []
        if _whole.is_intact():
            return found
        for part in _parts:
            if not part.is_intact():
                found += part.changed(self._prefix)
                part.take()
        _whole.take()
        return found

    def _of_sys(self) -> list[str]:
        now = [getattr(sys, name, None) for name in _SYS]
        found = [
            f"sys.{name}" for name, one, other in zip(_SYS, now, self._sys, strict=True) if one is not other
        ]
        self._sys = now
        lists: list[tuple[str, list[Any], list[Any]]] = [
            ("meta_path", self._finders, sys.meta_path),
            ("path_hooks", self._hooks, sys.path_hooks),
        ]
        for name, before, after in lists:
            if any(not any(item is other for other in after) for item in before):
                found.append(f"sys.{name}")
                before[:] = list(after)
        if sys.modules.get("sqlalchemy") is not self._library:
            found.append("sys.modules['sqlalchemy']")
            self._library = sys.modules.get("sqlalchemy")
        if sys.gettrace() is not None or sys.getprofile() is not None:
            found.append("sys.settrace")
        return found

    def _of_events(self) -> list[str]:
        """Listeners of the repository's own that see every table or column."""
        registry = sqlalchemy.event.registry._key_to_collection
        if len(registry) == self._listeners:
            return []
        before, self._listeners = self._listeners, len(registry)
        return [
            f"the listeners to `{key[1]}` of SQLAlchemy's classes"
            for key, collections in list(registry.items())[before:]
            if key[0] in _HEARD and any(map(self._is_own, map(itemgetter(1), list(collections.items()))))
        ]

    def _is_own(self, listener: Any) -> bool:
        function = _function(listener())
        return function is not None and function.__code__.co_filename.startswith(self._prefix)
