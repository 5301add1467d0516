"""Settings files that are not in the repository.

Most programs raise an error if their settings file is missing, and use their defaults if it is empty. A statement that
failed after looking for one is run again with an empty file, and what depends on it is a guess. Only absolute paths
count: they belong to a machine, while the repository is complete.
"""

import builtins
import io
import os
from collections.abc import Callable
from typing import Any

from ..stand_in import ledger

#: Extensions of settings files, with the content of an empty one.
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

#: The maximum number of files in a run: code that looks for more is not after its settings.
_MOST = 50


class SettingsFiles:
    """The settings files that a run looked for in vain, and those that it was given."""

    def __init__(self) -> None:
        """Begin without files."""
        self._missed: dict[str, None] = {}
        self._granted: set[str] = set()

    def install(self) -> None:
        """Watch how files are opened."""
        self._watch(os, "stat", self._stat)
        for module in (builtins, io):
            self._watch(module, "open", self._open)

    def grant_missed(self) -> bool:
        """Let the files missed since the last call exist; false if there are none."""
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
                    ledger.current().note_guess(text, "contents")
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
    """Watch how the repository opens files, from now on."""
    _current.install()


def grant_missed() -> bool:
    """Let the files missed since the last call exist; false if there are none."""
    return _current.grant_missed()
