"""Names in a syntax tree: what is loaded, what is bound, what is worked on.

A load is a dotted chain of names, `("config", "MAX")`; one that ends in `()` is a call. One that ends in `#names` asks
for no more than the names of an enumeration, one that ends in `#anything` may ask for all of it.
"""

import ast
from collections.abc import Callable, Iterable, Iterator

Chain = tuple[str, ...]

CALL = "()"

#: At the end of a chain: of an enumeration no more than its names counts.
NAMES = "#names"

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


#: What these take that has no part in a table: how a database is reached, and how it is asked.
_BASES = ("SQLAlchemy", "MetaData", "automap_base", "declarative_base")
_OF_SESSIONS = ("app", "bind", "engine_options", "query_class", "session_options")


def arguments(call: ast.Call) -> list[ast.AST]:
    """The arguments of a call that what comes of it depends on."""
    name = last_name(call.func)
    if name not in _BASES:
        return [*call.args, *call.keywords]
    keywords = [item for item in call.keywords if item.arg not in _OF_SESSIONS]
    return [*call.args[name == "SQLAlchemy" :], *keywords]


#: What gives the arguments that count of a call.
Arguments = Callable[[ast.Call], list[ast.AST]]


def chains(nodes: Iterable[ast.AST], counting: Arguments = arguments) -> Iterator[Chain]:
    """The dotted names that are loaded, without those in functions that are only made here."""
    for node in nodes:
        if isinstance(node, (*FUNCTIONS, ast.Lambda)):
            continue
        if isinstance(node, ast.Call):
            yield from _dotted(node.func, (CALL,), counting)
            yield from chains(counting(node), counting)
        elif isinstance(node, (ast.Attribute, ast.Name)):
            yield from _dotted(node, (), counting)
        elif isinstance(node, ast.AnnAssign):
            yield from chains(filter(None, (node.target, node.value)), counting)
            yield from ((*chain, NAMES) for chain in chains([node.annotation], counting))
        else:
            yield from chains(ast.iter_child_nodes(node), counting)


def _dotted(node: ast.AST, tail: Chain, counting: Arguments) -> Iterator[Chain]:
    while isinstance(node, ast.Attribute):
        tail = (node.attr, *tail)
        node = node.value
    if isinstance(node, ast.Name):
        yield (node.id, *tail)
    else:
        yield from chains([node], counting)


def stored(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The names that are bound in this scope."""
    for node in nodes:
        if isinstance(node, (*FUNCTIONS, ast.Lambda, ast.ClassDef, ast.ListComp, ast.SetComp, ast.DictComp)):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        else:
            yield from stored(ast.iter_child_nodes(node))


#: Methods of a `MetaData` or a table that change a database, and not what they are called on.
_ONLY_READ = ("create_all", "drop_all", "create", "drop")


def roots(targets: list[ast.expr], node: ast.stmt) -> Iterator[str]:
    """The names whose value a statement works on: `x.y = …`, `x["y"] = …`, `x.append(…)`."""
    expression = node.value if isinstance(node, ast.Expr) else None
    if isinstance(expression, ast.Await):
        expression = expression.value
    called: list[ast.expr] = []
    if isinstance(expression, ast.Call) and last_name(expression.func) not in _ONLY_READ:
        called.append(expression.func)
    value = getattr(node, "value", None)
    if isinstance(value, ast.Call) and last_name(value.func).endswith(("Index", "Constraint")):
        called += value.args  # `Index("name", table.c.column)` finds its table by itself
    for item in [*targets, *called]:
        root: ast.AST = item
        while isinstance(root, (ast.Attribute, ast.Subscript, ast.Call)):
            root = root.func if isinstance(root, ast.Call) else root.value
        if isinstance(root, ast.Name) and root is not item:
            yield root.id


def last_name(node: ast.expr) -> str:
    """The name, or the last of a dotted one; empty for anything else."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
