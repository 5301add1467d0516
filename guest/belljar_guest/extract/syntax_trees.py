"""Syntax trees of the files that tables depend on; each is parsed once, whoever asks."""

import ast
from collections.abc import Callable


class Trees:
    """By path. They are for looking at: nobody changes one."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        """Take what reads a file."""
        self.read = read
        self._trees: dict[str, ast.Module | None] = {}

    def of(self, path: str) -> ast.Module | None:
        """The tree of a file, `None` where it can't be parsed."""
        if path not in self._trees:
            try:
                self._trees[path] = ast.parse(self.read(path))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                self._trees[path] = None
        return self._trees[path]
