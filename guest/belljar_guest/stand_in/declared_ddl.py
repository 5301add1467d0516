"""Where views, triggers and other objects besides tables are declared.

SQLAlchemy keeps neither a list of DDL elements nor the place where a listener was registered. Both are noted here for
`extract.declarations`. Installed once, when the snapshot is made.
"""

import functools
import sys
import weakref
from collections.abc import Callable
from types import FrameType
from typing import Any, NamedTuple

from sqlalchemy.event import registry
from sqlalchemy.schema import DDLElement, Sequence
from sqlalchemy.sql.sqltypes import SchemaType

from . import ledger
from .sqlalchemy_patches import NOTES, Notes

#: The events on which something is created.
CREATES = ("before_create", "after_create")

#: The events on which it is dropped again.
DROPS = ("before_drop", "after_drop")


class Listener(NamedTuple):
    """A listener of the repository: its target, its event, the function, and where it was registered."""

    target: Any
    event: str
    function: Any
    is_named: bool
    notes: Notes


_listeners: list[Listener] = []
_entities: list[Any] = []


def listeners() -> list[Listener]:
    """The DDL event listeners that the repository registered, in order."""
    return _listeners


def note_entity(entity: Any) -> None:
    """Note where an entity is created, if a library keeps its own list of what a database should contain."""
    entity.__dict__[NOTES] = Notes(ledger.stack())
    _entities.append(weakref.ref(entity))


def entities() -> list[Any]:
    """The entities that still exist, in the order of their creation."""
    return [entity for reference in _entities if (entity := reference()) is not None]


def install() -> None:
    """Install all patches."""
    _wrap_listen()
    _wrap_elements()
    _wrap_sequence()


def _wrap_listen() -> None:
    original = registry._EventKey.listen

    @functools.wraps(original)
    def listen(self: Any, *args: Any, **kwargs: Any) -> None:
        if (self.identifier in CREATES or self.identifier in DROPS) and ledger.is_in_repository():
            _note(self.target, self.identifier, self.fn, is_named=bool(kwargs.get("named")))
            if self.fn_wrap is None and not isinstance(self.fn, DDLElement):
                self = self.with_wrapper(_guarded(self.fn))
        original(self, *args, **kwargs)

    registry._EventKey.listen = listen  # type: ignore[method-assign]


def _guarded(function: Any) -> Callable[..., Any]:
    """A listener whose failure on a recording connection does not affect other listeners."""

    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except Exception as error:
            connection = kwargs.get("connection", args[1] if len(args) > 1 else None)
            failures = getattr(connection, "failures", None)
            if failures is None:
                raise
            failures.append((function, error))

    return guarded


def _note(target: Any, event: str, function: Any, *, is_named: bool) -> None:
    if _is_of_type(function) or _is_import():
        return
    known = any(
        item.target is target and item.event == event and item.function is function for item in _listeners
    )
    if not known:  # a listener that runs only once is registered twice
        _listeners.append(Listener(target, event, function, is_named, Notes(ledger.stack())))


def _is_of_type(function: Any) -> bool:
    """Whether a type registered the listener for itself: such types are found through their columns."""
    while isinstance(function, functools.partial):
        function = function.func
    owner = getattr(function, "__self__", None) or getattr(function, "target", None)
    return isinstance(owner, SchemaType)


def _is_import() -> bool:
    """Whether a library is being imported, so that its declarations are not the repository's."""
    places = ledger.current().places
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        path = frame.f_code.co_filename
        if places.relative(path) is not None or places.library(path) is not None:
            return False
        if frame.f_code.co_name == "<module>":
            return True
        frame = frame.f_back
    return False


def _wrap_elements() -> None:
    """Note where a DDL element is created; copies of an element share its notes."""

    def new(cls: type, *_args: Any, **_kwargs: Any) -> Any:
        made: Any = object.__new__(cls)
        stack = ledger.stack()
        if stack:
            made.__dict__[NOTES] = Notes(stack)
        return made

    DDLElement.__new__ = new  # type: ignore[method-assign]


def _wrap_sequence() -> None:
    original: Callable[..., None] = Sequence.__init__

    @functools.wraps(original)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        stack = ledger.stack()
        if stack:
            self.__dict__[NOTES] = Notes(stack)
        original(self, *args, **kwargs)

    Sequence.__init__ = init  # type: ignore[method-assign]
