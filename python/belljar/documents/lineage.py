"""What `belljar lineage` gives. Written by `python/generate.py` from `docs/schemas`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Dict, Literal, Optional, Tuple

from belljar._decode import Members, array, check_format, flag, integer, mapping, pair, text, word
from .extract import Diagnostic, Place
from .diff import Certainty

__all__ = [
    "Dataset",
    "EdgeKind",
    "EdgeRecord",
    "End",
    "Kind",
    "Lineage",
    "LineageColumn",
    "LineageDialect",
    "Owner",
    "OwnerKind",
    "Relation",
    "Report",
    "StarRecord",
    "System",
    "Unknown",
    "UnknownCause",
]

EdgeKind = Literal[
    "identity",
    "transformation",
    "aggregation",
    "filter",
    "join",
    "group",
    "sort",
    "key",
    "named",
    "reads",
]
"""What of the source reaches the target. The first that fits is said of an edge that is several.

`"identity"`: The value as it is, perhaps by another name.

`"transformation"`: A value that is computed from it.

`"aggregation"`: An aggregate over it.

`"filter"`: It decides which rows there are: `WHERE`, `HAVING`, `QUALIFY`.

`"join"`: Rows are put together by it.

`"group"`: It is what rows are grouped by.

`"sort"`: It decides the order of rows.

`"key"`: A foreign key, or a relationship that is mapped: from the column that is referred to, to the one
that refers.

`"named"`: A query names it, and nothing that the query gives comes of it: a column of a common table
expression that nobody takes. Where it is gone the query fails; nothing else of it matters.

