"""Which parts of an enumeration something depends on: its names, its values too, or everything.

`Enum(Color)` of SQLAlchemy uses names, `String(Color.RED.value)` a value, and a label such as `__titles__` matters only
to code that uses it.
"""

import ast
import enum
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Enum
from sqlalchemy.dialects import mysql, postgresql

from .bindings import Unit
from .name_chains import CALL, NAMES, Chain, last_name

#: SQLAlchemy's own types of this kind; compared by identity, as a subclass may behave differently.
_NAMED = [Enum, postgresql.ENUM, mysql.ENUM]

#: At the end of a chain: the statement may use every part of an enumeration.
ANYTHING = "#anything"


def is_enumeration(value: Any) -> bool:
    """Whether a value is an enumeration class."""
    return issubclass(type(value), enum.EnumMeta)


def label_units(unit: Unit) -> list[Unit]:
    """The statements of an enumeration that bind neither members nor names with a meaning for `enum`."""
    return [item for item in _own(unit) if all(_is_label(name) for name in item.binds)]


def needed_units(unit: Unit, rest: Chain) -> Iterator[Unit]:
    """The statements of an enumeration, besides the class itself, that a chain depends on."""
    if rest[-1:] == (NAMES,):
        return
    label_statements, chosen = label_units(unit), rest[:1]
    values = [item for item in _own(unit) if item not in label_statements]
    member = [item for item in values if chosen and chosen[0] in item.binds]
    yield from member or values
    after = rest[1:] if member else rest
    if after and after not in ((CALL,), ("value",), ("name",)):
        yield from label_statements


def arguments_by_name(kind: Any, call: ast.Call) -> list[ast.AST] | None:
    """The arguments of SQLAlchemy's type if it uses an enumeration by its names; otherwise `None`."""
    keywords = {item.arg for item in call.keywords}
    ours = any(kind is item for item in _NAMED)
    # The attribute of an object, as in `db.Enum`, is not resolved.
    if not (
        ours or (kind is None and isinstance(call.func, ast.Attribute) and last_name(call.func) == "Enum")
    ):
        return None
    if None in keywords or "values_callable" in keywords or not call.args:
        return None
    return [ast.Attribute(call.args[0], NAMES, ast.Load()), *call.args[1:], *call.keywords]


def may_ask_for_anything(nodes: Iterable[ast.AST]) -> bool:
    """Whether statements iterate over members, or define a function that may."""
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
