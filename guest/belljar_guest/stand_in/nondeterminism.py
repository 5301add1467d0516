"""What is another in every run: the clock, random numbers, the machine and the process.

A column whose default is `datetime.now()` has the moment of the import, and the next import has another one. Where the
repository asks for such a value its place is noted, and what depends on it is in doubt. Installed once, when the
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

#: The functions of modules, by what their values come from.
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

#: Functions of `time` that tell of now unless they are given a moment, with the arguments that they have by then.
_OF_NOW = {"gmtime": 0, "localtime": 0, "ctime": 0, "asctime": 0, "strftime": 1}

#: Those of classes that are not Python's to change: their dictionaries are.
_OF_CLASSES: tuple[tuple[type, str], ...] = (
    (dt.datetime, "now utcnow today"),  # before `date`, whose method it has
    (dt.date, "today"),
)

#: What gives the path of somebody's home.
_HOMES = frozenset({"os.path.expanduser", "pathlib.Path.home"})

#: Of builtins, which are looked up in every line: only modules that call them get one that notes.
BUILTINS = ("hash", "id")


def install() -> None:
    """Put everything in place."""
    for module, names in _FUNCTIONS:
        for name in names.split():
            if hasattr(module, name):
                setattr(module, name, _noting(getattr(module, name), f"{module.__name__}.{name}"))
    for name, given in _OF_NOW.items():
        setattr(time, name, _noting(getattr(time, name), f"time.{name}", given))
    for cls, names in _OF_CLASSES:
        for name in names.split():
            _wrap_method(cls, name)
    os.path.expanduser = _noting_home(os.path.expanduser)
    for name in ("cwd", "home"):
        setattr(pathlib.Path, name, classmethod(_noting(_function_of(name), f"pathlib.Path.{name}")))
    pathlib.Path.expanduser = _noting_home(pathlib.Path.expanduser)  # type: ignore[method-assign]
    random.Random.seed = _noting_seed(random.Random.seed)  # type: ignore[method-assign]
    random.SystemRandom.__init__ = _system_random  # type: ignore[method-assign]


def of_builtin(name: str) -> Any:
    """A builtin that notes where it is asked."""
    return _noting(getattr(builtins, name), name)


def noted(function: Callable[..., Any], origin: str) -> Any:
    """A function that answers for one of the machine's."""
    return _noting(function, origin)


def _noting(original: Any, origin: str, given: int | None = None) -> Any:
    """The function with a note of who asks; `given` is how many arguments leave nothing to now."""

    def asked(*args: Any, **kwargs: Any) -> Any:
        if given is None or len(args) <= given:
            _note(origin, sys._getframe(1))
        return original(*args, **kwargs)

    for name in ("__module__", "__name__", "__qualname__", "__doc__"):
        setattr(asked, name, getattr(original, name, None) or origin.rpartition(".")[2])
    asked.__module__ = origin.rpartition(".")[0] or "builtins"
    return asked


def _wrap_method(cls: type, name: str) -> None:
    """Replace a method of a class that is written in C.

    `setattr` refuses, and a class in the place of this one would be another in every comparison of types. Its
    dictionary can be had, and a method that nobody has looked up yet is found there.
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


def _noting_home(original: Callable[..., Any]) -> Any:
    """The function with a note where the path that it is given begins with somebody's home."""

    @functools.wraps(original)
    def expanduser(path: Any) -> Any:
        if os.fspath(path)[:1] in ("~", b"~"):
            _note("os.path.expanduser", sys._getframe(1))
        return original(path)

    return expanduser


def _noting_seed(original: Callable[..., Any]) -> Any:
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
    """Note a value of now where the repository, or a package of the wheelhouse, asks for it."""
    if not ledger.is_running():
        return
    current = ledger.current()
    path = frame.f_code.co_filename
    if current.places.relative(path) is not None or current.places.library(path) is not None:
        # A function that puts a path together mostly has no part in what the functions give that call it. Where it has,
        # the path is in a text.
        in_function = frame.f_code.co_flags & CO_OPTIMIZED
        if origin in _HOMES and in_function:
            current.took_home = True
        else:
            current.moment(origin)
