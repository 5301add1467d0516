"""What an absent function is given: one that gets hold of tables may have added to them.

`make_searchable(metadata)` adds an index to some tables, `versions.init(Base)` a table; a library that is not here
would have. So a table, a `MetaData` or a declarative base among the arguments of an absent function is noted, and a
mapped class where nothing is done with what the function gives: `views.add(absent.View(User))` is about rows.
"""

import sys
from dis import opname
from types import FrameType
from typing import Any

from sqlalchemy.schema import MetaData, Table

from .ledger import current
from .value import StandIn


def _note(origin: str, given: list[Any], depth: int) -> None:
    """Note what the function of this origin gets, called from a frame above."""
    for value in given:
        kind = type(value)  # asks no proxy for its class
        if issubclass(kind, (Table, MetaData)):
            current().hand_over(value, origin)
        elif issubclass(kind, type):
            table = vars(value).get("__table__") if "__mapper__" in vars(value) else None
            if table is not None and _is_dropped(sys._getframe(depth + 1)):
                current().hand_over(table, origin)
            metadata = getattr(value, "metadata", None) if "__mapper__" not in vars(value) else None
            if issubclass(type(metadata), MetaData):
                current().hand_over(metadata, origin)


def _is_dropped(frame: FrameType) -> bool:
    """Whether nothing is done with the result of the call that is running."""
    code, at = frame.f_code.co_code, frame.f_lasti + 2
    while at < len(code) and opname[code[at]] == "CACHE":
        at += 2
    return at < len(code) and opname[code[at]] == "POP_TOP"


def install() -> None:
    """Have stand-ins tell what they are given."""
    StandIn._note_given = staticmethod(_note)  # type: ignore[method-assign]
