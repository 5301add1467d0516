"""Which operations of a version depend on something that can't be known: an answer of a database, or a guess.

The result of a question is followed through the function that asks: through the names that it is assigned to, to the
conditions and loops that it decides about. The operations within them may or may not happen, so the tables that they
name are in doubt. A question that decides nothing about the schema is without consequence.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from .. import frames

#: Calls that change the schema, by their last name: operations, and helpers that are named after them.
_OPERATIONS = re.compile(
    r"^_*((safe_|maybe_|_)?(create|drop|add|alter|rename|batch_alter|replace|modify|change|recreate)_\w*"
    r"(table|column|index|constraint|key|fk|pk|unique|check|enum|type|comment|entity|indexes|indices)\w*"
    r"|execute|exec_driver_sql|create_all|drop_all|create|drop|invoke)$"
)


class Effect(NamedTuple):
    """What a question decides: lines of a file, the texts in them that may name tables, the tables created there."""

    path: str
    first: int
    last: int
    texts: frozenset[str]
    creates: frozenset[str]


class Function(NamedTuple):
    """A function of a file, or the file itself, and the functions that it may call by their names."""

    node: ast.AST
    others: dict[str, ast.FunctionDef]


class Files:
    """The syntax trees of the files that ask."""

    def __init__(self, read: Callable[[str], str]) -> None:
        """Take a function that gives the source of a path."""
        self._read = read
        self._tree = cache(self._parse)

    def _parse(self, path: str) -> ast.Module | None:
        try:
            return ast.parse(self._read(path))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None

    def function_at(self, place: frames.Place) -> Function | None:
        """The innermost function at a place, or the file; `None` if that can't be parsed."""
        tree = self._tree(place.path)
        if tree is None:
            return None
        others = {item.name: item for item in tree.body if isinstance(item, ast.FunctionDef)}
        return Function(_function_at(tree, place.line), others)

    def effects(self, stack: list[frames.Place], *, is_guess: bool = False) -> list[Effect]:
        """What a question decides that is asked at the end of a stack, innermost first.

        A guess also decides about the operation whose arguments it is among.
        """
        found: list[Effect] = []
        for place in stack:
            function = self.function_at(place)
            if function is None:
                continue
            decided, returned = follow(function, place.line, is_guess=is_guess)
            found += [_effect(place.path, block) for block in decided]
            if not returned:
                break
        return found


