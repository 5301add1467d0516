"""What `belljar impact` gives. Written by `python/generate.py` from `docs/schemas`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Dict, Literal, Optional, Tuple

from belljar._decode import Members, array, check_format, flag, integer, text, word
from .extract import Diagnostic, Place
from .diff import Certainty
from .lineage import EdgeKind, Kind, Owner, System, Unknown

__all__ = [
    "Affected",
    "ChangeImpact",
    "Effects",
    "Impact",
    "ImpactSummary",
    "Notify",
    "PathStep",
    "Unjoined",
]

Effects = Literal["not_affected", "changes_silently", "breaks"]
"""What a change does to a reader; the gravest last.

`"not_affected"`: It is reached, and reads the same.

`"changes_silently"`: It goes on running, and means something else.

`"breaks"`: It fails.
"""


@dataclass(frozen=True)
class ImpactSummary:
    """Counts over an `Impact`."""

    breaks: int
    """Readers that break by any of the changes; where tables land and the sources over them are none."""
    changes_silently: int
    """Readers that change silently by any, and break by none."""
    not_affected: int
    """Readers that are reached, and affected by none."""
    changes: int
    """Changes that were looked at."""
    datasets: int
    """Datasets of the graph."""
    queries: int
    """Queries that are or should be there."""
    queries_followed: int
    """Queries that could be followed."""
    unknowns: int
    """What was not understood."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> ImpactSummary:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "ImpactSummary")
        return cls(
            breaks=members.required("breaks", integer),
            changes_silently=members.required("changes_silently", integer),
            not_affected=members.required("not_affected", integer),
            changes=members.required("changes", integer),
            datasets=members.required("datasets", integer),
            queries=members.required("queries", integer),
            queries_followed=members.required("queries_followed", integer),
            unknowns=members.required("unknowns", integer),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "breaks": self.breaks,
            "changes_silently": self.changes_silently,
            "not_affected": self.not_affected,
            "changes": self.changes,
            "datasets": self.datasets,
            "queries": self.queries,
            "queries_followed": self.queries_followed,
            "unknowns": self.unknowns,
        }
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class PathStep:
    """One step of a way."""

    dataset: str
    """Id of the dataset that the step leads to."""
    label: str
    """`dataset.column` as people read it."""
    star: bool
    """It is read by a star."""
    kind: Optional[EdgeKind] = None
    """How it is read; null for the start."""
    place: Optional[Place] = None
    """What proves it."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> PathStep:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "PathStep")
        return cls(
            dataset=members.required("dataset", text),
            label=members.required("label", text),
            star=members.required("star", flag),
            kind=members.optional("kind", word, None),
            place=members.optional("place", Place.from_json, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "dataset": self.dataset,
            "label": self.label,
            "star": self.star,
        }
        if self.kind is not None:
            out["kind"] = self.kind
        if self.place is not None:
            out["place"] = self.place.to_json()
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Unjoined:
    """What changes and what is read, where neither is joined to the other."""

    everything: bool
    """No table at all is joined to anything that reads it: nothing can be said of any change."""
    tables: Tuple[str, ...]
    """Tables that change and are joined to nothing that reads them."""
    sources: Tuple[str, ...]
    """Sources and relations that no table is joined to."""
    queries: Tuple[str, ...]
    """Names of datasets whose query could not be followed."""
    unread: Tuple[str, ...] = ()
    """Files that are named as artefacts, or name some, and could not be read, or not to their end; why is
    among the diagnostics. What reads through them is not known.
    """
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Unjoined:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Unjoined")
        return cls(
            everything=members.required("everything", flag),
            tables=members.required("tables", array(text)),
            sources=members.required("sources", array(text)),
            queries=members.required("queries", array(text)),
            unread=members.optional("unread", array(text), ()),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "everything": self.everything,
            "tables": list(self.tables),
            "sources": list(self.sources),
            "queries": list(self.queries),
        }
        if self.unread:
            out["unread"] = list(self.unread)
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Affected:
    """Something downstream that a change reaches."""

    dataset: str
    """Id in the graph."""
    name: str
    """What people call it."""
    kind: Kind
    """What it is."""
    system: System
    """The system it is of."""
    verdict: Effects
    """What the change does to it."""
    code: str
    """Stable, lower-case, dashed: `column-gone`, `star-loses-column`."""
    message: str
    """Why, as a lower-case fragment without a final period, values in backticks."""
    certainty: Certainty
    """How sure it is."""
    doubts: Tuple[str, ...]
    """What lowers the certainty: at most three, of the datasets on the way."""
    steps: int
    """How many steps it is away from the change."""
    way: Tuple[PathStep, ...]
    """The way from the change to it: where it begins, and its last forty steps."""
    owners: Tuple[Owner, ...]
    """Whom to tell."""
    column: Optional[str] = None
    """The column; the dataset as a whole, where there is none."""
    place: Optional[Place] = None
    """Where it is declared."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Affected:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Affected")
        return cls(
            dataset=members.required("dataset", text),
            name=members.required("name", text),
            kind=members.required("kind", word),
            system=members.required("system", word),
            verdict=members.required("verdict", word),
            code=members.required("code", text),
            message=members.required("message", text),
            certainty=members.required("certainty", word),
            doubts=members.required("doubts", array(text)),
            steps=members.required("steps", integer),
            way=members.required("way", array(PathStep.from_json)),
            owners=members.required("owners", array(Owner.from_json)),
            column=members.optional("column", text, None),
            place=members.optional("place", Place.from_json, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "dataset": self.dataset,
            "name": self.name,
            "kind": self.kind,
            "system": self.system,
            "verdict": self.verdict,
            "code": self.code,
            "message": self.message,
            "certainty": self.certainty,
            "doubts": list(self.doubts),
            "steps": self.steps,
            "way": [item.to_json() for item in self.way],
            "owners": [item.to_json() for item in self.owners],
        }
        if self.column is not None:
            out["column"] = self.column
        if self.place is not None:
            out["place"] = self.place.to_json()
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Notify:
    """Somebody to tell."""

    owner: Owner
    """Who."""
    verdict: Effects
    """The gravest that happens to what is theirs."""
    datasets: Tuple[str, ...]
    """Names of what is theirs, sorted."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Notify:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Notify")
        return cls(
            owner=members.required("owner", Owner.from_json),
            verdict=members.required("verdict", word),
            datasets=members.required("datasets", array(text)),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "owner": self.owner.to_json(),
            "verdict": self.verdict,
            "datasets": list(self.datasets),
        }
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class ChangeImpact:
    """One change, with what it does."""

    change: int
    """Index in `belljar_diff::Diff::changes`."""
    code: str
    """Code of the change: `rename-column`."""
    path: str
    """Its name in the base."""
    verdict: Effects
    """The gravest that it does to anything."""
    certainty: Certainty
    """How sure that verdict is, for whatever it is surest of."""
    affected: Tuple[Affected, ...]
    """All that it reaches: the gravest first, the surest first, the nearest first."""
    becomes: Optional[str] = None
    """Its name in the head, where that is another."""
    place: Optional[Place] = None
    """Where it is declared; in the head where it is there."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> ChangeImpact:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "ChangeImpact")
        return cls(
            change=members.required("change", integer),
            code=members.required("code", text),
            path=members.required("path", text),
            verdict=members.required("verdict", word),
            certainty=members.required("certainty", word),
            affected=members.required("affected", array(Affected.from_json)),
            becomes=members.optional("becomes", text, None),
            place=members.optional("place", Place.from_json, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "change": self.change,
            "code": self.code,
            "path": self.path,
            "verdict": self.verdict,
            "certainty": self.certainty,
            "affected": [item.to_json() for item in self.affected],
        }
        if self.becomes is not None:
            out["becomes"] = self.becomes
        if self.place is not None:
            out["place"] = self.place.to_json()
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Impact:
    """What the changes of a diff do downstream."""

    FORMAT: ClassVar[str] = "1.0"
    """The version of the format that this class was made from."""

    format: str
    """`FORMAT_VERSION` of the writer."""
    belljar: str
    """Version of Belljar."""
    summary: ImpactSummary
    """Counts."""
    notify: Tuple[Notify, ...]
    """Whom to tell: those of what breaks first, then by name."""
    changes: Tuple[ChangeImpact, ...]
    """Changes of tables, columns, values and views, the gravest first."""
    unknowns: Tuple[Unknown, ...]
    """What of the lineage was not understood."""
    diagnostics: Tuple[Diagnostic, ...]
    """What was to be said of artefacts as a whole."""
    unjoined: Unjoined = field(default_factory=lambda: Unjoined.from_json({"everything": False, "queries": [], "sources": [], "tables": [], "unread": []}))
    """What could not be joined: of these, nothing is known."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Impact:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Impact")
        check_format(members, "impact", cls.FORMAT)
        return cls(
            format=members.required("format", text),
            belljar=members.required("belljar", text),
            summary=members.required("summary", ImpactSummary.from_json),
            notify=members.required("notify", array(Notify.from_json)),
            changes=members.required("changes", array(ChangeImpact.from_json)),
            unknowns=members.required("unknowns", array(Unknown.from_json)),
            diagnostics=members.required("diagnostics", array(Diagnostic.from_json)),
            unjoined=members.optional("unjoined", Unjoined.from_json, Unjoined.from_json({"everything": False, "queries": [], "sources": [], "tables": [], "unread": []})),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "format": self.format,
            "belljar": self.belljar,
            "summary": self.summary.to_json(),
            "notify": [item.to_json() for item in self.notify],
            "changes": [item.to_json() for item in self.changes],
            "unknowns": [item.to_json() for item in self.unknowns],
            "diagnostics": [item.to_json() for item in self.diagnostics],
        }
        if self.unjoined:
            out["unjoined"] = self.unjoined.to_json()
        out.update(self.unknown)
        return out
