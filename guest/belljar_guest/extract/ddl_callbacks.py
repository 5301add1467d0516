"""Functions of the repository that SQLAlchemy calls when it writes the DDL of a table or a column.

They are methods of types, compilers registered by `@compiles`, and functions of a naming convention. No statement that
creates the table refers to them by name.
"""

from collections.abc import Iterable, Iterator
from types import CodeType, FunctionType, MethodType
from typing import Any

from sqlalchemy import Column
from sqlalchemy.sql import visitors

from .expressions import expressions

#: Methods of a type that affect its DDL.
_OF_TYPES = (
    "__init__",
    "__new__",
    "adapt",
    "compile",
    "dialect_impl",
    "get_col_spec",
    "load_dialect_impl",
    "type_engine",
    "with_variant",
)
#: The attribute in which `@compiles` keeps the functions of a class.
COMPILERS = "_compiler_dispatcher"


def codes_of(item: Any) -> Iterator[CodeType]:
    """The code of these functions, for a column or for a table without its columns."""
    if issubclass(type(item), Column):
        yield from _of_type(item.type)
        default, computed = _safe_attribute(item, "server_default"), _safe_attribute(item, "computed")
        found = [_safe_attribute(default, "arg"), _safe_attribute(computed, "sqltext")]
    else:
        found = expressions(item)
        convention = _safe_attribute(item.metadata, "naming_convention")
        yield from _codes(list(convention.values()) if issubclass(type(convention), dict) else ())
    for expression in found:
        for element in _elements(expression):
            yield from _codes(_compilers(type(element)))


def _of_type(column_type: Any) -> Iterator[CodeType]:
    for part in (
        column_type,
        _safe_attribute(column_type, "impl"),
        _safe_attribute(column_type, "item_type"),
    ):
        for cls in _bases(type(part)):
            yield from _codes(cls.__dict__.get(name) for name in _OF_TYPES)
            yield from _codes(_compilers(cls))


def _bases(cls: type) -> Iterator[type]:
    """A class and its bases, up to the first one of SQLAlchemy."""
    for base in type.__dict__["__mro__"].__get__(cls):
        module = base.__dict__.get("__module__")
        if type(module) is str and module.startswith("sqlalchemy."):
            return
        yield base


def _elements(expression: Any) -> list[Any]:
    try:
        return list(visitors.iterate(expression))
    except BaseException:  # a text, or an element that can't be traversed
        return [expression]


def _compilers(cls: type) -> list[Any]:
    """The compilers of a class and of its bases."""
    specs = _safe_attribute(_safe_attribute(cls, COMPILERS), "specs")
    return list(specs.values()) if type(specs) is dict else []


def _safe_attribute(item: Any, name: str) -> Any:
    """An attribute; `None` if the repository's code fails to return it."""
    try:
        return getattr(item, name, None)
    except BaseException:
        return None


def _codes(functions: Iterable[Any]) -> Iterator[CodeType]:
    for function in functions:
        plain = function.__func__ if type(function) in (classmethod, staticmethod, MethodType) else function
        if type(plain) is FunctionType:
            yield plain.__code__
