"""Loops that repeat one statement on data until it finds no row: a batched backfill.

How many rows a statement changes is not known here. A loop that only asks whether there are more leaves nothing open,
whatever the rows are: it ends when the statement finds none, and what follows it runs in any case. So the first
execution is said to fill a batch, and the second to find nothing. A loop that ends after the first, goes on after the
second, or decides about anything else by the numbers asks the database like everything else.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from .. import frames
from .questions import Files, Function, has_choice, loaded, operates

#: Asks the database from a stack of places.
Ask = Callable[[str, list[frames.Place]], None]

#: The size of a batch: a number or a parameter.
_LIMIT = re.compile(r"\bLIMIT\s+(?:(\d+)|:(\w+)|%\((\w+)\)s)", re.IGNORECASE)

#: A limit of any form.
_SOME_LIMIT = re.compile(r"\bLIMIT\b", re.IGNORECASE)
_FETCH = re.compile(r"\bFETCH\s+(?:FIRST|NEXT)\b", re.IGNORECASE)

#: The number of rows of a batch without a limit.
_MANY = 1 << 30


#: The number of executions after which a loop has found no row.
_ENDED = 2


@dataclass
class Loop:
    """A loop that is running, or has run."""

    first: int
    last: int
    #: What its statement is, with its parameters.
    statement: tuple[str, str]
    stack: list[frames.Place]
    count: int = 0


class Batches:
    """The loops of one version."""

    def __init__(self, files: Files, stack: Callable[[], list[frames.Place]], ask: Ask) -> None:
        """Take the files, what gives the stack of the repository, and what asks."""
        self._files = files
        self._stack = stack
        self._ask = ask
        self._loops: dict[tuple[str, int], Loop] = {}

    def begin(self) -> None:
        """Begin a version."""
        self._loops.clear()

    def end(self) -> None:
        """Ask for the loops that ended although there may have been more."""
        for loop in self._loops.values():
            if loop.count == 1:
                self._ask(loop.statement[0], loop.stack)
        self._loops.clear()

    def is_repeated(self, text: str, parameters: Any) -> bool:
        """Whether the loop that is running executes its statement again."""
        statement = (text, repr(parameters))
        pending = [
            (path, loop)
            for (path, _), loop in self._loops.items()
            if loop.count == 1 and loop.statement == statement
        ]
        return bool(pending) and any(
            place.path == path and loop.first <= place.line <= loop.last
            for path, loop in pending
            for place in self._stack()
        )

    def rowcount(self, text: str, parameters: Any) -> int:
        """The number of rows that a statement has changed, so that a loop over it ends."""
        stack = self._stack()
        place = stack[0] if stack else None
        function = self._files.function_at(place) if place is not None else None
        node = batch_loop(function, place.line) if function is not None and place is not None else None
        if node is None or place is None:
            self._ask(text, stack)
            return 0
        statement = (text, repr(parameters))
        new = Loop(node.lineno, node.end_lineno or node.lineno, statement, stack)
        loop = self._loops.setdefault((place.path, node.lineno), new)
        if (
            loop.count == _ENDED and loop.statement != statement and len(stack) > 1
        ):  # another call of the function
            loop = self._loops[place.path, node.lineno] = new
        loop.count += 1
        batch = _batch(text, parameters)
        if batch is None or loop.count > _ENDED or loop.statement != statement:
            loop.count = max(loop.count, _ENDED + 1)  # asked
            self._ask(text, stack)
            return 0
        return batch if loop.count == 1 else 0


def _batch(text: str, parameters: Any) -> int | None:
    """The number of rows of a whole batch; `None` if there is a limit that is not known."""
    found = _LIMIT.findall(text)
    limits = len(_SOME_LIMIT.findall(text)) + len(_FETCH.findall(text))
    if len(found) != 1 or limits != 1:
        return None if limits else _MANY
    number, *names = found[0]
    if number:
        return int(number[:_LONGEST_NUMBER]) or None
    given = parameters.get(names[0] or names[1]) if type(parameters) is dict else None
    return given if type(given) is int and given > 0 else None


_LONGEST_NUMBER = 9


def batch_loop(function: Function, line: int) -> ast.While | None:
    """The loop around a line, if the number of rows decides about its end and nothing else."""
    loops = [
        node
        for node in ast.walk(function.node)
        if isinstance(node, (ast.While, ast.For, ast.AsyncFor, ast.FunctionDef, ast.Lambda))
        and node is not function.node
        and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    loop = loops[0] if len(loops) == 1 else None
    if not isinstance(loop, ast.While) or loop.orelse or operates(loop, function):
        return None
    if any(isinstance(node, _REFUSED) for node in ast.walk(loop) if node is not loop):
        return None
    counts = set(_counts(loop))
    return loop if _ends_by(loop, counts) and not _counts_elsewhere(function, loop) else None


#: What may end a loop in another way, or makes it two.
_REFUSED = (
    *(ast.While, ast.For, ast.AsyncFor, ast.Try, ast.TryStar, ast.Return, ast.Raise, ast.Continue),
    *(ast.Yield, ast.YieldFrom, ast.Assert, ast.Match, ast.NamedExpr, ast.FunctionDef, ast.ClassDef),
)


def _is_rowcount(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "rowcount"


def _counts(loop: ast.While) -> Iterator[str]:
    """The names that are assigned numbers of rows."""
    for node in ast.walk(loop):
        if isinstance(node, ast.Assign) and _is_rowcount(node.value):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id


def _ends_by(loop: ast.While, counts: set[str]) -> bool:
    """Whether every end of a loop is a condition on the number of rows, and there is one."""
    stored = {
        node.id for node in ast.walk(loop) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    ends: list[ast.expr] = []
    if not (isinstance(loop.test, ast.Constant) and loop.test.value):
        ends.append(loop.test)
    own = [
        statement
        for statement in loop.body
        if isinstance(statement, ast.If) and any(isinstance(node, ast.Break) for node in ast.walk(statement))
    ]
    if sum(isinstance(node, ast.Break) for node in ast.walk(loop)) != len(own):
        return False
    if any(not isinstance(statement.body[-1], ast.Break) or statement.orelse for statement in own):
        return False
    ends += [statement.test for statement in own]
    return bool(ends) and all(_is_about_rows(end, counts, stored) for end in ends)


def _is_about_rows(test: ast.expr, counts: set[str], stored: set[str]) -> bool:
    """Whether a condition compares the number of rows with what the loop does not change."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _is_about_rows(test.operand, counts, stored)
    parts = [test.left, *test.comparators] if isinstance(test, ast.Compare) else [test]
    numbers = [
        part for part in parts if _is_rowcount(part) or (isinstance(part, ast.Name) and part.id in counts)
    ]
    others = [part for part in parts if part not in numbers]
    return len(numbers) == 1 and all(
        isinstance(part, ast.Constant) or (isinstance(part, ast.Name) and part.id not in stored)
        for part in others
    )


