"""The lines of a file that declare a table."""

import ast
from typing import Any

from ..stand_in.sqlalchemy_patches import NOTES
from .syntax_trees import Trees

#: Statements that can create a table.
_DECLARING = (ast.ClassDef, ast.Assign, ast.AnnAssign, ast.Expr, ast.Return)

#: Fields of a node that contain statements, handlers or cases.
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


def _statements(tree: ast.Module) -> list[ast.AST]:
    """All statements of a file; expressions contain none, and are skipped."""
    found: list[ast.AST] = list(tree.body)
    for node in found:
        for name in _BLOCKS:
            found += getattr(node, name, ())
    return found


#: A path with a first and a last line.
Span = tuple[str, int, int]


class Spans:
    """The first and last line of the statement that creates a table."""

    def __init__(self, trees: Trees) -> None:
        """Take the syntax trees of files."""
        self._trees = trees
        self._lines: dict[str, list[tuple[int, int]]] = {}

    def read_lines(self, path: str, first: int, count: int) -> str:
        """The text of some lines."""
        text = self._trees.read_file(path).decode(errors="replace")
        return "\n".join(text.split("\n")[first - 1 : first - 1 + count])

    def path_of(self, table: Any) -> str | None:
        """The path of the file that creates a table."""
        notes = table.__dict__.get(NOTES)
        return notes.place.path if notes is not None and notes.place is not None else None

    def find_span(self, table: Any) -> Span | None:
        """The path and lines of the innermost class or simple statement at the place of a table."""
        notes = table.__dict__.get(NOTES)
        if notes is None or notes.place is None:
            return None
        path, line = notes.place.path, notes.place.line
        lines = self._by_line(path)
        first, last = lines[line] if line < len(lines) and lines[line][0] else (line, line)
        return path, first, last

    def _by_line(self, path: str) -> list[tuple[int, int]]:
        """The innermost statement at each line of a file; `(0, 0)` if there is none."""
        if path not in self._lines:
            tree = self._trees.find_tree(path) or ast.Module([], [])
            found = [
                (node.lineno, node.end_lineno or node.lineno)
                for node in _statements(tree)
                if isinstance(node, _DECLARING)
            ]
            lines = [(0, 0)] * (max((last for _, last in found), default=0) + 1)
            # The shortest come last, and of equal ones the outermost.
            found.reverse()
            for first, last in sorted(found, key=lambda span: span[0] - span[1]):
                lines[first : last + 1] = [(first, last)] * (last + 1 - first)
            self._lines[path] = lines
        return self._lines[path]
