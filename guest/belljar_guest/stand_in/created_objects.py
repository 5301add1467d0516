"""What a run creates: every `MetaData`, mapper, DDL element and named type that still exists, and all mapped classes.

The collector could find them too, but it would have to visit every object of the run for each class. Installed once,
when the snapshot is made; what exists then does not belong to a run.
"""

import functools
import gc
import weakref
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Mapper
from sqlalchemy.schema import DDLElement, MetaData
from sqlalchemy.sql.sqltypes import SchemaType

from . import ledger

_created: dict[type, list[weakref.ref[Any]]] = {}
#: The classes of mappers, also of those that raised an exception. They are kept, as often only cycles refer to a class,
#: such as one that `type()` made in a loop: whether the collector has been there must not decide what is declared.
_classes: list[type] = []


def install() -> None:
    """Record every object of these classes from now on."""
    for kind in (DDLElement, Mapper, MetaData, SchemaType):
        _created[kind] = []
        _record(kind)
    _keep_classes()


def objects_of(kind: type) -> list[Any]:
    """The objects of a class and its subclasses that still exist, in the order of their creation."""
    return [item for reference in _created[kind] if (item := reference()) is not None]


def forget_classes(is_gone: Callable[[type], bool]) -> None:
    """Let the collector take the mapped classes that are gone, unless the repository refers to them."""
    kept = [cls for cls in _classes if not is_gone(cls)]
    if len(kept) < len(_classes):
        _classes[:] = kept
        gc.collect()


def _record(kind: Any) -> None:
    """Record the objects of a class as they are allocated: a copy or an unpickled object calls no `__init__`."""
    note = _created[kind].append
    original = kind.__new__

    def new(cls: Any, *args: Any, **kwargs: Any) -> Any:
        made = object.__new__(cls) if original is object.__new__ else original(cls, *args, **kwargs)
        if ledger.is_running():
            note(weakref.ref(made))
        return made

    kind.__new__ = new


def _keep_classes() -> None:
    mapper: Any = Mapper
    original = mapper.__init__

    @functools.wraps(original)
    def init(self: Any, class_: Any, *args: Any, **kwargs: Any) -> None:
        if ledger.is_running() and isinstance(class_, type):
            _classes.append(class_)
        original(self, class_, *args, **kwargs)

    mapper.__init__ = init
