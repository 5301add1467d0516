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
"""The verdict on a reader; the most severe last.

`"not_affected"`: It is reached, and reads the same.

`"changes_silently"`: It keeps running, but its results change.

`"breaks"`: The reader fails with an error.
"""


@dataclass(frozen=True)
class ImpactSummary:
    """Counts over an `Impact`."""

    breaks: int
    """Readers that break by any of the changes; replicated tables and the sources over them are not readers.
    """
    changes_silently: int
    """Readers that change silently by any change, and break by none."""
    not_affected: int
    """Readers that are reached, and affected by none."""
    changes: int
    """Number of changes that were checked."""
    datasets: int
    """Number of datasets in the graph."""
    queries: int
    """Number of queries, including missing ones."""
    queries_followed: int
    """Number of queries that could be followed."""
    unknowns: int
    """Number of parts that could not be resolved."""
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
    """One step of a path."""

    dataset: str
    """Id of the dataset that the step leads to."""
    label: str
    """The dataset or column for people, as `dataset.column`."""
    star: bool
    """Whether it is read by `SELECT *`."""
    kind: Optional[EdgeKind] = None
    """The kind of the edge; null for the start."""
    place: Optional[Place] = None
    """The place of the evidence."""
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
    """Changes and readers that are not joined to each other."""

    everything: bool
    """No table at all is joined to a reader: the impact of every change is undetermined."""
    tables: Tuple[str, ...]
    """Changed tables that are joined to no reader."""
    sources: Tuple[str, ...]
    """Sources and relations that no table is joined to."""
    queries: Tuple[str, ...]
    """Names of datasets whose query could not be followed."""
    unread: Tuple[str, ...] = ()
    """Artefacts, or patterns of them, that could not be read completely; the reasons are among the
    diagnostics. Their readers are unknown.
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
    """A dataset or column downstream that a change reaches."""

    dataset: str
    """Id of the dataset in the graph."""
    name: str
    """Its name for people."""
    kind: Kind
    """The kind of the dataset, such as a model or a dashboard."""
    system: System
    """The tool that the dataset belongs to."""
    verdict: Effects
    """What the change does to it."""
    code: str
    """Stable, lower-case, dashed: `column-gone`, `star-loses-column`."""
    message: str
    """The reason, as a lower-case fragment without a final period, values in backticks."""
    certainty: Certainty
    """The certainty of the verdict."""
    doubts: Tuple[str, ...]
    """The doubts that lower the certainty: at most three, of the datasets on the path."""
    steps: int
    """Number of steps from the change."""
    way: Tuple[PathStep, ...]
    """The path from the change: its start, and its last forty steps."""
    owners: Tuple[Owner, ...]
    """The owners to notify."""
    column: Optional[str] = None
    """The column; null for the dataset as a whole."""
    place: Optional[Place] = None
    """The place of its declaration."""
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
    """An owner to notify."""

    owner: Owner
    """The person or team to notify."""
    verdict: Effects
    """The most severe verdict on their datasets."""
    datasets: Tuple[str, ...]
    """Names of their affected datasets, sorted."""
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
    """A change with its impact."""

    change: int
    """The index of the change in `belljar_diff::Diff::changes`."""
    code: str
    """Code of the change: `rename-column`."""
    path: str
    """Its name in the base."""
    verdict: Effects
    """The most severe verdict on any reader."""
    certainty: Certainty
    """The highest certainty of that verdict."""
    affected: Tuple[Affected, ...]
    """All readers that it reaches: the most severe first, then the most certain, then the nearest."""
    becomes: Optional[str] = None
    """Its name in the head, if it differs."""
    place: Optional[Place] = None
    """The place of its declaration; in the head if it exists there."""
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
    """The downstream impact of the changes of a diff."""

    FORMAT: ClassVar[str] = "1.0"
    """The version of the format that this class was made from."""

    format: str
    """`FORMAT_VERSION` of the writer."""
    belljar: str
    """Version of Belljar that made the report."""
    summary: ImpactSummary
    """Counts of readers and datasets."""
    notify: Tuple[Notify, ...]
    """Owners to notify: those of breaking readers first, then by name."""
    changes: Tuple[ChangeImpact, ...]
    """Changes of tables, columns, values and views, the most severe first."""
    unknowns: Tuple[Unknown, ...]
    """Parts of the lineage that could not be resolved."""
    diagnostics: Tuple[Diagnostic, ...]
    """Diagnostics about artefacts as a whole."""
    unjoined: Unjoined = field(default_factory=lambda: Unjoined.from_json({"everything": False, "queries": [], "sources": [], "tables": [], "unread": []}))
    """Gaps: tables and readers that could not be joined."""
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
