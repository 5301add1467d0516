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
"""How the source contributes to the target. If several apply, the first is used.

`"identity"`: The value unchanged, perhaps under another name.

`"transformation"`: An input of a computed value.

`"aggregation"`: An aggregate over it.

`"filter"`: It filters rows: `WHERE`, `HAVING`, `QUALIFY`.

`"join"`: Rows are joined by it.

`"group"`: Rows are grouped by it.

`"sort"`: Rows are ordered by it.

`"key"`: A foreign key, or a mapped relationship: from the referenced column to the referring one.

`"named"`: A query names it without using it in its result: a column of a common table expression that is
not selected. If it is dropped the query fails; other changes do not matter.

`"reads"`: It is read in an unknown way, so for a dataset as a whole any column may be read: SQL that could
not be parsed, an exposure, a test.
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
"""The kind of a dataset.

`"application_table"`: A table of the application.

`"application_view"`: A view of the application.

`"application_class"`: A mapped class of the application: its relationships, hybrids and column properties.

`"landed_table"`: A table of the application as replicated to a warehouse.

`"source"`: A `source` of dbt, a table that it only reads.

`"model"`: A `model` of dbt.

`"snapshot"`: A `snapshot` of dbt, a table that keeps the history of another.

`"seed"`: A `seed` of dbt, a table from a file.

`"analysis"`: dbt analysis: SQL that is never built.

`"exposure"`: An `exposure` of dbt, a reader outside dbt.

`"metric"`: A `metric` of dbt.

`"semantic_model"`: A `semantic_model` of dbt.

`"saved_query"`: A `saved_query` of dbt.

`"test"`: A test of dbt.

`"declaration"`: A declaration of Dataform, a table that it only reads.

`"action"`: Dataform table, incremental table or view.

`"assertion"`: An assertion of Dataform, which checks rows.

`"operation"`: An operation of Dataform, SQL that it only runs.

`"lookml_view"`: A view of LookML.

`"lookml_explore"`: An explore of LookML.

`"looker_dashboard"`: A dashboard of Looker.

`"tableau_datasource"`: A data source of Tableau.

`"tableau_worksheet"`: A worksheet of Tableau.

`"tableau_dashboard"`: A dashboard of Tableau.

`"external"`: A relation that is only named in SQL.
"""


@dataclass(frozen=True)
class LineageColumn:
    """A column of a dataset, or a field that is used like one."""

    name: str
    """As it is written in its declaration or selection."""
    key: str
    """The form in which it is compared: see `Dialect::column_key`."""
    certainty: Certainty
    """How certain it is that the dataset has it."""
    nullable: Optional[bool] = None
    """Whether it is nullable, if known."""
    place: Optional[Place] = None
    """The place of its declaration."""
    type: Optional[str] = None
    """Its type, if known."""
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
"""A dialect of SQL: how it is parsed, and how it compares names.

`"generic"`: Unknown: everything that any dialect accepts, and names without case.

`"bigquery"`: The dialect of Google BigQuery, called `GoogleSQL`.

`"databricks"`: The dialect of Databricks and of Apache Spark.

`"duckdb"`: The dialect of `DuckDB`.

`"mysql"`: The dialect of MySQL and of MariaDB.

`"mssql"`: Microsoft SQL Server, Fabric and Synapse.

`"oracle"`: The dialect of Oracle Database.

`"postgres"`: The dialect of PostgreSQL.

`"redshift"`: The dialect of Amazon Redshift.

`"snowflake"`: The dialect of Snowflake.

`"sqlite"`: The dialect of SQLite.

`"trino"`: Trino, Athena and Presto.

`"clickhouse"`: The dialect of `ClickHouse`.
"""


OwnerKind = Literal["meta", "group", "exposure", "codeowners", "other"]
"""The source of an owner.

`"meta"`: `meta.owner` of a dbt node.

`"group"`: The owner of a dbt group.

`"exposure"`: The owner of an exposure.

`"codeowners"`: A CODEOWNERS file names it.

`"other"`: Another source that names an owner.
"""


@dataclass(frozen=True)
class Relation:
    """The name of a relation in SQL: up to three parts, each quoted or not."""

    parts: Tuple[str, ...]
    """Database (BigQuery: project), schema (BigQuery: dataset) and name, as far as they are given; the name
    is last.
    """
    quoted: bool
    """Whether a part was quoted, so that its case is kept in dialects that fold names."""
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
    """A `SELECT *` that passes on all columns of a dataset, by names."""

    from_: str
    """Id of the dataset that has the columns."""
    to: str
    """Id of the dataset that receives them."""
    except_: Tuple[str, ...]
    """Columns that it excludes."""
    expanded: bool
    """Whether it could be expanded."""
    place: Optional[Place] = None
    """The place of the evidence."""
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
"""The system of a dataset.

`"application"`: The application: tables and views of its database.

`"landing"`: A warehouse, written by a replication service.

`"dbt"`: dbt: sources, models, and tests and exposures that read them.

`"dataform"`: Dataform: declarations, tables and operations.

