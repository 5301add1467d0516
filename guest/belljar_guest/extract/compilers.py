"""The repository's own compilers of DDL elements (`@compiles(CreateTable)`), whose output is no part of a table."""

import contextlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import schema
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql import ddl as statements
from sqlalchemy.sql import schema as items

from .sql import DIALECTS, dialect

#: Modules with the classes that SQLAlchemy compiles for a table. Custom types and functions show in their texts.
_MODULES = (statements, items, postgresql)

#: The attribute in which `compiles` keeps the functions of a class.
_KEPT = "_compiler_dispatcher"


#: Classes of SQLAlchemy with compilers of the repository.
_own: list[type] = []


def find_compilers() -> None:
    """Find the compilers that are registered now."""
    _own[:] = [
        value
        for module in _MODULES
        for value in list(vars(module).values())
        if isinstance(value, type) and value.__module__.startswith("sqlalchemy.") and _KEPT in value.__dict__
    ]


def has_custom(*, columns: bool) -> bool:
    """Whether the repository compiles the statements of columns, or those of tables and indexes."""
    return any((cls.__name__ == "CreateColumn") is columns for cls in _own)


def custom_parts_of_table(table: Any) -> Iterator[str]:
    """Descriptions of what the repository's compilers write for a table."""
    found = [cls for cls in _own if cls.__name__ != "CreateColumn"]
    if not found:
        return
    names = sorted(cls.__name__ for cls in found)
    for what, element in _elements(table):
        wanted = [name for name in DIALECTS if _text_of(element, name) != _text_without(element, name, found)]
        if wanted:
            yield f"what the repository's compiler of `{'`, `'.join(names)}` writes into {what} ({', '.join(wanted)})"


def custom_parts_of_column(column: Any) -> Iterator[str]:
    """Descriptions of what the repository's compilers write for a column."""
    found = [cls for cls in _own if cls.__name__ == "CreateColumn"]
    if not found or column.table is None:
        return
    element = schema.CreateColumn(column)
    wanted = [name for name in DIALECTS if _text_of(element, name) != _text_without(element, name, found)]
    if wanted:
        yield f"what the repository's compiler of `CreateColumn` writes into it ({', '.join(wanted)})"


def _elements(table: Any) -> Iterator[tuple[str, Any]]:
    yield "its statement", schema.CreateTable(table)
    for index in table.indexes:
        yield "an index", schema.CreateIndex(index)


def _text_of(element: Any, name: str) -> str | None:
    try:
        return str(element.compile(dialect=dialect(name)))
    except BaseException:  # not supported by the dialect, or by the repository's code
        return None


def _text_without(element: Any, name: str, own: list[type]) -> str | None:
    """The text without the repository's compilers."""
    with contextlib.ExitStack() as stack:
        for cls in own:
            stack.enter_context(_without(cls))
        return _text_of(element, name)


@contextlib.contextmanager
def _without(cls: Any) -> Iterator[None]:
    specs = cls.__dict__[_KEPT].specs
    kept, visit = dict(specs), f"visit_{cls.__visit_name__}"
    specs.clear()
    specs["default"] = lambda element, compiler, **given: getattr(compiler, visit)(element, **given)
    try:
        yield
    finally:
        specs.clear()
        specs.update(kept)
