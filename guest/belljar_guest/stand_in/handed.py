"""What an absent function is given: one that gets hold of tables may have added to them.

`make_searchable(metadata)` adds an index to some tables, `versions.init(Base)` a table; a library that is not here
would have. So a table, a `MetaData` or a declarative base among the arguments of an absent function is noted, and a
mapped class where nothing is done with what the function gives: `views.add(absent.View(User))` is about rows.
"""

import inspect
from typing import Any

from sqlalchemy.schema import MetaData, Table

from .decorating import is_dropped
from .ledger import current
from .value import StandIn


def _note(origin: str, given: list[Any], depth: int) -> None:
    """Note what the function of this origin gets, called from a frame above; runs no code of what it gets."""
    for value in given:
        kind = type(value)  # asks no proxy for its class
        if issubclass(kind, (Table, MetaData)):
            current().hand_over(value, origin)
        elif issubclass(kind, type):
            name = "__table__" if "__mapper__" in vars(value) else "metadata"
            held = inspect.getattr_static(value, name, None)
            if issubclass(type(held), MetaData) or (issubclass(type(held), Table) and is_dropped(depth + 1)):
                current().hand_over(held, origin)


def install() -> None:
    """Have stand-ins tell what they are given."""
    StandIn._note_given = staticmethod(_note)  # type: ignore[method-assign]
