"""The functions that a function may call, of the repository and of libraries, as far as names in code tell.

Nothing is evaluated: a name refers to whatever has it in the namespace of the function, in a module or on an object
that the code names, and in the class of the function. The search is an overapproximation.
"""

import dis
import importlib
import os
import re
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any, NamedTuple

#: A function, and the class in which it was found.
Found = tuple[FunctionType, type | None]

#: The maximum number of functions that are searched.
MOST_FUNCTIONS = 2000

#: The maximum number of functions in a collection that are searched.
_MOST_ITEMS = 1000

#: Methods that are called implicitly.
_IMPLIED = ("__init__", "__new__", "__call__")

#: Events of tables and mappers, and those of engines, pools and sessions, which most listeners are for.
OF_TABLES = frozenset(
    "after_configured after_create after_drop after_mapper_constructed after_parent_attach attribute_instrument "
    "before_configured before_create before_drop before_mapper_configured before_parent_attach class_instrument "
    "column_reflect instrument_class mapper_configured".split()
)
OF_OTHERS = frozenset(
    "after_begin after_bulk_delete after_bulk_update after_commit after_cursor_execute after_execute after_flush "
    "after_flush_postexec after_rollback after_soft_rollback before_commit before_cursor_execute before_execute "
    "before_flush begin checkin checkout close commit connect do_connect do_orm_execute engine_connect engine_disposed "
    "first_connect handle_error invalidate reset rollback".split()
)

_WORD = re.compile(r"\w+")
_IMPORT_NAME = dis.opmap["IMPORT_NAME"]

#: The true attributes of a class, whatever the class says.
_attributes_of = type.__dict__["__dict__"].__get__
_order_of = type.__dict__["__mro__"].__get__


class Node(NamedTuple):
    """What is known of one function."""

    #: Kept alive, as functions are known by their identity.
    function: FunctionType
    #: The names in its code.
    words: set[str]
    #: The functions that these may refer to.
    callees: list[Found]
    #: The words of modules that it imports and that were not imported.
    texts: list[set[str]]