def _function_at(tree: ast.Module, line: int) -> ast.FunctionDef | ast.AsyncFunctionDef | ast.Module:
    """The innermost function at a line, or the module."""
    found: list[ast.FunctionDef | ast.AsyncFunctionDef] = [
        node
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    return max(found, key=lambda node: node.lineno) if found else tree


def follow(function: Function, line: int, *, is_guess: bool = False) -> tuple[list[ast.stmt], bool]:
    """The operating statements that the value at a line decides about, and whether the function returns it."""
    names: set[str] = set()
    decided: list[ast.stmt] = []
    returned = False
    body = list(_statements(function.node))
    attempts = [statement for statement, _ in body if isinstance(statement, ast.Try) and statement.handlers]
    for _ in range(3):  # a name may be assigned from another that is assigned later in a loop
        before = len(names)
        for statement, after in body:
            if not (_header_spans(statement, line) or loaded(_header(statement)) & names):
                continue
            names |= _stored_within(statement)
            decided += [
                block for block in attempts if _may_fail(statement) and _is_within(statement, [block])
            ]
            returned = returned or isinstance(statement, ast.Return)
            is_argument = (
                isinstance(statement, ast.Expr)
                and operates(statement, function)
                and (is_guess or not _spans(statement, line))
            )
            if has_choice(statement) or is_argument:
                decided.append(statement)
            if _leaves(statement):
                decided += after
        if len(names) == before:
            break
    unique = {id(statement): statement for statement in decided if operates(statement, function)}
    return [it for it in unique.values() if not _is_within(it, unique.values())], returned


_CHOICES = (ast.If, ast.While, ast.For, ast.AsyncFor, ast.Match)


def has_choice(statement: ast.stmt) -> bool:
    """Whether a value in a statement decides what of it runs."""
    if isinstance(statement, _CHOICES):
        return True
    kinds = (ast.IfExp, ast.BoolOp, ast.comprehension)
    return not isinstance(statement, ast.Return) and any(isinstance(it, kinds) for it in ast.walk(statement))


def _leaves(statement: ast.stmt) -> bool:
    """Whether a condition or a loop may leave the block around it."""
    kinds = (ast.Return, ast.Raise, ast.Continue, ast.Break)
    return isinstance(statement, _CHOICES) and any(isinstance(it, kinds) for it in ast.walk(statement))


def _stored_within(statement: ast.stmt) -> set[str]:
    """The names that a statement assigns, with those in its blocks: what is assigned there depends on it too."""
    return _stored(statement).union(*(_stored(inner) for inner, _ in _statements(statement)))


def _may_fail(statement: ast.stmt) -> bool:
    """Whether a statement that asks fails where there is no answer, so that a handler around it may run."""
    return any(
        isinstance(node, ast.Subscript)
        or (isinstance(node, ast.Attribute) and node.attr in ("one", "scalar_one"))
        for node in ast.walk(statement)
    )


def _is_within(statement: ast.stmt, others: Iterable[ast.stmt]) -> bool:
    """Whether another statement contains one."""
    return any(
        other is not statement
        and other.lineno <= statement.lineno
        and (statement.end_lineno or 0) <= (other.end_lineno or 0)
        and (other.lineno, other.end_lineno) != (statement.lineno, statement.end_lineno)
        for other in others
    )


def _statements(function: ast.AST) -> Iterator[tuple[ast.stmt, list[ast.stmt]]]:
    """The statements of a function, each with those that follow in its block and around it."""

    def walk(block: list[ast.stmt], around: list[ast.stmt]) -> Iterator[tuple[ast.stmt, list[ast.stmt]]]:
        for index, statement in enumerate(block):
            after = [*block[index + 1 :], *around]
            yield statement, after
            if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                for inner in blocks(statement):
                    yield from walk(inner, after)

    for block in blocks(function):
        yield from walk(block, [])


def blocks(statement: ast.AST) -> list[list[ast.stmt]]:
    """The blocks within a statement."""
    found = [
        getattr(statement, name) for name in ("body", "orelse", "finalbody") if getattr(statement, name, None)
    ]
    found += [part.body for name in ("handlers", "cases") for part in getattr(statement, name, ())]
    return found


def _header(statement: ast.stmt) -> list[ast.AST]:
    """The expressions of a statement that are not within its blocks."""
    return [node for node in ast.iter_child_nodes(statement) if isinstance(node, (ast.expr, ast.withitem))]


def _header_spans(statement: ast.stmt, line: int) -> bool:
    if not blocks(statement):
        return _spans(statement, line)
    return any(_spans(getattr(node, "context_expr", node), line) for node in _header(statement))


def _spans(node: ast.AST, line: int) -> bool:
    first = getattr(node, "lineno", 0)
    return bool(first <= line <= (getattr(node, "end_lineno", None) or first))


def loaded(nodes: list[ast.AST]) -> set[str]:
    """The names that are used in some nodes."""
    return {
        node.id
        for top in nodes
        for node in ast.walk(top)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def _stored(statement: ast.stmt) -> set[str]:
    nodes = [statement] if not blocks(statement) else _header(statement)
    found = {
        node.id
        for top in nodes
        for node in ast.walk(top)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    # An item or an attribute passes the value on to the whole.
    for top in nodes:
        for node in ast.walk(top):
            if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
                found |= loaded([node.value])
    # A method that adds to a list, a set or a dictionary passes the value on.
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        target = statement.value.func
        if (
            isinstance(target, ast.Attribute)
            and isinstance(target.value, ast.Name)
            and target.attr in _ADDERS
        ):
            found.add(target.value.id)
    return found


_ADDERS = ("append", "add", "update", "extend", "setdefault", "insert")


def operates(statement: ast.AST, function: Function, depth: int = 0) -> bool:
    """Whether a statement of a function contains a call that changes the schema, or calls a function that does."""
    for node in ast.walk(statement):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if _OPERATIONS.match(name) and not _is_data(node, function.node):
            return True
        called = function.others.get(name) if isinstance(node.func, ast.Name) else None
        if called is not None and depth < _DEEPEST:
            inner = Function(called, function.others)
            if any(operates(item, inner, depth + 1) for item in called.body):
                return True
    return False


#: So many calls of functions within functions are followed.
_DEEPEST = 4


#: The first words of a statement that may change the schema.
_DDL = re.compile(r"(^|;)\s*(create|alter|drop|rename|comment|do|begin|exec|execute|if)\b", re.IGNORECASE)


def _is_data(call: ast.Call, around: ast.AST) -> bool:
    """Whether a call executes a statement that does not change the schema, as far as its text shows.

    The text may be in the call, or be assigned to the name that the call has.
    """
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name not in ("execute", "exec_driver_sql"):
        return False
    nodes: list[ast.AST] = list(call.args)
    names = loaded(nodes)
    assigned = [node for node in ast.walk(around) if isinstance(node, (ast.Assign, ast.AnnAssign, ast.For))]
    nodes += [node for node in assigned if _stored(node) & names]
    texts = [
        node.value
        for top in nodes
        for node in ast.walk(top)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return not any(_DDL.search(text) for text in texts)


def _effect(path: str, statement: ast.stmt) -> Effect:
    texts = frozenset(
        node.value
        for node in ast.walk(statement)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    creates = frozenset(
        node.args[0].value
        for node in ast.walk(statement)
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") == "create_table"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    )
    return Effect(path, statement.lineno, statement.end_lineno or statement.lineno, texts, creates)
