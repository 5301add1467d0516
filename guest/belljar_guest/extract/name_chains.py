"""Names in a syntax tree: loaded, bound, and modified ones.

A loaded name is a dotted chain, such as `("config", "MAX")`. A chain that ends in `()` is a call. One that ends in
`#names` uses only the names of an enumeration; one that ends in `#anything` may use all of it.
"""

import ast
from collections.abc import Callable, Iterable, Iterator

Chain = tuple[str, ...]

CALL = "()"

#: At the end of a chain: only the names of an enumeration are used.
NAMES = "#names"

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


#: Functions and their keywords that do not affect tables: how a database is connected to and queried.
_BASES = ("SQLAlchemy", "MetaData", "automap_base", "declarative_base")
_OF_SESSIONS = ("app", "bind", "engine_options", "query_class", "session_options")


def arguments(call: ast.Call) -> list[ast.AST]:
    """The arguments of a call that its result depends on."""
    name = last_name(call.func)
    if name not in _BASES:
        return [*call.args, *call.keywords]
    keywords = [item for item in call.keywords if item.arg not in _OF_SESSIONS]
    return [*call.args[name == "SQLAlchemy" :], *keywords]


#: A function that returns the relevant arguments of a call.
Arguments = Callable[[ast.Call], list[ast.AST]]


def chains(nodes: Iterable[ast.AST], relevant_arguments: Arguments = arguments) -> Iterator[Chain]:
    """The dotted names that are loaded, without those in functions that are only defined here."""
    for node in nodes:
        if isinstance(node, (*FUNCTIONS, ast.Lambda)):
            continue
        if isinstance(node, ast.Call):
            yield from _dotted(node.func, (CALL,), relevant_arguments)
            yield from chains(relevant_arguments(node), relevant_arguments)
        elif isinstance(node, (ast.Attribute, ast.Name)):
            yield from _dotted(node, (), relevant_arguments)
        elif isinstance(node, ast.AnnAssign):
            yield from chains(filter(None, (node.target, node.value)), relevant_arguments)
            yield from ((*chain, NAMES) for chain in chains([node.annotation], relevant_arguments))
        else:
            yield from chains(ast.iter_child_nodes(node), relevant_arguments)


def _dotted(node: ast.AST, tail: Chain, relevant_arguments: Arguments) -> Iterator[Chain]:
    while isinstance(node, ast.Attribute):
        tail = (node.attr, *tail)
        node = node.value
    if isinstance(node, ast.Name):
        yield (node.id, *tail)
    else:
        yield from chains([node], relevant_arguments)


def stored(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The names that are bound in this scope."""
    for node in nodes:
        if isinstance(node, (*FUNCTIONS, ast.Lambda, ast.ClassDef, ast.ListComp, ast.SetComp, ast.DictComp)):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        else:
            yield from stored(ast.iter_child_nodes(node))


#: Methods of a `MetaData` or a table that change a database, but not the object.
_ONLY_READ = ("create_all", "drop_all", "create", "drop")


def roots(targets: list[ast.expr], node: ast.stmt) -> Iterator[str]:
    """The names whose values a statement modifies: `x.y = …`, `x["y"] = …`, `x.append(…)`."""
    expression = node.value if isinstance(node, ast.Expr) else None
    if isinstance(expression, ast.Await):
        expression = expression.value
    called: list[ast.expr] = []
    if isinstance(expression, ast.Call) and last_name(expression.func) not in _ONLY_READ:
        called.append(expression.func)
    value = getattr(node, "value", None)
    if isinstance(value, ast.Call) and last_name(value.func).endswith(("Index", "Constraint")):
        called += value.args  # `Index("name", table.c.column)` attaches itself to the table
    for item in [*targets, *called]:
        root: ast.AST = item
        while isinstance(root, (ast.Attribute, ast.Subscript, ast.Call)):
            root = root.func if isinstance(root, ast.Call) else root.value
        if isinstance(root, ast.Name) and root is not item:
            yield root.id


def last_name(node: ast.expr) -> str:
    """The last part of a dotted name; empty for anything else."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
