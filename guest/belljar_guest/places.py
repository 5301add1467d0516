"""Where in the repository something happens."""

import sys
from inspect import CO_OPTIMIZED
from types import FrameType

from . import frames

_MODULE = "<module>"


class Places:
    """Knows which files belong to the repository; all paths it gives are relative to `base`."""

    def __init__(self, base: str) -> None:
        """Take the absolute path of the tree."""
        self.prefix = base.rstrip("/") + "/"

    def relative(self, filename: str) -> str | None:
        """The path in the tree, or `None` for a file that is not the repository's."""
        return filename[len(self.prefix) :] if filename.startswith(self.prefix) else None

    def stack(self, limit: int = 16) -> list[frames.Place]:
        """The repository's frames that are running now, innermost first, as far as one module goes.

        Whoever imports the module waits for all of it, not for the line that is running. Of a class at the top of
        a module the line in its body counts, not the statement as a whole.
        """
        found: list[frames.Place] = []
        frame: FrameType | None = sys._getframe(1)
        in_class = False
        while frame is not None and len(found) < limit:
            code = frame.f_code
            path = self.relative(code.co_filename)
            if path is not None:
                if not (in_class and code.co_name == _MODULE):
                    found.append(frames.Place(path, frame.f_lineno or 0))
                if code.co_name == _MODULE:
                    break
                in_class = not code.co_flags & CO_OPTIMIZED
            frame = frame.f_back
        return found

    def caller(self) -> frames.Place | None:
        """The innermost place in the repository that is running now."""
        stack = self.stack(1)
        return stack[0] if stack else None
