"""Whether a failed statement may have changed tables.

`make_searchable()` or `add_audit_columns()` bind no name and refer to no table, so what they would have added is
missing without a trace. The functions that such a statement would have called are therefore searched, of the repository
and of libraries, by the names in their code. If one of them contains a way to change tables, any table may lack
something. The search is an overapproximation: names are matched without evaluating expressions.
"""

import ast
import dis
import importlib
import os
import re
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from inspect import getattr_static
from itertools import islice
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from ..stand_in.ledger import FailedStatement

#: Methods that change an existing table.
_CHANGES = {"append_column", "append_constraint", "add_property"}

#: Objects that are added to tables. If the statement itself refers to one, `taint` handles it, as it knows the table.
_PARTS = {"Column", "mapped_column", "Index", "UniqueConstraint", "CheckConstraint", "ForeignKeyConstraint"}

#: Methods that are called implicitly.
_IMPLIED = ("__init__", "__new__", "__call__")

#: A function, and the class in which it was found.
_Found = tuple[FunctionType, type | None]

#: The maximum number of functions that are searched; beyond it, tables are assumed to change.
_MOST_FUNCTIONS = 2000

#: The maximum number of functions in a collection that are searched.
_MOST_ITEMS = 1000

#: Events of tables and mappers, and those of engines, pools and sessions, which most listeners are for.
_OF_TABLES = frozenset(
    "after_configured after_create after_drop after_mapper_constructed after_parent_attach attribute_instrument "
    "before_configured before_create before_drop before_mapper_configured before_parent_attach class_instrument "
    "column_reflect instrument_class mapper_configured".split()
)
_OF_OTHERS = frozenset(
    "after_begin after_bulk_delete after_bulk_update after_commit after_cursor_execute after_execute after_flush "
    "after_flush_postexec after_rollback after_soft_rollback before_commit before_cursor_execute before_execute "
    "before_flush begin checkin checkout close commit connect do_connect do_orm_execute engine_connect engine_disposed "
    "first_connect handle_error invalidate reset rollback".split()
)

_WORD = re.compile(r"\w+")


def describe_failure(
    path: str, statement: ast.stmt | ast.expr, text: str, namespace: dict[str, Any], *, in_class: bool = False
) -> FailedStatement | None:
    """Describe a failed statement, or the failed part of one, for `may_change_tables`.

    Failed classes and failed modules are reported on their own.
    """
    if isinstance(statement, (ast.ClassDef, ast.Import, ast.ImportFrom)):
        return None
    words = {word for node in _evaluated(statement) for word in _node_names(node)}
    changes = bool(words & _CHANGES) and (isinstance(statement, ast.expr) or is_loop(statement))
    return FailedStatement(
        path,
        statement.lineno,
        text,
        words | _strings(statement),
        namespace,
        changes,
        _changing_names(statement, in_class=in_class),
    )


def _changing_names(statement: ast.AST, *, in_class: bool) -> set[str]:
    """The names by which a function counts as changing tables; objects that it creates may be its result."""
    if in_class or isinstance(statement, ast.expr):
        return _CHANGES
    if isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return _CHANGES | _PARTS - {"Column", "mapped_column"}
    return _CHANGES | _PARTS


def may_change_tables(statement: FailedStatement) -> bool:
    """Whether the failed statement would have changed tables, as far as names tell.

    To be called after everything has run, so that imports within functions can be resolved.
    """
    try:
        return _may_change_tables(statement)
    except BaseException:  # a namespace or code that resists inspection
        return True


def _may_change_tables(statement: FailedStatement) -> bool:
    if statement.changes_unnamed or _registers_listener(statement.names):
        return True
    waiting, seen = list(_functions(statement.names, statement.namespace)), set[tuple[int, int]]()
    while waiting:
        function, owner = waiting.pop()
        code = function.__code__
        if (id(function), id(owner)) in seen:
            continue
        seen.add((id(function), id(owner)))
        words = set(names(code))
        if words & statement.changing_names or _registers_listener(words) or len(seen) > _MOST_FUNCTIONS:
            return True
        waiting += [*_functions(words, function.__globals__), *_methods(owner, words), *_enclosed(function)]
        for name in _imports(code, function.__globals__.get("__package__") or ""):
            module = sys.modules.get(name) or _library(name)
            if module is not None:
                waiting += _functions(words, vars(module)) if _is_followed(name) else ()
            else:
                text = set(_WORD.findall(_source_of(name).decode(errors="replace")))
                if text & statement.changing_names or _registers_listener(text):
                    return True
    return False


def reachable_functions(value: Any, methods: Iterable[str]) -> Iterator[FunctionType]:
    """The functions that a value is or has as methods, with those that they call, as far as names tell."""
    waiting, seen = list(_of_value(value, methods)), set[tuple[int, int]]()
    while waiting and len(seen) < _MOST_FUNCTIONS:
        function, owner = waiting.pop(0)
        if (id(function), id(owner)) in seen:
            continue
        seen.add((id(function), id(owner)))
        yield function
        words = set(names(function.__code__))
        waiting += [*_functions(words, function.__globals__), *_methods(owner, words), *_enclosed(function)]


