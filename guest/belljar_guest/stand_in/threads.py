"""Threads, of which the glass has only one: what another would do is done when somebody waits for it.

A thread that is started waits. It runs, from its beginning to its end, once the repository joins it or would block on
a lock, and so on a queue, an event or a future, that nobody else could release. What is handed to an executor is done
at once. Most threads that a module starts are never waited for, and never run. To wait for what can't come raises
an error, where under WASI it would end the whole run; a thread that only naps is woken a few times and then ended.
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
from .value import wait

#: So often a thread may nap, or wait in vain with a timeout, before it is ended: it would do so for ever.
PATIENCE = 8

_waiting: deque[Callable[[], Any]] = deque()
_naps: list[int] = []


class Stuck(RuntimeError):  # noqa: N818  # what it says
    """Nobody is there who would do what is waited for."""


class Ended(BaseException):
    """A thread has napped often enough."""


class Lock:
    """A lock; whoever would block on it lets the threads run that wait."""

    def __init__(self) -> None:
        """Nobody holds it."""
        self._held = False

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:  # noqa: FBT001, FBT002  # its signature
        """Take it; false when it was not to be had in time."""
        if self._held and blocking:
            _let_run(lambda: not self._held)
            if self._held and timeout < 0:
                raise Stuck("it waits for a lock that nobody would release")
            if self._held:
                _nap()
        if self._held:
            return False
        self._held = True
        return True

    acquire_lock = acquire

    def release(self) -> None:
        """Give it back."""
        if not self._held:
            raise RuntimeError("release unlocked lock")
        self._held = False

    release_lock = release

    def locked(self) -> bool:
        """Whether somebody holds it."""
        return self._held

    def _at_fork_reinit(self) -> None:
        self._held = False

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exc: object) -> None:
        self.release()


def install() -> None:
    """Put everything in place; done when the snapshot is made."""
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
    """Run the threads that wait, one after another, until it is done."""
    while _waiting and not done():
        _run(_waiting.popleft())


def _run(target: Callable[[], Any]) -> None:
    """Run a thread to its end; how it ends concerns nobody."""
    _naps.append(0)
    try:
        target()
    except BaseException:  # noqa: S110  # Python prints it and goes on
        pass
    finally:
        _naps.pop()


def _nap() -> None:
    """Count the naps of the thread that runs."""
    if _naps:
        _naps[-1] += 1
        if _naps[-1] > PATIENCE:
            raise Ended


def _unless_napping(original: Callable[[Any], None]) -> Callable[[Any], None]:
    def sleep(seconds: Any, /) -> None:
        """Sleep; a thread that nobody will ever wake ends here, and so does a loop that nobody would end."""
        _nap()
        wait("time.sleep", MOST_WAITS)
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
    """Do it at once."""
    if self._shutdown:
        raise RuntimeError("cannot schedule new futures after shutdown")
    future: concurrent.futures.Future[Any] = concurrent.futures.Future()
    future.set_running_or_notify_cancel()
    _naps.append(0)
    try:
        result = function(*args, **kwargs)
    except Ended:
        future.set_exception(Stuck("it would never come to its end"))
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(result)
    finally:
        _naps.pop()
    return future


def _wrap_loop() -> None:
    """An event loop with nothing to do would ask its selector for ever."""
    loop: Any = asyncio.base_events.BaseEventLoop
    original = loop._run_once

    def run_once(self: Any) -> None:
        def is_busy() -> bool:
            return bool(self._ready or self._scheduled or self._stopping)

        _let_run(is_busy)
        if not is_busy():
            raise Stuck("an event loop waits for what nobody would send")
        original(self)

    loop._run_once = run_once
