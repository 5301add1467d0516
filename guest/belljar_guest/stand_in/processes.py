"""What the sandbox has no means for: processes, shared memory, signals, exiting, logging configuration.

The result of a process is not known, so it is a stand-in. Installed when a run begins, also under a native interpreter.
"""

import errno
import functools
import logging.config
import multiprocessing  # noqa: TID251  # to take it out
import os
import signal
import socket  # noqa: TID251
import subprocess  # noqa: TID251
from typing import Any, NoReturn

from . import nondeterminism
from .ledger import MOST_ATTEMPTS, MOST_WAITS
from .value import StandIn, note_wait

_ABSENT: tuple[tuple[Any, str], ...] = (
    (subprocess, "Popen call check_call check_output getoutput getstatusoutput run"),
    (os, "fork popen spawnl spawnv startfile system"),
    (
        multiprocessing,
        "Array Barrier BoundedSemaphore Condition Event Lock Manager Pipe Pool Process Queue RLock Semaphore Value",
    ),
)


def install() -> None:
    """Install all patches."""
    for module, names in _ABSENT:
        for name in names.split():
            setattr(module, name, StandIn(f"{module.__name__}.{name}"))
    os._exit = os.abort = _leave
    for name in ("stat", "lstat"):
        _wrap_stat(name)
    socket.create_connection = _refuse
    for name, refuse in (("connect", _refuse), ("connect_ex", _refused)):
        setattr(socket.socket, name, refuse)
    socket.gethostname = nondeterminism.watch(lambda: "localhost", "socket.gethostname")
    for name in ("signal", "alarm", "setitimer", "siginterrupt"):
        setattr(signal, name, _ignore)
    for name in ("dictConfig", "fileConfig"):  # they name absent handlers and files
        setattr(logging.config, name, _ignore)


def _leave(status: int = 1) -> NoReturn:
    """Exit as `sys.exit` does: the statement is skipped, and the rest of the module runs."""
    raise SystemExit(status)


def _refuse(*args: Any, **kwargs: Any) -> NoReturn:
    """Refuse a connection, as if nobody listened."""
    note_wait("a connection", MOST_ATTEMPTS)
    raise ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))


def _refused(*args: Any, **kwargs: Any) -> int:
    """Refuse a connection, with an error number instead of an exception."""
    note_wait("a connection", MOST_ATTEMPTS)
    return errno.ECONNREFUSED


def _wrap_stat(name: str) -> None:
    """End a loop that asks for the same missing file again and again."""
    original = getattr(os, name)

    @functools.wraps(original)
    def stat(path: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(path, *args, **kwargs)
        except FileNotFoundError:
            note_wait(str(path), MOST_WAITS)
            raise

    for known in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
        if original in known:
            known.add(stat)
    setattr(os, name, stat)


def _ignore(*args: Any, **kwargs: Any) -> int:
    """Ignore a signal handler or a logging configuration."""
    return 0
