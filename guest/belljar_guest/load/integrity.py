"""Detects that a module of the repository replaces a part of what runs it: SQLAlchemy, Python, or this guest.

It is a hint for the host, which then runs the files that ran after that module again, each alone. It proves nothing:
code that knows this check can evade it, and a module may have legitimate reasons.

The check runs after every module, and so must cost almost nothing. `_AllParts` answers in a few C loops whether
anything has changed at all; only if so is each part compared, to find the name.
"""

import re
import sys
import weakref
from collections.abc import Callable, Iterable, Iterator
from gc import get_referents
from operator import is_
from types import FunctionType, ModuleType
from typing import Any

from .. import frames, hidden_modules
from ..channel import Channel
from ..places import Places
from ..stand_in import ledger
from . import listeners

#: Modules whose names and classes are watched, besides those of the guest.
_WATCHED = (
    "_frozen_importlib",
    "_frozen_importlib_external",
    "_io",
    "builtins",
    "codecs",
    "copy",
    "enum",
    "functools",
    "gc",
    "importlib",
    "importlib._bootstrap",
    "importlib._bootstrap_external",
    "inspect",
    "io",
    "json",
    "linecache",
    "marshal",
    "operator",
    "os",
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
    "sqlalchemy.sql.coercions",
    "sqlalchemy.sql.compiler",
    "sqlalchemy.sql.ddl",
    "sqlalchemy.sql.elements",
    "sqlalchemy.sql.naming",
    "sqlalchemy.sql.schema",
    "sqlalchemy.sql.sqltypes",
    "sqlalchemy.sql.type_api",
    "sqlalchemy.sql.visitors",
    "sqlalchemy.util",
    "sqlalchemy.util.langhelpers",
    "tokenize",
    "types",
    "weakref",
)

#: The parts of the guest that are watched.
_OWN = (
    "belljar_guest.bodies",
    "belljar_guest.channel",
    "belljar_guest.entry",
    "belljar_guest.extract",
    "belljar_guest.frames",
    "belljar_guest.load",
    "belljar_guest.places",
    "belljar_guest.stand_in",
)

#: Modules of which only the names are watched, as they have many classes.
_WITHOUT_CLASSES = (
    "belljar_guest.frames",
    "builtins",
    "enum",
    "inspect",
    "json",
    "linecache",
    "tokenize",
    "types",
)

#: Modules of which only the functions are watched, as other names are rebound in normal operation.
_COUNTING = ("sqlalchemy.util.langhelpers",)

#: Modules of dialects, whose compiler and preparer classes are watched.
_OF_DIALECTS = re.compile(r"sqlalchemy\.dialects\.\w+\.base")
_WRITERS = ("Compiler", "Preparer")

#: Statements that no run compiles: what compiles them (`@compiles(DropConstraint, "mysql")`) has no effect on a schema.
_NEVER_COMPILED = re.compile(r"sqlalchemy\.sql\.(?:ddl\.Drop\w+|dml\.(?:Insert|Update|Delete))")

#: Names of `sys` that no ordinary module sets.
_SYS = (
    "modules",
    "displayhook",
    "excepthook",
    "unraisablehook",
    "_getframe",
    "stdlib_module_names",
    "intern",
    "addaudithook",
)


#: Attributes of a `MetaData` that affect tables created later.
_SETTINGS = ("schema", "naming_convention")


#: Types of values that SQLAlchemy itself changes: flags, counters, and cached names.
_STATE = (bool, int, str, type(None))


class _Part:
    """The names of a module or class, with their values."""

    __slots__ = ("live", "name", "names", "size", "values")

    def __init__(self, name: str, live: Any) -> None:
        self.name = name
        self.live = live
        self.take()

    def take(self) -> None:
        """Record the current values."""
        self.names = [name for name in self.live if name not in ("__doc__", "__warningregistry__", "_")]
        self.values = [self.live[name] for name in self.names]
        self.size = len(self.live)
        for function in filter(None, map(_function, self.values)):
            _functions[id(function)] = (function, self.name)

    def is_intact(self) -> bool:
        """Whether nothing has changed; calls no Python code of the values."""
        return len(self.live) == self.size and all(map(is_, map(self.live.get, self.names), self.values))

    def changed(self, repository: str) -> Iterator[str]:
        """The names that are bound to other values now."""
        is_never_compiled = _NEVER_COMPILED.fullmatch(self.name) is not None
        for name, value in zip(self.names, self.values, strict=True):
            if name == "_compiler_dispatch" and is_never_compiled:
                continue
            if type(value) not in _STATE and self.live.get(name) is not value:
                yield f"{self.name}.{name}"
        if len(self.live) > self.size and not isinstance(self.live, dict):
            known = set(self.names)
            for name, value in list(self.live.items()):
                function = _function(value)
                if name not in known and function and function.__code__.co_filename.startswith(repository):
                    yield f"{self.name}.{name}"


def _function(value: Any) -> FunctionType | None:
    """The function that a value is or, as a method or property, wraps."""
    for inner in (value, getattr(value, "__func__", None), value.fget if type(value) is property else None):
        if type(inner) is FunctionType:
            return inner
    return None


_parts: list[_Part] = []

#: All watched functions by `id`, each with its part.
_functions: dict[int, tuple[FunctionType, str]] = {}


