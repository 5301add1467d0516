"""From the text of a dump to its schema."""

from ..connection import CannotInspectError
from ..parts import Reading
from .recognise import recognised


def read(text: str, given: str | None) -> Reading:
    """Read a dump; `given` is the dialect that the user names."""
    if not text.strip():
        msg = "the dump is empty"
        raise CannotInspectError(msg)
    dialect, version = recognised(text, given)
    if dialect == "sqlite":
        from . import sqlite

        return sqlite.read(text)
    if dialect == "postgresql":
        from .postgresql import Dump

        return Dump(version).read(text)
    from .mysql import Dump as MysqlDump

    return MysqlDump(dialect, version).read(text)
