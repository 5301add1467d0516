"""Imports that may fail: `try: import speedups` followed by `except ImportError`.

A library that guards an import works without the module, so that a failing import is better than a stand-in. Only files
that import something absent are parsed.
"""

import ast
from collections.abc import Callable, Iterator

#: Exceptions that, if caught or suppressed, make an import a guarded one.
_CAUGHT = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


class GuardedImports:
    """The guarded lines of files; each file is parsed once."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        """Take a function that reads a file by its path."""
        self._read = read
        self._ranges: dict[str, list[range]] = {}

    def is_guarded(self, path: str, line: int) -> bool:
        """Whether the import at a line of a file is guarded."""
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
    """Whether an `except` clause catches a failing import; `None` stands for a bare `except`."""
    if isinstance(caught, ast.Tuple):
        return any(_catches(item) for item in caught.elts)
    return caught is None or _name(caught) in _CAUGHT


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
