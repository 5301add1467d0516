"""Where constraints and indexes are created, and where they are attached to a table.

A decorator, a metaclass or a listener may attach them after the statement that makes the table has ended.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from sqlalchemy.sql import schema

from . import ledger
from .sqlalchemy_patches import NOTES, Notes


def install() -> None:
    """Note for each constraint and index where it is created, and where it is attached to a table."""
    for kind in (schema.Constraint, schema.Index):
        for name in ("__init__", "_set_parent"):
            setattr(kind, name, _with_notes(kind.__dict__[name]))


def _with_notes(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def noting(self: Any, *args: Any, **kwargs: Any) -> Any:
        stack, notes = ledger.stack(), self.__dict__.get(NOTES)
        if notes is None:
            self.__dict__[NOTES] = Notes(stack)
        else:
            notes.stack += [place for place in stack if place not in notes.stack]
        return original(self, *args, **kwargs)

    return noting
