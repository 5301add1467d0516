"""Variables that are not set: there is no environment inside the glass, but an example of one may be in the repository.

A default that the code gives holds, and so does what it does without a value. Else the value of `.env.example` and its
like is taken, where the repository has one, which is a guess. So is no value, where it is given a name or put into
something as it is: `SCHEMA = os.getenv("SCHEMA")` is set wherever it matters.
"""

import os
import re
import sys
from collections.abc import Iterable
from inspect import CO_OPTIMIZED
from types import FrameType
from typing import Any

from ..stand_in import ledger
from ..stand_in.decorators import operations_behind

#: Names of files with examples of variables, the most telling first.
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

#: So much of an example is read.
_LONGEST = 100_000

_given: dict[str, str] = {}

#: Stands for a default that the code does not give.
_NONE: Any = object()


def install(folders: Iterable[str]) -> None:
    """Answer for variables that are not set; `folders` are where an example may lie, the nearest first."""
    _given.clear()
    for name in reversed(_EXAMPLES):
        for folder in folders:
            _given.update(_read(f"{folder}/{name}"))
    environ: Any = type(os.environ)
    environ.__getitem__ = _getitem(environ.__getitem__)
    environ.get = _get
    os.getenv = lambda key, default=_NONE: _get(os.environ, key, default)


def _read(path: str) -> dict[str, str]:
    if not os.path.isfile(path):
        return {}
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            found = _LINE.findall(file.read(_LONGEST))
    except OSError:
        return {}
    return {name: _plain(value) for name, value in found}


def _plain(value: str) -> str:
    """A value without its quotes or the comment behind it."""
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
            if key not in _given or _asker() is None:
                raise
            ledger.current().guess(f"os.environ[{key!r}]", "value")
            return _given[key]

    return getitem


def _get(self: Any, key: Any, default: Any = _NONE) -> Any:
    if key in self:
        return self[key]  # which notes who asks
    if default is not _NONE and (default is not None or key not in _given):
        return default
    frame = _asker()
    if frame is not None and (key in _given or _is_kept(frame)):
        ledger.current().guess(f"os.environ[{key!r}]", "value", is_quiet=key not in _given)
        return _given.get(key)
    return None


#: Variables that are set here as they are set anywhere, each time to something else.
_MADE_UP = frozenset({"HOME", "HOSTNAME", "LANG", "LOGNAME", "PATH", "PWD", "SHELL", "TMPDIR", "TZ", "USER"})


def _note_made_up(key: Any) -> None:
    """Note that the repository takes the value of a variable that tells of the machine."""
    if key in _MADE_UP and _asker() is not None:
        ledger.current().moment(f"os.environ[{key!r}]")


#: What stands between a question and who asks it.
_BETWEEN = ("os", "_collections_abc", __name__)


#: What is done with a value that is kept as it is, and not looked at.
_KEEPS = ("STORE_NAME", "STORE_GLOBAL", "FORMAT_", "KW_NAMES", "CALL_KW", "BUILD_", "MAP_ADD")


def _is_kept(frame: FrameType) -> bool:
    """Whether a module or a class body keeps what the call gives that runs in its frame."""
    if frame.f_code.co_flags & CO_OPTIMIZED:
        return False
    first, second = operations_behind(frame, 2)
    return first.startswith(_KEEPS) or (first == "LOAD_CONST" and second.startswith(_KEEPS))


def _asker() -> FrameType | None:
    """Who asks, if it is the repository or a package of the wheelhouse: a library knows what it does."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__") in _BETWEEN:
        frame = frame.f_back
    places, path = ledger.current().places, frame.f_code.co_filename if frame is not None else ""
    return frame if places.relative(path) is not None or places.library(path) is not None else None
