"""Types and compilers that depend on properties of a dialect that are known only with a connection.

Everything is compiled here with dialects that have no driver and no server. A type that checks `dialect.dbapi` or the
version of the server may be another there. SQLAlchemy's own code checks them too, but renders the same for every
driver, so only attribute access by the repository's code counts.
"""

import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from types import FrameType
from typing import Any

from sqlalchemy import schema
from sqlalchemy.types import TypeEngine

from .. import frames
from ..stand_in import ledger
from . import compilers
from .ddl_callbacks import COMPILERS, codes_of
from .sql import DIALECTS, make_dialect

#: Attributes of a dialect that depend on its driver, its server or the arguments of the engine.
_OF_CONNECTIONS = frozenset(
    "_backslash_escapes bind_typing dbapi default_isolation_level default_schema_name driver "
    "execute_sequence_format import_dbapi is_async loaded_dbapi max_identifier_length paramstyle positional "
    "server_side_cursors server_version_info".split()
)

#: Names of dialect classes of drivers; a dialect without a driver is an instance of none of them.
_OF_DRIVERS = re.compile(r"\w+Dialect(?:_\w+|Async\w*)|AsyncAdapt_\w+")

_asked: set[str] = set()

#: Cached results for types, by class and arguments; valid while no code of the repository runs.
_of_types: dict[Any, set[str]] = {}

#: Classes of arguments by whose equality types are equal.
_PLAIN = (str, int, float, bool, type(None))


def forget() -> None:
    """Clear the cache: code that ran since may have changed the results."""
    _of_types.clear()


def reasons_of_column(column: Any) -> list[frames.Reason]:
    """A doubt for each such property that the code of a column's type or of its compilers uses."""
    of_type = _of_type(column)
    others = _of_statement(column) - of_type
    return [
        *(_reason("its type", name) for name in sorted(of_type)),
        *(_reason("the code that writes it", name) for name in sorted(others)),
    ]


def _of_type(column: Any) -> set[str]:
    if not _is_written_by_code(column.type):
        return set()
    key = _key(column.type)
    if key not in _of_types:
        _of_types[key] = _named(column) | _compile([lambda: column.type])
    return _of_types[key]


def _of_statement(column: Any) -> set[str]:
    """The properties used by compilers of the column's defaults and of its statement."""
    expressions = (getattr(column.server_default, "arg", None), getattr(column, "computed", None))
    has_code = any(hasattr(item, "compile") for item in expressions) and next(codes_of(column), None)
    if column.table is None or not (has_code or compilers.has_custom(columns=True)):
        return set()
    return _named(column) | _compile([lambda: schema.CreateColumn(column)])


def _key(value: Any, depth: int = 3) -> Any:
    """A key that is equal for equal types; the identity of anything else."""
    kind = type(value)
    if kind in _PLAIN:
        return kind, value
    if issubclass(kind, TypeEngine) and depth:
        return kind, *((name, _key(item, depth - 1)) for name, item in sorted(vars(value).items()))
    return id(value)


def reasons_of_table(table: Any) -> list[frames.Reason]:
    """A doubt for each such property that the code of a table's statements uses."""
    if not (next(codes_of(table), None) or compilers.has_custom(columns=False)):
        return []
    parts: list[Callable[[], Any]] = [lambda: schema.CreateTable(table)]
    parts += [lambda index=index: schema.CreateIndex(index) for index in table.indexes]  # type: ignore[misc]
    of_columns = {name for column in table.columns for name in _of_type(column) | _of_statement(column)}
    found = (_named(table) | _compile(parts)) - of_columns
    return [_reason("the code that writes its statements", name) for name in sorted(found)]


def _reason(who: str, name: str) -> frames.Reason:
    message = f"{who} asks the dialect for `{name}`, which is known only with a connection"
    return frames.Reason("server-setting", message, None)


def _is_written_by_code(column_type: Any) -> bool:
    """Whether compiling a type may run code of the repository or of a library."""
    bases = type.__dict__["__mro__"].__get__(type(column_type))
    is_own = not str(bases[0].__dict__.get("__module__")).startswith("sqlalchemy.")
    inner = [vars(column_type).get(name) for name in ("impl", "item_type")]
    return (
        is_own
        or any(COMPILERS in base.__dict__ for base in bases)
        or any(issubclass(type(item), TypeEngine) and _is_written_by_code(item) for item in inner)
    )


def _named(item: Any) -> set[str]:
    """The dialect classes of drivers that the code refers to: an `isinstance` check reads no attribute."""
    return {
        name
        for code in codes_of(item)
        if _is_of_repository(code.co_filename)
        for name in (*code.co_names, *code.co_consts)
        if isinstance(name, str) and _OF_DRIVERS.fullmatch(name)
    }


def _compile(parts: list[Callable[[], Any]]) -> set[str]:
    """The properties that are used while statements are compiled for every dialect."""
    _asked.clear()
    for name in DIALECTS:
        asked = _dialect(name)
        asked._type_memos.clear()  # a cached result would hide further uses
        for part in parts:
            try:
                part().compile(dialect=asked)
            except BaseException:  # not supported by the dialect, or by the repository's code
                continue
    return set(_asked)


@cache
def _dialect(name: str) -> Any:
    """A dialect that records which attributes the repository uses."""
    found = make_dialect(name, paramstyle="named")
    cls = type(found)

    def getattribute(self: Any, attribute: str) -> Any:
        if attribute in _OF_CONNECTIONS and _is_asked_by_repository(sys._getframe(1)):
            _asked.add(attribute)
        if attribute == "__dict__" and _is_asked_by_repository(sys._getframe(1)):
            _asked.update(_in_dictionary(sys._getframe(1)))
        return object.__getattribute__(self, attribute)

    body = {"__getattribute__": getattribute, "__module__": cls.__module__, "__qualname__": cls.__qualname__}
    found.__class__ = type(cls.__name__, (cls,), body)
    return found


def _is_asked_by_repository(frame: FrameType) -> bool:
    return _is_of_repository(frame.f_code.co_filename)


def _is_of_repository(filename: str) -> bool:
    places = ledger.current().places
    made_up = filename.startswith("<") and not filename.startswith("<frozen")
    return made_up or places.relative(filename) is not None or places.library(filename) is not None


def _in_dictionary(frame: FrameType) -> Iterator[str]:
    """The properties that code may use through `__dict__`, as far as it names them."""
    code = frame.f_code
    named = {name for name in (*code.co_names, *code.co_consts) if isinstance(name, str)} & _OF_CONNECTIONS
    yield from named or {"__dict__"}
