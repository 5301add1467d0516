"""What `belljar log` gives. Written by `python/generate.py` from `docs/schemas`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Dict, Literal, Optional, Tuple

from belljar._decode import Members, array, check_format, integer, text, word
from .diff import Change

__all__ = [
    "CommitStatus",
    "LogEnd",
    "LoggedCommit",
    "SchemaLog",
]

CommitStatus = Literal["changed", "not_known"]
"""Whether the schema of a commit is known.

`"changed"`: It changed.

`"not_known"`: It is not known.
"""


LogEnd = Literal["root", "base", "limit", "since", "missing"]
"""Why no older commits were read.

`"root"`: There are none.

`"base"`: The base of the range has all others.

`"limit"`: The most commits were read.

`"since"`: The date was reached.

`"missing"`: The next one is missing in this clone, or damaged.
"""


@dataclass(frozen=True)
class LoggedCommit:
    """A commit."""

    id: str
    """Its hash."""
    author: str
    """The name of its author."""
    date: str
    """The date of its author, in UTC: `2026-12-01T10:00:00Z`."""
    subject: str
    """The first line of its message."""
    status: CommitStatus
    """Whether its schema is known."""
    or_in: Tuple[str, ...]
    """The commits in between, whose schema is not known: the changes happened in them or in this one. Newest
    first.
    """
    migrations: Tuple[str, ...]
    """The paths of the migrations' version files that the commit added."""
    changes: Tuple[Change, ...]
    """Its changes."""
    compared_with: Optional[str] = None
    """The commit that it was compared with; null for the first one."""
    pull_request: Optional[str] = None
    """The pull request (`#123`) or merge request (`!123`) that its message names."""
    reason: Optional[str] = None
    """Why it is not known."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> LoggedCommit:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "LoggedCommit")
        return cls(
            id=members.required("id", text),
            author=members.required("author", text),
            date=members.required("date", text),
            subject=members.required("subject", text),
            status=members.required("status", word),
            or_in=members.required("or_in", array(text)),
            migrations=members.required("migrations", array(text)),
            changes=members.required("changes", array(Change.from_json)),
            compared_with=members.optional("compared_with", text, None),
            pull_request=members.optional("pull_request", text, None),
            reason=members.optional("reason", text, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "id": self.id,
            "author": self.author,
            "date": self.date,
            "subject": self.subject,
            "status": self.status,
            "or_in": list(self.or_in),
            "migrations": list(self.migrations),
            "changes": [item.to_json() for item in self.changes],
        }
        if self.compared_with is not None:
            out["compared_with"] = self.compared_with
        if self.pull_request is not None:
            out["pull_request"] = self.pull_request
        if self.reason is not None:
            out["reason"] = self.reason
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class SchemaLog:
    """The changes of a schema by commits."""

    FORMAT: ClassVar[str] = "1.0"
    """The version of the format that this class was made from."""

    format: str
    """`FORMAT_VERSION` of the writer."""
    belljar: str
    """Version of Belljar that read the history."""
    names: Tuple[str, ...]
    """The names that the subject had, the newest first."""
    commits_read: int
    """Number of commits that were read."""
    commits_not_known: int
    """Number of those whose schema is not known."""
    end: LogEnd
    """Why no older commits were read."""
    commits: Tuple[LoggedCommit, ...]
    """The commits that changed the schema, and those whose schema is not known, newest first."""
    subject: Optional[str] = None
    """The table or column that was asked for; null if all changes were."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> SchemaLog:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "SchemaLog")
        check_format(members, "log", cls.FORMAT)
        return cls(
            format=members.required("format", text),
            belljar=members.required("belljar", text),
            names=members.required("names", array(text)),
            commits_read=members.required("commits_read", integer),
            commits_not_known=members.required("commits_not_known", integer),
            end=members.required("end", word),
            commits=members.required("commits", array(LoggedCommit.from_json)),
            subject=members.optional("subject", text, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "format": self.format,
            "belljar": self.belljar,
            "names": list(self.names),
            "commits_read": self.commits_read,
            "commits_not_known": self.commits_not_known,
            "end": self.end,
            "commits": [item.to_json() for item in self.commits],
        }
        if self.subject is not None:
            out["subject"] = self.subject
        out.update(self.unknown)
        return out
