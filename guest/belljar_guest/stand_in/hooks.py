"""Functions of the repository that SQLAlchemy calls while tables are made and mappers are configured.

Event listeners and the methods `__declare_first__` and `__declare_last__` add columns and constraints. A failing one
must not end the configuration of other mappers, and the tables that it was called for may lack something: they are in
doubt. Installed once, when the snapshot is made.
"""

import contextlib
import functools
import importlib
from collections.abc import Callable, Iterable, Iterator
from types import CodeType, TracebackType
from typing import Any, NamedTuple

from sqlalchemy.event import registry
from sqlalchemy.orm import Mapper
from sqlalchemy.schema import Column, DDLElement, Table

from .. import frames
from . import ledger

#: Events of tables and mappers whose listeners may change a table. `declared_ddl` handles those of DDL.
EVENTS = frozenset(
    "after_configured after_mapper_constructed after_parent_attach attribute_instrument before_configured "
    "before_mapper_configured before_parent_attach class_instrument column_reflect instrument_class "
    "mapper_configured".split()
)

#: Names in the code of a hook that lead to tables other than its own.
_REACHING_NAMES = frozenset(
    "metadata tables sorted_tables registry mappers _decl_class_registry _class_registry __subclasses__ "
    "objects_of all_mappers _mapper_registry".split()
)


class Failure(NamedTuple):
    """A failed hook: the tables that it was called for, `None` if that may be any, the place, and the error."""

    tables: list[Any] | None
    place: frames.Place | None
    text: str


_failures: list[Failure] = []
_begun: set[int] = set()


def failures() -> list[Failure]:
    """The hooks that failed, in order."""
    return _failures


def has_begun(owner: Any) -> bool:
    """Whether the `before_configured` hooks of a registry have run."""
    return id(owner) in _begun


def install() -> None:
    """Install all patches."""
    _wrap_listen()
    _wrap_declared()


def _wrap_listen() -> None:
    original = registry._EventKey.listen

    @functools.wraps(original)
    def listen(self: Any, *args: Any, **kwargs: Any) -> None:
        is_plain = self.fn_wrap is None and not isinstance(self.fn, DDLElement)
        if self.identifier in EVENTS and is_plain and ledger.is_in_repository():
            self = self.with_wrapper(_guarded(self.fn, self.target))
        original(self, *args, **kwargs)

    registry._EventKey.listen = listen  # type: ignore[method-assign]


def _wrap_declared() -> None:
    """Isolate failing `__declare_*__` methods: since 2.1 one listener calls those of all classes."""
    module = importlib.import_module("sqlalchemy.orm").__dict__.get("decl_api")
    if not hasattr(module, "_declare_first_for_registry"):
        return

    def first(owner: Any) -> None:
        _begun.add(id(owner))
        for cls in list(owner._declare_first_classes):
            _attempt(cls.__declare_first__, cls)

    def last(owner: Any) -> None:
        for cls in list(owner._declare_last_classes):
            _attempt(cls.__declare_last__, cls)

    module._declare_first_for_registry = first  # type: ignore[union-attr]
    module._declare_last_for_registry = last  # type: ignore[union-attr]


def _guarded(function: Any, target: Any) -> Callable[..., Any]:
    @functools.wraps(function, updated=())
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            given = [*args, *kwargs.values(), *_owner(function)]
            _note_failure(
                function, error, given if next(_tables(given), None) is not None else [*given, target]
            )
            return None

    return guarded


def _attempt(function: Callable[[], Any], cls: type) -> None:
    try:
        function()
    except BaseException as error:
        _note_failure(function, error, [cls])


def _owner(function: Any) -> Iterator[Any]:
    """The class of the listener that calls its `__declare_last__`."""
    if "declare" not in str(getattr(function, "__module__", "")) + str(getattr(function, "__qualname__", "")):
        return
    for cell in getattr(function, "__closure__", None) or ():
        with contextlib.suppress(ValueError):  # an empty cell
            cls = getattr(cell.cell_contents, "cls", None)
            if isinstance(cls, type):
                yield cls


def _note_failure(function: Any, error: BaseException, given: list[Any]) -> None:
    """Note that a hook failed, and the tables that it was called for."""
    module, place = _innermost_place(error.__traceback__)
    name, text = type(error).__name__, _error_text(error)
    if place is not None:
        ledger.current().report_skipped(module, place, name, text)
    code = [
        function,
        *(getattr(item, hook, None) for item in given for hook in _HOOKS if isinstance(item, type)),
    ]
    tables = None if any(_reaches_other_tables(item) for item in code) else list(_tables(given))
    _failures.append(Failure(tables or None, place, f"{name}: {text}"))


_HOOKS = ("__declare_first__", "__declare_last__")


def _error_text(error: BaseException) -> str:
    try:
        return str(error)[:500]
    except Exception:  # the repository's own `__str__`
        return "(its `__str__` failed)"


def _innermost_place(traceback: TracebackType | None) -> tuple[str, frames.Place | None]:
    """The innermost line of the repository in a traceback, with its module."""
    found, module = None, ""
    while traceback is not None:
        path = ledger.current().places.relative(traceback.tb_frame.f_code.co_filename)
        if path is not None:
            found = frames.Place(path, traceback.tb_lineno or 0)
            module = str(traceback.tb_frame.f_globals.get("__name__", ""))
        traceback = traceback.tb_next
    return module, found


def _tables(given: Iterable[Any]) -> Iterator[Any]:
    """The tables of a hook's arguments; those of a class include the tables of its subclasses."""
    for item in given:
        kind = type(item)
        if issubclass(kind, Table):
            yield item
        elif issubclass(kind, Column):
            table = getattr(item, "table", None)
            if isinstance(table, Table):
                yield table
        elif issubclass(kind, Mapper):
            yield from _tables_of_class(item.class_)
        elif issubclass(kind, type) and item not in (Table, Mapper):
            yield from _tables_of_class(item)


def _tables_of_class(cls: type) -> Iterator[Any]:
    waiting = [cls]
    while waiting:
        one = waiting.pop()
        table = one.__dict__.get("__table__")
        if isinstance(table, Table):
            yield table
        waiting += type.__subclasses__(one)


def _reaches_other_tables(function: Any) -> bool:
    """Whether the code of a function contains names that lead to tables other than its arguments."""
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    return isinstance(code, CodeType) and bool(_REACHING_NAMES & set(_names(code)))


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
