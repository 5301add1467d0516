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
    "AskedDatabase",
    "Breach",
    "Category",
    "DataCount",
    "Database",
    "Doubt",
    "DoubtKind",
    "FailOn",
    "Finding",
    "FindingCause",
    "JudgedEnvironment",
    "JudgedVersions",
    "SettledFinding",
    "Silenced",
    "Spot",
    "SpotKind",
    "UndeterminedVersion",
    "Verdict",
    "VerdictSummary",
]

@dataclass(frozen=True)
class AskedDatabase:
    """The database that was asked."""

    name: str
    """Its URL without a password."""
    questions: int
    """The number of questions."""
    answered: int
    """The number of those that it answered."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> AskedDatabase:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "AskedDatabase")
        return cls(
            name=members.required("name", text),
            questions=members.required("questions", integer),
            answered=members.required("answered", integer),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "name": self.name,
            "questions": self.questions,
            "answered": self.answered,
        }
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Breach:
    """A breach of a contract."""

    code: str
    """Stable, lower-case, dashed: `contract-column-gone`."""
    contract: str
    """Name of the contract."""
    owners: Tuple[str, ...]
    """The owners to notify."""
    table: str
    """The promised table, as `[schema.]name`."""
    message: str
    """A lower-case fragment without a final period, values in backticks."""
    by_change: bool
    """Whether the change causes it: the base keeps the promise. Otherwise it was breached before."""
    certainty: Certainty
    """The certainty of the breach."""
    changes: Tuple[int, ...]
    """Indices of the changes that cause it, in `belljar_diff::Diff::changes`."""
    column: Optional[str] = None
    """The promised column, if it is about one."""
    hint: Optional[str] = None
    """What to do next, as a lower-case fragment."""
    place: Optional[Place] = None
    """The declaration in the head that causes it; in the base if the head has none."""
    promised: Optional[Place] = None
    """The place of the promise."""
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
    "migrations",
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
"""The category of a rule: the first digit of its code, or the first two.

`"downstream"`: `BJ00.`: readers of the schema outside this repository. The effects on them are passed to
the rules, see `crate::ExternalFinding`.

`"review"`: `BJ01.`: changes of the check itself, and what is hidden from it, for a reviewer. See
`crate::ReviewFinding`.

`"migrations"`: `BJ02.` to `BJ04.`: version files of Alembic, their order and their statements.

`"destructive"`: `BJ1..`: data or a guarantee is lost.

`"data-dependent"`: `BJ2..`: whether it succeeds depends on existing rows.

`"backward-incompatible"`: `BJ3..`: running code or other readers still expect the old schema.

`"locks"`: `BJ4..`: a table is locked, scanned or rewritten.

`"enums"`: `BJ5..`: values of enumerations.

`"mysql"`: `BJ6..`: differences of MySQL and MariaDB.

`"sqlite"`: `BJ7..`: limitations of SQLite.

`"naming"`: `BJ8..`: names of objects.

