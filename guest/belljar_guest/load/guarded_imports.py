"""Imports that expect to fail: `try: import speedups` with an `except ImportError` after it.

A library that guards an import works without what it imports, so there the truth about what is absent serves better
than a stand-in. Only files that ask for something that can't be had are parsed.
"""

import ast
from collections.abc import Callable, Iterator

#: What, caught or suppressed, makes a failing import part of the plan.
_CAUGHT = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


class Guards:
    """Knows the guarded lines of files; each is parsed once."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        """Take what gives the bytes of a file by its path."""
        self._read = read
        self._ranges: dict[str, list[range]] = {}

    def holds(self, path: str, line: int) -> bool:
        """Whether an import at a line of a file may fail."""
        if path not in self._ranges:
            try:
                tree = ast.parse(self._read(path))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                tree = ast.Module([], [])
            self._ranges[path] = list(_guarded(tree))
        return any(line in lines for lines in self._ranges[path])


def _guarded(tree: ast.Module) -> Iterator[range]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Try):
            caught = [handler.type for handler in node.handlers]
        elif isinstance(node, ast.With):
            calls = [item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)]
            caught = [argument for call in calls if _name(call.func) == "suppress" for argument in call.args]
        else:
            continue
        if any(_catches(item) for item in caught):
            yield range(node.body[0].lineno, (node.body[-1].end_lineno or node.body[-1].lineno) + 1)


def _catches(caught: ast.expr | None) -> bool:
    """Whether this, after `except`, catches a failing import; nothing catches everything."""
    if isinstance(caught, ast.Tuple):
        return any(_catches(item) for item in caught.elts)
    return caught is None or _name(caught) in _CAUGHT


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
