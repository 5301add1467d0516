"""Stands in for greenlet, which is compiled code: enough for SQLAlchemy's asyncio extension to be imported.

SQLAlchemy 2.1 refuses to import ``sqlalchemy.ext.asyncio`` without it, and models take ``AsyncAttrs`` from there.
Switching is what greenlet is for, and only a database call would switch: it raises.
"""

from typing import Any, NoReturn

__all__ = ["GreenletExit", "error", "getcurrent", "greenlet"]
__version__ = "3.0.0"


class error(Exception):  # noqa: N801
    """Greenlet's own error."""


class GreenletExit(BaseException):
    """Ends a greenlet."""


class greenlet:  # noqa: N801
    """A greenlet that can be made and looked at, but not run."""

    dead = False
    gr_context = None
    gr_frame = None
    parent: "greenlet | None" = None

    def __init__(self, run: Any = None, parent: "greenlet | None" = None) -> None:
        """Remember what would run."""
        self.run = run
        if parent is not None:
            self.parent = parent

    def switch(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse to run."""
        msg = "greenlets cannot run in the sandbox"
        raise error(msg)

    throw = switch


_MAIN = greenlet()


def getcurrent() -> greenlet:
    """Return the only greenlet there is."""
    return _MAIN
