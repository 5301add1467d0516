"""Calls of metaclasses, marked before a module runs.

`type("A", (Absent, Base), {…})` refuses a base that is not a class. Calls that may be of metaclasses are wrapped, so
that such bases are replaced.
"""

import ast
import builtins
import re

from ..stand_in.base import class_maker
from ..stand_in.value import child_of

#: Names of the loader's helpers in builtins; without leading double underscores, which a class body would mangle.
MAKER, CHILD = "_belljar_maker_", "_belljar_child_of_"

#: Patterns of likely class creation; other modules are compiled without parsing them into a tree. Each pattern begins
#: with literal characters, which makes the search fast.
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
    """Install the helpers."""
    setattr(builtins, MAKER, class_maker)
    setattr(builtins, CHILD, child_of)


def _nodes(tree: ast.Module) -> list[ast.AST]:
    """All nodes of a tree, faster than `ast.walk`."""
    found: list[ast.AST] = [tree]
    for node in found:
        for name in node._fields:
            value = getattr(node, name, None)
            if type(value) is list:
                found += [item for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, ast.AST):
                found.append(value)
    return found


def mark_calls(tree: ast.Module) -> bool:
    """Wrap the callee of each call with three arguments; returns whether there was one."""
    found = False
    for node in _nodes(tree):
        if isinstance(node, ast.Call) and len(node.args) == _ARGUMENTS and not node.keywords:
            name = ast.copy_location(ast.Name(MAKER, ast.Load()), node.func)
            node.func = ast.copy_location(ast.Call(name, [node.func], []), node.func)
            found = True
    return found