class _AllParts:
    """All parts together.

    Checking it after every module costs a few loops in C; checking each part would cost as much as a small module
    itself.
    """

    __slots__ = ("lives", "values")

    def __init__(self) -> None:
        self.lives: list[dict[str, Any]] = []
        self.take()

    def take(self) -> None:
        """Record the current values."""
        # The collector returns the dictionary of a class, and all values of it, without an iterator.
        self.lives = [
            part.live if type(part.live) is dict else get_referents(part.live)[0] for part in _parts
        ]
        self.values = get_referents(*self.lives)

    def is_intact(self) -> bool:
        """Whether nothing has changed.

        A rebound name keeps its position among the values. Comparing lists treats identical items as equal without
        calling them. A value that claims to equal the one it replaced gets past, like other code that knows this check.
        """
        return get_referents(*self.lives) == self.values


_whole = _AllParts()


def freeze() -> None:
    """Record the state when the snapshot is made."""
    _functions.clear()
    _parts[:] = [part for module in _watched() for part in _of_module(module)]
    hidden_modules.hide_class_modules()  # the watched classes have been found by their modules
    for part in _parts:
        part.take()
    _whole.take()
    listeners.freeze()


def _watched() -> Iterable[ModuleType]:
    for name, module in sorted(sys.modules.items()):
        if name in _WATCHED or name.startswith(_OWN) or _OF_DIALECTS.fullmatch(name):
            yield module


def _of_module(module: ModuleType) -> Iterator[_Part]:
    name = module.__name__
    is_dialect = _OF_DIALECTS.fullmatch(name) is not None
    if name in _COUNTING:
        yield _Part(name, {key: value for key, value in vars(module).items() if _function(value)})
    elif not is_dialect:
        yield _Part(name, vars(module))
    for value in list(vars(module).values()) if name not in _WITHOUT_CLASSES else ():
        if not type.__instancecheck__(type, value) or value.__module__ != name or value is type:
            continue
        if not is_dialect or value.__name__.endswith(_WRITERS):
            yield _Part(f"{name}.{value.__qualname__}", value.__dict__)


class Integrity:
    """Compares the state before and after every module."""

    def __init__(self, channel: Channel, places: Places) -> None:
        """Take the channel; changes since the snapshot was made are the guest's own."""
        self._channel = channel
        self._prefix = places.prefix
        self._listeners = listeners.Listeners(places.prefix)
        self._running: list[tuple[str, dict[str, Any]]] = []
        self._settings: list[list[Any]] = []
        self._audits: list[str] = []
        add = sys.addaudithook
        sys.addaudithook = self._audited(add)  # type: ignore[assignment]
        add(self._note_audit_event)
        self._sys = [getattr(sys, name, None) for name in _SYS]
        self._finders: list[Any] = list(sys.meta_path)
        self._hooks: list[Any] = list(sys.path_hooks)
        self._library = sys.modules.get("sqlalchemy")
        for part in _parts:
            if not part.is_intact():
                part.take()
        _whole.take()

    def begin(self, path: str, names: dict[str, Any]) -> None:
        """Note that a module begins; changes so far belong to the module that imports it."""
        if self._running:
            self._compare(*self._running[-1])
        self._running.append((path, names))

    def end(self, path: str, names: dict[str, Any]) -> None:
        """Note that a module has run, with its names."""
        self._compare(path, names)
        self._listeners.ended(names)
        if self._running:
            self._running.pop()

    def _compare(self, path: str, names: dict[str, Any]) -> None:
        """Report what a module replaced."""
        try:
            found = (
                *self._of_parts(),
                *self._of_sys(),
                *self._listeners.new(names),
                *self._of_metadata(path),
            )
            for name in found[:1]:  # one is enough
                self._channel.send(frames.Remark("replaced", name, frames.Place(path, 0)))
        except BaseException as error:  # the guest itself was changed
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
        if self._audits:
            found += self._audits
            self._audits.clear()
        return found

    def _of_metadata(self, path: str) -> list[str]:
        """Changed settings of a `MetaData` that has tables of another module, as they affect tables created later."""
        for item in ledger.current().new_metadata():
            self._settings.append([weakref.ref(item), path, _settings(item)])
        found = []
        for noted in self._settings:
            item = noted[0]()
            now = _settings(item) if item is not None else noted[2]
            if now != noted[2]:
                names = [
                    name for name, one, other in zip(_SETTINGS, now, noted[2], strict=True) if one != other
                ]
                noted[2] = now
                # Before there are tables, it is ordinary setup.
                if noted[1] != path and item.tables:
                    found += [f"MetaData.{name}" for name in names]
        return found

    def _note_audit_event(self, event: str, args: tuple[Any, ...]) -> None:
        """Note that a watched function gets other code or defaults, at the moment of the assignment."""
        if event == "object.__setattr__":
            found = _functions.get(id(args[0]))
            if found is not None:
                self._audits.append(f"{found[1]}.{found[0].__name__}")

    def _audited(self, add: Callable[[Any], None]) -> Callable[[Any], None]:
        """A replacement for `sys.addaudithook`: a hook sees and can block everything, and can't be removed."""

        def addaudithook(hook: Any) -> None:
            self._audits.append("sys.addaudithook")
            add(hook)

        return addaudithook


def _settings(metadata: Any) -> tuple[Any, ...]:
    """The attributes of a `MetaData` that affect tables created later."""
    own = metadata.__dict__
    convention = own.get("naming_convention")
    return own.get("schema"), tuple(convention.items()) if isinstance(convention, dict) else convention
