"""File control where there are no terminals and nobody to lock a file against.

Libraries ask for the width of the terminal when they are imported, and expect an error where there is none.
"""

import errno
from typing import Any, NoReturn

LOCK_SH, LOCK_EX, LOCK_NB, LOCK_UN = 1, 2, 4, 8
F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL = 0, 1, 2, 3, 4
FD_CLOEXEC = 1


def ioctl(fd: Any, request: int, *arguments: Any) -> NoReturn:
    """Fail: nothing here is a device."""
    raise OSError(errno.ENOTTY, "Inappropriate ioctl for device")


def fcntl(fd: Any, cmd: int, arg: Any = 0) -> int:
    """Accept, and change nothing."""
    return 0


def flock(fd: Any, operation: int) -> None:
    """Lock against nobody."""


def lockf(fd: Any, cmd: int, *where: int) -> None:
    """Lock against nobody."""
