"""Code of the repository that runs after the imports, where the schema is used, and may change tables then.

Listeners of engines and pools, import hooks, and replacements for methods of SQLAlchemy's dialects or of Alembic run
while an application connects, imports or compares. Most of them configure sessions, or count something. One that
changes tables or columns makes the extracted schema incomplete.
"""

import dis
import functools
import sys
from collections.abc import Iterable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

from sqlalchemy import MetaData, event
from sqlalchemy.event import api
from sqlalchemy.schema import Column, Table

from ..places import Places
from ..stand_in import ledger
from ..stand_in.value import StandIn
from . import callees

#: Events of engines, connections and pools.
_EVENTS = frozenset(
    "after_cursor_execute after_execute before_cursor_execute before_execute begin begin_twophase "
    "checkin checkout close close_detached commit commit_twophase connect detach do_connect do_execute "
    "do_execute_no_params do_executemany do_setinputsizes engine_connect engine_disposed first_connect "
    "handle_error invalidate prepare_twophase release_savepoint reset rollback rollback_savepoint "
    "rollback_twophase savepoint set_connection_execution_options set_engine_execution_options "
    "soft_invalidate".split()
)

#: Methods of an import hook.
_OF_FINDERS = (
    "__call__",
    "find_spec",
    "find_module",
    "find_loader",
    "exec_module",
    "create_module",
    "load_module",
)

#: Modules whose classes and functions run with a connection, or while Alembic compares.
_OF_CONNECTIONS = ("sqlalchemy.engine.", "sqlalchemy.pool.", "sqlalchemy.dialects.", "alembic.")

#: Names that lead to tables.
_TABLE_NAMES = frozenset(
    "__mapper__ __table__ _class_registry _decl_class_registry _mapper_registry all_mappers local_table "
    "mappers metadata registry sorted_tables tables".split()
)

#: Names that lead to every table.
_ALL_TABLE_NAMES = _TABLE_NAMES - {"__mapper__", "__table__", "local_table"}

#: Attributes that only columns have, and those that columns and tables share with other objects.
_OF_COLUMNS = frozenset("autoincrement nullable primary_key server_default server_onupdate".split())
_SHARED = frozenset(
    "_columns comment default fullname index key length metadata name naming_convention ondelete "
    "onupdate schema tables type unique".split()
)

#: Methods that change tables.
_CHANGES = frozenset("_add_table _remove_table add_property append_column append_constraint".split())

#: Methods that remove something from a collection.
_TAKES_OUT = frozenset("clear discard pop popitem remove".split())
_COLLECTIONS = frozenset("_columns c columns constraints foreign_keys indexes metadata tables".split())

#: Ways to set attributes whose names are not in the code.
_SETTERS = frozenset("__dict__ __setattr__ delattr eval exec setattr vars".split())

#: Objects that are attached to a table when they are created.
_PARTS = frozenset("CheckConstraint Column ForeignKeyConstraint Index UniqueConstraint mapped_column".split())

#: Attributes by which a subclass of `MetaData` affects all tables.
_OF_METADATA = ("sorted_tables", "tables", "_add_table", "_remove_table", "create_all", "__getattribute__")


class RuntimeChange(NamedTuple):
    """Code that may still change tables: where and when it runs, and the tables, `None` for any."""

    text: str
    tables: list[Any] | None


_listeners: list[tuple[Any, str, Any]] = []


def install() -> None:
    """Record listeners as they are registered; called when the snapshot is made."""
    original = api._event_key

    @functools.wraps(original)
    def event_key(target: Any, identifier: str, fn: Any) -> Any:
        if identifier in _EVENTS and ledger.is_in_repository():
            _listeners.append((target, identifier, fn))
        return original(target, identifier, fn)

    api._event_key = event_key


def find_changes(places: Places, metadata: Iterable[Any]) -> Iterator[RuntimeChange]:
    """Find all such code, after everything has run."""
    seen, search = set[int](), callees.Search()
    for when, value, names in (*_of_listeners(), *_of_finders(), *_of_modules(places)):
        if id(value) in seen:
            continue
        seen.add(id(value))
        functions = [
            item
            for item in search.reachable_functions(value, names)
            if _is_own(places, item.__code__.co_filename)
        ]
        if any(map(_changes_tables, functions)):
            code = functions[0].__code__
            path = places.relative(code.co_filename) or code.co_filename
            text = f"line {code.co_firstlineno} of `{path}`, which runs {when} and changes tables"
            yield RuntimeChange(text, _tables(functions))
    for item in metadata:
        yield from _of_metadata(item, places)


def _is_own(places: Places, filename: str) -> bool:
    """Whether code belongs to the repository, or was compiled from a string."""
    made_up = filename.startswith("<") and not filename.startswith("<frozen")
    return made_up or places.relative(filename) is not None


_Found = tuple[str, Any, tuple[str, ...]]


def _of_listeners() -> Iterator[_Found]:
    for target, identifier, function in _listeners:
        if isinstance(target, StandIn) or event.contains(target, identifier, function):
            yield f"on the event `{identifier}` of an engine", function, ("__call__",)


def _of_finders() -> Iterator[_Found]:
    for name in ("meta_path", "path_hooks"):
        for item in list(getattr(sys, name)):
            yield f"with every import, through `sys.{name}`,", item, _OF_FINDERS


def _of_modules(places: Places) -> Iterator[_Found]:
    """Functions of the repository in modules and classes of libraries."""
    is_own = functools.cache(functools.partial(_is_own, places))
    for name, module in sorted(sys.modules.items()):
        if not _may_run_with_connection(name) or is_own(str(getattr(module, "__file__", None) or "")):
            continue
        for value in list(vars(module).values()) if type(module) is ModuleType else ():
            for function in _functions(value, name):
                if is_own(function.__code__.co_filename) and not _is_generated(function, name):
                    yield f"in place of a part of `{name}`", function, ()


