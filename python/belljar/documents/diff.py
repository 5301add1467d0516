"""What `belljar diff` gives. Written by `python/generate.py` from `docs/schemas`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, ClassVar, Dict, Literal, Optional, Tuple, Union, cast

from belljar._decode import Members, array, check_format, flag, integer, mapping, plain, tagged, text, word
from .extract import (
    CheckConstraint,
    Column,
    ColumnType,
    Computed,
    DeclaredObject,
    Default,
    Diagnostic,
    ExcludeConstraint,
    ForeignKeyConstraint,
    Identity,
    Index,
    Inheritance,
    MappedClass,
    NamedType,
    Place,
    PrimaryKey,
    Property,
    Relationship,
    Sequence,
    Table,
    UniqueConstraint,
    View,
)

__all__ = [
    "Action",
    "Aspect",
    "Certainty",
    "Change",
    "Compared",
    "Diff",
    "DiffSummary",
    "Effect",
    "Note",
    "Path",
    "Side",
    "Subject",
    "Value",
]

Action = Literal["add", "drop", "rename", "move", "modify", "missing", "unseen"]
"""The kind of a change.

`"add"`: Only the head has it.

`"drop"`: Only the base has it.

`"rename"`: Both have it, under different names.

`"move"`: Both have it, in different database schemas.

`"modify"`: Both have it, in different forms.

`"missing"`: The base has it, and the head does not show it; it can't be determined whether it was dropped.

`"unseen"`: The head has it, and the base does not show it; it can't be determined whether it is new.
"""


Aspect = Literal[
    "attribute",
    "autoincrement",
    "back_populates",
    "cache",
    "class",
    "collation",
    "columns",
    "comment",
    "computed",
    "creation",
    "cycle",
    "data_type",
    "default",
    "deferrable",
    "dialects",
    "direction",
    "elements",
    "expression",
    "identity",
    "increment",
    "indexes",
    "inheritance",
    "initially",
    "key",
    "kind",
    "length",
    "match",
    "materialized",
    "max_value",
    "method",
    "min_value",
    "name",
    "nullable",
    "ondelete",
    "onupdate",
    "operator_class",
    "option",
    "options",
    "order",
    "precision",
    "predicate",
    "prefixes",
    "query",
    "secondary",
    "sequence",
    "server_default",
    "server_onupdate",
    "start",
    "statement",
    "table",
    "tables",
    "target",
    "targets",
    "text",
    "timezone",
    "type",
    "unique",
    "uselist",
    "use_alter",
    "values",
]
"""The property that differs."""


Certainty = Literal["certain", "likely", "cannot_tell"]
"""The certainty of a statement about a schema.

`"certain"`: Everything that it depends on is exact.

`"likely"`: There is evidence for it, but no proof.

`"cannot_tell"`: Its inputs are not known well enough; the notes give the reasons.
"""


@dataclass(frozen=True)
class Compared:
    """A side of the comparison."""

    format: str
    """The `format` field of the document."""
    sqlalchemy: str
    """The SQLAlchemy release that the code ran with."""
    tables: int
    """Number of tables in the document."""
    partial: int
    """Number of tables that are partial or have a partial column. If both sides look alike there is no
    change, although they may differ.
    """
    unresolved: int
    """Number of unresolved classes and tables."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Compared:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Compared")
        return cls(
            format=members.required("format", text),
            sqlalchemy=members.required("sqlalchemy", text),
            tables=members.required("tables", integer),
            partial=members.required("partial", integer),
            unresolved=members.required("unresolved", integer),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "format": self.format,
            "sqlalchemy": self.sqlalchemy,
            "tables": self.tables,
            "partial": self.partial,
            "unresolved": self.unresolved,
        }
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class DiffSummary:
    """Counts over a `Diff`."""

    added: int
    """Changes that add something to the database."""
    dropped: int
    """Changes that drop something from it."""
    renamed: int
    """Changes that rename or move something in it."""
    modified: int
    """Changes that modify something in it."""
    cannot_tell: int
    """Of all changes of the database, those that can't be determined."""
    information: int
    """Changes that do not affect the database."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> DiffSummary:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "DiffSummary")
        return cls(
            added=members.required("added", integer),
            dropped=members.required("dropped", integer),
            renamed=members.required("renamed", integer),
            modified=members.required("modified", integer),
            cannot_tell=members.required("cannot_tell", integer),
            information=members.required("information", integer),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "added": self.added,
            "dropped": self.dropped,
            "renamed": self.renamed,
            "modified": self.modified,
            "cannot_tell": self.cannot_tell,
            "information": self.information,
        }
        out.update(self.unknown)
        return out


Effect = Literal["database", "information"]
"""Whether a change affects the database.

`"database"`: The contents of a database would differ.