`"looker"`: Looker: views, explores and dashboards.

`"tableau"`: Tableau: data sources, worksheets and dashboards.

`"elsewhere"`: Only named in SQL; no system describes it.
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
"""The cause of an unresolved part; one for each situation.

`"sql-not-parsed"`: SQL that can't be parsed.

`"statement-not-followed"`: A statement without a result that can be followed.

`"sql-missing"`: A node without SQL that should have some.

`"over-limit"`: SQL that exceeds the limits on size, depth or columns.

`"template-not-rendered"`: A template that could not be rendered.

`"macro-stood-in"`: A macro or function of a template that is missing, or could not be run: a stand-in
replaces it.

`"variable-stood-in"`: A variable of a template that is not set.

`"star-not-expanded"`: `SELECT *` over unknown columns.

`"column-not-found"`: A column that no visible relation is known to have.

`"column-ambiguous"`: A column that several visible relations could have.

`"relation-not-found"`: A relation that no artefact describes.

`"node-not-found"`: A missing node that is named as an input.

`"cycle"`: Datasets that depend on each other in a cycle.

`"duplicate"`: Two datasets with one id or one relation.

`"damaged"`: A part of an artefact that is damaged.

`"dialect-not-known"`: The artefact names a dialect that is not supported.

`"source-in-doubt"`: A table or column that is in doubt in its source.

`"expression-not-followed"`: A formula, expression or field that is not supported.
"""


@dataclass(frozen=True)
class EdgeRecord:
    """An edge, by names."""

    from_: End
    """The upstream end, which is read."""
    to: End
    """The downstream end, which reads."""
    kind: EdgeKind
    """The kind of the edge."""
    star: bool
    """Whether it results from `SELECT *`."""
    certainty: Certainty
    """The certainty of the edge."""
    place: Optional[Place] = None
    """The place of the evidence."""
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
    """An owner to notify."""

    name: str
    """A name, a team or a handle."""
    kind: OwnerKind
    """The source of the owner."""
    email: Optional[str] = None
    """Email address, if it is given beside the name."""
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
    """A part that could not be resolved, and its effect."""

    cause: UnknownCause
    """The situation that prevented the resolution."""
    subject: str
    """The subject: the macro, the column, the relation."""
    message: str
    """What happened: a lower-case fragment without a final period, values in backticks."""
    certainty: Certainty
    """The resulting certainty of the dataset."""
    dataset: Optional[str] = None
    """Id of the dataset whose certainty it lowers; null if it concerns no single one."""
    hint: Optional[str] = None
    """What to do next, as a lower-case fragment."""
    place: Optional[Place] = None
    """The place, if known."""
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
    """A table, view, model or dashboard: anything that has columns or reads them."""

    id: str
    """Unique in a graph: dbt's own `model.shop.orders`, `app:public.orders`, `fivetran:raw.shop.orders`."""
    system: System
    """The tool that the dataset belongs to."""
    kind: Kind
    """The kind of the dataset, such as a model or a dashboard."""
    name: str
    """Its name for people."""
    relations: Tuple[Relation, ...]
    """Its names in SQL; the first is its full name. Empty if SQL can't read it."""
    dialect: LineageDialect
    """The dialect of its names and its SQL."""
    columns: Tuple[LineageColumn, ...]
    """Columns in the order of the dataset."""
    is_complete: bool
    """Whether these are all its columns, so that other names do not exist."""
    owners: Tuple[Owner, ...]
    """People and teams that are responsible for it, sorted."""
    certainty: Certainty
    """The certainty of its columns and their inputs; the unknowns give the reasons."""
    facts: Tuple[Tuple[str, str], ...]
    """Facts about it, by name: a test's kind and values, an exposure's type and address. Sorted."""
    place: Optional[Place] = None
    """The place of its declaration."""
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
    """Counts, and the list of unresolved parts."""

    datasets: int
    """Number of datasets in the graph."""
    columns: int
    """Number of columns in the graph."""
    edges: int
    """Number of edges in the graph."""
    queries: int
    """Number of datasets with SQL, including missing SQL."""
    queries_followed: int
    """Number of those that were parsed and followed."""
    counts: Dict[str, int]
    """Number of unknowns for each cause; causes without any have no entry."""
    unknowns: Tuple[Unknown, ...]
    """Unknowns, sorted by dataset, cause, subject."""
    diagnostics: Tuple[Diagnostic, ...]
    """Diagnostics of the readers about artefacts as a whole."""
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
    """A `Graph` in its JSON form."""

    FORMAT: ClassVar[str] = "1.0"
    """The version of the format that this class was made from."""

    format: str
    """`FORMAT_VERSION` of the writer."""
    belljar: str
    """Version of Belljar that made the graph."""
    datasets: Tuple[Dataset, ...]
    """Datasets, sorted by id."""
    edges: Tuple[EdgeRecord, ...]
    """Edges, sorted by target, source, kind."""
    stars: Tuple[StarRecord, ...]
    """Stars, sorted by target, source."""
    report: Report
    """Counts, and the parts that could not be resolved."""
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
