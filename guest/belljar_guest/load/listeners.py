"""SQLAlchemy event listeners that a module of the repository registers for objects of other modules.

The listener itself is no reliable evidence: it may be an instance, a partial function, or compiled under any file name.
So everything registered for a class of SQLAlchemy counts, unless it is a function from the source of a library.
"""

import sys
from collections.abc import Iterator
from functools import partial
from itertools import takewhile
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import sqlalchemy.event.registry

from .. import hidden_modules

#: Modules of SQLAlchemy whose listeners concern connections and sessions, which a run does not have.
_OTHERS = ("sqlalchemy.engine", "sqlalchemy.pool", "sqlalchemy.orm.session", "sqlalchemy.orm.query")

#: Events of rows and objects, which no import creates.
_OF_ROWS = frozenset(
    f"{when}_{what}" for when in ("before", "after") for what in ("insert", "update", "delete")
) | {"load", "refresh", "refresh_flush", "init", "init_failure", "expire", "pickle", "unpickle"}

#: Events of mapped classes that a base class receives for all its subclasses.
_OF_MAPPING = frozenset(
    {
        "after_mapper_constructed",
        "attribute_instrument",
        "before_mapper_configured",
        "class_instrument",
        "instrument_class",
        "mapper_configured",
    }
)

#: The deepest nesting of wrappers that SQLAlchemy adds to a listener.
_DEPTH = 5

_own_targets: set[int] = set()
_is_class = partial(type.__instancecheck__, type)


def freeze() -> None:
    """Record SQLAlchemy's own targets when the snapshot is made."""
    _own_targets.clear()
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "sqlalchemy" and not name.startswith(_OTHERS):
            _own_targets.update(id(value) for value in list(vars(module).values()) if _is_own(value))


def _is_own(value: Any) -> bool:
    """A class, or the function `mapper` that stands for one."""
    if isinstance(value, type):
        module = str(value.__module__)
        return module.partition(".")[0] == "sqlalchemy" and not module.startswith(_OTHERS)
    return isinstance(value, FunctionType) and value.__name__ == "mapper"


class Listeners:
    """Compares the registered listeners before and after a module."""

    def __init__(self, prefix: str) -> None:
        """Take the path of the repository."""
        self._prefix = prefix
        self._of_others: set[int] = set()
        self._size = 0
        self._last: Any = None
        self._seen: set[Any] = set()
        self._advance()

    def _advance(self) -> list[Any]:
        """The keys registered since the last call, the newest first."""
        registry = sqlalchemy.event.registry._key_to_collection
        last = next(reversed(registry), None)
        if len(registry) == self._size and last == self._last:
            return []
        before, self._last, self._size = self._last, last, len(registry)
        return list(takewhile(lambda key: key != before, reversed(registry)))

    def ended(self, names: dict[str, Any]) -> None:
        """Note that a module has ended: its classes are not created by later modules.

        The `__module__` of a class is no evidence, as code can set it.
        """
        self._of_others.update(map(id, filter(_is_class, names.values())))

    def new(self, names: dict[str, Any]) -> list[str]:
        """The events for which a module newly registered a listener to objects of other modules."""
        keys = [key for key in self._advance() if self._concerns_others(key, names)]
        registry = sqlalchemy.event.registry._key_to_collection
        found = []
        for key in keys:
            functions = [reference() for reference in list(registry[key].values())]
            if key not in self._seen and not all(self._is_of_library(item, _DEPTH) for item in functions):
                self._seen.add(key)
                found.append(f"the listeners to `{key[1]}` of SQLAlchemy's classes")
        return found

    def _concerns_others(self, key: Any, names: dict[str, Any]) -> bool:
        target, event = key[0], key[1]
        if target in _own_targets:
            return event not in _OF_ROWS
        if event not in _OF_MAPPING:
            return False
        return target in self._of_others or not any(id(value) == target for value in names.values())

    def _is_of_library(self, listener: Any, depth: int) -> bool:
        """Whether a listener, and everything that it wraps, is a function of a library."""
        if depth == 0:
            return False
        if type(listener) is MethodType and isinstance(listener.__self__, type):
            listener = listener.__func__
        if type(listener) is not FunctionType or not self._is_code_of_library(listener):
            return False
        inner = [_cell_content(cell) for cell in listener.__closure__ or ()]
        return all(
            self._is_of_library(item, depth - 1)
            for item in inner
            if callable(item) and not isinstance(item, type)
        )

    def _is_code_of_library(self, function: FunctionType) -> bool:
        """Whether a function comes from the source of a library, rather than being compiled under its name."""
        module = hidden_modules.find_module(str(function.__globals__.get("__name__")))
        if module is None or module.__dict__ is not function.__globals__:
            return False
        if str(getattr(module, "__file__", None) or "").startswith(self._prefix):
            return False
        return any(_has(code, function.__code__) for code in _codes(module))


def _cell_content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not bound yet
        return None


def _codes(module: ModuleType) -> Iterator[CodeType]:
    """The code of the functions and methods at the top of a module."""
    for value in list(vars(module).values()):
        members = list(vars(value).values()) if isinstance(value, type) else [value]
        for member in members:
            function = getattr(member, "__func__", member)
            if type(function) is FunctionType and function.__globals__ is module.__dict__:
                yield function.__code__


def _has(code: CodeType, wanted: CodeType) -> bool:
    return code is wanted or any(type(inner) is CodeType and _has(inner, wanted) for inner in code.co_consts)
