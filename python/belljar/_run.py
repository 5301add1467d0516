"""Runs the program once, within bounds of time and memory. Nothing here is shared between threads."""

from __future__ import annotations

import contextlib
import errno
import os
import selectors
import subprocess
import threading
import time
from dataclasses import dataclass
from typing import Dict, List, Optional, Sequence, Tuple, Type, Union

from belljar import _program
from belljar.errors import (
    CouldNotRunError,
    CrashError,
    FindingsError,
    InternalError,
    OutputTooLargeError,
    ProgramNotFoundError,
    RunCancelledError,
    RunError,
    RunTimeoutError,
)

PathArgument = Union[str, "os.PathLike[str]"]

# The most that is read from the program's standard output, in bytes: what it lets a job of its own answer by default.
MAX_OUTPUT = 512 << 20
# What is kept of its standard error: the beginning and the end.
KEPT_OF_STDERR = 64 << 10
CHUNK = 1 << 16
# How often `cancel` is looked at, in seconds.
GLANCE = 0.05

# What the system refuses for want of room, whatever the program is.
_REFUSED = frozenset({errno.E2BIG, errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE})

FINDINGS, COULD_NOT_RUN, INTERNAL = 1, 2, 101
BY_EXIT_CODE: Dict[int, Type[RunError]] = {
    FINDINGS: FindingsError,
    COULD_NOT_RUN: CouldNotRunError,
    INTERNAL: InternalError,
}


@dataclass(frozen=True)
class Settings:
    """How the program is run."""

    program: Optional[PathArgument] = None
    cwd: Optional[PathArgument] = None
    timeout: Optional[float] = None
    cancel: Optional[threading.Event] = None
    max_output: int = MAX_OUTPUT


@dataclass(frozen=True)
class Finished:
    """What a run of the program gave."""

    command: Tuple[str, ...]
    exit_code: int
    stdout: bytes
    stderr: str

    def error(self, message: str = "", document: Optional[object] = None) -> RunError:
        """The exception for the exit code."""
        cls = BY_EXIT_CODE.get(self.exit_code, CrashError)
        return cls(self.command, self.exit_code, self.stderr, message=message, document=document)


class _Ends:
    """The beginning and the end of a stream, however long it is."""

    def __init__(self, most: int) -> None:
        self._half = most // 2
        self._first = bytearray()
        self._last = bytearray()
        self._dropped = 0

    def add(self, chunk: bytes) -> None:
        room = self._half - len(self._first)
        self._first += chunk[:room]
        self._last += chunk[room:]
        excess = len(self._last) - self._half
        if excess > 0:
            del self._last[:excess]
            self._dropped += excess

    def text(self) -> str:
        between = f"\n[{self._dropped} bytes left out]\n".encode() if self._dropped else b""
        return (bytes(self._first) + between + bytes(self._last)).decode("utf-8", "replace")


def run(arguments: Sequence[str], settings: Settings) -> Finished:
    """Runs the program to its end, unless it takes too long, is cancelled or writes too much."""
    command = (_program.find(settings.program), *arguments)
    with _start(command, settings) as process:
        try:
            return _follow(process, command, settings)
        finally:
            # Also where this thread is interrupted: nothing goes on behind its back.
            if process.poll() is None:
                process.kill()


def _start(command: Tuple[str, ...], settings: Settings) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "NO_COLOR": "1"}
    environment.pop("CLICOLOR_FORCE", None)
    try:
        return subprocess.Popen(  # noqa: S603 no shell, and what begins with `-` stands behind `--` or `=`
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd=settings.cwd,
            env=environment,
        )
    except ValueError as error:  # a zero byte in an argument
        raise CouldNotRunError(
            command, None, "", message=f"an argument can't be passed on: {error}"
        ) from error
    except OSError as error:
        if settings.cwd is not None and not os.path.isdir(settings.cwd):  # noqa: PTH112 any path
            message = f"`cwd` is `{os.fsdecode(settings.cwd)}`, which is not a directory"
            raise CouldNotRunError(command, None, "", message=message) from error
        if isinstance(error, FileNotFoundError) or error.errno not in _REFUSED:
            raise ProgramNotFoundError(f"`{command[0]}` can't be started: {error.strerror}") from error
        raise CouldNotRunError(command, None, "", message=f"it can't be started: {error.strerror}") from error


class _Streams:
    """What the program writes, read as it comes."""

    def __init__(self, process: subprocess.Popen[bytes], selector: selectors.BaseSelector) -> None:
        self._process = process
        self._selector = selector
        self.out: List[bytes] = []
        self.size = 0
        self.errors = _Ends(KEPT_OF_STDERR)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                selector.register(stream, selectors.EVENT_READ)

    def open(self) -> bool:
        """Whether more may come."""
        return bool(self._selector.get_map())

    def read(self, pause: Optional[float]) -> None:
        """Reads what is there, or waits for it."""
        for key, _ in self._selector.select(pause):
            chunk = os.read(key.fd, CHUNK)
            if not chunk:
                self._selector.unregister(key.fileobj)
            elif key.fileobj is self._process.stderr:
                self.errors.add(chunk)
            else:
                self.out.append(chunk)
                self.size += len(chunk)


def _follow(process: subprocess.Popen[bytes], command: Tuple[str, ...], settings: Settings) -> Finished:
    """Reads both streams until the program ends."""
    end = None if settings.timeout is None else time.monotonic() + settings.timeout
    with selectors.DefaultSelector() as selector:
        streams = _Streams(process, selector)
        while streams.open() or process.poll() is None:
            left = None if end is None else end - time.monotonic()
            reason = _reason_to_end(left, streams.size, settings)
            if reason is not None:
                process.kill()
                cls, message = reason
                raise cls(command, None, streams.errors.text(), message=message)
            pause = _pause(left, settings)
            if streams.open():
                streams.read(pause)
            else:
                _wait(process, pause)
        return Finished(command, process.wait(), b"".join(streams.out), streams.errors.text())


def _reason_to_end(
    left: Optional[float], size: int, settings: Settings
) -> Optional[Tuple[Type[RunError], str]]:
    """Why the program is to be ended now, if it is."""
    if settings.cancel is not None and settings.cancel.is_set():
        return RunCancelledError, "the run was cancelled"
    if left is not None and left <= 0:
        return RunTimeoutError, f"`belljar` took longer than {settings.timeout} seconds, and was ended"
    if size > settings.max_output:
        return OutputTooLargeError, f"`belljar` wrote more than {settings.max_output} bytes, and was ended"
    return None


def _pause(left: Optional[float], settings: Settings) -> Optional[float]:
    """How long to wait before time and `cancel` are looked at again."""
    if settings.cancel is None:
        return left
    return GLANCE if left is None else min(left, GLANCE)


def _wait(process: subprocess.Popen[bytes], pause: Optional[float]) -> None:
    """Waits for a program that closed its streams and did not end."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(pause)
