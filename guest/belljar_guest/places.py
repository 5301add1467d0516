"""Places in the repository, or in a package of the wheelhouse."""

import os
import sys
from collections.abc import Sequence
from inspect import CO_OPTIMIZED
from types import FrameType

from . import frames
from .bodies import is_postponed

_MODULE = "<module>"

#: The prefix of a path in the wheelhouse: `wheelhouse:package/models.py`. A repository's own file of such a name would
#: be confused with it, which affects that repository alone.
WHEELHOUSE = "wheelhouse:"

#: The number of files that are remembered: code can be compiled under any number of names.
_MOST_FILES = 20_000


class Places:
    """Maps file names to paths in the repository and the wheelhouse.

    All paths are relative: those of the repository to `base`, those of the wheelhouse to the folder on the import path.
    """

    def __init__(self, base: str, wheelhouse: Sequence[str] = ()) -> None:
        """Take the absolute paths of the tree and of the wheelhouse's folders."""
        self.prefix = base.rstrip("/") + "/"
        self._libraries = [folder.rstrip("/") + "/" for folder in wheelhouse]
        #: Folders within the tree that contain installed packages.
        self._installed = tuple(folder for folder in self._libraries if folder.startswith(self.prefix))
        #: By file name, the path in the tree and the one in the wheelhouse; a run has few files and many calls.
        self._known: dict[str, tuple[str | None, str | None]] = {}

    def relative(self, filename: str) -> str | None:
        """The path in the tree; `None` for a file outside of the repository."""
        if self._installed and filename.startswith(self._installed):
            return None
        return filename[len(self.prefix) :] if filename.startswith(self.prefix) else None

    def library(self, filename: str) -> str | None:
        """The path of a file of the wheelhouse; `None` for any other."""
        for prefix in self._libraries:
            if filename.startswith(prefix):
                return WHEELHOUSE + filename[len(prefix) :]
        return None

    def read_file(self, path: str) -> bytes:
        """The content of a file, by a path from one of the two methods above; empty if there is no such file."""
        below, prefixes = path.removeprefix(WHEELHOUSE), [self.prefix]
        if below != path:
            prefixes = self._libraries
        for prefix in prefixes:
            if os.path.isfile(prefix + below):
                try:
                    with open(prefix + below, "rb") as file:
                        return file.read()
                except OSError:
                    break
        return b""

    def stack(self, limit: int = 16) -> list[frames.Place]:
        """The current places: the repository's frames, innermost first, then those of the wheelhouse.

        It ends at the first module: an importing line waits for the whole module, not for the line that is running. For
        a class at the top of a module, the line in its body counts instead of the line of the statement. So the first
        place is the repository's wherever it is involved, and that of a package only while the package itself is
        imported.
        """
        own: list[frames.Place] = []
        library: list[frames.Place] = []
        frame: FrameType | None = sys._getframe(1)
        in_class = False
        known = self._known
        while frame is not None and len(own) < limit:
            code = frame.f_code
            found, (path, other) = own, known.get(code.co_filename) or self._locate(code.co_filename)
            if path is None and other is not None:
                found, path = library, other
            if path is not None and not is_postponed(code):
                if len(found) < limit and not (in_class and code.co_name == _MODULE):
                    found.append(frames.Place(path, frame.f_lineno or 0))
                if code.co_name == _MODULE:
                    break
                in_class = not code.co_flags & CO_OPTIMIZED
            frame = frame.f_back
        return [*own, *library][:limit]

    def _locate(self, filename: str) -> tuple[str | None, str | None]:
        """The path of a file in the tree, and in the wheelhouse."""
        path = self.relative(filename)
        found = path, self.library(filename) if path is None and self._libraries else None
        if len(self._known) < _MOST_FILES:
            self._known[filename] = found
        return found

    def caller(self) -> frames.Place | None:
        """The innermost current place in the repository; in the wheelhouse while that is importing itself."""
        stack = self.stack(1)
        return stack[0] if stack else None
