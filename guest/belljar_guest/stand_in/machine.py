"""What the machine can't do inside the glass: start processes, share memory with them, take signals, leave, log.

The answer of a process is not known, so it is a stand-in. Put in place when a run begins, natively too.
"""

import logging.config
import multiprocessing  # noqa: TID251  # to take it out
import os
import signal
import socket  # noqa: TID251
import subprocess  # noqa: TID251
from typing import Any, NoReturn

from . import moments
from .value import StandIn

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
    socket.gethostname = moments.noted(lambda: "localhost", "socket.gethostname")
    for name in ("signal", "alarm", "setitimer", "siginterrupt"):
        setattr(signal, name, _ignore)
    for name in ("dictConfig", "fileConfig"):  # they name handlers that are absent, and files
        setattr(logging.config, name, _ignore)


def _leave(status: int = 1) -> NoReturn:
    """Leave as `sys.exit` does: the statement is passed over, and the rest of the module runs."""
    raise SystemExit(status)


def _ignore(*args: Any, **kwargs: Any) -> int:
    """Take no signal, and set up no logging."""
    return 0
