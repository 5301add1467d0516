"""Where in the repository, or in a package of the wheelhouse, something happens."""

import os
import sys
from collections.abc import Sequence
from inspect import CO_OPTIMIZED
from types import FrameType

from . import frames

_MODULE = "<module>"

#: What the path of a place in a package of the wheelhouse begins with: `wheelhouse:package/models.py`. A repository
#: can have a file of such a name; then the two are taken for one, which it can only do to itself.
WHEELHOUSE = "wheelhouse:"


class Places:
    """Knows which files belong to the repository and to the wheelhouse.

    All paths it gives are relative: of the repository to `base`, of the wheelhouse to the folder that is on the path.
    """

    def __init__(self, base: str, wheelhouse: Sequence[str] = ()) -> None:
        """Take the absolute path of the tree, and those of the wheelhouse's folders."""
        self.prefix = base.rstrip("/") + "/"
        self._libraries = [folder.rstrip("/") + "/" for folder in wheelhouse]
        #: Folders of the tree itself with packages that were installed there.
        self._installed = tuple(folder for folder in self._libraries if folder.startswith(self.prefix))

    def relative(self, filename: str) -> str | None:
        """The path in the tree, or `None` for a file that is not the repository's."""
        if self._installed and filename.startswith(self._installed):
            return None
        return filename[len(self.prefix) :] if filename.startswith(self.prefix) else None

    def library(self, filename: str) -> str | None:
        """The path of a file of the wheelhouse, or `None` for any other."""
        for prefix in self._libraries:
            if filename.startswith(prefix):
                return WHEELHOUSE + filename[len(prefix) :]
        return None

    def read(self, path: str) -> bytes:
        """The bytes behind a path that was given by one of the two above; none where there is no such file."""
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
        """Where we are now: the repository's frames, innermost first, then those of the wheelhouse.

        It goes as far as one module: whoever imports the module waits for all of it, not for the line that is running.
        Of a class at the top of a module the line in its body counts, not the statement as a whole. So the first place
        is the repository's wherever it takes part, and that of a package only while the package itself is imported.
        """
        own: list[frames.Place] = []
        library: list[frames.Place] = []
        frame: FrameType | None = sys._getframe(1)
        in_class = False
        while frame is not None and len(own) < limit:
            code = frame.f_code
            found, path = own, self.relative(code.co_filename)
            if path is None and self._libraries:
                found, path = library, self.library(code.co_filename)
            if path is not None:
                if len(found) < limit and not (in_class and code.co_name == _MODULE):
                    found.append(frames.Place(path, frame.f_lineno or 0))
                if code.co_name == _MODULE:
                    break
                in_class = not code.co_flags & CO_OPTIMIZED
            frame = frame.f_back
        return [*own, *library][:limit]

    def caller(self) -> frames.Place | None:
        """The innermost place in the repository that is running now; in the wheelhouse where it is importing itself."""
        stack = self.stack(1)
        return stack[0] if stack else None