class Search:
    """A search through functions; what is found once is kept, so nothing may run while it goes on."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._nodes: dict[tuple[int, int], Node] = {}
        self._methods: dict[int, tuple[type, dict[str, Any]]] = {}
        self._texts: dict[str, set[str]] = {}

    def node(self, function: FunctionType, owner: type | None) -> Node:
        """What is known of a function."""
        key = (id(function), id(owner))
        if key not in self._nodes:
            self._nodes[key] = self._describe(function, owner)
        return self._nodes[key]

    def _describe(self, function: FunctionType, owner: type | None) -> Node:
        words, texts = set(names(function.__code__)), []
        callees = [
            *self.functions(words, function.__globals__),
            *self._methods_of(owner, words),
            *self._enclosed(function),
        ]
        for name in _imports(function.__code__, function.__globals__.get("__package__") or ""):
            module = sys.modules.get(name) or _library(name)
            if module is None:
                texts.append(self._text(name))
            elif _is_followed(name):
                callees += self.functions(words, vars(module))
        return Node(function, words, callees, texts)

    def _text(self, name: str) -> set[str]:
        if name not in self._texts:
            self._texts[name] = set(_WORD.findall(_source_of(name).decode(errors="replace")))
        return self._texts[name]

    def reachable_functions(self, value: Any, methods: Iterable[str]) -> Iterator[FunctionType]:
        """The functions that a value is or has as methods, with those that they call."""
        waiting, seen = list(self._of_value(value, methods)), set[tuple[int, int]]()
        while waiting and len(seen) < MOST_FUNCTIONS:
            function, owner = waiting.pop(0)
            if (id(function), id(owner)) in seen:
                continue
            seen.add((id(function), id(owner)))
            yield function
            words = set(names(function.__code__))
            waiting += [
                *self.functions(words, function.__globals__),
                *self._methods_of(owner, words),
                *self._enclosed(function),
            ]

    def _enclosed(self, function: FunctionType) -> Iterator[Found]:
        """Functions in the closure of a function, such as a decorated one."""
        for cell in function.__closure__ or ():
            try:
                yield from self._of_value(cell.cell_contents, ())
            except ValueError:  # an empty cell
                continue

    def functions(self, words: set[str], namespace: dict[str, Any]) -> Iterator[Found]:
        """The functions that names may refer to: in the namespace, in named modules and on named objects."""
        spaces, seen = [namespace], set[int]()
        while spaces:
            space = spaces.pop()
            if id(space) in seen:
                continue
            seen.add(id(space))
            for word in sorted(words & space.keys()):
                value = space[word]
                if issubclass(type(value), ModuleType):
                    spaces.append(vars(value))
                else:
                    yield from self._of_value(value, words)

    def _of_value(self, value: Any, words: Iterable[str], owner: type | None = None) -> Iterator[Found]:
        """The functions of a value; runs no code of it."""
        kind = type(value)  # avoids the `__class__` of a proxy
        while issubclass(kind, (MethodType, staticmethod, classmethod)) or kind is partial:
            value = value.func if kind is partial else value.__func__
            kind = type(value)
        if kind in (list, tuple, dict):
            for item in islice(value.values() if kind is dict else value, _MOST_ITEMS):
                if type(item) in (FunctionType, MethodType, partial):
                    yield from self._of_value(item, ())
            return
        if not issubclass(kind, FunctionType):
            yield from self._methods_of(value if issubclass(kind, type) else kind, {*words, *_IMPLIED})
            return
        if _is_followed(value.__module__):
            yield value, owner
        if "__wrapped__" in vars(value):
            yield from self._of_value(vars(value)["__wrapped__"], (), owner)

    def _methods_of(self, cls: type | None, words: Iterable[str]) -> Iterator[Found]:
        """The methods of a class with these names."""
        if cls is None or not _is_followed(_attributes_of(cls).get("__module__")):
            return
        known = self._known_methods(cls)
        for word in sorted(words):
            if word in known:
                yield from self._of_value(known[word], (), cls)

    def _known_methods(self, cls: type) -> dict[str, Any]:
        """All methods of a class, by name: its own, those of its bases, and those of its metaclass."""
        found = self._methods.get(id(cls))
        if found is None:
            every: dict[str, Any] = {}
            for kind in (*reversed(_order_of(type(cls))), *reversed(_order_of(cls))):
                every.update(_attributes_of(kind))
            kinds = (FunctionType, staticmethod, classmethod)
            methods = {name: value for name, value in every.items() if issubclass(type(value), kinds)}
            found = self._methods[id(cls)] = (cls, methods)
        return found[1]


def names(code: CodeType) -> Iterator[str]:
    """The names of globals, attributes and imports in a function and its inner functions."""
    for name in code.co_names:
        yield from (name, name.rpartition(".")[2])
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from names(constant)
        elif isinstance(constant, str) and constant in OF_TABLES | OF_OTHERS:
            yield constant


def _imports(code: CodeType, package: str) -> Iterator[str]:
    """The absolute names of the modules that a function imports."""
    constants: list[Any] = []
    # Disassembling is slow, and few functions import something.
    for instruction in instructions(code) if _IMPORT_NAME in code.co_code[::2] else ():
        if instruction.opname == "IMPORT_NAME":
            level, names = constants[-2:] if len(constants) > 1 else (0, None)
            parts = package.split(".") if level else []
            kept = parts[: len(parts) - level + 1] if level else []
            name = ".".join([*kept, *([instruction.argval] if instruction.argval else [])])
            yield name
            yield from (f"{name}.{item}" for item in names or ())
        elif instruction.opname.startswith("LOAD_"):
            constants = [*constants[-1:], instruction.argval]
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _imports(constant, package)


def instructions(code: CodeType) -> list[dis.Instruction]:
    """The instructions of a function; none if its bytecode is invalid."""
    try:
        return list(dis.get_instructions(code))
    except (IndexError, KeyError, ValueError, TypeError, SystemError):
        return []


def _library(name: str) -> ModuleType | None:
    """A carried library, imported if necessary."""
    root = name.partition(".")[0]
    stored = (finder for finder in sys.meta_path if hasattr(finder, "adapt"))
    if not _is_followed(root) or not any(finder.find_spec(root, None) for finder in stored):
        return None
    try:
        return importlib.import_module(name)
    except ImportError:  # the imported name is not a module
        return None


def _source_of(name: str) -> bytes:
    """The source of a module of the repository that was not imported; empty if there is none."""
    for folder in sys.path:
        for end in (".py", "/__init__.py"):
            file = f"{folder}/{name.replace('.', '/')}{end}"
            if os.path.isfile(file):
                with open(file, "rb") as opened:
                    return opened.read()
    return b""


def _is_followed(module: Any) -> bool:
    """Whether code belongs to the repository or a library; SQLAlchemy and Python only change tables when told to."""
    root = module.partition(".")[0] if type(module) is str else ""
    return root not in ("", "sqlalchemy", "belljar_guest") and root not in sys.stdlib_module_names