`"reads"`: It is read, and nothing says how, so of a dataset as a whole any column may be: what could not
be parsed, an exposure, a test.
"""


@dataclass(frozen=True)
class End:
    """One end of an edge, by names."""

    dataset: str
    """Id of a dataset."""
    column: Optional[str] = None
    """Name of a column; null for the dataset as a whole."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> End:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "End")
        return cls(
            dataset=members.required("dataset", text),
            column=members.optional("column", text, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "dataset": self.dataset,
        }
        if self.column is not None:
            out["column"] = self.column
        out.update(self.unknown)
        return out


Kind = Literal[
    "application_table",
    "application_view",
    "application_class",
    "landed_table",
    "source",
    "model",
    "snapshot",
    "seed",
    "analysis",
    "exposure",
    "metric",
    "semantic_model",
    "saved_query",
    "test",
    "declaration",
    "action",
    "assertion",
    "operation",
    "lookml_view",
    "lookml_explore",
    "looker_dashboard",
    "tableau_datasource",
    "tableau_worksheet",
    "tableau_dashboard",
    "external",
]
"""What a dataset is.

`"application_table"`: A table of the application.

`"application_view"`: A view of the application.

`"application_class"`: A mapped class of the application: its relationships, hybrids and column properties.

`"landed_table"`: A table of the application as it lands in a warehouse.

`"source"`: dbt source.

`"model"`: dbt model.

`"snapshot"`: dbt snapshot.

`"seed"`: dbt seed.

`"analysis"`: dbt analysis: SQL that nobody builds.

`"exposure"`: dbt exposure.

`"metric"`: dbt metric.

`"semantic_model"`: dbt semantic model.

`"saved_query"`: dbt saved query.

`"test"`: dbt test.

`"declaration"`: Dataform declaration.

`"action"`: Dataform table, incremental table or view.

`"assertion"`: Dataform assertion.

`"operation"`: Dataform operation.

`"lookml_view"`: LookML view.

`"lookml_explore"`: LookML explore.

`"looker_dashboard"`: Looker dashboard.

`"tableau_datasource"`: Tableau data source.

`"tableau_worksheet"`: Tableau worksheet.

`"tableau_dashboard"`: Tableau dashboard.

`"external"`: A relation that is named in SQL, and described by nobody.
"""


@dataclass(frozen=True)
class LineageColumn:
    """A column of a dataset, or a field that is used like one."""

    name: str
    """As it is written where it is declared or selected."""
    key: str
    """What it is compared by: see `Dialect::column_key`."""
    certainty: Certainty
    """How sure it is that the dataset has it."""
    nullable: Optional[bool] = None
    """Whether it takes NULL, where somebody says it."""
    place: Optional[Place] = None
    """Where it is declared."""
    type: Optional[str] = None
    """Its type, where somebody says it."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> LineageColumn:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "LineageColumn")
        return cls(
            name=members.required("name", text),
            key=members.required("key", text),
            certainty=members.required("certainty", word),
            nullable=members.optional("nullable", flag, None),
            place=members.optional("place", Place.from_json, None),
            type=members.optional("type", text, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "name": self.name,
            "key": self.key,
            "certainty": self.certainty,
        }
        if self.nullable is not None:
            out["nullable"] = self.nullable
        if self.place is not None:
            out["place"] = self.place.to_json()
        if self.type is not None:
            out["type"] = self.type
        out.update(self.unknown)
        return out


LineageDialect = Literal[
    "generic",
    "bigquery",
    "databricks",
    "duckdb",
    "mysql",
    "mssql",
    "oracle",
    "postgres",
    "redshift",
    "snowflake",
    "sqlite",
    "trino",
    "clickhouse",
]
"""A dialect of SQL: what it parses, and how it compares names.

`"generic"`: Not known: everything that any dialect parses, and names without case.

`"bigquery"`: Google BigQuery.

`"databricks"`: Databricks and Spark.

`"duckdb"`: `DuckDB`.

`"mysql"`: MySQL and MariaDB.

`"mssql"`: Microsoft SQL Server, Fabric and Synapse.

`"oracle"`: Oracle.

`"postgres"`: PostgreSQL.

`"redshift"`: Amazon Redshift.

`"snowflake"`: Snowflake.

`"sqlite"`: SQLite.

`"trino"`: Trino, Athena and Presto.

`"clickhouse"`: `ClickHouse`.
"""


OwnerKind = Literal["meta", "group", "exposure", "codeowners", "other"]
"""What an owner was read from.

`"meta"`: `meta.owner` of a dbt node.

`"group"`: The owner of a dbt group.

`"exposure"`: The owner of an exposure.

`"codeowners"`: CODEOWNERS.

`"other"`: Something else that names an owner.
"""


@dataclass(frozen=True)
class Relation:
    """The name of a relation as SQL has it: up to three parts, each with whether it is quoted."""

    parts: Tuple[str, ...]
    """Database (BigQuery: project), schema (BigQuery: dataset) and name, as far as they are given; the name
    comes last.
    """
    quoted: bool
    """Whether a part was quoted, so that its case is kept where the dialect has it so."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Relation:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Relation")
        return cls(
            parts=members.required("parts", array(text)),
            quoted=members.required("quoted", flag),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "parts": list(self.parts),
            "quoted": self.quoted,
        }
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class StarRecord:
    """A star that hands on whatever columns a dataset has, by names."""

    from_: str
    """Id of the dataset whose columns."""
    to: str
    """Id of the dataset where they come out."""
    except_: Tuple[str, ...]
    """Columns that it leaves out."""
    expanded: bool
    """It could be expanded."""
    place: Optional[Place] = None
    """What proves it."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> StarRecord:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "StarRecord")
        return cls(
            from_=members.required("from", text),
            to=members.required("to", text),
            except_=members.required("except", array(text)),
            expanded=members.required("expanded", flag),
            place=members.optional("place", Place.from_json, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "from": self.from_,
            "to": self.to,
            "except": list(self.except_),
            "expanded": self.expanded,
        }
        if self.place is not None:
            out["place"] = self.place.to_json()
        out.update(self.unknown)
        return out


System = Literal["application", "landing", "dbt", "dataform", "looker", "tableau", "elsewhere"]
"""Which system a dataset is of.

`"application"`: The application: tables and views of its database.

`"landing"`: What an ETL service writes.

`"dbt"`: dbt.

`"dataform"`: Dataform.

`"looker"`: Looker.

`"tableau"`: Tableau.

`"elsewhere"`: Named in SQL, and described by nobody.
"""


UnknownCause = Literal[
    "sql-not-parsed",
    "statement-not-followed",
    "sql-missing",
    "over-limit",
    "template-not-rendered",
    "macro-stood-in",
    "variable-stood-in",
    "star-not-expanded",
    "column-not-found",
    "column-ambiguous",
    "relation-not-found",
    "node-not-found",
    "cycle",
    "duplicate",
    "damaged",
    "dialect-not-known",
    "source-in-doubt",
    "expression-not-followed",
]
"""What kind of thing was not understood; one for each situation.