def _counts_elsewhere(function: Function, loop: ast.While) -> bool:
    """Whether a number of rows, or what is made of it, decides about something after the loop."""
    names: set[str] = set()
    assigned = [
        node for node in ast.walk(loop) if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign))
    ]
    for _ in range(3):
        for node in assigned:
            if loaded([node]) & names or any(_is_rowcount(part) for part in ast.walk(node)):
                names |= {
                    part.id
                    for part in ast.walk(node)
                    if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
                }
            if any(isinstance(part, (ast.Attribute, ast.Subscript)) for part in _targets(node)):
                return True
    # A result has its number, too.
    names |= {
        node.value.id
        for node in ast.walk(loop)
        if isinstance(node, ast.Attribute) and node.attr == "rowcount" and isinstance(node.value, ast.Name)
    }
    within = {id(node) for node in ast.walk(loop) if isinstance(node, ast.stmt)}
    others = [
        node
        for node in ast.walk(function.node)
        if isinstance(node, ast.stmt) and id(node) not in within and node is not function.node
    ]
    return any(_decides(node, names, within, function) for node in others)


def _decides(node: ast.stmt, names: set[str], within: set[int], function: Function) -> bool:
    """Whether a statement outside of a loop uses one of these names for more than to show it."""
    if any(id(inner) in within for inner in ast.walk(node)):  # it is around the loop
        return has_choice(node) and bool(loaded(_own(node)) & names)
    kinds = (ast.Return, ast.Assign, ast.AugAssign, ast.AnnAssign)
    uses = isinstance(node, kinds) or has_choice(node) or operates(node, function)
    return uses and bool(loaded([node]) & names)


def _own(statement: ast.stmt) -> list[ast.AST]:
    """The expressions of a statement itself, without its blocks."""
    return [node for node in ast.iter_child_nodes(statement) if isinstance(node, ast.expr)]


def _targets(node: ast.Assign | ast.AugAssign | ast.AnnAssign) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]
