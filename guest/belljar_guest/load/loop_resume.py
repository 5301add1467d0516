"""Resumes a top-level loop after one of its iterations failed.

An exception that reaches the top level ends the loop, and its iterator is lost with the frame. So the rest of the loop
is rebuilt as new statements: first the remaining statements of the failed iteration, then the remaining iterations. A
`while` loop evaluates its condition again. For a `for` loop, the iterable is evaluated again if that has no side
effects, and resumed after the item that is equal to the loop variable's current value. If that item is not unique, the
rest of the loop is skipped.
"""

import ast
from collections.abc import Callable, Iterator
from typing import Any

#: After so many failed iterations a loop ends.
PATIENCE = 100

_HIDDEN = "_belljar_loop_"

#: Functions that can be called again to produce the same items.
_REPEATABLE = frozenset(
    "range enumerate zip sorted reversed list tuple set frozenset dict items keys values split copy".split()
)


def remaining_statements(
    loop: ast.For | ast.While,
    more: list[ast.stmt],
    evaluate: Callable[[ast.expr], Any],
    keep: Callable[[str, Any], None],
) -> list[ast.stmt]:
    """The statements that resume a loop; `more` are the remaining statements of the failed iteration."""
    resumed: list[ast.stmt] = []
    if isinstance(loop, ast.While):
        resumed = [loop]
    else:
        items = _items_left(loop, evaluate)
        if items is not None:
            name = f"{_HIDDEN}{loop.lineno}_{loop.col_offset}_"
            keep(name, items)
            source = ast.copy_location(ast.Name(name, ast.Load()), loop.iter)
            resumed = [_make_for(loop.target, source, loop.body, loop.orelse, loop)]
    return run_once(loop, more, resumed)


def run_once(loop: ast.stmt, more: list[ast.stmt], following: list[ast.stmt]) -> list[ast.stmt]:
    """A loop with a single iteration, so that `break` and `continue` keep their meaning."""
    if not more:
        return following
    target = ast.copy_location(ast.Name(f"{_HIDDEN}once_", ast.Store()), loop)
    source = ast.copy_location(ast.Constant("1"), loop)
    return [_make_for(target, source, more, following, loop)]


def is_hidden(name: str) -> bool:
    """Whether a name of a module was created to resume a loop."""
    return name.startswith(_HIDDEN)


def _make_for(
    target: ast.expr, source: ast.expr, body: list[ast.stmt], orelse: list[ast.stmt], like: ast.stmt
) -> ast.For:
    return ast.copy_location(ast.For(target=target, iter=source, body=body, orelse=orelse), like)


def _items_left(loop: ast.For, evaluate: Callable[[ast.expr], Any]) -> Iterator[Any] | None:
    """The remaining items of a loop; `None` if they can't be determined."""
    if not all(_repeatable(node) for node in ast.walk(loop.iter)):
        return None
    try:
        source = evaluate(loop.iter)
        if iter(source) is source:
            return source  # type: ignore[no-any-return]  # an iterator goes on where it stopped
        items, current = list(source), evaluate(_as_expression(loop.target))
    except Exception:
        return None
    # The position is not known, only the current item. If it occurs twice, resuming could skip or repeat items.
    found = [index for index, item in enumerate(items) if _is_same_item(item, current)]
    return iter(items[found[0] + 1 :]) if len(found) == 1 else None


def _repeatable(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return (getattr(node.func, "id", None) or getattr(node.func, "attr", None)) in _REPEATABLE
    return not isinstance(node, (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom))


def _as_expression(target: ast.expr) -> ast.expr:
    """The target of a loop as an expression."""
    return ast.parse(ast.unparse(target), mode="eval").body


def _is_same_item(one: Any, other: Any) -> bool:
    if one is other:
        return True
    if type(one) is tuple and type(other) is tuple and len(one) == len(other):
        return all(_is_same_item(left, right) for left, right in zip(one, other, strict=True))
    return type(one) is type(other) and type(one) in (str, int, float, bytes) and bool(one == other)
