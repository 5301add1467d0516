"""Mends a statement: the one expression in it that failed gives way to a stand-in.

`Column("x", String(20), default=timedelta(days=absent.days))` fails in its default. Python says in which expression,
by line and column, so that the column is made with a stand-in for a default instead of not at all.
"""

import ast
import re
from collections.abc import Iterator
from itertools import islice
from types import CodeType, TracebackType
from typing import Any

from .metaclass_calls import CHILD, MAKER

#: Frames of these run inside the statement that they are written in.
_INSIDE = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")

#: The loader's mark around what is called.
_MARKED = re.compile(rf"{MAKER}\(([^()]*)\)")

#: Longest text of an expression that is taken into the origin of its stand-in.
_LONGEST_NAME = 60

_Span = tuple[int, int, int, int]


def culprit(statement: ast.stmt, traceback: TracebackType | None, code: CodeType) -> ast.expr | None:
    """The expression of a statement that raised, when it is one that a stand-in can take the place of.

    The value of an assignment as a whole is none: its names are stood in for, by their own names.
    """
    span = _span(traceback, code)
    if span is None:
        return None
    whole = getattr(statement, "value", None)
    own = [node for part in _parts(statement) for node in ast.walk(part) if isinstance(node, ast.expr)]
    found = _at(own, span)
    if found is None or found is whole or isinstance(getattr(found, "ctx", None), (ast.Store, ast.Del)):
        return None
    if isinstance(found, ast.Call) and isinstance(found.func, ast.Name) and found.func.id == CHILD:
        return None
    return found


def mended(statement: ast.stmt, failed: ast.expr, module: str) -> ast.stmt:
    """A twin of the statement with a stand-in in the place of an expression."""
    call = ast.Call(
        ast.Name(CHILD, ast.Load()), [ast.Constant(module), ast.Constant(_name_of(failed))], keywords=[]
    )
    for node in ast.walk(call):
        ast.copy_location(node, failed)
    twin: ast.stmt = _with(statement, failed, call)
    return twin


def _name_of(failed: ast.expr) -> str:
    if isinstance(failed, ast.Name):
        return failed.id
    text = f"{ast.unparse(failed.func)}()" if isinstance(failed, ast.Call) else ast.unparse(failed)
    text = _MARKED.sub(r"\1", text)
    return text if len(text) <= _LONGEST_NAME else f"line {failed.lineno}"


def _span(traceback: TracebackType | None, code: CodeType) -> _Span | None:
    """Lines and columns of what was running in this code, as far inside as the statement reaches."""
    found: TracebackType | None = None
    while traceback is not None:
        own = traceback.tb_frame.f_code
        if own is code or (found and own.co_filename == code.co_filename and own.co_name in _INSIDE):
            found = traceback
        traceback = traceback.tb_next
    if found is None:
        return None
    at = found.tb_lasti // 2
    line, last, column, end = next(islice(found.tb_frame.f_code.co_positions(), at, None), (None,) * 4)
    if line is None or last is None or column is None or end is None:
        return None
    return line, column, last, end


def _parts(statement: ast.stmt) -> Iterator[ast.AST]:
    """What a statement evaluates itself, without the blocks in it."""
    if isinstance(statement, (ast.Raise, ast.Assert, ast.Delete, ast.Return)):
        return
    for name, value in ast.iter_fields(statement):
        for item in value if isinstance(value, list) else [value]:
            inner = isinstance(item, (ast.stmt, ast.ExceptHandler, ast.match_case)) or name == "targets"
            if isinstance(item, ast.AST) and not inner:
                yield item


def _at(nodes: list[ast.expr], span: _Span) -> ast.expr | None:
    """The expression at a place; of a call that spans lines, Python tells where its last part begins."""
    ends = [node for node in nodes if (node.end_lineno, node.end_col_offset) == span[2:]]
    exact = [node for node in ends if (node.lineno, node.col_offset) == span[:2]]
    around = [node for node in ends if (node.lineno, node.col_offset) <= span[:2]]
    if exact:
        return exact[0]
    return max(around, key=lambda node: (node.lineno, node.col_offset), default=None)


def _with(node: Any, old: ast.AST, new: ast.AST) -> Any:
    """The same tree with another node in one place; only what lies on the way to it is copied."""
    if node is old:
        return new
    for name, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            changed = _with(value, old, new)
            if changed is not value:
                return _copy(node, name, changed)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                changed = _with(item, old, new) if isinstance(item, ast.AST) else item
                if changed is not item:
                    return _copy(node, name, [*value[:index], changed, *value[index + 1 :]])
    return node


def _copy(node: ast.AST, name: str, value: object) -> ast.AST:
    twin = type(node)(**{**dict(ast.iter_fields(node)), name: value})
    return ast.copy_location(twin, node)
