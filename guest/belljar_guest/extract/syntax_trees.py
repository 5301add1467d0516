"""Syntax trees of the files that tables depend on; each file is parsed once."""

import ast
from collections.abc import Callable


class Trees:
    """Cached syntax trees by path; they are never modified."""

    def __init__(self, read_file: Callable[[str], bytes]) -> None:
        """Take a function that reads a file."""
        self.read_file = read_file
        self._trees: dict[str, ast.Module | None] = {}

    def find_tree(self, path: str) -> ast.Module | None:
        """The tree of a file; `None` if it can't be parsed."""
        if path not in self._trees:
            try:
                self._trees[path] = ast.parse(self.read_file(path))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                self._trees[path] = None
        return self._trees[path]
