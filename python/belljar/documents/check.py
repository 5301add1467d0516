"""What `belljar check` gives. Written by `python/generate.py` from `docs/schemas`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Dict, Literal, Optional, Tuple

from belljar._decode import Members, array, check_format, flag, integer, pair, text, word
from .extract import Diagnostic, Place, Reason, Severity
from .diff import Certainty, Diff, Note, Path, Side
from .impact import Impact

__all__ = [
    "Advice",
    "Also",
    "Breach",
    "Category",
    "Database",
    "Doubt",
    "DoubtKind",
    "FailOn",
    "Finding",
    "FindingCause",
    "Silenced",
    "Spot",
    "SpotKind",
    "Verdict",
    "VerdictSummary",
]

@dataclass(frozen=True)
class Breach:
    """A promise that is not kept."""

    code: str
    """Stable, lower-case, dashed: `contract-column-gone`."""
    contract: str
    """The contract."""
    owners: Tuple[str, ...]
    """Whom to tell."""
    table: str
    """`[schema.]table`, as it is promised."""
    message: str
    """A lower-case fragment without a final period, values in backticks."""
    by_change: bool
    """The change makes it: the base keeps the promise. Otherwise it was not kept before either."""
    certainty: Certainty
    """How sure it is."""
    changes: Tuple[int, ...]
    """Indices of the changes that make it, in `belljar_diff::Diff::changes`."""
    column: Optional[str] = None
    """The column, where it is one."""
    hint: Optional[str] = None
    """What to do next."""
    place: Optional[Place] = None
    """Where the head declares what breaks it; the base, where the head has nothing."""
    promised: Optional[Place] = None
    """Where it is promised."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Breach:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Breach")
        return cls(
            code=members.required("code", text),
            contract=members.required("contract", text),
            owners=members.required("owners", array(text)),
            table=members.required("table", text),
            message=members.required("message", text),
            by_change=members.required("by_change", flag),
            certainty=members.required("certainty", word),
            changes=members.required("changes", array(integer)),
            column=members.optional("column", text, None),
            hint=members.optional("hint", text, None),
            place=members.optional("place", Place.from_json, None),
            promised=members.optional("promised", Place.from_json, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "code": self.code,
            "contract": self.contract,
            "owners": list(self.owners),
            "table": self.table,
            "message": self.message,
            "by_change": self.by_change,
            "certainty": self.certainty,
            "changes": list(self.changes),
        }
        if self.column is not None:
            out["column"] = self.column
        if self.hint is not None:
            out["hint"] = self.hint
        if self.place is not None:
            out["place"] = self.place.to_json()
        if self.promised is not None:
            out["promised"] = self.promised.to_json()
        out.update(self.unknown)
        return out


Category = Literal[
    "downstream",
    "review",
    "destructive",
    "data-dependent",
    "backward-incompatible",
    "locks",
    "enums",
    "mysql",
    "sqlite",
    "naming",
    "design",
]
"""What a rule is about: the first digit of its code, or the first two.

`"downstream"`: `BJ00.`: those who read the schema from outside. What they do is told to the rules, see
`crate::ExternalFinding`.

`"review"`: `BJ01.`: what a change would decide about its own check, and what it keeps from it, for a
reviewer. See `crate::ReviewFinding`.

`"destructive"`: `BJ1..`: data or a guarantee is lost.

`"data-dependent"`: `BJ2..`: whether it succeeds depends on existing rows.

`"backward-incompatible"`: `BJ3..`: code that runs, or others who read, still expect what was.

`"locks"`: `BJ4..`: a table is locked, scanned or written anew.

`"enums"`: `BJ5..`: values of enumerations.

`"mysql"`: `BJ6..`: what MySQL and MariaDB do otherwise.

`"sqlite"`: `BJ7..`: what SQLite can't.

`"naming"`: `BJ8..`: names.

`"design"`: `BJ9..`: what new tables, columns and indexes had better be.
"""


Database = Literal["postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle"]
"""A database that a schema is made in: a dialect of SQLAlchemy's.

`"postgresql"`: PostgreSQL.

`"mysql"`: MySQL.

`"mariadb"`: MariaDB, which has the DDL of MySQL and other limits.

`"sqlite"`: SQLite.

`"mssql"`: Microsoft SQL Server.

`"oracle"`: Oracle Database.
"""


DoubtKind = Literal["partial", "unresolved"]
"""What is known of a `Doubt`.

`"partial"`: It is there, and something that was absent had a part in it.

`"unresolved"`: It is declared, and no run produced it. That does not mean that it was dropped.
"""


FailOn = Literal["note", "warning", "error", "never"]
"""From which severity on a finding fails a check.

`"note"`: Every finding does.

`"warning"`: Warnings and errors do.

`"error"`: Errors do.

`"never"`: None does.
"""


@dataclass(frozen=True)
class FindingCause:
    """The change that a finding comes from."""

    code: str
    """Its code; the name of the rule where there is no change."""
    path: Path
    """What it happens to."""
    index: Optional[int] = None
    """Where it stands in the diff, counted from 0; nothing where the finding is about the check itself."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> FindingCause:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "FindingCause")
        return cls(
            code=members.required("code", text),
            path=members.required("path", Path.from_json),
            index=members.optional("index", integer, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "code": self.code,
            "path": self.path.to_json(),
        }
        if self.index is not None:
            out["index"] = self.index
        out.update(self.unknown)
        return out


SpotKind = Literal["line", "around", "file", "gone", "nowhere"]
"""How near a `Spot` is to what a finding is about.

`"line"`: The line itself.

`"around"`: What was there is gone: the class or table around it.

`"file"`: The file as a whole.

`"gone"`: A file that the head does not have any more.

`"nowhere"`: Nowhere in the repository: its place is in a package, or nothing is known of it.
"""


@dataclass(frozen=True)
class VerdictSummary:
    """Counts over a `Verdict`."""

    errors: int
    """Errors."""
    warnings: int
    """Warnings."""
    notes: int
    """Notes."""
    cannot_tell: int
    """Of these, those whose change can't be told."""
    failing: int
    """Of these, those that fail the check."""
    silenced: int
    """Silenced, and in none of the others."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> VerdictSummary:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "VerdictSummary")
        return cls(
            errors=members.required("errors", integer),
            warnings=members.required("warnings", integer),
            notes=members.required("notes", integer),
            cannot_tell=members.required("cannot_tell", integer),
            failing=members.required("failing", integer),
            silenced=members.required("silenced", integer),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "errors": self.errors,
            "warnings": self.warnings,
            "notes": self.notes,
            "cannot_tell": self.cannot_tell,
            "failing": self.failing,
            "silenced": self.silenced,
        }
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Advice:
    """A step of a recipe, with the names filled in."""

    dialects: Tuple[Database, ...]
    """The dialects it is for; empty where it is for all of the finding's."""
    text: str
    """What to do, in a sentence."""
    sql: Optional[str] = None
    """The statements, where it is one for a database."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Advice:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Advice")
        return cls(
            dialects=members.required("dialects", array(word)),
            text=members.required("text", text),
            sql=members.optional("sql", text, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "dialects": list(self.dialects),
            "text": self.text,
        }
        if self.sql is not None:
            out["sql"] = self.sql
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Also:
    """A finding that is told along with a graver one about the same statement."""

    code: str
    """Code of the rule."""
    name: str
    """Name of the rule."""
    category: Category
    """What the rule is about."""
    severity: Severity
    """How grave it is by itself."""
    message: str
    """What will happen."""
    certainty: Certainty
    """How sure it is."""
    dialects: Tuple[Database, ...]
    """The databases it happens in."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Also:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Also")
        return cls(
            code=members.required("code", text),
            name=members.required("name", text),
            category=members.required("category", word),
            severity=members.required("severity", word),
            message=members.required("message", text),
            certainty=members.required("certainty", word),
            dialects=members.required("dialects", array(word)),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "code": self.code,
            "name": self.name,
            "category": self.category,
            "severity": self.severity,
            "message": self.message,
            "certainty": self.certainty,
            "dialects": list(self.dialects),
        }
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Doubt:
    """Something of the head that is not known for sure."""

    name: str
    """`[schema.]table`, or a class."""
    kind: DoubtKind
    """What is known of it."""
    reason: Reason
    """Why; the first of several."""
    columns: int
    """How many columns of it are partial."""
    place: Optional[Place] = None
    """Where it is declared."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Doubt:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Doubt")
        return cls(
            name=members.required("name", text),
            kind=members.required("kind", word),
            reason=members.required("reason", Reason.from_json),
            columns=members.required("columns", integer),
            place=members.optional("place", Place.from_json, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "name": self.name,
            "kind": self.kind,
            "reason": self.reason.to_json(),
            "columns": self.columns,
        }
        if self.place is not None:
            out["place"] = self.place.to_json()
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Spot:
    """Where in the head a finding is shown."""

    kind: SpotKind
    """How near that is."""
    columns: Optional[Tuple[int, int]] = None
    """First and last column of what stands on the line, in characters and counted from 1, the last one behind
    it.
    """
    place: Optional[Place] = None
    """Path from the root of the repository, and line; line 0 is the whole file. Nothing where no file of the
    repository has to do with it.
    """
    was: Optional[Place] = None
    """The line in the base, where the finding is about what is gone."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Spot:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Spot")
        return cls(
            kind=members.required("kind", word),
            columns=members.optional("columns", pair(integer, integer), None),
            place=members.optional("place", Place.from_json, None),
            was=members.optional("was", Place.from_json, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "kind": self.kind,
        }
        if self.columns is not None:
            out["columns"] = list(self.columns)
        if self.place is not None:
            out["place"] = self.place.to_json()
        if self.was is not None:
            out["was"] = self.was.to_json()
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Finding:
    """A finding, with where it is shown."""

    code: str
    """Code of the rule."""
    name: str
    """Name of the rule."""
    category: Category
    """What the rule is about."""
    severity: Severity
    """How grave it is."""
    message: str
    """What will happen: a lower-case fragment that stands alone, names in backticks."""
    certainty: Certainty
    """How sure it is: never more than its change."""
    dialects: Tuple[Database, ...]
    """The databases it happens in."""
    change: FindingCause
    """The change it comes from."""
    side: Side
    """Whose file that place is in."""
    recipe: Tuple[Advice, ...]
    """What to do instead, with the names filled in."""
    notes: Tuple[Note, ...]
    """The evidence for the change, or what puts it in doubt."""
    spot: Spot
    """Where in the head it is shown."""
    fails: bool
    """It fails the check."""
    fingerprint: str
    """The same for the same finding of another run, also where its line has moved."""
    also: Tuple[Also, ...] = ()
    """What other rules find about the same statement, sorted by code. Their advice is in the recipe."""
    place: Optional[Place] = None
    """Where to look; of what is gone, where it was."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Finding:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Finding")
        return cls(
            code=members.required("code", text),
            name=members.required("name", text),
            category=members.required("category", word),
            severity=members.required("severity", word),
            message=members.required("message", text),
            certainty=members.required("certainty", word),
            dialects=members.required("dialects", array(word)),
            change=members.required("change", FindingCause.from_json),
            side=members.required("side", word),
            recipe=members.required("recipe", array(Advice.from_json)),
            notes=members.required("notes", array(Note.from_json)),
            spot=members.required("spot", Spot.from_json),
            fails=members.required("fails", flag),
            fingerprint=members.required("fingerprint", text),
            also=members.optional("also", array(Also.from_json), ()),
            place=members.optional("place", Place.from_json, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "code": self.code,
            "name": self.name,
            "category": self.category,
            "severity": self.severity,
            "message": self.message,
            "certainty": self.certainty,
            "dialects": list(self.dialects),
            "change": self.change.to_json(),
            "side": self.side,
            "recipe": [item.to_json() for item in self.recipe],
            "notes": [item.to_json() for item in self.notes],
            "spot": self.spot.to_json(),
            "fails": self.fails,
            "fingerprint": self.fingerprint,
        }
        if self.also:
            out["also"] = [item.to_json() for item in self.also]
        if self.place is not None:
            out["place"] = self.place.to_json()
        out.update(self.unknown)
        return out

    def _repr_html_(self) -> str:
        """The finding, for a notebook."""
        from belljar import _html

        return _html.findings((self,))


@dataclass(frozen=True)
class Silenced:
    """A finding that a comment silenced."""

    item: Finding
    """The finding."""
    reason: str
    """What the comment says."""
    comment: Place
    """Where the comment stands."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Silenced:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Silenced")
        return cls(
            item=members.required("item", Finding.from_json),
            reason=members.required("reason", text),
            comment=members.required("comment", Place.from_json),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "item": self.item.to_json(),
            "reason": self.reason,
            "comment": self.comment.to_json(),
        }
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Verdict:
    """What a check comes to."""

    FORMAT: ClassVar[str] = "1.0"
    """The version of the format that this class was made from."""

    format: str
    """`FORMAT_VERSION` of the writer."""
    belljar: str
    """Version of Belljar."""
    compared: bool
    """Both sides were read. Where the base was not, the head is told of all the same, and nothing has passed.
    """
    passed: bool
    """Nothing fails the check."""
    fail_on: FailOn
    """From which severity on a finding fails it."""
    dialects: Tuple[Database, ...]
    """The databases it was looked for."""
    dialects_set: bool
    """The databases were set, and not taken from the types."""
    summary: VerdictSummary
    """Counts."""
    findings: Tuple[Finding, ...]
    """What the rules found and nobody silenced: the gravest first, the surest of these first, then as the
    changes come.
    """
    silenced: Tuple[Silenced, ...]
    """What a comment in the models silenced."""
    doubts: Tuple[Doubt, ...]
    """What of the head is not known for sure, sorted by place."""
    problems: Tuple[Diagnostic, ...]
    """What else is to be said: a side that was lost, comments and settings that say nothing."""
    diff: Diff
    """All that changes."""
    breaches: Tuple[Breach, ...] = ()
    """Promises that are not kept."""
    impact: Optional[Impact] = None
    """Who downstream feels it, where artefacts are known."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Verdict:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Verdict")
        check_format(members, "check", cls.FORMAT)
        return cls(
            format=members.required("format", text),
            belljar=members.required("belljar", text),
            compared=members.required("compared", flag),
            passed=members.required("passed", flag),
            fail_on=members.required("fail_on", word),
            dialects=members.required("dialects", array(word)),
            dialects_set=members.required("dialects_set", flag),
            summary=members.required("summary", VerdictSummary.from_json),
            findings=members.required("findings", array(Finding.from_json)),
            silenced=members.required("silenced", array(Silenced.from_json)),
            doubts=members.required("doubts", array(Doubt.from_json)),
            problems=members.required("problems", array(Diagnostic.from_json)),
            diff=members.required("diff", Diff.from_json),
            breaches=members.optional("breaches", array(Breach.from_json), ()),
            impact=members.optional("impact", Impact.from_json, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "format": self.format,
            "belljar": self.belljar,
            "compared": self.compared,
            "passed": self.passed,
            "fail_on": self.fail_on,
            "dialects": list(self.dialects),
            "dialects_set": self.dialects_set,
            "summary": self.summary.to_json(),
            "findings": [item.to_json() for item in self.findings],
            "silenced": [item.to_json() for item in self.silenced],
            "doubts": [item.to_json() for item in self.doubts],
            "problems": [item.to_json() for item in self.problems],
            "diff": self.diff.to_json(),
        }
        if self.breaches:
            out["breaches"] = [item.to_json() for item in self.breaches]
        if self.impact is not None:
            out["impact"] = self.impact.to_json()
        out.update(self.unknown)
        return out

    def _repr_html_(self) -> str:
        """The findings, for a notebook."""
        from belljar import _html

        return _html.verdict(self)
