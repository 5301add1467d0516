"""Environment variables that are not set.

The sandbox has no environment, but the repository may contain an example of one. A default given in the code applies,
and so does what code does without a value. Otherwise the value is taken from `.env.example` or a similar file, if there
is one; that is a guess. So is a missing value that is bound to a name or inserted elsewhere without a check: `SCHEMA =
os.getenv("SCHEMA")` is set wherever it matters.
"""

import os
import re
import sys
from collections.abc import Iterable
from inspect import CO_OPTIMIZED
from types import FrameType
from typing import Any

from ..stand_in import ledger
from ..stand_in.decorators import following_operations

#: Names of files with examples of variables, the most reliable first.
_EXAMPLES = (
    *(
        ".env.example",
        ".env.sample",
        ".env.template",
        ".env.dist",
        ".env.defaults",
        "env.example",
        "example.env",
    ),
    *("sample.env", ".env.local.example", ".env.development", ".env.dev", ".env.test", ".env"),
)

_LINE = re.compile(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*(.*?)[ \t]*$", re.MULTILINE)

#: The number of characters of an example that are read.
_LONGEST = 100_000

_example_values: dict[str, str] = {}

#: Marks a default that the code does not give.
_NONE: Any = object()


def install(folders: Iterable[str]) -> None:
    """Install the replacements for unset variables; `folders` may contain an example, the nearest first."""
    _example_values.clear()
    for name in reversed(_EXAMPLES):
        for folder in folders:
            _example_values.update(_read_example(f"{folder}/{name}"))
    environ: Any = type(os.environ)
    environ.__getitem__ = _getitem(environ.__getitem__)
    environ.get = _get
    os.getenv = lambda key, default=_NONE: _get(os.environ, key, default)


def _read_example(path: str) -> dict[str, str]:
    if not os.path.isfile(path):
        return {}
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            found = _LINE.findall(file.read(_LONGEST))
    except OSError:
        return {}
    return {name: _unquote(value) for name, value in found}


def _unquote(value: str) -> str:
    """A value without its quotes or a trailing comment."""
    if value[:1] in ("'", '"') and value.find(value[0], 1) > 0:
        return value[1 : value.find(value[0], 1)]
    return re.split(r"(?:^|\s)#", value)[0].strip()


def _getitem(original: Any) -> Any:
    def getitem(self: Any, key: Any) -> Any:
        try:
            value = original(self, key)
            _note_made_up(key)
            return value
        except KeyError:
            if key not in _example_values or _calling_frame() is None:
                raise
            ledger.current().note_guess(f"os.environ[{key!r}]", "value")
            return _example_values[key]

    return getitem


def _get(self: Any, key: Any, default: Any = _NONE) -> Any:
    if key in self:
        return self[key]  # this notes the caller
    if default is not _NONE and (default is not None or key not in _example_values):
        return default
    frame = _calling_frame()
    if frame is not None and (key in _example_values or _is_kept(frame)):
        ledger.current().note_guess(f"os.environ[{key!r}]", "value", is_quiet=key not in _example_values)
        return _example_values.get(key)
    return None


#: Variables that are set everywhere, to values that differ between machines.
_MADE_UP = frozenset({"HOME", "HOSTNAME", "LANG", "LOGNAME", "PATH", "PWD", "SHELL", "TMPDIR", "TZ", "USER"})


def _note_made_up(key: Any) -> None:
    """Note that the repository uses a variable whose value depends on the machine."""
    if key in _MADE_UP and _calling_frame() is not None:
        ledger.current().note_varying_value(f"os.environ[{key!r}]")


#: Modules whose frames lie between the caller and the look-up.
_BETWEEN = ("os", "_collections_abc", __name__)


#: Operations that keep a value without looking at it.
_KEEPS = ("STORE_NAME", "STORE_GLOBAL", "FORMAT_", "KW_NAMES", "CALL_KW", "BUILD_", "MAP_ADD")


def _is_kept(frame: FrameType) -> bool:
    """Whether a module or class body keeps the result of the call that runs in its frame without looking at it."""
    if frame.f_code.co_flags & CO_OPTIMIZED:
        return False
    first, second = following_operations(frame, 2)
    return first.startswith(_KEEPS) or (first == "LOAD_CONST" and second.startswith(_KEEPS))


def _calling_frame() -> FrameType | None:
    """The calling frame, if it belongs to the repository or the wheelhouse; other libraries handle a missing value."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__") in _BETWEEN:
        frame = frame.f_back
    places, path = ledger.current().places, frame.f_code.co_filename if frame is not None else ""
    return frame if places.relative(path) is not None or places.library(path) is not None else None
