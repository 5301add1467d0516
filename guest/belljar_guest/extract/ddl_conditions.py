"""What a function in `ddl_if` says, where nothing but the name of the dialect decides it.

SQLAlchemy asks the function each time it compiles a table or creates an index. A function that reads no more than
its arguments gives one answer for each dialect; it is asked here with arguments that know the name and nothing else.
"""

import dis
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any, NoReturn

from sqlalchemy.schema import Constraint, ForeignKeyConstraint

#: Functions of Python whose answer depends on what they are given alone.
_PURE = frozenset(
    "all any bool dict frozenset getattr hasattr int isinstance len list next set sorted str tuple".split()
)

#: How a name of the module, of a function around, or of what is imported comes into a function.
_FROM_OUTSIDE = ("GLOBAL", "NAME", "DEREF", "CLOSURE", "IMPORT")


class _NotTheNameError(BaseException):
    """Something else was asked for; no `except Exception` of the function takes it."""


class _Unknown:
    """Something of which nothing is known but what a subclass gives it."""

    def __getattr__(self, attribute: str) -> NoReturn:
        raise _NotTheNameError(attribute)


class _Dialect(_Unknown):
    """A dialect of which only the name is known: what it is on a server, a server knows."""

    def __init__(self, name: str) -> None:
        self.name = name


class _WithDialect(_Unknown):
    """A connection, or a compiler, of which only the dialect is known."""

    def __init__(self, name: str) -> None:
        self.dialect = _Dialect(name)


def function_of(item: Any) -> Any:
    """The function that is asked whether a constraint or an index is made, if one is."""
    return getattr(getattr(item, "_ddl_if", None), "callable_", None)


def answer(item: Any, name: str) -> bool | None:
    """Whether the function says that a dialect makes it; `None` where more than the name decides that."""
    function = function_of(item)
    if not _is_closed(function):
        return None
    said = {_asked(function, item, name, is_created=is_created) for is_created in _ways(item)}
    return said.pop() if len(said) == 1 else None


def _ways(item: Any) -> tuple[bool, ...]:
    """Whether it gets a statement of its own: an index does, a foreign key may."""
    if isinstance(item, ForeignKeyConstraint):
        return (False, True)
    return (not isinstance(item, Constraint),)


def _asked(function: Any, item: Any, name: str, *, is_created: bool) -> bool | None:
    """What the function says: with a connection where a statement is carried out, else with a compiler."""
    known = _WithDialect(name)
    bind, compiler = (known, None) if is_created else (None, known)
    try:
        said = function(
            _Unknown(), item, bind, compiler=compiler, dialect=known.dialect, state=item._ddl_if.state
        )
    except BaseException:  # it asked for more, or fails where SQLAlchemy asks it
        return None
    return said if isinstance(said, bool) else None


def _is_closed(function: Any) -> bool:
    """Whether a function reads nothing but its arguments."""
    if type(function) is not FunctionType or function.__closure__ or function.__kwdefaults__:
        return False
    if function.__defaults__ or hasattr(function, "__wrapped__"):
        return False
    return all(name in _PURE and name not in function.__globals__ for name in _outside(function.__code__))


def _outside(code: CodeType) -> Iterator[str]:
    """The names that a function loads from outside, and those of the functions in it."""
    for step in dis.get_instructions(code):
        if any(word in step.opname for word in _FROM_OUTSIDE):
            yield str(step.argval)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _outside(constant)