`"information"`: Only the code differs: a class, a client-side default, the order in which a new table
would have its columns.
"""


@dataclass(frozen=True)
class Path:
    """The name of an object of a database, or of a class."""

    name: str
    """The table, type, sequence, view, object or class."""
    metadata: Optional[str] = None
    """The `MetaData` that holds it, by its label in the head if the head has it; see `crate::Diff::metadata`.
    """
    part: Optional[str] = None
    """The name of a part of that: a column, a constraint, a value, an attribute, an option."""
    schema: Optional[str] = None
    """Schema of the database."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Path:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Path")
        return cls(
            name=members.required("name", text),
            metadata=members.optional("metadata", text, None),
            part=members.optional("part", text, None),
            schema=members.optional("schema", text, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "name": self.name,
        }
        if self.metadata is not None:
            out["metadata"] = self.metadata
        if self.part is not None:
            out["part"] = self.part
        if self.schema is not None:
            out["schema"] = self.schema
        out.update(self.unknown)
        return out


Side = Literal["base", "head"]
"""A side of the comparison.

`"base"`: The schema before the change.

`"head"`: The schema after the change.
"""


Subject = Literal[
    "table",
    "column",
    "primary_key",
    "unique",
    "foreign_key",
    "check",
    "exclude",
    "index",
    "type",
    "enum_value",
    "sequence",
    "view",
    "object",
    "class",
    "relationship",
    "property",
]
"""The kind of object that a change affects.

`"table"`: A table, with everything in it.

`"column"`: A column of a table.

`"primary_key"`: The primary key of a table.

`"unique"`: A unique constraint of a table.

`"foreign_key"`: A foreign key constraint.

`"check"`: A check constraint of a table.

`"exclude"`: An exclusion constraint of a table.

`"index"`: An index of a table.

`"type"`: A type with a name of its own: an enumeration or a domain.

`"enum_value"`: A value of an enumeration.

`"sequence"`: A sequence of the database.

`"view"`: A view or materialized view.

`"object"`: A function, trigger, policy, extension or similar object.

`"class"`: A class that SQLAlchemy maps to a table.

`"relationship"`: A relationship of a class.

`"property"`: A hybrid, synonym or similar attribute of a class.
"""


@dataclass(frozen=True)
class Value:
    """The value of a side: `{"table": …}`."""

    kind: Literal[
        "text",
        "flag",
        "list",
        "table",
        "column",
        "column_type",
        "default",
        "computed",
        "identity",
        "primary_key",
        "unique",
        "foreign_key",
        "check",
        "exclude",
        "index",
        "type",
        "sequence",
        "view",
        "object",
        "class",
        "inheritance",
        "relationship",
        "property",
    ]
    """What it is. Of a kind that is not listed, which a newer program wrote, `value` is plain JSON."""
    value: Union[
        str,
        bool,
        Tuple[str, ...],
        Table,
        Column,
        ColumnType,
        Default,
        Computed,
        Identity,
        PrimaryKey,
        UniqueConstraint,
        ForeignKeyConstraint,
        CheckConstraint,
        ExcludeConstraint,
        Index,
        NamedType,
        Sequence,
        View,
        DeclaredObject,
        MappedClass,
        Inheritance,
        Relationship,
        Property,
    ]
    """The value itself."""

    @classmethod
    def from_json(cls, value: object) -> Value:
        """Reads it from plain JSON."""
        kind, decoded = tagged(value, _VALUE)
        return cls(kind=cast("Any", kind), value=cast("Any", decoded))

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        return {self.kind: plain(self.value)}


_VALUE: Dict[str, Callable[[object], object]] = {
    "text": text,
    "flag": flag,
    "list": array(text),
    "table": Table.from_json,
    "column": Column.from_json,
    "column_type": ColumnType.from_json,
    "default": Default.from_json,
    "computed": Computed.from_json,
    "identity": Identity.from_json,
    "primary_key": PrimaryKey.from_json,
    "unique": UniqueConstraint.from_json,
    "foreign_key": ForeignKeyConstraint.from_json,
    "check": CheckConstraint.from_json,
    "exclude": ExcludeConstraint.from_json,
    "index": Index.from_json,
    "type": NamedType.from_json,
    "sequence": Sequence.from_json,
    "view": View.from_json,
    "object": DeclaredObject.from_json,
    "class": MappedClass.from_json,
    "inheritance": Inheritance.from_json,
    "relationship": Relationship.from_json,
    "property": Property.from_json,
}


@dataclass(frozen=True)
class Note:
    """Evidence for a change, or a reason to doubt it."""

    code: str
    """Stable, lower-case, dashed code such as `same-class`; that of the reason, where a side is partial."""
    message: str
    """A lower-case fragment without a final period, values in backticks."""
    hint: Optional[str] = None
    """What to do next, as a lower-case fragment."""
    place: Optional[Place] = None
    """The place, if there is one."""
    side: Optional[Side] = None
    """The side that it is about, if it is about one."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Note:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Note")
        return cls(
            code=members.required("code", text),
            message=members.required("message", text),
            hint=members.optional("hint", text, None),
            place=members.optional("place", Place.from_json, None),
            side=members.optional("side", word, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "code": self.code,
            "message": self.message,
        }
        if self.hint is not None:
            out["hint"] = self.hint
        if self.place is not None:
            out["place"] = self.place.to_json()
        if self.side is not None:
            out["side"] = self.side
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Change:
    """One difference between two schemas."""

    code: str
    """Stable, lower-case, dashed code that follows from the rest: `drop-table`, `modify-column-type`."""
    action: Action
    """The kind of difference, such as `add` or `drop`."""
    subject: Subject
    """The kind of object."""
    aspects: Tuple[Aspect, ...]
    """What exactly differs, if something is modified; the broadest first (`type` before `length`)."""
    path: Path
    """Its name in the head, if it exists there."""
    effect: Effect
    """Whether it changes the database."""
    dialects: Tuple[str, ...]
    """The dialects whose DDL differs; empty if it is all of them, or none."""
    certainty: Certainty
    """The certainty of the change."""
    notes: Tuple[Note, ...]
    """The evidence for it, or the reasons to doubt it."""
    after: Optional[Value] = None
    """The value in the head; null if the head has none."""
    base: Optional[Place] = None
    """Where the base declares it."""
    before: Optional[Value] = None
    """The value in the base, in the names of the head if something was renamed; null if the base has none."""
    head: Optional[Place] = None
    """Where the head declares it."""
    position: Optional[int] = None
    """Its index in the head, for a column or enumeration value that is added."""
    was: Optional[Path] = None
    """Its name in the base, if it differs."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Change:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Change")
        return cls(
            code=members.required("code", text),
            action=members.required("action", word),
            subject=members.required("subject", word),
            aspects=members.required("aspects", array(word)),
            path=members.required("path", Path.from_json),
            effect=members.required("effect", word),
            dialects=members.required("dialects", array(text)),
            certainty=members.required("certainty", word),
            notes=members.required("notes", array(Note.from_json)),
            after=members.optional("after", Value.from_json, None),
            base=members.optional("base", Place.from_json, None),
            before=members.optional("before", Value.from_json, None),
            head=members.optional("head", Place.from_json, None),
            position=members.optional("position", integer, None),
            was=members.optional("was", Path.from_json, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "code": self.code,
            "action": self.action,
            "subject": self.subject,
            "aspects": list(self.aspects),
            "path": self.path.to_json(),
            "effect": self.effect,
            "dialects": list(self.dialects),
            "certainty": self.certainty,
            "notes": [item.to_json() for item in self.notes],
        }
        if self.after is not None:
            out["after"] = self.after.to_json()
        if self.base is not None:
            out["base"] = self.base.to_json()
        if self.before is not None:
            out["before"] = self.before.to_json()
        if self.head is not None:
            out["head"] = self.head.to_json()
        if self.position is not None:
            out["position"] = self.position
        if self.was is not None:
            out["was"] = self.was.to_json()
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Diff:
    """The differences between two schemas."""

    FORMAT: ClassVar[str] = "1.1"
    """The version of the format that this class was made from."""

    format: str
    """`FORMAT_VERSION` of the writer."""
    belljar: str
    """Version of Belljar that made the comparison."""
    base: Compared
    """The base of the comparison."""
    head: Compared
    """The head of the comparison."""
    summary: DiffSummary
    """Counts of the changes."""
    changes: Tuple[Change, ...]
    """Renames; then types, sequences, tables, views, other objects and classes, each in the order of the
    documents; what only the head has comes last.
    """
    diagnostics: Tuple[Diagnostic, ...]
    """Diagnostics about the input of the comparison."""
    metadata: Dict[str, str] = field(default_factory=dict)
    """`MetaData` whose label in the changes differs from that of the base, by the label of the base: the
    label of the head, or an unused one if the head has that label for another `MetaData`.
    """
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Diff:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Diff")
        check_format(members, "diff", cls.FORMAT)
        return cls(
            format=members.required("format", text),
            belljar=members.required("belljar", text),
            base=members.required("base", Compared.from_json),
            head=members.required("head", Compared.from_json),
            summary=members.required("summary", DiffSummary.from_json),
            changes=members.required("changes", array(Change.from_json)),
            diagnostics=members.required("diagnostics", array(Diagnostic.from_json)),
            metadata=members.optional("metadata", mapping(text), {}),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "format": self.format,
            "belljar": self.belljar,
            "base": self.base.to_json(),
            "head": self.head.to_json(),
            "summary": self.summary.to_json(),
            "changes": [item.to_json() for item in self.changes],
            "diagnostics": [item.to_json() for item in self.diagnostics],
        }
        if self.metadata:
            out["metadata"] = dict(self.metadata)
        out.update(self.unknown)
        return out

    def _repr_html_(self) -> str:
        """The changes, for a notebook."""
        from belljar import _html

        return _html.diff(self)
