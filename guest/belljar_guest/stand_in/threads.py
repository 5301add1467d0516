"""Threads, of which the sandbox has only one: another thread runs when somebody waits for it.

A started thread is queued. It runs to its end once the repository joins it, or would block on a lock (and so on a
queue, an event or a future) that only another thread could release. Work for an executor is done immediately. Most
threads that a module starts are never waited for, and never run. Waiting for something that can't happen raises an
error; under WASI it would end the run. A thread that only sleeps is woken a few times and then ended.
"""

import _thread
import asyncio.base_events
import concurrent.futures
import queue
import threading
import time  # noqa: TID251  # to let no thread sleep
from collections import deque
from collections.abc import Callable
from typing import Any

from .ledger import MOST_WAITS
from .value import note_wait

#: After so many sleeps, or waits that time out, a thread is ended: it would go on forever.
PATIENCE = 8

_waiting: deque[Callable[[], Any]] = deque()
_naps: list[int] = []


class Stuck(RuntimeError):  # noqa: N818  # what it says
    """A wait for something that no thread would do."""


class Ended(BaseException):
    """Ends a thread that has slept too often."""


class Lock:
    """A lock; blocking on it runs the queued threads."""

    def __init__(self) -> None:
        """Begin unlocked."""
        self._held = False

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:  # noqa: FBT001, FBT002  # its signature
        """Take the lock; false if it can't be had in time."""
        if self._held and blocking:
            _let_run(lambda: not self._held)
            if self._held and timeout < 0:
                raise Stuck("no thread would release the lock")
            if self._held:
                _nap()
        if self._held:
            return False
        self._held = True
        return True

    acquire_lock = acquire

    def release(self) -> None:
        """Release the lock."""
        if not self._held:
            raise RuntimeError("release unlocked lock")
        self._held = False

    release_lock = release

    def locked(self) -> bool:
        """Whether the lock is held."""
        return self._held

    def _at_fork_reinit(self) -> None:
        self._held = False

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exc: object) -> None:
        self.release()


def install() -> None:
    """Install all patches, when the snapshot is made."""
    thread: Any = threading.Thread
    executor: Any = concurrent.futures.ThreadPoolExecutor
    parts: tuple[tuple[Any, str, Any], ...] = (
        (threading, "Lock", Lock),
        (threading, "_allocate_lock", Lock),
        (_thread, "allocate_lock", Lock),
        (_thread, "start_new_thread", _start_new),
        (queue, "SimpleQueue", queue._PySimpleQueue),  # type: ignore[attr-defined]
        (thread, "start", _start),
        (thread, "join", _join),
        (thread, "is_alive", _is_alive),
        (executor, "submit", _submit),
        (time, "sleep", _unless_napping(time.sleep)),
    )
    for owner, name, value in parts:
        setattr(owner, name, value)
    _wrap_loop()


def _let_run(done: Callable[[], bool]) -> None:
    """Run the queued threads, one after another, until a condition holds."""
    while _waiting and not done():
        _run(_waiting.popleft())


def _run(target: Callable[[], Any]) -> None:
    """Run a thread to its end; its exceptions are ignored."""
    _naps.append(0)
    try:
        target()
    except BaseException:  # noqa: S110  # Python prints it and goes on
        pass
    finally:
        _naps.pop()


def _nap() -> None:
    """Count the sleeps of the running thread."""
    if _naps:
        _naps[-1] += 1
        if _naps[-1] > PATIENCE:
            raise Ended


def _unless_napping(original: Callable[[Any], None]) -> Callable[[Any], None]:
    def sleep(seconds: Any, /) -> None:
        """Sleep; a thread or a loop that would sleep forever ends here."""
        _nap()
        note_wait("time.sleep", MOST_WAITS)
        original(0 if _naps else seconds)

    return sleep


# Threads


def _start_new(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any] | None = None
) -> int:
    _waiting.append(lambda: function(*args, **(kwargs or {})))
    return 1


def _start(self: Any) -> None:
    if self._started.is_set():
        raise RuntimeError("threads can only be started once")
    self._started.set()
    self._belljar_pending = self.run
    _waiting.append(self._belljar_pending)


def _join(self: Any, timeout: float | None = None) -> None:
    if not self._started.is_set():
        raise RuntimeError("cannot join thread before it is started")
    pending = self._belljar_pending
    if pending in _waiting:
        _waiting.remove(pending)
        _run(pending)


def _is_alive(self: Any) -> bool:
    return vars(self).get("_belljar_pending") in _waiting


# Executors and event loops


def _submit(self: Any, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Run the function immediately."""
    if self._shutdown:
        raise RuntimeError("cannot schedule new futures after shutdown")
    future: concurrent.futures.Future[Any] = concurrent.futures.Future()
    future.set_running_or_notify_cancel()
    _naps.append(0)
    try:
        result = function(*args, **kwargs)
    except Ended:
        future.set_exception(Stuck("the task would never end"))
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(result)
    finally:
        _naps.pop()
    return future


def _wrap_loop() -> None:
    """Let an event loop that would wait forever raise an error."""
    loop: Any = asyncio.base_events.BaseEventLoop
    original = loop._run_once

    def run_once(self: Any) -> None:
        def is_busy() -> bool:
            return bool(self._ready or self._scheduled or self._stopping)

        _let_run(is_busy)
        if not is_busy():
            raise Stuck("an event loop waits for an event that can't occur")
        original(self)

    loop._run_once = run_once
