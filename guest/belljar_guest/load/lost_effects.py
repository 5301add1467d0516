"""Whether a statement that failed may have left undone what it would have done to tables.

`make_searchable()` or `add_audit_columns()` bind no name and name no table, and what they would have added is missing
without a trace. So from what such a statement names the functions of the repository and of the libraries are followed,
by the names in their code; where one of those is a way to change tables, any table may lack something.
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

from ..stand_in.ledger import Unfinished

#: Ways to change a table that is there.
_CHANGES = {"append_column", "append_constraint", "add_property"}

#: What is added to tables. A statement that names one itself is looked at by `taint`, which knows the table.
_PARTS = {"Column", "mapped_column", "Index", "UniqueConstraint", "CheckConstraint", "ForeignKeyConstraint"}

#: What is called of a class besides the methods that are named.
_IMPLIED = ("__init__", "__new__", "__call__")

#: A function, and the class that it was found in.
_Found = tuple[FunctionType, type | None]

#: So many functions are followed; whoever reaches more is taken to change tables.
_MOST_FUNCTIONS = 2000

#: So many functions in a list, a tuple or a dictionary are followed.
_MOST_ITEMS = 1000

#: Events of tables and mappers, and those of engines, pools and sessions, that most listeners are for.
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


def unfinished(
    path: str, statement: ast.stmt | ast.expr, text: str, namespace: dict[str, Any], *, in_class: bool = False
) -> Unfinished | None:
    """What is to be looked at of a statement; of a part of one, what the part names.

    A class that failed is told by itself, and of a module what failed in it.
    """
    if isinstance(statement, (ast.ClassDef, ast.Import, ast.ImportFrom)):
        return None
    words = {word for node in _evaluated(statement) for word in _word(node)}
    changes = bool(words & _CHANGES) and (isinstance(statement, ast.expr) or is_loop(statement))
    return Unfinished(
        path,
        statement.lineno,
        text,
        words | _strings(statement),
        namespace,
        changes,
        _counting(statement, in_class=in_class),
    )


def _counting(statement: ast.AST, *, in_class: bool) -> set[str]:
    """The names that make a function one that changes tables: what it makes may be for whoever asked for it alone."""
    if in_class or isinstance(statement, ast.expr):
        return _CHANGES
    if isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return _CHANGES | _PARTS - {"Column", "mapped_column"}
    return _CHANGES | _PARTS


def may_change_tables(statement: Unfinished) -> bool:
    """Whether what the statement would have called, as far as names tell, changes tables.

    To be asked when everything has run, so that what functions import is there.
    """
    try:
        return _may_change_tables(statement)
    except BaseException:  # a namespace, or code, that was made to be in the way of whoever looks at it
        return True


def _may_change_tables(statement: Unfinished) -> bool:
    if statement.changes or _listens(statement.words):
        return True
    waiting, seen = list(_functions(statement.words, statement.namespace)), set[tuple[int, int]]()
    while waiting:
        function, owner = waiting.pop()
        code = function.__code__
        if (id(function), id(owner)) in seen:
            continue
        seen.add((id(function), id(owner)))
        words = set(names(code))
        if words & statement.counting or _listens(words) or len(seen) > _MOST_FUNCTIONS:
            return True
        waiting += [*_functions(words, function.__globals__), *_methods(owner, words), *_enclosed(function)]
        for name in _imports(code, function.__globals__.get("__package__") or ""):
            module = sys.modules.get(name) or _library(name)
            if module is not None:
                waiting += _functions(words, vars(module)) if _is_followed(name) else ()
            else:
                text = set(_WORD.findall(_text_of(name).decode(errors="replace")))
                if text & statement.counting or _listens(text):
                    return True
    return False


def reached(value: Any, methods: Iterable[str]) -> Iterator[FunctionType]:
    """The functions that a value is, or has as these methods, and those that they call, as far as names tell."""
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
    """What runs: of a function only its decorators."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        for decorator in statement.decorator_list:
            yield from ast.walk(decorator)
    else:
        yield from ast.walk(statement)


def _word(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr


def is_loop(statement: ast.AST) -> bool:
    """Whether it works on what it goes through, which has no name that could be looked up."""
    return any(isinstance(node, (ast.comprehension, ast.For, ast.While)) for node in ast.walk(statement))


def _strings(statement: ast.AST) -> set[str]:
    """The names of events that it gives as text."""
    nodes = [node.value for node in _evaluated(statement) if isinstance(node, ast.Constant)]
    return {value for value in nodes if isinstance(value, str)} & (_OF_TABLES | _OF_OTHERS)


def _listens(words: set[str]) -> bool:
    """Whether something is to be told when tables and mappers are made: `words` has the names of events too."""
    if not ("listens_for" in words or {"event", "listen"} <= words):
        return False
    return bool(words & _OF_TABLES) or not words & _OF_OTHERS


def _enclosed(function: FunctionType) -> Iterator[_Found]:
    """What a function has from around it, such as what a decorator was put on."""
    for cell in function.__closure__ or ():
        try:
            yield from _of_value(cell.cell_contents, ())
        except ValueError:  # an empty one
            continue


def names(code: CodeType) -> Iterator[str]:
    """The names of globals, attributes and imports in a function, and in those that are made in it."""
    for name in code.co_names:
        yield from (name, name.rpartition(".")[2])
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from names(constant)
        elif isinstance(constant, str) and constant in _OF_TABLES | _OF_OTHERS:
            yield constant


def _imports(code: CodeType, package: str) -> Iterator[str]:
    """The modules that a function imports where it uses them, absolute."""
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
    """Those of a function; none of one whose bytes are no code, and that fails in its own way."""
    try:
        return list(dis.get_instructions(code))
    except (IndexError, KeyError, ValueError, TypeError, SystemError):
        return []


def _library(name: str) -> ModuleType | None:
    """A library that is carried; it is ours, so that it can be imported to look at it."""
    root = name.partition(".")[0]
    stored = (finder for finder in sys.meta_path if hasattr(finder, "adapt"))
    if not _is_followed(root) or not any(finder.find_spec(root, None) for finder in stored):
        return None
    try:
        return importlib.import_module(name)
    except ImportError:  # what is imported from it is no module
        return None


def _text_of(name: str) -> bytes:
    """The text of a module of the repository that was not imported; none where there is no such file."""
    for folder in sys.path:
        for end in (".py", "/__init__.py"):
            file = f"{folder}/{name.replace('.', '/')}{end}"
            if os.path.isfile(file):
                with open(file, "rb") as opened:
                    return opened.read()
    return b""


def _functions(words: set[str], namespace: dict[str, Any]) -> Iterator[_Found]:
    """The functions that names may mean: of the namespace, of modules and of objects that are named too."""
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
    """The functions behind a value; runs no code of it."""
    kind = type(value)  # asks no proxy for its class
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
    """The methods of a class that are named."""
    if cls is None or not _is_followed(vars(cls).get("__module__")):
        return
    for word in sorted(words):
        method = getattr_static(cls, word, None)
        if issubclass(type(method), (FunctionType, staticmethod, classmethod)):
            yield from _of_value(method, (), cls)


def _is_followed(module: Any) -> bool:
    """Whether code is the repository's or a library's: SQLAlchemy and Python change tables only as they are told."""
    root = module.partition(".")[0] if type(module) is str else ""
    return root not in ("", "sqlalchemy", "belljar_guest") and root not in sys.stdlib_module_names
