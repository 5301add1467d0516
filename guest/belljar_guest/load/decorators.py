"""Decorator factories that are absent.

`@absent.field(Model)` hands the factory a class. By the call alone it can't be told from a decorator, which
would give the class back. Where it stands it can: the factory of every decorator is marked, and one that is
absent makes a decorator that gives back what it is put on.
"""

import ast
import builtins
import re
from typing import Any

from ..stand_in.base import lost_bases
from ..stand_in.value import StandIn, child_of

#: Names under which the loader's helpers are reachable from a module's code; without leading double
#: underscores, which a class body would mangle.
FACTORY, CHILD = "_belljar_factory_", "_belljar_child_of_"


#: A decorator factory that is handed one name and nothing else. What else it may be handed tells it apart from a
#: decorator by itself, and a module without such a line need not be parsed into a tree.
_SINGLE_NAME = re.compile(r"@[\w.]+\(\s*[A-Za-z_][\w.]*\s*,?\s*\)")


def may_need_marks(source: str) -> bool:
    """Whether a module has a decorator of the form `@factory(Name)`."""
    return _SINGLE_NAME.search(source) is not None


def install() -> None:
    """Make the helpers reachable."""
    setattr(builtins, FACTORY, _factory)
    setattr(builtins, CHILD, child_of)


def mark(tree: ast.Module) -> ast.Module:
    """Mark the factory of every decorator of the form `@factory(…)`."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            for item in node.decorator_list:
                if isinstance(item, ast.Call):
                    name = ast.copy_location(ast.Name(FACTORY, ast.Load()), item)
                    item.func = ast.copy_location(ast.Call(name, [item.func], []), item)
    return tree


def _factory(factory: Any) -> Any:
    """A factory as it is, or, where it is absent, one whose decorators give back what they are put on."""
    absent = isinstance(factory, StandIn) or (isinstance(factory, type) and bool(lost_bases(factory)))
    return (lambda *args, **kwargs: lambda decorated: decorated) if absent else factory
