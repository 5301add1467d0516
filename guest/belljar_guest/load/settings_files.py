"""Settings files that are not in the repository.

Most programs raise when their settings file is missing, and take their defaults when it is empty. A statement that
failed after it had looked for one runs once more with the file there and empty; whatever depends on that is guessed.
Only files with an absolute path count: those belong to a machine, and others to the repository, which is all here.
"""

import builtins
import io
import os
from collections.abc import Callable
from typing import Any

from ..stand_in import ledger

#: What a settings file's name ends with, and what an empty one holds.
_EMPTY = {
    ".cfg": "",
    ".ini": "",
    ".conf": "",
    ".toml": "",
    ".yaml": "",
    ".yml": "",
    ".json": "{}",
    ".env": "",
}

#: So many files are granted in one run: code that looks for ever more of them is after something else.
_MOST = 50


class SettingsFiles:
    """The settings files that one run looked for in vain, and those that it was given."""

    def __init__(self) -> None:
        """Nothing has been looked for yet."""
        self._missed: dict[str, None] = {}
        self._granted: set[str] = set()

    def install(self) -> None:
        """Watch how files are looked for."""
        self._watch(os, "stat", self._stat)
        for module in (builtins, io):
            self._watch(module, "open", self._open)

    def grant(self) -> bool:
        """Make what was looked for since the last call exist; false when there is nothing to make."""
        found = [path for path in self._missed if path not in self._granted]
        self._missed.clear()
        self._granted.update(found[: max(0, _MOST - len(self._granted))])
        return any(path in self._granted for path in found)

    def _watch(self, module: Any, name: str, granted: Callable[..., Any]) -> None:
        original = getattr(module, name)

        def watched(path: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                return original(path, *args, **kwargs)
            except FileNotFoundError:
                text = path if isinstance(path, str) else str(getattr(path, "__fspath__", str)())
                if os.path.splitext(text)[1] not in _EMPTY or not os.path.isabs(text):
                    raise
                if text in self._granted:
                    ledger.current().guess(text, "contents")
                    return granted(text, *args, **kwargs)
                self._missed[text] = None
                raise

        setattr(module, name, watched)

    def _stat(self, path: str, **kwargs: Any) -> os.stat_result:
        return os.stat_result((0o100444, 1, 1, 1, 0, 0, 0, 0, 0, 0))

    def _open(self, path: str, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        text = _EMPTY[os.path.splitext(path)[1]]
        return io.BytesIO(text.encode()) if "b" in mode else io.StringIO(text)


_current = SettingsFiles()


def install() -> None:
    """Watch how the repository looks for files, from now on."""
    _current.install()


def grant() -> bool:
    """See `SettingsFiles.grant`."""
    return _current.grant()