`"sql-not-parsed"`: SQL that does not parse.

`"statement-not-followed"`: A statement that makes no columns that could be followed.

`"sql-missing"`: A node that should have SQL and has none.

`"over-limit"`: SQL over the limits on size, depth or columns.

`"template-not-rendered"`: A template that could not be rendered.

`"macro-stood-in"`: A macro or function of a template that is not there, or could not be run: something
stood in for it.

`"variable-stood-in"`: A variable of a template that nobody sets.

`"star-not-expanded"`: A star over columns that are not known.

`"column-not-found"`: A column that none of the relations in reach is known to have.

`"column-ambiguous"`: A column that several relations in reach could have.

`"relation-not-found"`: A relation that nobody describes.

`"node-not-found"`: A node that is named as an input and is not there.

`"cycle"`: Datasets that are made from each other.

`"duplicate"`: Two datasets with one id or one relation.

`"damaged"`: A part of an artefact that is damaged.

`"dialect-not-known"`: A dialect that is not known.

`"source-in-doubt"`: A table or column that its own source is not sure of.

`"expression-not-followed"`: A formula, expression or field that is not followed.
"""


@dataclass(frozen=True)
class EdgeRecord:
    """An edge, by names."""

    from_: End
    """Upstream."""
    to: End
    """Downstream."""
    kind: EdgeKind
    """How."""
    star: bool
    """It came about through a star."""
    certainty: Certainty
    """How sure it is."""
    place: Optional[Place] = None
    """What proves it."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> EdgeRecord:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "EdgeRecord")
        return cls(
            from_=members.required("from", End.from_json),
            to=members.required("to", End.from_json),
            kind=members.required("kind", word),
            star=members.required("star", flag),
            certainty=members.required("certainty", word),
            place=members.optional("place", Place.from_json, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "from": self.from_.to_json(),
            "to": self.to.to_json(),
            "kind": self.kind,
            "star": self.star,
            "certainty": self.certainty,
        }
        if self.place is not None:
            out["place"] = self.place.to_json()
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Owner:
    """Somebody to tell."""

    name: str
    """A name, a team or a handle."""
    kind: OwnerKind
    """What it was read from."""
    email: Optional[str] = None
    """Electronic mail, where it is given beside the name."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Owner:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Owner")
        return cls(
            name=members.required("name", text),
            kind=members.required("kind", word),
            email=members.optional("email", text, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "name": self.name,
            "kind": self.kind,
        }
        if self.email is not None:
            out["email"] = self.email
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Unknown:
    """Something that was not understood, and what it costs."""

    cause: UnknownCause
    """What kind of thing."""
    subject: str
    """What exactly: the macro, the column, the relation."""
    message: str
    """What happened: a lower-case fragment without a final period, values in backticks."""
    certainty: Certainty
    """What the certainty of the dataset comes down to."""
    dataset: Optional[str] = None
    """Id of the dataset that it lowers the certainty of; null where it is of no single one."""
    hint: Optional[str] = None
    """What to do next."""
    place: Optional[Place] = None
    """Where."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Unknown:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Unknown")
        return cls(
            cause=members.required("cause", word),
            subject=members.required("subject", text),
            message=members.required("message", text),
            certainty=members.required("certainty", word),
            dataset=members.optional("dataset", text, None),
            hint=members.optional("hint", text, None),
            place=members.optional("place", Place.from_json, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "cause": self.cause,
            "subject": self.subject,
            "message": self.message,
            "certainty": self.certainty,
        }
        if self.dataset is not None:
            out["dataset"] = self.dataset
        if self.hint is not None:
            out["hint"] = self.hint
        if self.place is not None:
            out["place"] = self.place.to_json()
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Dataset:
    """A table, view, model, dashboard: whatever has columns or reads them."""

    id: str
    """Unique in a graph: dbt's own `model.shop.orders`, `app:public.orders`, `fivetran:raw.shop.orders`."""
    system: System
    """The system it is of."""
    kind: Kind
    """What it is."""
    name: str
    """What people call it."""
    relations: Tuple[Relation, ...]
    """What SQL calls it; the first is its full name. Empty for what SQL can't read."""
    dialect: LineageDialect
    """The dialect that its names are compared in, and its SQL is written in."""
    columns: Tuple[LineageColumn, ...]
    """In the order of the dataset."""
    is_complete: bool
    """Whether these are all of its columns, so that a name that is not among them is not there."""
    owners: Tuple[Owner, ...]
    """Sorted."""
    certainty: Certainty
    """How far its columns and what they are made from can be relied on; the unknowns say why."""
    facts: Tuple[Tuple[str, str], ...]
    """What is good to know of it, by name: a test's kind and values, an exposure's type and address. Sorted.
    """
    place: Optional[Place] = None
    """Where it is declared."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Dataset:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Dataset")
        return cls(
            id=members.required("id", text),
            system=members.required("system", word),
            kind=members.required("kind", word),
            name=members.required("name", text),
            relations=members.required("relations", array(Relation.from_json)),
            dialect=members.required("dialect", word),
            columns=members.required("columns", array(LineageColumn.from_json)),
            is_complete=members.required("is_complete", flag),
            owners=members.required("owners", array(Owner.from_json)),
            certainty=members.required("certainty", word),
            facts=members.required("facts", array(pair(text, text))),
            place=members.optional("place", Place.from_json, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "id": self.id,
            "system": self.system,
            "kind": self.kind,
            "name": self.name,
            "relations": [item.to_json() for item in self.relations],
            "dialect": self.dialect,
            "columns": [item.to_json() for item in self.columns],
            "is_complete": self.is_complete,
            "owners": [item.to_json() for item in self.owners],
            "certainty": self.certainty,
            "facts": [list(item) for item in self.facts],
        }
        if self.place is not None:
            out["place"] = self.place.to_json()
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Report:
    """Counts, and the list of what was not understood."""

    datasets: int
    """Datasets in the graph."""
    columns: int
    """Columns in the graph."""
    edges: int
    """Edges in the graph."""
    queries: int
    """Datasets that have SQL or should have."""
    queries_followed: int
    """Those of them that were parsed and followed."""
    counts: Dict[str, int]
    """How often each cause is among the unknowns; causes that never are have no entry."""
    unknowns: Tuple[Unknown, ...]
    """Sorted by dataset, cause, subject."""
    diagnostics: Tuple[Diagnostic, ...]
    """What the readers have to say of the artefacts as a whole."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Report:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Report")
        return cls(
            datasets=members.required("datasets", integer),
            columns=members.required("columns", integer),
            edges=members.required("edges", integer),
            queries=members.required("queries", integer),
            queries_followed=members.required("queries_followed", integer),
            counts=members.required("counts", mapping(integer)),
            unknowns=members.required("unknowns", array(Unknown.from_json)),
            diagnostics=members.required("diagnostics", array(Diagnostic.from_json)),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "datasets": self.datasets,
            "columns": self.columns,
            "edges": self.edges,
            "queries": self.queries,
            "queries_followed": self.queries_followed,
            "counts": dict(self.counts),
            "unknowns": [item.to_json() for item in self.unknowns],
            "diagnostics": [item.to_json() for item in self.diagnostics],
        }
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Lineage:
    """A `Graph` as JSON has it."""

    FORMAT: ClassVar[str] = "1.0"
    """The version of the format that this class was made from."""

    format: str
    """`FORMAT_VERSION` of the writer."""
    belljar: str
    """Version of Belljar."""
    datasets: Tuple[Dataset, ...]
    """Sorted by id."""
    edges: Tuple[EdgeRecord, ...]
    """Sorted by target, source, kind."""
    stars: Tuple[StarRecord, ...]
    """Sorted by target, source."""
    report: Report
    """What was read, and what was not understood."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Lineage:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Lineage")
        check_format(members, "lineage", cls.FORMAT)
        return cls(
            format=members.required("format", text),
            belljar=members.required("belljar", text),
            datasets=members.required("datasets", array(Dataset.from_json)),
            edges=members.required("edges", array(EdgeRecord.from_json)),
            stars=members.required("stars", array(StarRecord.from_json)),
            report=members.required("report", Report.from_json),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "format": self.format,
            "belljar": self.belljar,
            "datasets": [item.to_json() for item in self.datasets],
            "edges": [item.to_json() for item in self.edges],
            "stars": [item.to_json() for item in self.stars],
            "report": self.report.to_json(),
        }
        out.update(self.unknown)
        return out
