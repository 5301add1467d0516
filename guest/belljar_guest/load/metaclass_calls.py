"""Calls of metaclasses, marked before a module runs.

`type("A", (Absent, Base), {…})` refuses a base that is no class. What may be called like a metaclass is marked, and
gets bases that it can take.
"""

import ast
import builtins
import re

from ..stand_in.base import class_maker
from ..stand_in.value import child_of

#: Names under which the loader's helpers are reachable from a module's code; without leading double
#: underscores, which a class body would mangle.
MAKER, CHILD = "_belljar_maker_", "_belljar_child_of_"

#: `type(` with a comma behind its first argument, and what else is likely to hand bases on. A module without such a
#: line need not be parsed into a tree. Each begins with letters of its own, which are found fast.
_CLASS_CALLS = (
    re.compile(r"type(?<!\wtype)\((?:[^(),]|\([^()]*\))*,"),
    re.compile(r"\)\(\s*[\"']\w+[\"'],\s*\("),
    re.compile(r"def with_metaclass\b"),
)

_ARGUMENTS = 3


def may_need_marks(source: str) -> bool:
    """Whether a module may call a metaclass."""
    return any(pattern.search(source) for pattern in _CLASS_CALLS)


def install() -> None:
    """Make the helpers reachable."""
    setattr(builtins, MAKER, class_maker)
    setattr(builtins, CHILD, child_of)


def mark(tree: ast.Module) -> ast.Module:
    """Mark what is called with a name, bases and a namespace."""
    for node in list(ast.walk(tree)):
        if isinstance(node, ast.Call) and len(node.args) == _ARGUMENTS and not node.keywords:
            name = ast.copy_location(ast.Name(MAKER, ast.Load()), node.func)
            node.func = ast.copy_location(ast.Call(name, [node.func], []), node.func)
    return tree
