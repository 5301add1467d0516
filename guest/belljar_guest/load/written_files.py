"""Files and folders written during import, such as a log or a cache: nothing can be written, and nobody reads it.

A failing write is ignored, so that the statement around it and the rest of its function are not lost. Existing files
and folders cause the usual errors.
"""

import builtins
import io
import os
from collections.abc import Callable
from typing import Any

from ..stand_in import ledger

#: The code of the remark that something was not written.
CODE = "not-written"

_WRITES = frozenset("wax+")


def install() -> None:
    """Ignore failing writes from now on."""
    os.mkdir = _unless_refused(os.mkdir, lambda *args, **kwargs: None)
    for module in (builtins, io):
        _watch_open(module)


def _unless_refused(original: Callable[..., Any], instead: Callable[..., Any]) -> Callable[..., Any]:
    def done(path: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(path, *args, **kwargs)
        except (FileExistsError, IsADirectoryError):
            raise
        except OSError:
            ledger.current().report_remark(CODE, f"`{path}` can't be written; the write is ignored")
            return instead(path, *args, **kwargs)

    return done


def _watch_open(module: Any) -> None:
    original = module.open
    write = _unless_refused(original, _scratch)

    def watched(file: Any, mode: Any = "r", *args: Any, **kwargs: Any) -> Any:
        writes = isinstance(mode, str) and not _WRITES.isdisjoint(mode) and not isinstance(file, int)
        return (write if writes else original)(file, mode, *args, **kwargs)

    module.open = watched


def _scratch(path: Any, mode: str = "r", *_args: Any, **_kwargs: Any) -> Any:
    """A buffer that nobody reads."""
    return io.BytesIO() if "b" in mode else io.StringIO()
