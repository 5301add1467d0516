"""Listeners to SQLAlchemy's events that a module of the repository registers for what other modules make.

What a listener is tells nothing: it may be an instance, a partial function, or compiled under any file name. So
whatever is registered for a class of SQLAlchemy's own counts, unless it is a function that a library is made of.
"""

import sys
from collections.abc import Iterator
from functools import partial
from itertools import takewhile
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import sqlalchemy.event.registry

from .. import hidden_modules

#: Parts of SQLAlchemy whose listeners have to do with connections and sessions, of which a run has none.
_OTHERS = ("sqlalchemy.engine", "sqlalchemy.pool", "sqlalchemy.orm.session", "sqlalchemy.orm.query")

#: Events of rows and objects, which no import makes.
_OF_ROWS = frozenset(
    f"{when}_{what}" for when in ("before", "after") for what in ("insert", "update", "delete")
) | {"load", "refresh", "refresh_flush", "init", "init_failure", "expire", "pickle", "unpickle"}

#: Events of mapping classes, which a base class has on behalf of all classes below it.
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

#: How deep a listener may be wrapped by what SQLAlchemy puts around it.
_DEPTH = 5

_heard: set[int] = set()
_is_class = partial(type.__instancecheck__, type)


def freeze() -> None:
    """Remember what is SQLAlchemy's own when the snapshot is made."""
    _heard.clear()
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "sqlalchemy" and not name.startswith(_OTHERS):
            _heard.update(id(value) for value in list(vars(module).values()) if _is_own(value))


def _is_own(value: Any) -> bool:
    """A class, or the function `mapper` that stands for one."""
    if isinstance(value, type):
        module = str(value.__module__)
        return module.partition(".")[0] == "sqlalchemy" and not module.startswith(_OTHERS)
    return isinstance(value, FunctionType) and value.__name__ == "mapper"


class Listeners:
    """Compares what there is with what there was."""

    def __init__(self, prefix: str) -> None:
        """Take where the repository lies."""
        self._prefix = prefix
        self._of_others: set[int] = set()
        self._size = 0
        self._last: Any = None
        self._seen: set[Any] = set()
        self._advance()

    def _advance(self) -> list[Any]:
        """The keys that were registered since the last time, the newest first."""
        registry = sqlalchemy.event.registry._key_to_collection
        last = next(reversed(registry), None)
        if len(registry) == self._size and last == self._last:
            return []
        before, self._last, self._size = self._last, last, len(registry)
        return list(takewhile(lambda key: key != before, reversed(registry)))

    def ended(self, names: dict[str, Any]) -> None:
        """Note that a module has come to its end: the classes that it has are none that a later one makes.

        What a class says of itself, its module among it, it can be told to say.
        """
        self._of_others.update(map(id, filter(_is_class, names.values())))

    def new(self, names: dict[str, Any]) -> list[str]:
        """Each new event that a module hears of what others make; what the module itself makes is none of these."""
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
        if target in _heard:
            return event not in _OF_ROWS
        if event not in _OF_MAPPING:
            return False
        return target in self._of_others or not any(id(value) == target for value in names.values())

    def _is_of_library(self, listener: Any, depth: int) -> bool:
        """Whether a listener is nothing but a function of a library, and all that it is wrapped around is, too."""
        if depth == 0:
            return False
        if type(listener) is MethodType and isinstance(listener.__self__, type):
            listener = listener.__func__
        if type(listener) is not FunctionType or not self._is_code_of_library(listener):
            return False
        inner = [_content(cell) for cell in listener.__closure__ or ()]
        return all(
            self._is_of_library(item, depth - 1)
            for item in inner
            if callable(item) and not isinstance(item, type)
        )

    def _is_code_of_library(self, function: FunctionType) -> bool:
        """Whether the text of a library has a function, which what is compiled in its name has not."""
        module = hidden_modules.find(str(function.__globals__.get("__name__")))
        if module is None or module.__dict__ is not function.__globals__:
            return False
        if str(getattr(module, "__file__", None) or "").startswith(self._prefix):
            return False
        return any(_has(code, function.__code__) for code in _codes(module))


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # it is not bound yet
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