def _evaluated(statement: ast.AST) -> Iterator[ast.AST]:
    """The nodes that are evaluated: of a function only its decorators."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        for decorator in statement.decorator_list:
            yield from ast.walk(decorator)
    else:
        yield from ast.walk(statement)


def _node_names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr


def is_loop(statement: ast.AST) -> bool:
    """Whether a statement iterates, so that what it works on has no name to look up."""
    return any(isinstance(node, (ast.comprehension, ast.For, ast.While)) for node in ast.walk(statement))


def _strings(statement: ast.AST) -> set[str]:
    """The names of events among the string constants."""
    nodes = [node.value for node in _evaluated(statement) if isinstance(node, ast.Constant)]
    return {value for value in nodes if isinstance(value, str)} & (_OF_TABLES | _OF_OTHERS)


def _registers_listener(words: set[str]) -> bool:
    """Whether a listener for tables or mappers is registered; `words` includes the names of events."""
    if not ("listens_for" in words or {"event", "listen"} <= words):
        return False
    return bool(words & _OF_TABLES) or not words & _OF_OTHERS


def _enclosed(function: FunctionType) -> Iterator[_Found]:
    """Functions in the closure of a function, such as a decorated one."""
    for cell in function.__closure__ or ():
        try:
            yield from _of_value(cell.cell_contents, ())
        except ValueError:  # an empty cell
            continue


def names(code: CodeType) -> Iterator[str]:
    """The names of globals, attributes and imports in a function and its inner functions."""
    for name in code.co_names:
        yield from (name, name.rpartition(".")[2])
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from names(constant)
        elif isinstance(constant, str) and constant in _OF_TABLES | _OF_OTHERS:
            yield constant


def _imports(code: CodeType, package: str) -> Iterator[str]:
    """The absolute names of the modules that a function imports."""
    constants: list[Any] = []
    for instruction in instructions(code):
        if instruction.opname == "IMPORT_NAME":
            level, names = constants[-2:] if len(constants) > 1 else (0, None)
            parts = package.split(".") if level else []
            kept = parts[: len(parts) - level + 1] if level else []
            name = ".".join([*kept, *([instruction.argval] if instruction.argval else [])])
            yield name
            yield from (f"{name}.{item}" for item in names or ())
        elif instruction.opname.startswith("LOAD_"):
            constants = [*constants[-1:], instruction.argval]
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _imports(constant, package)


def instructions(code: CodeType) -> list[dis.Instruction]:
    """The instructions of a function; none if its bytecode is invalid."""
    try:
        return list(dis.get_instructions(code))
    except (IndexError, KeyError, ValueError, TypeError, SystemError):
        return []


def _library(name: str) -> ModuleType | None:
    """A carried library, imported if necessary."""
    root = name.partition(".")[0]
    stored = (finder for finder in sys.meta_path if hasattr(finder, "adapt"))
    if not _is_followed(root) or not any(finder.find_spec(root, None) for finder in stored):
        return None
    try:
        return importlib.import_module(name)
    except ImportError:  # the imported name is not a module
        return None


def _source_of(name: str) -> bytes:
    """The source of a module of the repository that was not imported; empty if there is none."""
    for folder in sys.path:
        for end in (".py", "/__init__.py"):
            file = f"{folder}/{name.replace('.', '/')}{end}"
            if os.path.isfile(file):
                with open(file, "rb") as opened:
                    return opened.read()
    return b""


def _functions(words: set[str], namespace: dict[str, Any]) -> Iterator[_Found]:
    """The functions that names may refer to: in the namespace, in named modules and on named objects."""
    spaces, seen = [namespace], set[int]()
    while spaces:
        space = spaces.pop()
        if id(space) in seen:
            continue
        seen.add(id(space))
        for word in sorted(words & space.keys()):
            value = space[word]
            if issubclass(type(value), ModuleType):
                spaces.append(vars(value))
            else:
                yield from _of_value(value, words)


def _of_value(value: Any, words: Iterable[str], owner: type | None = None) -> Iterator[_Found]:
    """The functions of a value; runs no code of it."""
    kind = type(value)  # avoids the `__class__` of a proxy
    while issubclass(kind, (MethodType, staticmethod, classmethod)) or kind is partial:
        value = value.func if kind is partial else value.__func__
        kind = type(value)
    if kind in (list, tuple, dict):
        for item in islice(value.values() if kind is dict else value, _MOST_ITEMS):
            if type(item) in (FunctionType, MethodType, partial):
                yield from _of_value(item, ())
        return
    if not issubclass(kind, FunctionType):
        yield from _methods(value if issubclass(kind, type) else kind, {*words, *_IMPLIED})
        return
    if _is_followed(value.__module__):
        yield value, owner
    if "__wrapped__" in vars(value):
        yield from _of_value(vars(value)["__wrapped__"], (), owner)


def _methods(cls: type | None, words: Iterable[str]) -> Iterator[_Found]:
    """The methods of a class with these names."""
    if cls is None or not _is_followed(vars(cls).get("__module__")):
        return
    for word in sorted(words):
        method = getattr_static(cls, word, None)
        if issubclass(type(method), (FunctionType, staticmethod, classmethod)):
            yield from _of_value(method, (), cls)


def _is_followed(module: Any) -> bool:
    """Whether code belongs to the repository or a library; SQLAlchemy and Python only change tables when told to."""
    root = module.partition(".")[0] if type(module) is str else ""
    return root not in ("", "sqlalchemy", "belljar_guest") and root not in sys.stdlib_module_names
