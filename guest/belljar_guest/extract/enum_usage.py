"""What of an enumeration something depends on: its names alone, its values too, or all that it has.

`Enum(Color)` of SQLAlchemy writes down names, `String(Color.RED.value)` a value, and a label such as `__titles__`
matters only to who asks for it.
"""

import ast
import enum
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Enum
from sqlalchemy.dialects import mysql, postgresql

from .bindings import Unit
from .name_chains import CALL, NAMES, Chain, last_name

#: SQLAlchemy's own types of this kind, by identity: a subclass may do as it likes.
_NAMED = [Enum, postgresql.ENUM, mysql.ENUM]

#: At the end of a chain: what is done with an enumeration may ask for all of it.
ANYTHING = "#anything"


def is_enumeration(value: Any) -> bool:
    """Whether a value is a class of this kind."""
    return issubclass(type(value), enum.EnumMeta)


def labels(unit: Unit) -> list[Unit]:
    """The statements of an enumeration that bind neither its members nor what Python asks of it."""
    return [item for item in _own(unit) if all(_is_label(name) for name in item.binds)]


def needed(unit: Unit, rest: Chain) -> Iterator[Unit]:
    """The statements of an enumeration that something with this chain depends on, besides the class."""
    if rest[-1:] == (NAMES,):
        return
    told, said = labels(unit), rest[:1]
    values = [item for item in _own(unit) if item not in told]
    member = [item for item in values if said and said[0] in item.binds]
    yield from member or values
    after = rest[1:] if member else rest
    if after and after not in ((CALL,), ("value",), ("name",)):
        yield from told


def only_named(kind: Any, call: ast.Call) -> list[ast.AST] | None:
    """The arguments of SQLAlchemy's type, where it takes an enumeration by its names; else `None`."""
    keywords = {item.arg for item in call.keywords}
    ours = any(kind is item for item in _NAMED)
    # An attribute of an object, as in `db.Enum`, is not followed.
    if not (
        ours or (kind is None and isinstance(call.func, ast.Attribute) and last_name(call.func) == "Enum")
    ):
        return None
    if None in keywords or "values_callable" in keywords or not call.args:
        return None
    return [ast.Attribute(call.args[0], NAMES, ast.Load()), *call.args[1:], *call.keywords]


def may_ask_for_anything(nodes: Iterable[ast.AST]) -> bool:
    """Whether statements go through members, or have a function of their own that does."""
    loops = (ast.comprehension, ast.For, ast.AsyncFor, ast.Lambda)
    return any(
        isinstance(item, loops) or (isinstance(item, ast.keyword) and item.arg == "values_callable")
        for node in nodes
        for item in ast.walk(node)
    )


def _own(unit: Unit) -> list[Unit]:
    return [item for item in unit.inner if item.owner is unit and item.kind == "simple" and item.binds]


def _is_label(name: str) -> bool:
    return name.startswith("__") and name != "__order__" and not hasattr(enum.Enum, name)
