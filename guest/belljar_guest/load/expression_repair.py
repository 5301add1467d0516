"""Repairs a statement: a stand-in replaces the one expression in it that failed.

`Column("x", String(20), default=timedelta(days=absent.days))` fails in its default. Python's code positions identify
the expression by line and column, so that the column is created with a stand-in as its default instead of not at all.
"""

import ast
import re
from collections.abc import Iterator
from itertools import islice
from types import CodeType, TracebackType
from typing import Any

from .metaclass_calls import CHILD, MAKER

#: Code names that run inside the statement that contains them.
_INSIDE = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")

#: The loader's marker around a called expression.
_MARKED = re.compile(rf"{MAKER}\(([^()]*)\)")

#: The longest text of an expression that becomes part of its stand-in's origin.
_LONGEST_NAME = 60

_Span = tuple[int, int, int, int]


def find_failed_expression(
    statement: ast.stmt, traceback: TracebackType | None, code: CodeType
) -> ast.expr | None:
    """The expression that raised, if a stand-in can replace it.

    The whole value of an assignment is not replaced: its names get stand-ins with their own names as origins.
    """
    span = _failed_span(traceback, code)
    if span is None:
        return None
    whole = getattr(statement, "value", None)
    own = [
        node for part in _evaluated_parts(statement) for node in ast.walk(part) if isinstance(node, ast.expr)
    ]
    found = _expression_at(own, span)
    if found is None or found is whole or isinstance(getattr(found, "ctx", None), (ast.Store, ast.Del)):
        return None
    if isinstance(found, ast.Call) and isinstance(found.func, ast.Name) and found.func.id == CHILD:
        return None
    return found


def repair(statement: ast.stmt, failed: ast.expr, module: str) -> ast.stmt:
    """A copy of the statement with a stand-in in place of an expression."""
    call = ast.Call(
        ast.Name(CHILD, ast.Load()), [ast.Constant(module), ast.Constant(_name_of(failed))], keywords=[]
    )
    for node in ast.walk(call):
        ast.copy_location(node, failed)
    twin: ast.stmt = _replace_node(statement, failed, call)
    return twin


def _name_of(failed: ast.expr) -> str:
    if isinstance(failed, ast.Name):
        return failed.id
    text = f"{ast.unparse(failed.func)}()" if isinstance(failed, ast.Call) else ast.unparse(failed)
    text = _MARKED.sub(r"\1", text)
    return text if len(text) <= _LONGEST_NAME else f"line {failed.lineno}"


def _failed_span(traceback: TracebackType | None, code: CodeType) -> _Span | None:
    """Lines and columns of the expression that was running, in this code or a comprehension within it."""
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


def _evaluated_parts(statement: ast.stmt) -> Iterator[ast.AST]:
    """The expressions that a statement evaluates itself, without its blocks."""
    if isinstance(statement, (ast.Raise, ast.Assert, ast.Delete, ast.Return)):
        return
    for name, value in ast.iter_fields(statement):
        for item in value if isinstance(value, list) else [value]:
            inner = isinstance(item, (ast.stmt, ast.ExceptHandler, ast.match_case)) or name == "targets"
            if isinstance(item, ast.AST) and not inner:
                yield item


def _expression_at(nodes: list[ast.expr], span: _Span) -> ast.expr | None:
    """The expression at a position. For a call over several lines, Python reports the start of its last part."""
    ends = [node for node in nodes if (node.end_lineno, node.end_col_offset) == span[2:]]
    exact = [node for node in ends if (node.lineno, node.col_offset) == span[:2]]
    around = [node for node in ends if (node.lineno, node.col_offset) <= span[:2]]
    if exact:
        return exact[0]
    return max(around, key=lambda node: (node.lineno, node.col_offset), default=None)


def _replace_node(node: Any, old: ast.AST, new: ast.AST) -> Any:
    """A tree with one node replaced; only nodes on the path to it are copied."""
    if node is old:
        return new
    for name, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            changed = _replace_node(value, old, new)
            if changed is not value:
                return _copy(node, name, changed)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                changed = _replace_node(item, old, new) if isinstance(item, ast.AST) else item
                if changed is not item:
                    return _copy(node, name, [*value[:index], changed, *value[index + 1 :]])
    return node


def _copy(node: ast.AST, name: str, value: object) -> ast.AST:
    twin = type(node)(**{**dict(ast.iter_fields(node)), name: value})
    return ast.copy_location(twin, node)
