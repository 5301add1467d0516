"""Where constraints and indexes come from: made in one place, and given to a table in another.

A decorator, a metaclass or a listener adds them to a table when the statement that makes the table no longer runs.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from sqlalchemy.sql import schema

from . import ledger
from .sqlalchemy_patches import NOTES, Notes


def install() -> None:
    """Have each constraint and index note where it is made, and where it is given to a table."""
    for kind in (schema.Constraint, schema.Index):
        for name in ("__init__", "_set_parent"):
            setattr(kind, name, _noting(kind.__dict__[name]))


def _noting(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def noting(self: Any, *args: Any, **kwargs: Any) -> Any:
        stack, notes = ledger.stack(), self.__dict__.get(NOTES)
        if notes is None:
            self.__dict__[NOTES] = Notes(stack)
        else:
            notes.stack += [place for place in stack if place not in notes.stack]
        return original(self, *args, **kwargs)

    return noting
