"""Whether a failed statement may have changed tables.

`make_searchable()` or `add_audit_columns()` bind no name and refer to no table, so what they would have added is
missing without a trace. The functions that such a statement would have called are therefore searched, of the repository
and of libraries, by the names in their code. If one of them contains a way to change tables, any table may lack
something. The search is an overapproximation: names are matched without evaluating expressions.
"""

import ast
from collections.abc import Iterator
from typing import Any

from ..stand_in.ledger import FailedStatement
from .callees import MOST_FUNCTIONS, OF_OTHERS, OF_TABLES, Search

#: Methods that change an existing table.
_CHANGES = {"append_column", "append_constraint", "add_property"}

#: Objects that are added to tables. If the statement itself refers to one, `taint` handles it, as it knows the table.
_PARTS = {"Column", "mapped_column", "Index", "UniqueConstraint", "CheckConstraint", "ForeignKeyConstraint"}


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


def may_change_tables(statement: FailedStatement, search: Search) -> bool:
    """Whether the failed statement would have changed tables, as far as names tell.

    To be called after everything has run, so that imports within functions can be resolved.
    """
    try:
        return _may_change_tables(statement, search)
    except BaseException:  # a namespace or code that resists inspection
        return True


def _may_change_tables(statement: FailedStatement, search: Search) -> bool:
    if statement.changes_unnamed or _registers_listener(statement.names):
        return True
    waiting, seen = list(search.functions(statement.names, statement.namespace)), set[tuple[int, int]]()
    while waiting:
        function, owner = waiting.pop()
        if (id(function), id(owner)) in seen:
            continue
        seen.add((id(function), id(owner)))
        node = search.node(function, owner)
        if len(seen) > MOST_FUNCTIONS:  # tables are assumed to change
            return True
        if any(
            words & statement.changing_names or _registers_listener(words)
            for words in (node.words, *node.texts)
        ):
            return True
        waiting += node.callees
    return False


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
    return {value for value in nodes if isinstance(value, str)} & (OF_TABLES | OF_OTHERS)


def _registers_listener(words: set[str]) -> bool:
    """Whether a listener for tables or mappers is registered; `words` includes the names of events."""
    if not ("listens_for" in words or {"event", "listen"} <= words):
        return False
    return bool(words & OF_TABLES) or not words & OF_OTHERS
