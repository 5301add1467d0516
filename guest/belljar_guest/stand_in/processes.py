"""What the machine can't do inside the glass: start processes, share memory with them, take signals, leave, log.

The answer of a process is not known, so it is a stand-in. Put in place when a run begins, natively too.
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
from .value import StandIn, wait

_ABSENT: tuple[tuple[Any, str], ...] = (
    (subprocess, "Popen call check_call check_output getoutput getstatusoutput run"),
    (os, "fork popen spawnl spawnv startfile system"),
    (
        multiprocessing,
        "Array Barrier BoundedSemaphore Condition Event Lock Manager Pipe Pool Process Queue RLock Semaphore Value",
    ),
)


def install() -> None:
    """Put everything in place."""
    for module, names in _ABSENT:
        for name in names.split():
            setattr(module, name, StandIn(f"{module.__name__}.{name}"))
    os._exit = os.abort = _leave
    for name in ("stat", "lstat"):
        _wrap_stat(name)
    socket.create_connection = _refuse
    for name, refuse in (("connect", _refuse), ("connect_ex", _refused)):
        setattr(socket.socket, name, refuse)
    socket.gethostname = nondeterminism.noted(lambda: "localhost", "socket.gethostname")
    for name in ("signal", "alarm", "setitimer", "siginterrupt"):
        setattr(signal, name, _ignore)
    for name in ("dictConfig", "fileConfig"):  # they name handlers that are absent, and files
        setattr(logging.config, name, _ignore)


def _leave(status: int = 1) -> NoReturn:
    """Leave as `sys.exit` does: the statement is passed over, and the rest of the module runs."""
    raise SystemExit(status)


def _refuse(*args: Any, **kwargs: Any) -> NoReturn:
    """Connect to nobody, as where nobody listens."""
    wait("a connection", MOST_ATTEMPTS)
    raise ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))


def _refused(*args: Any, **kwargs: Any) -> int:
    """The same as a number."""
    wait("a connection", MOST_ATTEMPTS)
    return errno.ECONNREFUSED


def _wrap_stat(name: str) -> None:
    """Have a loop end that asks for the same file again and again, which is not there."""
    original = getattr(os, name)

    @functools.wraps(original)
    def stat(path: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(path, *args, **kwargs)
        except FileNotFoundError:
            wait(str(path), MOST_WAITS)
            raise

    for known in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
        if original in known:
            known.add(stat)
    setattr(os, name, stat)


def _ignore(*args: Any, **kwargs: Any) -> int:
    """Take no signal, and set up no logging."""
    return 0
