"""Engines, created without their driver: no part of a schema is in them.

If a URL or its dialect is absent, the engine is a stand-in. A connection is refused as by an unreachable host, which
code that connects at import may expect. Creating tables does nothing: they are read from the code. Installed once, when
the snapshot is made.
"""

import contextlib
import functools
import sys
from typing import Any, NoReturn

import sqlalchemy
from sqlalchemy.schema import MetaData, Table

from .ledger import MOST_ATTEMPTS
from .value import StandIn, child_of, note_wait

#: The first part of the origin of everything that a database or its driver would answer.
DATABASE = "database"


def _stand_in(_url: Any) -> Any:
    return StandIn(f"{DATABASE}.engine")


#: Makes the engine for a URL that is absent or that nothing here understands. A run of migrations replaces it.
MAKE = [_stand_in]


class Error(Exception):
    """The base class of the driver's exceptions."""


class OperationalError(Error):
    """A connection was refused."""


class Driver:
    """The driver of every database, with a very high version."""

    paramstyle = "pyformat"
    apilevel = "2.0"
    threadsafety = 1
    version = __version__ = "99.0.0"
    Error = Error
    OperationalError = OperationalError

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name.endswith(("Error", "Warning")):
            value: Any = type(name, (Error,), {})
        else:
            value = child_of(DATABASE, name)
        vars(self)[name] = value
        return value

    def __bool__(self) -> bool:
        """Be false: a dialect checks for a driver first, and skips what it would do with one."""
        return False

    def connect(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse the connection."""
        note_wait(DATABASE, MOST_ATTEMPTS)
        raise OperationalError("there is no database")


def install() -> None:
    """Install all patches."""
    original = sqlalchemy.create_engine

    @functools.wraps(original)
    def create_engine(url: Any = None, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(url, StandIn):
            kwargs = {name: value for name, value in kwargs.items() if not isinstance(value, StandIn)}
            if not str(url).startswith(("sqlite:", "sqlite+pysqlite:")):
                kwargs.setdefault("module", Driver())
            with contextlib.suppress(Exception):  # a dialect, a plugin or a part of the URL is absent
                return original(url, *args, **kwargs)
        return MAKE[0](url)

    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "sqlalchemy" and vars(module).get("create_engine") is original:
            vars(module)["create_engine"] = create_engine
    for cls, names in ((MetaData, ("create_all", "drop_all")), (Table, ("create", "drop"))):
        for name in names:
            setattr(cls, name, _unless_connected(getattr(cls, name)))


def _unless_connected(method: Any) -> Any:
    """A method that has an effect only on a recording connection."""

    @functools.wraps(method)
    def run(self: Any, bind: Any = None, *args: Any, **kwargs: Any) -> None:
        if getattr(bind, "is_recorder", False) is True:
            method(self, bind, *args, **kwargs)

    return run