`"design"`: `BJ9..`: the design of new tables, columns and indexes.
"""


@dataclass(frozen=True)
class DataCount:
    """What a database says about the rows that a finding depends on."""

    counted: str
    """What is counted, such as "rows with NULL in `email`"."""
    bytes: Optional[int] = None
    """The size of the table with its indexes, in bytes; the number of rows is an estimate then."""
    count: Optional[int] = None
    """The number; null if nothing was asked, or there is no answer."""
    is_capped: bool = False
    """Whether there are more."""
    is_upper_bound: bool = False
    """Whether fewer of them matter, as the condition of an index was not asked for."""
    reason: Optional[str] = None
    """Why there is no number."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> DataCount:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "DataCount")
        return cls(
            counted=members.required("counted", text),
            bytes=members.optional("bytes", integer, None),
            count=members.optional("count", integer, None),
            is_capped=members.optional("is_capped", flag, False),
            is_upper_bound=members.optional("is_upper_bound", flag, False),
            reason=members.optional("reason", text, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "counted": self.counted,
        }
        if self.bytes is not None:
            out["bytes"] = self.bytes
        if self.count is not None:
            out["count"] = self.count
        if self.is_capped:
            out["is_capped"] = self.is_capped
        if self.is_upper_bound:
            out["is_upper_bound"] = self.is_upper_bound
        if self.reason is not None:
            out["reason"] = self.reason
        out.update(self.unknown)
        return out


Database = Literal["postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle"]
"""A database with a dialect in SQLAlchemy.

`"postgresql"`: PostgreSQL, with the dialect `postgresql`.

`"mysql"`: MySQL, with the dialect `mysql`.

`"mariadb"`: MariaDB, which uses the DDL of MySQL with other limits.

`"sqlite"`: SQLite, with the dialect `sqlite`.

`"mssql"`: Microsoft SQL Server, with the dialect `mssql`.

`"oracle"`: Oracle Database, with the dialect `oracle`.
"""


DoubtKind = Literal["partial", "unresolved"]
"""The kind of a `Doubt`.

`"partial"`: It exists, but something absent contributed to it.

`"unresolved"`: It is declared, but no run produced it. That does not mean that it was dropped.
"""


FailOn = Literal["note", "warning", "error", "never"]
"""The lowest severity at which a finding fails a check.

`"note"`: Every finding fails it.

`"warning"`: Warnings and errors fail it.

`"error"`: A check fails with at least one error.

`"never"`: No finding fails it.
"""


@dataclass(frozen=True)
class FindingCause:
    """The change that causes a finding."""

    code: str
    """Its code; the name of the rule if there is no change."""
    path: Path
    """The object that changes."""
    index: Optional[int] = None
    """Its index in the diff, counted from 0; null if the finding is about the check itself."""
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
"""How precise a `Spot` is.

`"line"`: The line of the declaration itself.

`"around"`: The surrounding class or table of something dropped.

`"file"`: The file as a whole.

`"gone"`: A file that the head no longer has.

`"nowhere"`: Nowhere in the repository: the place is in a package, or unknown.
"""


@dataclass(frozen=True)
class UndeterminedVersion:
    """A version that could not be judged completely."""

    revision: str
    """Its revision."""
    reason: str
    """Why it ran only in part, or not at all: the first of the reasons."""
    place: Optional[Place] = None
    """Its function `upgrade`."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> UndeterminedVersion:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "UndeterminedVersion")
        return cls(
            revision=members.required("revision", text),
            reason=members.required("reason", text),
            place=members.optional("place", Place.from_json, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "revision": self.revision,
            "reason": self.reason,
        }
        if self.place is not None:
            out["place"] = self.place.to_json()
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class VerdictSummary:
    """Counts over a `Verdict`."""

    errors: int
    """Number of findings that are errors."""
    warnings: int
    """Number of findings that are warnings."""
    notes: int
    """Number of findings that are notes."""
    cannot_tell: int
    """Of these, findings whose change can't be determined."""
    failing: int
    """Of these, findings that fail the check."""
    silenced: int
    """Number of silenced findings, which the other counts exclude."""
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
    """The dialects of the step; empty for all of the finding's."""
    text: str
    """What to do, in a sentence."""
    sql: Optional[str] = None
    """The statements, if they depend on a database."""
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
    """A finding that is merged into a more severe one about the same statement."""

    code: str
    """Code of the rule."""
    name: str
    """Name of the rule."""
    category: Category
    """The category of the rule."""
    severity: Severity
    """The severity of this finding alone."""
    message: str
    """The effect, as in a finding."""
    certainty: Certainty
    """The certainty of this finding."""
    dialects: Tuple[Database, ...]
    """The databases that it applies to."""
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
    """Something in the head that is partial or unresolved."""

    name: str
    """`[schema.]table`, or a class."""
    kind: DoubtKind
    """The kind of doubt."""
    reason: Reason
    """The reason; the first of several."""
    columns: int
    """The number of its partial columns."""
    known: bool = False
    """Whether the base has the same doubt: then it is not news of this change."""
    place: Optional[Place] = None
    """The place of its declaration."""
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
            known=members.optional("known", flag, False),
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
        if self.known:
            out["known"] = self.known
        if self.place is not None:
            out["place"] = self.place.to_json()
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class JudgedEnvironment:
    """The version files of an environment that were judged."""

    name: str
    """The name of the environment."""
    dialect: str
    """The dialect that its versions ran for."""
    versions: int
    """The number of its versions."""
    judged: int
    """The number of those that were judged."""
    undetermined: Tuple[UndeterminedVersion, ...]
    """The versions that were judged only in part, or not at all."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> JudgedEnvironment:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "JudgedEnvironment")
        return cls(
            name=members.required("name", text),
            dialect=members.required("dialect", text),
            versions=members.required("versions", integer),
            judged=members.required("judged", integer),
            undetermined=members.required("undetermined", array(UndeterminedVersion.from_json)),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "name": self.name,
            "dialect": self.dialect,
            "versions": self.versions,
            "judged": self.judged,
            "undetermined": [item.to_json() for item in self.undetermined],
        }
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Spot:
    """The place in the head where a finding is shown."""

    kind: SpotKind
    """How precise the place is."""
    columns: Optional[Tuple[int, int]] = None
    """First and last column of the text on the line, in characters and counted from 1; the last one is
    exclusive.
    """
    place: Optional[Place] = None
    """Path from the root of the repository, and line; line 0 is the whole file. `None` if no file of the
    repository is concerned.
    """
    was: Optional[Place] = None
    """The line in the base, if the finding is about something dropped."""
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
    """A finding with its place."""

    code: str
    """Code of the rule."""
    name: str
    """Name of the rule."""
    category: Category
    """The category of the rule."""
    severity: Severity
    """The severity of the finding."""
    message: str
    """The effect: a lower-case fragment that stands alone, names in backticks."""
    certainty: Certainty
    """Its certainty: at most that of its change."""
    dialects: Tuple[Database, ...]
    """The databases that it applies to."""
    change: FindingCause
    """The change that causes it."""
    side: Side
    """The side of that place."""
    recipe: Tuple[Advice, ...]
    """The recipe, with the names filled in."""
    notes: Tuple[Note, ...]
    """The evidence for the change, or the reasons to doubt it."""
    spot: Spot
    """Its place in the head."""
    fails: bool
    """Whether it fails the check."""
    fingerprint: str
    """A fingerprint that stays the same in other runs, also if its line has moved."""
    also: Tuple[Also, ...] = ()
    """Findings of other rules about the same statement, sorted by code. Their advice is in the recipe."""
    others: Tuple[Path, ...] = ()
    """The objects of other tables with the same finding by the same declaration, such as a column of a mixin;
    its message names them.
    """
    owners: Tuple[str, ...] = ()
    """The owners of its file: those of the service, else those by CODEOWNERS, on the side that decides."""
    place: Optional[Place] = None
    """The place; for something dropped, where it was."""
    rows: Tuple[DataCount, ...] = ()
    """What a live database says about the rows that it depends on."""
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
            others=members.optional("others", array(Path.from_json), ()),
            owners=members.optional("owners", array(text), ()),
            place=members.optional("place", Place.from_json, None),
            rows=members.optional("rows", array(DataCount.from_json), ()),
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
        if self.others:
            out["others"] = [item.to_json() for item in self.others]
        if self.owners:
            out["owners"] = list(self.owners)
        if self.place is not None:
            out["place"] = self.place.to_json()
        if self.rows:
            out["rows"] = [item.to_json() for item in self.rows]
        out.update(self.unknown)
        return out

    def _repr_html_(self) -> str:
        """The finding, for a notebook."""
        from belljar import _html

        return _html.findings((self,))


@dataclass(frozen=True)
class SettledFinding:
    """A finding about the models that a version settles."""

    item: Finding
    """The finding, with its place."""
    by: Place
    """The statement of the version."""
    revision: str
    """The revision of the version."""
    reason: str
    """What it does about the danger: a clause."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> SettledFinding:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "SettledFinding")
        return cls(
            item=members.required("item", Finding.from_json),
            by=members.required("by", Place.from_json),
            revision=members.required("revision", text),
            reason=members.required("reason", text),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "item": self.item.to_json(),
            "by": self.by.to_json(),
            "revision": self.revision,
            "reason": self.reason,
        }
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Silenced:
    """A finding that a comment silenced."""

    item: Finding
    """The silenced finding, with its place."""
    reason: str
    """The reason that the comment gives."""
    comment: Place
    """The place of the comment."""
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
class JudgedVersions:
    """What a verdict says about the version files."""

    alone: bool
    """Whether only version files were judged, and no models."""
    environments: Tuple[JudgedEnvironment, ...]
    """The environments, for each of their databases."""
    settled: Tuple[SettledFinding, ...] = ()
    """Findings about the models that a version settles, as it avoids the danger."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> JudgedVersions:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "JudgedVersions")
        return cls(
            alone=members.required("alone", flag),
            environments=members.required("environments", array(JudgedEnvironment.from_json)),
            settled=members.optional("settled", array(SettledFinding.from_json), ()),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "alone": self.alone,
            "environments": [item.to_json() for item in self.environments],
        }
        if self.settled:
            out["settled"] = [item.to_json() for item in self.settled]
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Verdict:
    """The result of a check."""

    FORMAT: ClassVar[str] = "1.1"
    """The version of the format that this class was made from."""

    format: str
    """`FORMAT_VERSION` of the writer."""
    belljar: str
    """Version of Belljar that made the check."""
    compared: bool
    """Whether both sides were read. If the base was not, the head is reported all the same, and the check has
    not passed.
    """
    passed: bool
    """Whether no finding fails the check."""
    fail_on: FailOn
    """The lowest severity at which a finding fails it."""
    dialects: Tuple[Database, ...]
    """The databases it was looked for."""
    dialects_set: bool
    """The databases were set, and not taken from the project or from the types."""
    summary: VerdictSummary
    """The numbers of findings by severity."""
    findings: Tuple[Finding, ...]
    """Findings that are not silenced: the most severe first, then the most certain, then in the order of the
    changes.
    """
    silenced: Tuple[Silenced, ...]
    """Findings that a comment in the models silenced."""
    doubts: Tuple[Doubt, ...]
    """Doubts about the head, sorted by place."""
    problems: Tuple[Diagnostic, ...]
    """Further diagnostics: a side that could not be read, comments and settings without effect."""
    diff: Diff
    """All changes between both sides."""
    breaches: Tuple[Breach, ...] = ()
    """Contracts that are breached."""
    database: Optional[AskedDatabase] = None
    """The live database that was asked about its rows."""
    dialects_named_by: Tuple[str, ...] = ()
    """What names the databases in the project, such as a driver in its requirements; empty if they were set,
    or taken from the types.
    """
    impact: Optional[Impact] = None
    """The effects on downstream readers, if artefacts are known."""
    migrations: Optional[JudgedVersions] = None
    """What is said about version files of migrations, if they are judged."""
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
            database=members.optional("database", AskedDatabase.from_json, None),
            dialects_named_by=members.optional("dialects_named_by", array(text), ()),
            impact=members.optional("impact", Impact.from_json, None),
            migrations=members.optional("migrations", JudgedVersions.from_json, None),
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
        if self.database is not None:
            out["database"] = self.database.to_json()
        if self.dialects_named_by:
            out["dialects_named_by"] = list(self.dialects_named_by)
        if self.impact is not None:
            out["impact"] = self.impact.to_json()
        if self.migrations is not None:
            out["migrations"] = self.migrations.to_json()
        out.update(self.unknown)
        return out

    def _repr_html_(self) -> str:
        """The findings, for a notebook."""
        from belljar import _html

        return _html.verdict(self)
