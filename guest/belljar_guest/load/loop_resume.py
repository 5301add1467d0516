"""Goes on with a loop at the top of a module after one of its rounds failed.

The loop is gone when its exception reaches the top. What was left of the failed round runs first, then the rounds
behind it, where it can be told which those are: a `while` asks its condition again; of a `for` the items are made
anew, when that has no effect but to make them, and those behind the current one are taken.
"""

import ast
from collections.abc import Callable, Iterator
from typing import Any

#: So many failed rounds of one loop are passed over; then it ends.
PATIENCE = 100

_HIDDEN = "_belljar_rounds_"

#: What may be called again to make the same items.
_REPEATABLE = frozenset(
    "range enumerate zip sorted reversed list tuple set frozenset dict items keys values split copy".split()
)


def rest(
    loop: ast.For | ast.While,
    more: list[ast.stmt],
    evaluate: Callable[[ast.expr], Any],
    keep: Callable[[str, Any], None],
) -> list[ast.stmt]:
    """The statements that go on with a loop; `more` is what is left of the round that failed."""
    again: list[ast.stmt] = []
    if isinstance(loop, ast.While):
        again = [loop]
    else:
        items = _items_left(loop, evaluate)
        if items is not None:
            name = f"{_HIDDEN}{loop.lineno}_{loop.col_offset}_"
            keep(name, items)
            source = ast.copy_location(ast.Name(name, ast.Load()), loop.iter)
            again = [_for(loop.target, source, loop.body, loop.orelse, loop)]
    return once(loop, more, again)


def once(loop: ast.stmt, more: list[ast.stmt], behind: list[ast.stmt]) -> list[ast.stmt]:
    """A loop of one round, in which `break` and `continue` mean what they meant."""
    if not more:
        return behind
    target = ast.copy_location(ast.Name(f"{_HIDDEN}once_", ast.Store()), loop)
    source = ast.copy_location(ast.Constant("1"), loop)
    return [_for(target, source, more, behind, loop)]


def is_hidden(name: str) -> bool:
    """Whether a name of a module is one of those that loops are gone on with."""
    return name.startswith(_HIDDEN)


def _for(
    target: ast.expr, source: ast.expr, body: list[ast.stmt], orelse: list[ast.stmt], like: ast.stmt
) -> ast.For:
    return ast.copy_location(ast.For(target=target, iter=source, body=body, orelse=orelse), like)


def _items_left(loop: ast.For, evaluate: Callable[[ast.expr], Any]) -> Iterator[Any] | None:
    """What the loop had still to go through; `None` when that can't be told."""
    if not all(_repeatable(node) for node in ast.walk(loop.iter)):
        return None
    try:
        source = evaluate(loop.iter)
        if iter(source) is source:
            return source  # type: ignore[no-any-return]  # an iterator goes on where it stopped
        items, current = list(source), evaluate(_loaded(loop.target))
    except Exception:
        return None
    found = [index for index, item in enumerate(items) if _same(item, current)]
    return iter(items[found[0] + 1 :]) if len(found) == 1 else None


def _repeatable(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return (getattr(node.func, "id", None) or getattr(node.func, "attr", None)) in _REPEATABLE
    return not isinstance(node, (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom))


def _loaded(target: ast.expr) -> ast.expr:
    """The target of a loop as an expression."""
    return ast.parse(ast.unparse(target), mode="eval").body


def _same(one: Any, other: Any) -> bool:
    if one is other:
        return True
    if type(one) is tuple and type(other) is tuple and len(one) == len(other):
        return all(_same(left, right) for left, right in zip(one, other, strict=True))
    return type(one) is type(other) and type(one) in (str, int, float, bytes) and bool(one == other)