def _may_run_with_connection(name: str) -> bool:
    """Whether functions of a module may run with a connection; of dialects only `base` modules count."""
    if not f"{name}.".startswith(_OF_CONNECTIONS):
        return False
    return not name.startswith("sqlalchemy.dialects.") or name.endswith(".base")


def _functions(value: Any, module: str) -> Iterator[FunctionType]:
    """The function that a value is, its methods, or those registered with it (a dispatcher of Alembic)."""
    if type(value) is FunctionType:
        yield value
    elif issubclass(type(value), type):
        own = type.__dict__["__dict__"].__get__(value)
        if own.get("__module__") == module:
            for item in list(own.values()):
                kind = type(item)
                if kind is FunctionType:
                    yield item
                elif kind in (classmethod, staticmethod, property):
                    inner = item.fget if kind is property else item.__func__
                    if type(inner) is FunctionType:
                        yield inner
    elif module.startswith("alembic"):
        registered: Any = getattr(value, "__dict__", {}).get("_registry")
        yield from _functions_in(list(registered.values()) if issubclass(type(registered), dict) else [])


def _functions_in(value: Any) -> Iterator[FunctionType]:
    """The functions in lists and tuples."""
    if type(value) is FunctionType:
        yield value
    elif type(value) in (list, tuple):
        for item in value:
            yield from _functions_in(item)


def _is_generated(function: FunctionType, module: str) -> bool:
    """Whether a library compiled a function from a string (a proxy, a decorated method)."""
    made_up = function.__code__.co_filename.startswith("<")
    makers = ("", module, "builtins", "sqlalchemy.util.langhelpers")
    return made_up and function.__globals__.get("__name__", "") in makers


def _of_metadata(metadata: Any, places: Places) -> Iterator[RuntimeChange]:
    for cls in type(metadata).__mro__:
        if cls is MetaData:
            return
        for name in _OF_METADATA:
            value = cls.__dict__.get(name)
            inner = getattr(value, "fget", None) or getattr(value, "__func__", None) or value
            code = getattr(inner, "__code__", None)
            if value is not None and (type(code) is not CodeType or _is_own(places, code.co_filename)):
                text = f"`{name}` of `{cls.__name__}`, the class of its `MetaData`"
                yield RuntimeChange(text, list(metadata.__dict__.get("tables", {}).values()))
                return


# Analysis of code


def _changes_tables(function: FunctionType) -> bool:
    """Whether the code of a function changes tables or columns, as far as names tell."""
    return _changes(function.__code__, function)


def _changes(code: CodeType, function: FunctionType) -> bool:
    names = {*code.co_names}
    leads = bool(names & _TABLE_NAMES) or any(
        _is_of_tables(item) for item in _values_of_names(function, names)
    )
    strings = {item for item in code.co_consts if type(item) is str}
    if names & _CHANGES or (names & _SETTERS and (leads or strings & _OF_COLUMNS)):
        return True
    if names & _PARTS and leads:
        return True
    return _sets_or_takes_out(code, function, leads=leads) or any(
        _changes(item, function) for item in code.co_consts if type(item) is CodeType
    )


def _sets_or_takes_out(code: CodeType, function: FunctionType, *, leads: bool) -> bool:
    chain: list[str] = []
    for instruction in callees.instructions(code):
        operation, name = instruction.opname, _last(instruction)
        if operation in ("STORE_ATTR", "DELETE_ATTR"):
            if name in _OF_COLUMNS or (name in _SHARED and leads and chain[:1] not in (["self"], ["cls"])):
                return True
        elif operation in ("LOAD_ATTR", "LOAD_METHOD"):
            if name in _TAKES_OUT and (_COLLECTIONS & set(chain) or _begins_at_table(chain, function)):
                return True
            if name in _TAKES_OUT and chain[:1] in (["dict"], ["list"], ["set"]) and leads:
                return True
            chain.append(name)
        elif operation.startswith("LOAD_") and not operation.startswith(("LOAD_CONST", "LOAD_SMALL")):
            chain = [name]
    return False


def _last(instruction: dis.Instruction) -> str:
    """The name in an instruction; the last of two."""
    value = instruction.argval
    return str(value[-1] if type(value) is tuple and value else value)


def _begins_at_table(chain: list[str], function: FunctionType) -> bool:
    return any(_is_of_tables(item) for item in _values_of_names(function, set(chain[:1])))


def _values_of_names(function: FunctionType, names: set[str]) -> Iterator[Any]:
    """The values of names in a function: globals and variables of enclosing functions."""
    yield from (function.__globals__[name] for name in sorted(names & function.__globals__.keys()))
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # an empty cell
            continue


def _is_of_tables(value: Any) -> bool:
    return _table_of(value) is not None or issubclass(type(value), MetaData)


def _table_of(value: Any) -> Any:
    """The table of a value that is one, or a column or a mapped class."""
    kind = type(value)  # avoids the `__class__` of a proxy
    if issubclass(kind, Table):
        return value
    if issubclass(kind, Column):
        return value.__dict__.get("table")
    if issubclass(kind, type):
        own = type.__dict__["__dict__"].__get__(value)
        return own.get("__table__") if "__mapper__" in own else None
    return None


def _tables(functions: list[FunctionType]) -> list[Any] | None:
    """The tables that functions refer to; `None` if that may be any table."""
    named: list[Any] = []
    for function in functions:
        names = set(callees.names(function.__code__))
        if names & _ALL_TABLE_NAMES:
            return None
        named += [_table_of(item) for item in _values_of_names(function, names)]
    return [item for item in named if item is not None] or None
