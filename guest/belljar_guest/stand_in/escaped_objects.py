"""Tables that are passed to absent functions, which may change them.

`make_searchable(metadata)` adds an index to some tables, `versions.init(Base)` adds a table; an absent library would do
so as well. A table, a `MetaData` or a declarative base among the arguments of an absent function is therefore noted. So
is a class, but only if the result of the call is discarded: `views.add(absent.View(User))` is about rows. A class
without a table that is no base, as most classes passed to a web framework, only leads to the tables of its subclasses.
"""

import inspect
from typing import Any

from sqlalchemy.schema import MetaData, Table

from .. import frames
from . import known_answers
from .decorators import is_result_unused
from .ledger import current
from .value import StandIn


def _note_arguments(origin: str, given: list[Any], depth: int) -> None:
    """Note the arguments of a function of this origin, called from a frame above. Runs no code of the arguments."""
    if known_answers.starts_making_tables(origin):
        current().table_makers.append(origin)
        name = f"{origin}()"
        current().report_unresolved(name, further_tables_reason(f"`{name}`", origin))
    if known_answers.only_reads(origin):
        return
    for value in given:
        kind = type(value)  # avoids the `__class__` of a proxy
        if issubclass(kind, (Table, MetaData)):
            current().note_escape(value, origin)
        elif issubclass(kind, type):
            _note_class(value, origin, depth + 1)


def _note_decorated(origin: str, cls: Any) -> None:
    """Note a mapped class with an absent decorator."""
    if issubclass(type(cls), type) and "__mapper__" in vars(cls) and not known_answers.only_registers(origin):
        current().note_escape(cls, origin)


def further_tables_reason(what: str, origin: str) -> frames.Reason:
    """The reason for something that may have created tables that are not extracted."""
    return frames.Reason("further-tables", f"{what} is absent, and may create further tables", origin)


def _note_class(cls: type, origin: str, depth: int) -> None:
    held = inspect.getattr_static(cls, "metadata", None)
    if not issubclass(type(held), MetaData):
        return
    if _is_base(cls):
        current().note_escape(held, origin)
    elif is_result_unused(depth + 1):
        current().note_escape(cls, origin)


def _is_base(cls: type) -> bool:
    """Whether a class is a declarative base, or one between it and the models."""
    own = vars(cls)
    return "__mapper__" not in own and (
        "metadata" in own or "registry" in own or bool(own.get("__abstract__"))
    )


def tables_of(item: Any) -> list[Any]:
    """The tables that are in doubt after an object escaped: those of a class include the tables of its subclasses."""
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
    """Have stand-ins report their arguments."""
    StandIn._note_arguments = staticmethod(_note_arguments)  # type: ignore[method-assign]
    StandIn._note_decorated = staticmethod(_note_decorated)  # type: ignore[assignment, method-assign]
