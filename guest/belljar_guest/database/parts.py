"""What a catalogue says of a table, in the form of SQLAlchemy's `Reflected...` dictionaries."""

from dataclasses import dataclass, field
from typing import Any

from .. import frames


@dataclass(slots=True)
class TableParts:
    """A table or a view. `schema` is `None` for the schema of the connection, as code leaves it out too."""

    schema: str | None
    name: str
    kind: str = "table"
    columns: list[dict[str, Any]] = field(default_factory=list)
    primary_key: dict[str, Any] = field(default_factory=dict)
    unique: list[dict[str, Any]] = field(default_factory=list)
    foreign_keys: list[dict[str, Any]] = field(default_factory=list)
    checks: list[dict[str, Any]] = field(default_factory=list)
    indexes: list[dict[str, Any]] = field(default_factory=list)
    excludes: list[dict[str, Any]] = field(default_factory=list)
    comment: str | None = None
    options: dict[str, Any] = field(default_factory=dict)
    prefixes: list[str] = field(default_factory=list)
    definition: str | None = None
    reads: list[str] | None = None
    reasons: list[frames.Reason] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        """`[schema.]name`."""
        return self.name if self.schema is None else f"{self.schema}.{self.name}"


@dataclass(slots=True)
class Reading:
    """Everything that was read of a database."""

    dialect: str
    version: str
    schema: str | None = None
    unread: list[str] = field(default_factory=list)
    tables: list[TableParts] = field(default_factory=list)
    sequences: list[frames.DeclaredSequence] = field(default_factory=list)
    types: list[frames.NamedType] = field(default_factory=list)
    objects: list[frames.Object] = field(default_factory=list)
    remarks: list[frames.Remark] = field(default_factory=list)


#: The name of the only `MetaData` of a database.
METADATA = "database"

#: The characters of the longest name. No server has any longer than a quarter of it.
LONGEST_NAME = 1024


class UnreasonableError(Exception):
    """A server gave what no server gives."""


def checked_name(text: Any) -> str:
    """A name of a plausible length; raises `UnreasonableError` for others."""
    if not isinstance(text, str) or not text or len(text) > LONGEST_NAME:
        msg = f"the server gave a name that is none: {str(text)[:40]!r}"
        raise UnreasonableError(msg)
    return str(text)


def not_represented(what: str) -> frames.Reason:
    """The reason of something that a document has no place for."""
    return frames.Reason("not-represented", f"{what} is not represented", None)
