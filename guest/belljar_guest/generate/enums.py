"""Enumerations as Python enumerations, where these have the same values, name and schema."""

import re
from typing import Any

import sqlalchemy as sa

from .code import Atom, Call, Code, Keyword
from .literals import is_identifier
from .naming import RESERVED
from .scope import Scope

#: Names of members that a Python enumeration uses itself.
_TAKEN = ("mro", "name", "value", "names", "values")


def class_of(made: Any, scope: Scope) -> str | None:
    """The Python enumeration of a type; `None` if it has none."""
    if scope.style != "sqlalchemy" or type(made) is not sa.Enum or made.name is None:
        return None
    values = tuple(made.enums)
    if not values or len(set(values)) != len(values) or not all(_is_member(value) for value in values):
        return None
    key = (str(made.name), made.schema, values)
    if key not in scope.enum_names:
        name = _class_name(str(made.name))
        found, count = name, 2
        while found in scope.enums or found in RESERVED:
            found, count = f"{name}{count}", count + 1
        scope.enum_names[key] = found
        scope.enums[found] = values
        scope.need("enum")
    return scope.enum_names[key]


def _class_name(name: str) -> str:
    words = [word for word in re.split(r"[\W_]+", name) if word]
    made = "".join(word[:1].upper() + word[1:] for word in words)
    return made if is_identifier(made) else "Choice"


def _is_member(value: str) -> bool:
    return is_identifier(value) and not value.startswith("_") and value not in _TAKEN and value.isascii()


def annotation_of(made: Any, scope: Scope) -> str | None:
    """The annotation of an attribute with a type; `None` if it is no enumeration."""
    return class_of(made, scope)


def code_of(made: Any, code: Code, scope: Scope) -> Code:
    """The code of an enumeration with its class instead of its values."""
    cls = class_of(made, scope)
    if cls is None or not isinstance(code, Call):
        return code
    return Call(code.name, [Atom(cls), *(item for item in code.items if isinstance(item, Keyword))])
