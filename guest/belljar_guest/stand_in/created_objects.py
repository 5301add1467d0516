"""What a run creates, by class: every `MetaData`, mapper, DDL element and named type that still exists.

The collector could find them too, but it would have to visit every object of the run for each class. Installed once,
when the snapshot is made; what exists then does not belong to a run.
"""

import functools
import weakref
from typing import Any

from sqlalchemy.orm import Mapper
from sqlalchemy.schema import DDLElement, MetaData
from sqlalchemy.sql.sqltypes import SchemaType

from . import ledger

_created: dict[type, list[weakref.ref[Any]]] = {}
#: Mappers that raised an exception: only cycles refer to their classes, which the code declares nevertheless.
_failed: list[Any] = []


def install() -> None:
    """Record every object of these classes from now on."""
    for kind in (DDLElement, Mapper, MetaData, SchemaType):
        _created[kind] = []
        _record(kind)
    _keep_failed_mappers()


def objects_of(kind: type) -> list[Any]:
    """The objects of a class and its subclasses that still exist, in the order of their creation."""
    return [item for reference in _created[kind] if (item := reference()) is not None]


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


def _keep_failed_mappers() -> None:
    original = Mapper.__init__

    @functools.wraps(original)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        try:
            original(self, *args, **kwargs)
        except BaseException:
            if ledger.is_running():
                _failed.append(self)
            raise

    vars_of: Any = Mapper
    vars_of.__init__ = init
