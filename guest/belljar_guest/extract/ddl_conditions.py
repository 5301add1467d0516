"""The result of a `ddl_if` function, if it depends on the name of the dialect alone.

SQLAlchemy calls the function each time it compiles a table or creates an index. A function that reads nothing but its
arguments has one result for each dialect. It is called here with arguments that know only the name of the dialect.
"""

import dis
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any, NoReturn

from sqlalchemy.schema import Constraint, ForeignKeyConstraint

#: Builtins whose result depends on their arguments alone.
_PURE = frozenset(
    "all any bool dict frozenset getattr hasattr int isinstance len list next set sorted str tuple".split()
)

#: Parts of the names of instructions that load a global, a variable of an enclosing function, or an import.
_FROM_OUTSIDE = ("GLOBAL", "NAME", "DEREF", "CLOSURE", "IMPORT")


class _NotTheNameError(BaseException):
    """Something other than the name was used. A `BaseException`, so that the function does not catch it."""


class _Unknown:
    """An object of which nothing is known except what a subclass defines."""

    def __getattr__(self, attribute: str) -> NoReturn:
        raise _NotTheNameError(attribute)


class _Dialect(_Unknown):
    """A dialect of which only the name is known; other attributes depend on the server."""

    def __init__(self, name: str) -> None:
        self.name = name


class _WithDialect(_Unknown):
    """A connection or a compiler of which only the dialect is known."""

    def __init__(self, name: str) -> None:
        self.dialect = _Dialect(name)


def function_of(item: Any) -> Any:
    """The `ddl_if` function of a constraint or an index; `None` if there is none."""
    return getattr(getattr(item, "_ddl_if", None), "callable_", None)


def answer(item: Any, name: str) -> bool | None:
    """Whether a dialect creates it, by the result of the function; `None` if that depends on more than the name."""
    function = function_of(item)
    if not _is_closed(function):
        return None
    result = {_call(function, item, name, is_created=is_created) for is_created in _creation_ways(item)}
    return result.pop() if len(result) == 1 else None


def _creation_ways(item: Any) -> tuple[bool, ...]:
    """Whether it is created by a statement of its own: an index is, a foreign key may be."""
    if isinstance(item, ForeignKeyConstraint):
        return (False, True)
    return (not isinstance(item, Constraint),)


def _call(function: Any, item: Any, name: str, *, is_created: bool) -> bool | None:
    """Call the function, with a connection if a statement is executed, else with a compiler."""
    known = _WithDialect(name)
    bind, compiler = (known, None) if is_created else (None, known)
    try:
        result = function(
            _Unknown(), item, bind, compiler=compiler, dialect=known.dialect, state=item._ddl_if.state
        )
    except BaseException:  # it used something unknown, or would fail in SQLAlchemy too
        return None
    return result if isinstance(result, bool) else None


def _is_closed(function: Any) -> bool:
    """Whether a function reads nothing but its arguments."""
    if type(function) is not FunctionType or function.__closure__ or function.__kwdefaults__:
        return False
    if function.__defaults__ or hasattr(function, "__wrapped__"):
        return False
    return all(name in _PURE and name not in function.__globals__ for name in _outer_names(function.__code__))


def _outer_names(code: CodeType) -> Iterator[str]:
    """The names that a function and its inner functions load from outside."""
    for step in dis.get_instructions(code):
        if any(word in step.opname for word in _FROM_OUTSIDE):
            yield str(step.argval)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _outer_names(constant)
