"""Engines: made without their driver, because nothing of a schema is in one.

Where a URL is absent, or its dialect is, the engine is a stand-in. A connection is refused as by a host that can't be
reached, which code that connects at import may expect. What creates tables does nothing: they are read from the code.
Installed once, when the snapshot is made.
"""

import contextlib
import functools
import sys
from typing import Any, NoReturn

import sqlalchemy
from sqlalchemy.schema import MetaData, Table

from .ledger import MOST_ATTEMPTS
from .value import StandIn, child_of, wait

#: What the origin of all that a database, or its driver, would answer begins with.
DATABASE = "database"


class Error(Exception):
    """What a driver raises."""


class OperationalError(Error):
    """There is nothing to connect to."""


class Driver:
    """The driver of every database, new enough for everybody."""

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
        """Say no: a dialect asks first, and leaves out what it would do with a driver."""
        return False

    def connect(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse."""
        wait(DATABASE, MOST_ATTEMPTS)
        raise OperationalError("there is no database")


def install() -> None:
    """Put every seam in place."""
    original = sqlalchemy.create_engine

    @functools.wraps(original)
    def create_engine(url: Any = None, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(url, StandIn):
            kwargs = {name: value for name, value in kwargs.items() if not isinstance(value, StandIn)}
            if not str(url).startswith(("sqlite:", "sqlite+pysqlite:")):
                kwargs.setdefault("module", Driver())
            with contextlib.suppress(Exception):  # a dialect, a plugin, a part of the URL is absent
                return original(url, *args, **kwargs)
        return StandIn(f"{DATABASE}.engine")

    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "sqlalchemy" and vars(module).get("create_engine") is original:
            vars(module)["create_engine"] = create_engine
    for cls, names in ((MetaData, ("create_all", "drop_all")), (Table, ("create", "drop"))):
        for name in names:
            setattr(cls, name, _unless_connected(getattr(cls, name)))


def _unless_connected(method: Any) -> Any:
    """A method that only does something on a connection that writes down what it is told."""

    @functools.wraps(method)
    def run(self: Any, bind: Any = None, *args: Any, **kwargs: Any) -> None:
        if getattr(bind, "is_recorder", False) is True:
            method(self, bind, *args, **kwargs)

    return run
