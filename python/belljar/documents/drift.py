"""What `belljar drift` gives. Written by `python/generate.py` from `docs/schemas`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Dict, Literal, Optional, Tuple

from belljar._decode import Members, array, check_format, flag, integer, text, word
from .extract import Place, Severity
from .diff import Certainty
from .check import FailOn

__all__ = [
    "ComparedCode",
    "ComparedDatabase",
    "DatabaseDrift",
    "DatabaseFinding",
    "DatabaseFindingKind",
    "IgnoredDifference",
    "NotCompared",
    "UnseenSide",
]

@dataclass(frozen=True)
class ComparedCode:
    """The code that was compared."""

    name: str
    """Its name."""
    tables: int
    """The number of tables that are compared."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> ComparedCode:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "ComparedCode")
        return cls(
            name=members.required("name", text),
            tables=members.required("tables", integer),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "name": self.name,
            "tables": self.tables,
        }
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class ComparedDatabase:
    """The database that was compared."""

    name: str
    """Its name, without a password."""
    dialect: str
    """Its name in SQLAlchemy."""
    version: str
    """The version of its server."""
    tables: int
    """The number of its tables."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> ComparedDatabase:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "ComparedDatabase")
        return cls(
            name=members.required("name", text),
            dialect=members.required("dialect", text),
            version=members.required("version", text),
            tables=members.required("tables", integer),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "name": self.name,
            "dialect": self.dialect,
            "version": self.version,
            "tables": self.tables,
        }
        out.update(self.unknown)
        return out


DatabaseFindingKind = Literal["not_in_database", "not_in_code", "differs"]
"""Who is behind.

`"not_in_database"`: The code declares it, and the database lacks it.

`"not_in_code"`: The database has it, and the code does not know it.

`"differs"`: Both have it, in different forms.
"""


@dataclass(frozen=True)
class IgnoredDifference:
    """A difference that is left out."""

    name: str
    """The object or part that differs."""
    by: str
    """The key of the configuration, or the tool to which a table belongs."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> IgnoredDifference:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "IgnoredDifference")
        return cls(
            name=members.required("name", text),
            by=members.required("by", text),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "name": self.name,
            "by": self.by,
        }
        out.update(self.unknown)
        return out


UnseenSide = Literal["database", "code"]
"""The side that does not show something.

`"database"`: The database.

`"code"`: The code.
"""


@dataclass(frozen=True)
class DatabaseFinding:
    """One difference."""

    kind: DatabaseFindingKind
    """Who is behind."""
    code: str
    """The code of the change from the database to the code: `add-column`, `modify-column-type`."""
    severity: Severity
    """An error; a warning for names, comments and other properties that code works without; a note if it is
    undetermined.
    """
    certainty: Certainty
    """How certain it is."""
    name: str
    """The table, view, type or other object, with its schema."""
    message: str
    """The difference as a sentence, with values in backticks."""
    notes: Tuple[str, ...]
    """Evidence, and reasons for doubt."""
    part: Optional[str] = None
    """The column, constraint, index or value of it."""
    place: Optional[Place] = None
    """Where the code declares it, or the table that it is missing in."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> DatabaseFinding:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "DatabaseFinding")
        return cls(
            kind=members.required("kind", word),
            code=members.required("code", text),
            severity=members.required("severity", word),
            certainty=members.required("certainty", word),
            name=members.required("name", text),
            message=members.required("message", text),
            notes=members.required("notes", array(text)),
            part=members.optional("part", text, None),
            place=members.optional("place", Place.from_json, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "kind": self.kind,
            "code": self.code,
            "severity": self.severity,
            "certainty": self.certainty,
            "name": self.name,
            "message": self.message,
            "notes": list(self.notes),
        }
        if self.part is not None:
            out["part"] = self.part
        if self.place is not None:
            out["place"] = self.place.to_json()
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class NotCompared:
    """Something that could not be compared."""

    side: UnseenSide
    """The side that does not show it."""
    message: str
    """Why."""
    name: Optional[str] = None
    """The table or other object, with its schema; null if it is none in particular."""
    place: Optional[Place] = None
    """The place in the code."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> NotCompared:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "NotCompared")
        return cls(
            side=members.required("side", word),
            message=members.required("message", text),
            name=members.optional("name", text, None),
            place=members.optional("place", Place.from_json, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "side": self.side,
            "message": self.message,
        }
        if self.name is not None:
            out["name"] = self.name
        if self.place is not None:
            out["place"] = self.place.to_json()
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class DatabaseDrift:
    """The differences between code and a database."""

    FORMAT: ClassVar[str] = "1.0"
    """The version of the format that this class was made from."""

    format: str
    """`FORMAT_VERSION` of the writer."""
    belljar: str
    """Version of Belljar that made the comparison."""
    passed: bool
    """Whether nothing fails it."""
    fail_on: FailOn
    """The lowest severity at which a finding fails it."""
    strict: bool
    """Whether it also fails if anything could not be compared."""
    database: ComparedDatabase
    """The database."""
    code: ComparedCode
    """The code."""
    findings: Tuple[DatabaseFinding, ...]
    """The differences: what the database lacks, what the code does not know, what differs; the certain ones
    first.
    """
    not_compared: Tuple[NotCompared, ...]
    """What could not be compared: it may differ."""
    ignored: Tuple[IgnoredDifference, ...]
    """Differences that the configuration leaves out, and tables of tools."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> DatabaseDrift:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "DatabaseDrift")
        check_format(members, "drift", cls.FORMAT)
        return cls(
            format=members.required("format", text),
            belljar=members.required("belljar", text),
            passed=members.required("passed", flag),
            fail_on=members.required("fail_on", word),
            strict=members.required("strict", flag),
            database=members.required("database", ComparedDatabase.from_json),
            code=members.required("code", ComparedCode.from_json),
            findings=members.required("findings", array(DatabaseFinding.from_json)),
            not_compared=members.required("not_compared", array(NotCompared.from_json)),
            ignored=members.required("ignored", array(IgnoredDifference.from_json)),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "format": self.format,
            "belljar": self.belljar,
            "passed": self.passed,
            "fail_on": self.fail_on,
            "strict": self.strict,
            "database": self.database.to_json(),
            "code": self.code.to_json(),
            "findings": [item.to_json() for item in self.findings],
            "not_compared": [item.to_json() for item in self.not_compared],
            "ignored": [item.to_json() for item in self.ignored],
        }
        out.update(self.unknown)
        return out
