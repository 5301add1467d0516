"""Values that differ in every run: the clock, random numbers, the machine and the process.

A column whose default is `datetime.now()` has the time of the import, which is another in the next run. Each place
where the repository asks for such a value is noted, and what depends on it is in doubt. Installed once, when the
snapshot is made.
"""

import builtins
import datetime as dt
import functools
import gc
import getpass
import os
import pathlib
import platform
import random  # noqa: TID251  # to watch who asks
import secrets  # noqa: TID251
import socket  # noqa: TID251
import sys
import tempfile
import time  # noqa: TID251
import uuid  # noqa: TID251
from collections.abc import Callable
from inspect import CO_OPTIMIZED
from types import FrameType
from typing import Any

from . import ledger

#: The functions, by module.
_FUNCTIONS: tuple[tuple[Any, str], ...] = (
    (
        time,
        "time time_ns monotonic monotonic_ns perf_counter perf_counter_ns process_time process_time_ns clock",
    ),
    (
        random,
        "random randint randrange choice choices sample shuffle uniform gauss getrandbits randbytes triangular",
    ),
    (secrets, "token_hex token_bytes token_urlsafe choice randbelow randbits"),
    (uuid, "uuid1 uuid4 uuid6 uuid7 getnode"),
    (os, "urandom getrandom getcwd getpid getppid getlogin getuid geteuid uname times getloadavg cpu_count"),
    (platform, "node uname platform processor machine release version python_version python_version_tuple"),
    (getpass, "getuser"),
    (tempfile, "mkdtemp mkstemp mktemp gettempdir"),
    (socket, "getfqdn gethostbyname gethostname"),
)

#: Functions of `time` that use the current time by default, with the number of arguments that replaces it.
_CURRENT_BY_DEFAULT = {"gmtime": 0, "localtime": 0, "ctime": 0, "asctime": 0, "strftime": 1}

#: Methods of classes implemented in C, whose attributes can't be set except through their dictionaries.
_CLASS_METHODS: tuple[tuple[type, str], ...] = (
    (dt.datetime, "now utcnow today"),  # before `date`, whose method it inherits
    (dt.date, "today"),
)

#: Functions that return the path of the home directory.
_HOMES = frozenset({"os.path.expanduser", "pathlib.Path.home"})

#: Builtins that are noted. They are used everywhere, so only modules whose text calls them get a watching version.
BUILTINS = ("hash", "id")


def install() -> None:
    """Install all patches."""
    for module, names in _FUNCTIONS:
        for name in names.split():
            if hasattr(module, name):
                setattr(module, name, _watched(getattr(module, name), f"{module.__name__}.{name}"))
    for name, given in _CURRENT_BY_DEFAULT.items():
        setattr(time, name, _watched(getattr(time, name), f"time.{name}", given))
    for cls, names in _CLASS_METHODS:
        for name in names.split():
            _wrap_method(cls, name)
    os.path.expanduser = _watch_home(os.path.expanduser)
    for name in ("cwd", "home"):
        setattr(pathlib.Path, name, classmethod(_watched(_function_of(name), f"pathlib.Path.{name}")))
    pathlib.Path.expanduser = _watch_home(pathlib.Path.expanduser)  # type: ignore[method-assign]
    random.Random.seed = _watch_seed(random.Random.seed)  # type: ignore[method-assign]
    random.SystemRandom.__init__ = _system_random  # type: ignore[method-assign]


def watch_builtin(name: str) -> Any:
    """A version of a builtin that notes its callers."""
    return _watched(getattr(builtins, name), name)


def watch(function: Callable[..., Any], origin: str) -> Any:
    """A replacement for a function about the machine that notes its callers."""
    return _watched(function, origin)


def _watched(original: Any, origin: str, given: int | None = None) -> Any:
    """The function, with its callers noted; with more than `given` arguments it does not depend on the current time."""

    def asked(*args: Any, **kwargs: Any) -> Any:
        if given is None or len(args) <= given:
            _note(origin, sys._getframe(1))
        return original(*args, **kwargs)

    for name in ("__module__", "__name__", "__qualname__", "__doc__"):
        setattr(asked, name, getattr(original, name, None) or origin.rpartition(".")[2])
    asked.__module__ = origin.rpartition(".")[0] or "builtins"
    return asked


def _wrap_method(cls: type, name: str) -> None:
    """Replace a method of a class implemented in C.

    `setattr` refuses it, and a replacement class would fail comparisons of types. But the dictionary of the class is
    reachable through the collector, and a method in it is found unless the type's method cache already has the old one.
    """
    (own,) = gc.get_referents(cls.__dict__)
    original, origin = _inherited(cls, name), f"{cls.__module__}.{cls.__qualname__}.{name}"

    def asked(called: type, *args: Any, **kwargs: Any) -> Any:
        _note(origin, sys._getframe(1))
        return original.__get__(None, called)(*args, **kwargs)

    asked.__module__, asked.__name__ = cls.__module__, name
    asked.__qualname__ = f"{cls.__qualname__}.{name}"
    own[name] = classmethod(asked)
    if getattr(getattr(cls, name), "__func__", None) is not asked:
        msg = f"`{origin}` can't be watched with this Python"
        raise ImportError(msg)


def _inherited(cls: type, name: str) -> Any:
    return next(base.__dict__[name] for base in cls.__mro__ if name in base.__dict__)


def _function_of(name: str) -> Any:
    return pathlib.Path.__dict__[name].__func__


def _watch_home(original: Callable[..., Any]) -> Any:
    """The function, with its callers noted if the path begins with `~`."""

    @functools.wraps(original)
    def expanduser(path: Any) -> Any:
        if os.fspath(path)[:1] in ("~", b"~"):
            _note("os.path.expanduser", sys._getframe(1))
        return original(path)

    return expanduser


def _watch_seed(original: Callable[..., Any]) -> Any:
    @functools.wraps(original)
    def seed(self: Any, a: Any = None, *args: Any, **kwargs: Any) -> Any:
        if a is None:
            frame = sys._getframe(1)
            while frame.f_back is not None and frame.f_globals.get("__name__") in ("random", __name__):
                frame = frame.f_back
            _note("random.Random", frame)
        return original(self, a, *args, **kwargs)

    return seed


def _system_random(self: Any, *args: Any, **kwargs: Any) -> None:
    _note("random.SystemRandom", sys._getframe(1))


def _note(origin: str, frame: FrameType) -> None:
    """Note a value that differs in every run, if the repository or a package of the wheelhouse asks for it."""
    if not ledger.is_running():
        return
    current = ledger.current()
    path = frame.f_code.co_filename
    if current.places.relative(path) is not None or current.places.library(path) is not None:
        # A function that builds a path from the home directory rarely affects its caller's result; if it does, the path
        # is part of a text and is found there.
        in_function = frame.f_code.co_flags & CO_OPTIMIZED
        if origin in _HOMES and in_function:
            current.took_home = True
        else:
            current.note_varying_value(origin)
