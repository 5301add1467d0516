"""The functions of a repository that SQLAlchemy calls when it writes the DDL of a table or a column.

They are methods of types, functions that `@compiles` made the compilers of types and expressions, and those of a
naming convention. No statement that makes the table names them.
"""

from collections.abc import Iterable, Iterator
from types import CodeType, FunctionType, MethodType
from typing import Any

from sqlalchemy import Column
from sqlalchemy.sql import visitors

from .expressions import expressions

#: The methods of a type that its DDL comes from.
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
#: Where `@compiles` keeps the functions of a class.
COMPILERS = "_compiler_dispatcher"


def codes_of(item: Any) -> Iterator[CodeType]:
    """The code of those functions, of a table without its columns or of a column."""
    if issubclass(type(item), Column):
        yield from _of_type(item.type)
        default, computed = _read(item, "server_default"), _read(item, "computed")
        found = [_read(default, "arg"), _read(computed, "sqltext")]
    else:
        found = expressions(item)
        convention = _read(item.metadata, "naming_convention")
        yield from _codes(list(convention.values()) if issubclass(type(convention), dict) else ())
    for expression in found:
        for element in _elements(expression):
            yield from _codes(_compilers(type(element)))


def _of_type(column_type: Any) -> Iterator[CodeType]:
    for part in (column_type, _read(column_type, "impl"), _read(column_type, "item_type")):
        for cls in _bases(type(part)):
            yield from _codes(cls.__dict__.get(name) for name in _OF_TYPES)
            yield from _codes(_compilers(cls))


def _bases(cls: type) -> Iterator[type]:
    """A class and those below it that are not SQLAlchemy's."""
    for base in type.__dict__["__mro__"].__get__(cls):
        module = base.__dict__.get("__module__")
        if type(module) is str and module.startswith("sqlalchemy."):
            return
        yield base


def _elements(expression: Any) -> list[Any]:
    try:
        return list(visitors.iterate(expression))
    except BaseException:  # a text, or an element that can't be gone through
        return [expression]


def _compilers(cls: type) -> list[Any]:
    """The functions that compile a class, and those it stands on."""
    specs = _read(_read(cls, COMPILERS), "specs")
    return list(specs.values()) if type(specs) is dict else []


def _read(item: Any, name: str) -> Any:
    """An attribute, or `None` where the repository's own code fails to give it."""
    try:
        return getattr(item, name, None)
    except BaseException:
        return None


def _codes(functions: Iterable[Any]) -> Iterator[CodeType]:
    for function in functions:
        plain = function.__func__ if type(function) in (classmethod, staticmethod, MethodType) else function
        if type(plain) is FunctionType:
            yield plain.__code__
