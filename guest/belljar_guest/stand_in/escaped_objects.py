"""What an absent function is given: one that gets hold of tables may have added to them.

`make_searchable(metadata)` adds an index to some tables, `versions.init(Base)` a table; a library that is not here
would have. So a table, a `MetaData` or a declarative base among the arguments of an absent function is noted, and a
class where nothing is done with what the function gives: `views.add(absent.View(User))` is about rows. A class that has
no table and is no base, as most of what a web framework is given, leads to the tables of its subclasses alone.
"""

import inspect
from typing import Any

from sqlalchemy.schema import MetaData, Table

from .. import frames
from . import known_answers
from .decorators import is_dropped
from .ledger import current
from .value import StandIn


def _note(origin: str, given: list[Any], depth: int) -> None:
    """Note what the function of this origin gets, called from a frame above; runs no code of what it gets."""
    if known_answers.begins_tables(origin):
        current().begun.append(origin)
        name = f"{origin}()"
        current().unresolved(name, further_tables(f"`{name}`", origin))
    if known_answers.only_reads(origin):
        return
    for value in given:
        kind = type(value)  # asks no proxy for its class
        if issubclass(kind, (Table, MetaData)):
            current().hand_over(value, origin)
        elif issubclass(kind, type):
            _note_class(value, origin, depth + 1)


def _note_decorated(origin: str, cls: Any) -> None:
    """Note a mapped class that an absent decorator is put on."""
    if issubclass(type(cls), type) and "__mapper__" in vars(cls) and not known_answers.only_notes(origin):
        current().hand_over(cls, origin)


def further_tables(what: str, origin: str) -> frames.Reason:
    """The reason of what may have made tables that nobody sees."""
    return frames.Reason("further-tables", f"{what} is absent, and may make further tables", origin)


def _note_class(cls: type, origin: str, depth: int) -> None:
    held = inspect.getattr_static(cls, "metadata", None)
    if not issubclass(type(held), MetaData):
        return
    if _is_base(cls):
        current().hand_over(held, origin)
    elif is_dropped(depth + 1):
        current().hand_over(cls, origin)


def _is_base(cls: type) -> bool:
    """Whether a class is a declarative base, or one between it and the models."""
    own = vars(cls)
    return "__mapper__" not in own and (
        "metadata" in own or "registry" in own or bool(own.get("__abstract__"))
    )


def tables_of(item: Any) -> list[Any]:
    """What is in doubt of something that was handed over: of a class its table and those of its subclasses."""
    if not issubclass(type(item), type):
        return [item]
    found, waiting = [], [item]
    while waiting:
        cls = waiting.pop()
        table = vars(cls).get("__table__")
        if issubclass(type(table), Table):
            found.append(table)
        waiting += type.__subclasses__(cls)
    return found


def install() -> None:
    """Have stand-ins tell what they are given."""
    StandIn._note_given = staticmethod(_note)  # type: ignore[method-assign]
    StandIn._note_decorated = staticmethod(_note_decorated)  # type: ignore[assignment, method-assign]
