"""What `belljar extract` gives. Written by `python/generate.py` from `docs/schemas`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Dict, Literal, Optional, Tuple

from belljar._decode import Members, array, check_format, flag, integer, mapping, text, word

__all__ = [
    "CheckConstraint",
    "Column",
    "ColumnType",
    "Computed",
    "Creation",
    "DeclaredObject",
    "DeclaredSequence",
    "Default",
    "Diagnostic",
    "ExcludeConstraint",
    "ForeignKey",
    "ForeignKeyConstraint",
    "Generation",
    "Identity",
    "Index",
    "IndexElement",
    "Inheritance",
    "LiveDatabase",
    "Maker",
    "MappedClass",
    "NamedType",
    "Need",
    "ObjectKind",
    "Place",
    "PrimaryKey",
    "ProjectGeneration",
    "Property",
    "PropertyKind",
    "Reason",
    "Relationship",
    "Schema",
    "Sequence",
    "Severity",
    "StandIn",
    "StandInKind",
    "Status",
    "Table",
    "Tally",
    "TypeKind",
    "UniqueConstraint",
    "Unresolved",
    "View",
    "ViewColumn",
]

@dataclass(frozen=True)
class CheckConstraint:
    """A check constraint of a table."""

    sql: str
    """The condition (for PostgreSQL, or for the first dialect that creates it)."""
    dialects: Optional[Tuple[str, ...]] = None
    """The dialects that create it; absent if all do."""
    name: Optional[str] = None
    """Name, if one is set or a naming convention provides one."""
    names: Dict[str, str] = field(default_factory=dict)
    """The name in dialects where it differs: SQLAlchemy shortens names that are too long for a database."""
    options: Dict[str, str] = field(default_factory=dict)
    """Other arguments with their text: dialect options, `comment`, `deferrable`, `initially`; `sql:mysql` is
    the condition for a dialect that writes it differently from PostgreSQL.
    """
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> CheckConstraint:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "CheckConstraint")
        return cls(
            sql=members.required("sql", text),
            dialects=members.optional("dialects", array(text), None),
            name=members.optional("name", text, None),
            names=members.optional("names", mapping(text), {}),
            options=members.optional("options", mapping(text), {}),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "sql": self.sql,
        }
        if self.dialects is not None:
            out["dialects"] = list(self.dialects)
        if self.name is not None:
            out["name"] = self.name
        if self.names:
            out["names"] = dict(self.names)
        if self.options:
            out["options"] = dict(self.options)
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class ColumnType:
    """The type of a column: SQLAlchemy's own, and the DDL text that each dialect compiles from it."""

    class_: str
    """Name of the class."""
    module: str
    """Module of the class."""
    repr: str
    """The `repr()` of the type object."""
    enum_name: Optional[str] = None
    """The name of the type in the database, if it has one (`Enum`, `DOMAIN`)."""
    enum_values: Optional[Tuple[str, ...]] = None
    """The values of an enumeration."""
    mariadb: Optional[str] = None
    """DDL for MariaDB, if it differs: `with_variant(…, "mariadb")`."""
    mssql: Optional[str] = None
    """DDL for SQL Server."""
    mysql: Optional[str] = None
    """DDL for MySQL, and for MariaDB if the next field is absent."""
    oracle: Optional[str] = None
    """DDL for Oracle; null if the dialect can't render the type."""
    postgresql: Optional[str] = None
    """DDL for PostgreSQL; null if the dialect can't render the type. Likewise for the others."""
    sqlite: Optional[str] = None
    """DDL for SQLite; null if the dialect can't render the type."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> ColumnType:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "ColumnType")
        return cls(
            class_=members.required("class", text),
            module=members.required("module", text),
            repr=members.required("repr", text),
            enum_name=members.optional("enum_name", text, None),
            enum_values=members.optional("enum_values", array(text), None),
            mariadb=members.optional("mariadb", text, None),
            mssql=members.optional("mssql", text, None),
            mysql=members.optional("mysql", text, None),
            oracle=members.optional("oracle", text, None),
            postgresql=members.optional("postgresql", text, None),
            sqlite=members.optional("sqlite", text, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "class": self.class_,
            "module": self.module,
            "repr": self.repr,
        }
        if self.enum_name is not None:
            out["enum_name"] = self.enum_name
        if self.enum_values is not None:
            out["enum_values"] = list(self.enum_values)
        if self.mariadb is not None:
            out["mariadb"] = self.mariadb
        if self.mssql is not None:
            out["mssql"] = self.mssql
        if self.mysql is not None:
            out["mysql"] = self.mysql
        if self.oracle is not None:
            out["oracle"] = self.oracle
        if self.postgresql is not None:
            out["postgresql"] = self.postgresql
        if self.sqlite is not None:
            out["sqlite"] = self.sqlite
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Computed:
    """The expression of a column that the database computes."""

    sql: str
    """The SQL of the expression."""
    persisted: Optional[bool] = None
    """Stored, virtual, or the database's default."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Computed:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Computed")
        return cls(
            sql=members.required("sql", text),
            persisted=members.optional("persisted", flag, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "sql": self.sql,
        }
        if self.persisted is not None:
            out["persisted"] = self.persisted
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Default:
    """A client-side default: SQLAlchemy applies it, the database never hears of it."""

    kind: str
    """`scalar`, `callable`, `clause` or `sequence`."""
    text: str
    """The value, the name of the function, or the SQL text."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Default:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Default")
        return cls(
            kind=members.required("kind", text),
            text=members.required("text", text),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "kind": self.kind,
            "text": self.text,
        }
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class ExcludeConstraint:
    """An exclusion constraint of a table."""

    sql: str
    """DDL text (PostgreSQL dialect)."""
    dialects: Optional[Tuple[str, ...]] = None
    """The dialects that create it; absent if all do."""
    name: Optional[str] = None
    """Name, if one is set or a naming convention provides one."""
    names: Dict[str, str] = field(default_factory=dict)
    """The name in dialects where it differs: SQLAlchemy shortens names that are too long for a database."""
    options: Dict[str, str] = field(default_factory=dict)
    """Other arguments with their text: dialect options, `comment`, `deferrable`, `initially`."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> ExcludeConstraint:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "ExcludeConstraint")
        return cls(
            sql=members.required("sql", text),
            dialects=members.optional("dialects", array(text), None),
            name=members.optional("name", text, None),
            names=members.optional("names", mapping(text), {}),
            options=members.optional("options", mapping(text), {}),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "sql": self.sql,
        }
        if self.dialects is not None:
            out["dialects"] = list(self.dialects)
        if self.name is not None:
            out["name"] = self.name
        if self.names:
            out["names"] = dict(self.names)
        if self.options:
            out["options"] = dict(self.options)
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class ForeignKey:
    """A reference of one column."""

    target: str
    """The referenced column, `[schema.]table.column`."""
    ondelete: Optional[str] = None
    """Its `ON DELETE` action."""
    onupdate: Optional[str] = None
    """Its `ON UPDATE` action."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> ForeignKey:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "ForeignKey")
        return cls(
            target=members.required("target", text),
            ondelete=members.optional("ondelete", text, None),
            onupdate=members.optional("onupdate", text, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "target": self.target,
        }
        if self.ondelete is not None:
            out["ondelete"] = self.ondelete
        if self.onupdate is not None:
            out["onupdate"] = self.onupdate
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class ForeignKeyConstraint:
    """A foreign key constraint."""

    columns: Tuple[str, ...]
    """The columns that refer to another table, in their order."""
    targets: Tuple[str, ...]
    """The referenced columns, each `[schema.]table.column`."""
    use_alter: bool
    """Created by `ALTER TABLE` after both tables."""
    deferrable: Optional[bool] = None
    """Whether it is `DEFERRABLE`."""
    dialects: Optional[Tuple[str, ...]] = None
    """The dialects that create it; absent if all do."""
    initially: Optional[str] = None
    """The value of its `INITIALLY` clause."""
    match: Optional[str] = None
    """The value of its `MATCH` clause."""
    name: Optional[str] = None
    """Name, if one is set or a naming convention provides one."""
    names: Dict[str, str] = field(default_factory=dict)
    """The name in dialects where it differs: SQLAlchemy shortens names that are too long for a database."""
    ondelete: Optional[str] = None
    """Its `ON DELETE` action."""
    onupdate: Optional[str] = None
    """Its `ON UPDATE` action."""
    options: Dict[str, str] = field(default_factory=dict)
    """Other arguments with their text: dialect options, `comment`, `deferrable`, `initially`."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> ForeignKeyConstraint:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "ForeignKeyConstraint")
        return cls(
            columns=members.required("columns", array(text)),
            targets=members.required("targets", array(text)),
            use_alter=members.required("use_alter", flag),
            deferrable=members.optional("deferrable", flag, None),
            dialects=members.optional("dialects", array(text), None),
            initially=members.optional("initially", text, None),
            match=members.optional("match", text, None),
            name=members.optional("name", text, None),
            names=members.optional("names", mapping(text), {}),
            ondelete=members.optional("ondelete", text, None),
            onupdate=members.optional("onupdate", text, None),
            options=members.optional("options", mapping(text), {}),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "columns": list(self.columns),
            "targets": list(self.targets),
            "use_alter": self.use_alter,
        }
        if self.deferrable is not None:
            out["deferrable"] = self.deferrable
        if self.dialects is not None:
            out["dialects"] = list(self.dialects)
        if self.initially is not None:
            out["initially"] = self.initially
        if self.match is not None:
            out["match"] = self.match
        if self.name is not None:
            out["name"] = self.name
        if self.names:
            out["names"] = dict(self.names)
        if self.ondelete is not None:
            out["ondelete"] = self.ondelete
        if self.onupdate is not None:
            out["onupdate"] = self.onupdate
        if self.options:
            out["options"] = dict(self.options)
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Generation:
    """The SQLAlchemy release, and the reason for it."""

    version: str
    """Full version of SQLAlchemy."""
    reason: str
    """The reason for the choice."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Generation:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Generation")
        return cls(
            version=members.required("version", text),
            reason=members.required("reason", text),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "version": self.version,
            "reason": self.reason,
        }
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Identity:
    """The identity of a column that the database numbers."""

    always: bool
    """`GENERATED ALWAYS` rather than `BY DEFAULT`."""
    increment: Optional[int] = None
    """Increment of the sequence."""
    options: Dict[str, str] = field(default_factory=dict)
    """Other arguments (`minvalue`, `cycle`, `cache`, …), with their text."""
    start: Optional[int] = None
    """First value of the sequence."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Identity:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Identity")
        return cls(
            always=members.required("always", flag),
            increment=members.optional("increment", integer, None),
            options=members.optional("options", mapping(text), {}),
            start=members.optional("start", integer, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "always": self.always,
        }
        if self.increment is not None:
            out["increment"] = self.increment
        if self.options:
            out["options"] = dict(self.options)
        if self.start is not None:
            out["start"] = self.start
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class IndexElement:
    """One element of an index."""

    sql: str
    """DDL text (PostgreSQL dialect), with its direction and operator class."""
    column: Optional[str] = None
    """The column, if it is one."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> IndexElement:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "IndexElement")
        return cls(
            sql=members.required("sql", text),
            column=members.optional("column", text, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "sql": self.sql,
        }
        if self.column is not None:
            out["column"] = self.column
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Inheritance:
    """The inheritance of a mapped class."""

    base: str
    """The class it inherits from."""
    kind: str
    """`single`, `joined` or `concrete`."""
    polymorphic_identity: Optional[str] = None
    """Value in the discriminator column."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Inheritance:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Inheritance")
        return cls(
            base=members.required("base", text),
            kind=members.required("kind", text),
            polymorphic_identity=members.optional("polymorphic_identity", text, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "base": self.base,
            "kind": self.kind,
        }
        if self.polymorphic_identity is not None:
            out["polymorphic_identity"] = self.polymorphic_identity
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class LiveDatabase:
    """A database that was read."""

    dialect: str
    """Its name in SQLAlchemy: `postgresql`, `mysql`, `mariadb` or `sqlite`."""
    version: str
    """The version of the server."""
    schema: Optional[str] = None
    """The schema of what is named without one, such as `public`."""
    unread: Tuple[str, ...] = ()
    """Schemas that exist and were not read: others were asked for, or the user may not use them. Sorted."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> LiveDatabase:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "LiveDatabase")
        return cls(
            dialect=members.required("dialect", text),
            version=members.required("version", text),
            schema=members.optional("schema", text, None),
            unread=members.optional("unread", array(text), ()),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "dialect": self.dialect,
            "version": self.version,
        }
        if self.schema is not None:
            out["schema"] = self.schema
        if self.unread:
            out["unread"] = list(self.unread)
        out.update(self.unknown)
        return out


Maker = Literal["create_all", "migration", "unknown"]
"""Who creates an object other than a table.

`"create_all"`: `MetaData.create_all`, by an event or directly.

`"migration"`: A migration that a library generates by comparison with a database.

`"unknown"`: Unknown: the code declares it, and nothing shows who creates it.
"""


@dataclass(frozen=True)
class Need:
    """An absent package that contributed to something partial or unresolved. Provided with `--wheelhouse`, it
    makes that exact, unless there are other doubts about it.

    Causes that no package helps with are not included: an environment variable, a setting, a missing file,
    a database, a compiled extension. The reason of such a doubt has no `package`.
    """

    import_: str
    """The name under which it is imported, dotted if only a part of a namespace is absent."""
    tables: int
    """Tables that it contributed to, directly or through a column."""
    columns: int
    """Columns that it contributed to."""
    unresolved: int
    """Unresolved items that it contributed to."""
    requirement: Optional[str] = None
    """The project's own requirement with that name, as it is written; null if there is none."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Need:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Need")
        return cls(
            import_=members.required("import", text),
            tables=members.required("tables", integer),
            columns=members.required("columns", integer),
            unresolved=members.required("unresolved", integer),
            requirement=members.optional("requirement", text, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "import": self.import_,
            "tables": self.tables,
            "columns": self.columns,
            "unresolved": self.unresolved,
        }
        if self.requirement is not None:
            out["requirement"] = self.requirement
        out.update(self.unknown)
        return out


ObjectKind = Literal[
    "schema",
    "extension",
    "type",
    "domain",
    "sequence",
    "table",
    "index",
    "function",
    "procedure",
    "trigger",
    "rule",
    "policy",
    "grant",
    "ddl",
    "listener",
]
"""Kind of a `DeclaredObject`.

`"schema"`: `CREATE SCHEMA`: a namespace.

`"extension"`: `CREATE EXTENSION`: an extension of PostgreSQL.

`"type"`: `CREATE TYPE` as text; enumerations of columns are among the types.

`"domain"`: `CREATE DOMAIN` as a text.

`"sequence"`: `CREATE SEQUENCE` as a text.

`"table"`: `CREATE TABLE` as a text, such as a partition.

`"index"`: `CREATE INDEX` as a text.

`"function"`: `CREATE FUNCTION` or `CREATE AGGREGATE`.

`"procedure"`: `CREATE PROCEDURE`: a stored procedure.

`"trigger"`: `CREATE TRIGGER`: a trigger of a table.

`"rule"`: `CREATE RULE`: a rewrite rule of PostgreSQL.

`"policy"`: `CREATE POLICY`: a row-level security policy.

`"grant"`: `GRANT` or `REVOKE`: privileges.

`"ddl"`: Any other statement, as it is written.

`"listener"`: A function of the code, or of something absent, whose statements are unknown.
"""


@dataclass(frozen=True)
class Place:
    """A place in the repository, or in a package of the wheelhouse."""

    path: str
    """Path from the root of the source, with `/` between its parts. The prefix `wheelhouse:` marks a file of
    a package that was given with `--wheelhouse` or `--venv`: `wheelhouse:package/models.py` is the file
    that `import package.models` found, in whichever wheel or folder.
    """
    line: int
    """Line, counted from 1; 0 is the whole file."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Place:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Place")
        return cls(
            path=members.required("path", text),
            line=members.required("line", integer),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "path": self.path,
            "line": self.line,
        }
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class PrimaryKey:
    """The primary key of a table."""

    columns: Tuple[str, ...]
    """The columns in the order of the key."""
    dialects: Optional[Tuple[str, ...]] = None
    """The dialects that create it; absent if all do."""
    name: Optional[str] = None
    """Name, if one is set or a naming convention provides one."""
    names: Dict[str, str] = field(default_factory=dict)
    """The name in dialects where it differs: SQLAlchemy shortens names that are too long for a database."""
    options: Dict[str, str] = field(default_factory=dict)
    """Other arguments with their text: dialect options, `comment`, `deferrable`, `initially`."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> PrimaryKey:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "PrimaryKey")
        return cls(
            columns=members.required("columns", array(text)),
            dialects=members.optional("dialects", array(text), None),
            name=members.optional("name", text, None),
            names=members.optional("names", mapping(text), {}),
            options=members.optional("options", mapping(text), {}),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "columns": list(self.columns),
        }
        if self.dialects is not None:
            out["dialects"] = list(self.dialects)
        if self.name is not None:
            out["name"] = self.name
        if self.names:
            out["names"] = dict(self.names)
        if self.options:
            out["options"] = dict(self.options)
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class ProjectGeneration:
    """The SQLAlchemy release that the code of one project ran with, and the reason."""

    path: str
    """Directory of the project; it applies to everything below it, except projects in it that are listed
    themselves.
    """
    version: str
    """Full version of SQLAlchemy."""
    reason: str
    """The reason for the choice."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> ProjectGeneration:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "ProjectGeneration")
        return cls(
            path=members.required("path", text),
            version=members.required("version", text),
            reason=members.required("reason", text),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "path": self.path,
            "version": self.version,
            "reason": self.reason,
        }
        out.update(self.unknown)
        return out


PropertyKind = Literal["hybrid", "synonym", "composite", "column_property", "association_proxy"]
"""Kind of a mapped attribute that is neither column nor relationship.

`"hybrid"`: A `hybrid_property` or `hybrid_method`.

`"synonym"`: A `synonym` of another attribute.

`"composite"`: A `composite` of several columns.

`"column_property"`: `column_property` over an expression.

`"association_proxy"`: An `association_proxy` to an attribute of a related class.
"""


@dataclass(frozen=True)
class Reason:
    """Why something is partial or unresolved."""

    code: str
    """Stable, lower-case, dashed code such as `stand-in-type`."""
    message: str
    """What happened, values in backticks."""
    hint: Optional[str] = None
    """How to make it exact."""
    package: Optional[str] = None
    """The package that would make it exact, if there is one."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Reason:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Reason")
        return cls(
            code=members.required("code", text),
            message=members.required("message", text),
            hint=members.optional("hint", text, None),
            package=members.optional("package", text, None),
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
        if self.package is not None:
            out["package"] = self.package
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Relationship:
    """A relationship of a mapped class."""

    name: str
    """Name of the attribute."""
    target: str
    """The target class, or its name."""
    back_populates: Optional[str] = None
    """The attribute on the other side."""
    direction: Optional[str] = None
    """`one_to_many`, `many_to_one` or `many_to_many`; null if mappers can't be configured."""
    secondary: Optional[str] = None
    """Name of the association table."""
    uselist: Optional[bool] = None
    """Whether it is a collection rather than one object."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Relationship:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Relationship")
        return cls(
            name=members.required("name", text),
            target=members.required("target", text),
            back_populates=members.optional("back_populates", text, None),
            direction=members.optional("direction", text, None),
            secondary=members.optional("secondary", text, None),
            uselist=members.optional("uselist", flag, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "name": self.name,
            "target": self.target,
        }
        if self.back_populates is not None:
            out["back_populates"] = self.back_populates
        if self.direction is not None:
            out["direction"] = self.direction
        if self.secondary is not None:
            out["secondary"] = self.secondary
        if self.uselist is not None:
            out["uselist"] = self.uselist
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Sequence:
    """A sequence of the database."""

    name: str
    """Name in the database."""
    cache: Optional[int] = None
    """`CACHE` of the sequence."""
    cycle: Optional[bool] = None
    """Whether it has `CYCLE`."""
    data_type: Optional[str] = None
    """DDL of its type for PostgreSQL, if one is set."""
    increment: Optional[int] = None
    """Increment of the sequence."""
    max_value: Optional[int] = None
    """`MAXVALUE` of the sequence."""
    min_value: Optional[int] = None
    """`MINVALUE` of the sequence."""
    options: Dict[str, str] = field(default_factory=dict)
    """Other arguments (`order`, `nominvalue`, …), with their text."""
    schema: Optional[str] = None
    """Schema in the database, if one is set."""
    start: Optional[int] = None
    """First value of the sequence."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Sequence:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Sequence")
        return cls(
            name=members.required("name", text),
            cache=members.optional("cache", integer, None),
            cycle=members.optional("cycle", flag, None),
            data_type=members.optional("data_type", text, None),
            increment=members.optional("increment", integer, None),
            max_value=members.optional("max_value", integer, None),
            min_value=members.optional("min_value", integer, None),
            options=members.optional("options", mapping(text), {}),
            schema=members.optional("schema", text, None),
            start=members.optional("start", integer, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "name": self.name,
        }
        if self.cache is not None:
            out["cache"] = self.cache
        if self.cycle is not None:
            out["cycle"] = self.cycle
        if self.data_type is not None:
            out["data_type"] = self.data_type
        if self.increment is not None:
            out["increment"] = self.increment
        if self.max_value is not None:
            out["max_value"] = self.max_value
        if self.min_value is not None:
            out["min_value"] = self.min_value
        if self.options:
            out["options"] = dict(self.options)
        if self.schema is not None:
            out["schema"] = self.schema
        if self.start is not None:
            out["start"] = self.start
        out.update(self.unknown)
        return out


Severity = Literal["note", "warning", "error"]
"""The severity of a diagnostic, which is about the result, or of a finding, which is about a change.

`"note"`: Worth knowing. For a diagnostic: something was tolerated, and the result does not depend on it.

`"warning"`: Something was skipped, and a part of the result may be missing. For a change: it does harm on
a large table, with certain data, or while old code still runs.

`"error"`: A file or a run was lost. For a change: it loses data, fails, or breaks running code.
"""


StandInKind = Literal["package", "part", "standard_library", "extension", "failed"]
"""Why a stand-in replaces a module.

`"package"`: Its package is absent; a wheelhouse could provide it.

`"part"`: Its package is present, but has no such module.

`"standard_library"`: A part of the standard library that the sandbox lacks.

`"extension"`: A compiled extension of a package of the wheelhouse.

`"failed"`: A module of the wheelhouse, or a part of a library of the program, that could not be imported.
"""


Status = Literal["exact", "partial"]
"""The reliability of a table or a column.

`"exact"`: The result of the code with its real dependencies, as far as Belljar can determine.

`"partial"`: Something absent contributed to it; the reasons state what.
"""


@dataclass(frozen=True)
class Tally:
    """Counts over a `Document`."""

    tables_exact: int
    """Tables that are exact with all their columns."""
    tables_partial: int
    """Tables that are partial, or have a partial column."""
    unresolved: int
    """Unresolved tables and classes."""
    columns_exact: int
    """Exact columns in tables that are not partial as a whole."""
    columns_partial: int
    """Number of all other columns."""
    views_exact: int
    """Views that are exact with all their columns."""
    views_partial: int
    """Views that are partial, or have a partial column."""
    objects_exact: int
    """Other objects that are exact."""
    objects_partial: int
    """Other objects that are partial."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Tally:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Tally")
        return cls(
            tables_exact=members.required("tables_exact", integer),
            tables_partial=members.required("tables_partial", integer),
            unresolved=members.required("unresolved", integer),
            columns_exact=members.required("columns_exact", integer),
            columns_partial=members.required("columns_partial", integer),
            views_exact=members.required("views_exact", integer),
            views_partial=members.required("views_partial", integer),
            objects_exact=members.required("objects_exact", integer),
            objects_partial=members.required("objects_partial", integer),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "tables_exact": self.tables_exact,
            "tables_partial": self.tables_partial,
            "unresolved": self.unresolved,
            "columns_exact": self.columns_exact,
            "columns_partial": self.columns_partial,
            "views_exact": self.views_exact,
            "views_partial": self.views_partial,
            "objects_exact": self.objects_exact,
            "objects_partial": self.objects_partial,
        }
        out.update(self.unknown)
        return out


TypeKind = Literal["enum", "domain"]
"""Kind of a `NamedType`.

`"enum"`: An enumeration: a list of values.

`"domain"`: A domain: a type with constraints.
"""


@dataclass(frozen=True)
class UniqueConstraint:
    """A unique constraint of a table."""

    columns: Tuple[str, ...]
    """The columns in the order of the constraint."""
    options: Dict[str, str]
    """Dialect options with their text."""
    deferrable: Optional[bool] = None
    """Whether it is `DEFERRABLE`."""
    dialects: Optional[Tuple[str, ...]] = None
    """The dialects that create it; absent if all do."""
    initially: Optional[str] = None
    """The value of its `INITIALLY` clause."""
    name: Optional[str] = None
    """Name, if one is set or a naming convention provides one."""
    names: Dict[str, str] = field(default_factory=dict)
    """The name in dialects where it differs: SQLAlchemy shortens names that are too long for a database."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> UniqueConstraint:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "UniqueConstraint")
        return cls(
            columns=members.required("columns", array(text)),
            options=members.required("options", mapping(text)),
            deferrable=members.optional("deferrable", flag, None),
            dialects=members.optional("dialects", array(text), None),
            initially=members.optional("initially", text, None),
            name=members.optional("name", text, None),
            names=members.optional("names", mapping(text), {}),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "columns": list(self.columns),
            "options": dict(self.options),
        }
        if self.deferrable is not None:
            out["deferrable"] = self.deferrable
        if self.dialects is not None:
            out["dialects"] = list(self.dialects)
        if self.initially is not None:
            out["initially"] = self.initially
        if self.name is not None:
            out["name"] = self.name
        if self.names:
            out["names"] = dict(self.names)
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    name: str
    """Name in the database."""
    status: Status
    """Exact, or partial if this column is in doubt."""
    reasons: Tuple[Reason, ...]
    """The reasons if it is partial; empty if exact."""
    type: ColumnType
    """The type of the column."""
    nullable: bool
    """Whether it is nullable."""
    primary_key: bool
    """Whether it is part of the primary key."""
    autoincrement: str
    """`auto`, `true`, `false` or `ignore_fk`, as in SQLAlchemy."""
    foreign_keys: Tuple[ForeignKey, ...]
    """The foreign keys of this column, sorted by target."""
    attribute: Optional[str] = None
    """Attribute of the mapped class, if there is one."""
    comment: Optional[str] = None
    """The comment on the column."""
    computed: Optional[Computed] = None
    """`GENERATED ALWAYS AS (…)`."""
    default: Optional[Default] = None
    """Default that SQLAlchemy applies on insert."""
    identity: Optional[Identity] = None
    """`GENERATED … AS IDENTITY`."""
    key: Optional[str] = None
    """Key in `Table.c`, if it differs from the name."""
    onupdate: Optional[Default] = None
    """Default that SQLAlchemy applies on update."""
    options: Dict[str, str] = field(default_factory=dict)
    """Other arguments with their text: dialect options, `system` of a column that a database provides itself,
    `quote`, and `server_default` or `server_onupdate` with `FetchedValue` if a trigger provides the value.
    `server_default:mysql` and `computed:mysql` are the text for a dialect that writes it differently from
    PostgreSQL.
    """
    place: Optional[Place] = None
    """Place of its declaration."""
    sequence: Optional[Sequence] = None
    """The `Sequence` of the column, if it has one."""
    server_default: Optional[str] = None
    """Text of the server default (PostgreSQL dialect)."""
    server_default_literal: bool = False
    """Whether the server default is a string in the code, so that its DDL is a literal: `server_default="0"`
    is `DEFAULT '0'`. Absent if it is not.
    """
    server_onupdate: Optional[str] = None
    """Text of the server-side `onupdate`."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Column:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Column")
        return cls(
            name=members.required("name", text),
            status=members.required("status", word),
            reasons=members.required("reasons", array(Reason.from_json)),
            type=members.required("type", ColumnType.from_json),
            nullable=members.required("nullable", flag),
            primary_key=members.required("primary_key", flag),
            autoincrement=members.required("autoincrement", text),
            foreign_keys=members.required("foreign_keys", array(ForeignKey.from_json)),
            attribute=members.optional("attribute", text, None),
            comment=members.optional("comment", text, None),
            computed=members.optional("computed", Computed.from_json, None),
            default=members.optional("default", Default.from_json, None),
            identity=members.optional("identity", Identity.from_json, None),
            key=members.optional("key", text, None),
            onupdate=members.optional("onupdate", Default.from_json, None),
            options=members.optional("options", mapping(text), {}),
            place=members.optional("place", Place.from_json, None),
            sequence=members.optional("sequence", Sequence.from_json, None),
            server_default=members.optional("server_default", text, None),
            server_default_literal=members.optional("server_default_literal", flag, False),
            server_onupdate=members.optional("server_onupdate", text, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "name": self.name,
            "status": self.status,
            "reasons": [item.to_json() for item in self.reasons],
            "type": self.type.to_json(),
            "nullable": self.nullable,
            "primary_key": self.primary_key,
            "autoincrement": self.autoincrement,
            "foreign_keys": [item.to_json() for item in self.foreign_keys],
        }
        if self.attribute is not None:
            out["attribute"] = self.attribute
        if self.comment is not None:
            out["comment"] = self.comment
        if self.computed is not None:
            out["computed"] = self.computed.to_json()
        if self.default is not None:
            out["default"] = self.default.to_json()
        if self.identity is not None:
            out["identity"] = self.identity.to_json()
        if self.key is not None:
            out["key"] = self.key
        if self.onupdate is not None:
            out["onupdate"] = self.onupdate.to_json()
        if self.options:
            out["options"] = dict(self.options)
        if self.place is not None:
            out["place"] = self.place.to_json()
        if self.sequence is not None:
            out["sequence"] = self.sequence.to_json()
        if self.server_default is not None:
            out["server_default"] = self.server_default
        if self.server_default_literal:
            out["server_default_literal"] = self.server_default_literal
        if self.server_onupdate is not None:
            out["server_onupdate"] = self.server_onupdate
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Creation:
    """When an object other than a table is created."""

    made_by: Maker
    """Whether SQLAlchemy or a statement in the code creates it."""
    dialects: Tuple[str, ...]
    """The dialects it is created for, as named by `execute_if`; empty for all."""
    condition: Optional[str] = None
    """The function that decides whether to create it, if there is one."""
    event: Optional[str] = None
    """The event that creates it: `before_create` or `after_create`."""
    target: Optional[str] = None
    """The target of that event: `[schema.]table`, or the name of a `MetaData`."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Creation:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Creation")
        return cls(
            made_by=members.required("made_by", word),
            dialects=members.required("dialects", array(text)),
            condition=members.optional("condition", text, None),
            event=members.optional("event", text, None),
            target=members.optional("target", text, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "made_by": self.made_by,
            "dialects": list(self.dialects),
        }
        if self.condition is not None:
            out["condition"] = self.condition
        if self.event is not None:
            out["event"] = self.event
        if self.target is not None:
            out["target"] = self.target
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class DeclaredSequence:
    """A sequence with its declaration."""

    name: str
    """Name in the database."""
    status: Status
    """Exact, or partial if it is in doubt."""
    reasons: Tuple[Reason, ...]
    """The reasons if it is partial; empty if exact."""
    cache: Optional[int] = None
    """`CACHE` of the sequence."""
    cycle: Optional[bool] = None
    """Whether it has `CYCLE`."""
    data_type: Optional[str] = None
    """DDL of its type for PostgreSQL, if one is set."""
    increment: Optional[int] = None
    """Increment of the sequence."""
    max_value: Optional[int] = None
    """`MAXVALUE` of the sequence."""
    metadata: Optional[str] = None
    """The `MetaData` that creates it."""
    min_value: Optional[int] = None
    """`MINVALUE` of the sequence."""
    options: Dict[str, str] = field(default_factory=dict)
    """Other arguments (`order`, `nominvalue`, …), with their text."""
    place: Optional[Place] = None
    """Place of its declaration."""
    schema: Optional[str] = None
    """Schema in the database, if one is set."""
    start: Optional[int] = None
    """First value of the sequence."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> DeclaredSequence:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "DeclaredSequence")
        return cls(
            name=members.required("name", text),
            status=members.required("status", word),
            reasons=members.required("reasons", array(Reason.from_json)),
            cache=members.optional("cache", integer, None),
            cycle=members.optional("cycle", flag, None),
            data_type=members.optional("data_type", text, None),
            increment=members.optional("increment", integer, None),
            max_value=members.optional("max_value", integer, None),
            metadata=members.optional("metadata", text, None),
            min_value=members.optional("min_value", integer, None),
            options=members.optional("options", mapping(text), {}),
            place=members.optional("place", Place.from_json, None),
            schema=members.optional("schema", text, None),
            start=members.optional("start", integer, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "name": self.name,
            "status": self.status,
            "reasons": [item.to_json() for item in self.reasons],
        }
        if self.cache is not None:
            out["cache"] = self.cache
        if self.cycle is not None:
            out["cycle"] = self.cycle
        if self.data_type is not None:
            out["data_type"] = self.data_type
        if self.increment is not None:
            out["increment"] = self.increment
        if self.max_value is not None:
            out["max_value"] = self.max_value
        if self.metadata is not None:
            out["metadata"] = self.metadata
        if self.min_value is not None:
            out["min_value"] = self.min_value
        if self.options:
            out["options"] = dict(self.options)
        if self.place is not None:
            out["place"] = self.place.to_json()
        if self.schema is not None:
            out["schema"] = self.schema
        if self.start is not None:
            out["start"] = self.start
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Diagnostic:
    """A report of a stage about its input. Bad input is a value, not an error: the other input is processed.
    """

    severity: Severity
    """The severity of the diagnostic."""
    code: str
    """Stable, lower-case, dashed code such as `syntax-error`; one code per situation."""
    message: str
    """What happened: a lower-case fragment without a final period, values in backticks."""
    hint: Optional[str] = None
    """The next step, in the same style as `message`."""
    place: Optional[Place] = None
    """The place, if there is one."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Diagnostic:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Diagnostic")
        return cls(
            severity=members.required("severity", word),
            code=members.required("code", text),
            message=members.required("message", text),
            hint=members.optional("hint", text, None),
            place=members.optional("place", Place.from_json, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "severity": self.severity,
            "code": self.code,
            "message": self.message,
        }
        if self.hint is not None:
            out["hint"] = self.hint
        if self.place is not None:
            out["place"] = self.place.to_json()
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Index:
    """An index of a table."""

    columns: Tuple[str, ...]
    """Column names, or the text of expressions."""
    elements: Tuple[IndexElement, ...]
    """The same elements with their kinds."""
    unique: bool
    """Whether it is unique."""
    options: Dict[str, str]
    """Dialect options (`postgresql_using`, `postgresql_where`, …) with their text; `element 0:mysql` is the
    first element for a dialect that writes it differently from PostgreSQL.
    """
    dialects: Optional[Tuple[str, ...]] = None
    """The dialects that create it; absent if all do."""
    name: Optional[str] = None
    """Name, if one is set or a naming convention provides one."""
    names: Dict[str, str] = field(default_factory=dict)
    """The name in dialects where it differs: SQLAlchemy shortens names that are too long for a database."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Index:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Index")
        return cls(
            columns=members.required("columns", array(text)),
            elements=members.required("elements", array(IndexElement.from_json)),
            unique=members.required("unique", flag),
            options=members.required("options", mapping(text)),
            dialects=members.optional("dialects", array(text), None),
            name=members.optional("name", text, None),
            names=members.optional("names", mapping(text), {}),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "columns": list(self.columns),
            "elements": [item.to_json() for item in self.elements],
            "unique": self.unique,
            "options": dict(self.options),
        }
        if self.dialects is not None:
            out["dialects"] = list(self.dialects)
        if self.name is not None:
            out["name"] = self.name
        if self.names:
            out["names"] = dict(self.names)
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class NamedType:
    """A named type of columns in PostgreSQL."""

    kind: TypeKind
    """Whether it is an enumeration or a domain."""
    name: str
    """Name in the database."""
    status: Status
    """Exact, or partial if it is in doubt."""
    reasons: Tuple[Reason, ...]
    """The reasons if it is partial; empty if exact."""
    values: Tuple[str, ...]
    """The values of an enumeration, in order."""
    created: bool
    """Whether SQLAlchemy creates it; otherwise it must exist already."""
    columns: Tuple[str, ...]
    """`[schema.]table.column` of the columns with this type, sorted."""
    metadata: Optional[str] = None
    """The `MetaData` that creates it."""
    place: Optional[Place] = None
    """Place of the first column with this type."""
    schema: Optional[str] = None
    """Schema in the database, if one is set."""
    sql: Optional[str] = None
    """The statement that creates it; null if it can't be rendered."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> NamedType:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "NamedType")
        return cls(
            kind=members.required("kind", word),
            name=members.required("name", text),
            status=members.required("status", word),
            reasons=members.required("reasons", array(Reason.from_json)),
            values=members.required("values", array(text)),
            created=members.required("created", flag),
            columns=members.required("columns", array(text)),
            metadata=members.optional("metadata", text, None),
            place=members.optional("place", Place.from_json, None),
            schema=members.optional("schema", text, None),
            sql=members.optional("sql", text, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "kind": self.kind,
            "name": self.name,
            "status": self.status,
            "reasons": [item.to_json() for item in self.reasons],
            "values": list(self.values),
            "created": self.created,
            "columns": list(self.columns),
        }
        if self.metadata is not None:
            out["metadata"] = self.metadata
        if self.place is not None:
            out["place"] = self.place.to_json()
        if self.schema is not None:
            out["schema"] = self.schema
        if self.sql is not None:
            out["sql"] = self.sql
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Property:
    """A mapped attribute that is neither column nor relationship."""

    name: str
    """Name of the attribute."""
    kind: PropertyKind
    """The construct of SQLAlchemy that declares it."""
    text: Optional[str] = None
    """SQL text or target, if it has one."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Property:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Property")
        return cls(
            name=members.required("name", text),
            kind=members.required("kind", word),
            text=members.optional("text", text, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "name": self.name,
            "kind": self.kind,
        }
        if self.text is not None:
            out["text"] = self.text
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class StandIn:
    """An imported name that is neither in the repository nor in the snapshot, and that no wheelhouse
    provides.
    """

    module: str
    """Dotted name of the module that a stand-in replaces."""
    kind: StandInKind
    """The kind of absence."""
    place: Optional[Place] = None
    """Place of the first import."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> StandIn:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "StandIn")
        return cls(
            module=members.required("module", text),
            kind=members.required("kind", word),
            place=members.optional("place", Place.from_json, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "module": self.module,
            "kind": self.kind,
        }
        if self.place is not None:
            out["place"] = self.place.to_json()
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Unresolved:
    """A table or class that the code declares and no run produced."""

    name: str
    """The table's name if it is written in the code, else the class."""
    place: Place
    """Place of its declaration."""
    reason: Reason
    """Why no run produced it."""
    class_: Optional[str] = None
    """The class, if one declares it."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Unresolved:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Unresolved")
        return cls(
            name=members.required("name", text),
            place=members.required("place", Place.from_json),
            reason=members.required("reason", Reason.from_json),
            class_=members.optional("class", text, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "name": self.name,
            "place": self.place.to_json(),
            "reason": self.reason.to_json(),
        }
        if self.class_ is not None:
            out["class"] = self.class_
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class ViewColumn:
    """A column of a view."""

    name: str
    """Name in the database."""
    status: Status
    """Exact, or partial if this column is in doubt."""
    reasons: Tuple[Reason, ...]
    """The reasons if it is partial; empty if exact."""
    attribute: Optional[str] = None
    """Attribute of the mapped class, if there is one."""
    comment: Optional[str] = None
    """The comment on the column."""
    place: Optional[Place] = None
    """Place of its own declaration, if it has one."""
    type: Optional[ColumnType] = None
    """The type; null if only its name is known."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> ViewColumn:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "ViewColumn")
        return cls(
            name=members.required("name", text),
            status=members.required("status", word),
            reasons=members.required("reasons", array(Reason.from_json)),
            attribute=members.optional("attribute", text, None),
            comment=members.optional("comment", text, None),
            place=members.optional("place", Place.from_json, None),
            type=members.optional("type", ColumnType.from_json, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "name": self.name,
            "status": self.status,
            "reasons": [item.to_json() for item in self.reasons],
        }
        if self.attribute is not None:
            out["attribute"] = self.attribute
        if self.comment is not None:
            out["comment"] = self.comment
        if self.place is not None:
            out["place"] = self.place.to_json()
        if self.type is not None:
            out["type"] = self.type.to_json()
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class DeclaredObject:
    """An object that the code declares in a database, other than a table, view, sequence or type of a column.
    """

    kind: ObjectKind
    """The kind of object that the statement creates."""
    name: str
    """Name in the database; for a function its signature, for a listener its dotted name, else the start of
    the statement.
    """
    status: Status
    """Exact, or partial if it is in doubt."""
    reasons: Tuple[Reason, ...]
    """The reasons if it is partial; empty if exact."""
    creation: Creation
    """When it is created."""
    metadata: Optional[str] = None
    """The `MetaData` that creates it; null if none does, or that has no name in the code."""
    place: Optional[Place] = None
    """Place of its declaration."""
    postgresql: Optional[str] = None
    """The statement for PostgreSQL, if it differs."""
    schema: Optional[str] = None
    """Schema in the database, if one is named."""
    sql: Optional[str] = None
    """The statement in SQLAlchemy's default dialect, or in the one dialect it is created for; null if
    unknown.
    """
    table: Optional[str] = None
    """`[schema.]name` of the table that it belongs to, if there is one."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> DeclaredObject:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "DeclaredObject")
        return cls(
            kind=members.required("kind", word),
            name=members.required("name", text),
            status=members.required("status", word),
            reasons=members.required("reasons", array(Reason.from_json)),
            creation=members.required("creation", Creation.from_json),
            metadata=members.optional("metadata", text, None),
            place=members.optional("place", Place.from_json, None),
            postgresql=members.optional("postgresql", text, None),
            schema=members.optional("schema", text, None),
            sql=members.optional("sql", text, None),
            table=members.optional("table", text, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "kind": self.kind,
            "name": self.name,
            "status": self.status,
            "reasons": [item.to_json() for item in self.reasons],
            "creation": self.creation.to_json(),
        }
        if self.metadata is not None:
            out["metadata"] = self.metadata
        if self.place is not None:
            out["place"] = self.place.to_json()
        if self.postgresql is not None:
            out["postgresql"] = self.postgresql
        if self.schema is not None:
            out["schema"] = self.schema
        if self.sql is not None:
            out["sql"] = self.sql
        if self.table is not None:
            out["table"] = self.table
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class MappedClass:
    """A mapped class: what SQLAlchemy knows and a database does not store."""

    name: str
    """Qualified name of the class, as `package.module:Class`."""
    tables: Tuple[str, ...]
    """Tables it is mapped to, `[schema.]name`; several with joined inheritance."""
    relationships: Tuple[Relationship, ...]
    """Relationships to other mapped classes, sorted by name."""
    properties: Tuple[Property, ...]
    """Hybrids, synonyms, column properties and similar attributes, sorted by name."""
    inheritance: Optional[Inheritance] = None
    """Its inheritance from another mapped class."""
    place: Optional[Place] = None
    """Place of its declaration."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> MappedClass:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "MappedClass")
        return cls(
            name=members.required("name", text),
            tables=members.required("tables", array(text)),
            relationships=members.required("relationships", array(Relationship.from_json)),
            properties=members.required("properties", array(Property.from_json)),
            inheritance=members.optional("inheritance", Inheritance.from_json, None),
            place=members.optional("place", Place.from_json, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "name": self.name,
            "tables": list(self.tables),
            "relationships": [item.to_json() for item in self.relationships],
            "properties": [item.to_json() for item in self.properties],
        }
        if self.inheritance is not None:
            out["inheritance"] = self.inheritance.to_json()
        if self.place is not None:
            out["place"] = self.place.to_json()
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Table:
    """A table of one `MetaData`."""

    metadata: str
    """The `MetaData` that contains it: the first name under which it can be reached
    (`package.module:Base.metadata`), unique in a document.
    """
    name: str
    """Name in the database."""
    status: Status
    """Exact, or partial if the table as a whole is in doubt."""
    reasons: Tuple[Reason, ...]
    """The reasons if it is partial; empty if exact."""
    columns: Tuple[Column, ...]
    """Its columns, in the order of the table."""
    primary_key: PrimaryKey
    """The primary key, even if it has no columns."""
    unique: Tuple[UniqueConstraint, ...]
    """Unique constraints, sorted by columns, then name."""
    foreign_keys: Tuple[ForeignKeyConstraint, ...]
    """Foreign keys, sorted by columns, then name."""
    checks: Tuple[CheckConstraint, ...]
    """Check constraints, including those of types (`Boolean`, `Enum`), which not every dialect creates;
    sorted by name, then text.
    """
    indexes: Tuple[Index, ...]
    """Indexes, sorted by name, then elements."""
    excludes: Tuple[ExcludeConstraint, ...]
    """Exclusion constraints (PostgreSQL), sorted by name."""
    prefixes: Tuple[str, ...]
    """`Table` prefixes such as `TEMPORARY`."""
    options: Dict[str, str]
    """Dialect options (`mysql_engine`, …) with their text."""
    class_: Optional[str] = None
    """Qualified name of the class that declares it (`package.module:Class`), if one does."""
    comment: Optional[str] = None
    """The comment on the table."""
    place: Optional[Place] = None
    """Place of its declaration."""
    schema: Optional[str] = None
    """Schema in the database, if one is set."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Table:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Table")
        return cls(
            metadata=members.required("metadata", text),
            name=members.required("name", text),
            status=members.required("status", word),
            reasons=members.required("reasons", array(Reason.from_json)),
            columns=members.required("columns", array(Column.from_json)),
            primary_key=members.required("primary_key", PrimaryKey.from_json),
            unique=members.required("unique", array(UniqueConstraint.from_json)),
            foreign_keys=members.required("foreign_keys", array(ForeignKeyConstraint.from_json)),
            checks=members.required("checks", array(CheckConstraint.from_json)),
            indexes=members.required("indexes", array(Index.from_json)),
            excludes=members.required("excludes", array(ExcludeConstraint.from_json)),
            prefixes=members.required("prefixes", array(text)),
            options=members.required("options", mapping(text)),
            class_=members.optional("class", text, None),
            comment=members.optional("comment", text, None),
            place=members.optional("place", Place.from_json, None),
            schema=members.optional("schema", text, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "metadata": self.metadata,
            "name": self.name,
            "status": self.status,
            "reasons": [item.to_json() for item in self.reasons],
            "columns": [item.to_json() for item in self.columns],
            "primary_key": self.primary_key.to_json(),
            "unique": [item.to_json() for item in self.unique],
            "foreign_keys": [item.to_json() for item in self.foreign_keys],
            "checks": [item.to_json() for item in self.checks],
            "indexes": [item.to_json() for item in self.indexes],
            "excludes": [item.to_json() for item in self.excludes],
            "prefixes": list(self.prefixes),
            "options": dict(self.options),
        }
        if self.class_ is not None:
            out["class"] = self.class_
        if self.comment is not None:
            out["comment"] = self.comment
        if self.place is not None:
            out["place"] = self.place.to_json()
        if self.schema is not None:
            out["schema"] = self.schema
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class View:
    """A view that the code declares, or maps."""

    name: str
    """Name in the database."""
    materialized: bool
    """Whether it is materialized."""
    status: Status
    """Exact, or partial if the view as a whole is in doubt."""
    reasons: Tuple[Reason, ...]
    """The reasons if it is partial; empty if exact."""
    columns: Tuple[ViewColumn, ...]
    """Its columns in order, as far as the mapped table, the query or the statement name them."""
    indexes: Tuple[Index, ...]
    """Indexes of a materialized view; sorted by name, then elements."""
    options: Dict[str, str]
    """Options of the statement (`or_replace`, `with_data`, …) with their text."""
    creation: Creation
    """When it is created."""
    class_: Optional[str] = None
    """Qualified name of the class that is mapped to it (`package.module:Class`), if one is."""
    metadata: Optional[str] = None
    """The `MetaData` that creates it, or contains its table; null if that has no name in the code."""
    place: Optional[Place] = None
    """Place of its declaration."""
    postgresql: Optional[str] = None
    """The query for PostgreSQL, if it differs."""
    reads: Optional[Tuple[str, ...]] = None
    """`[schema.]name` of the tables and views that it reads, sorted; null if the query is plain text."""
    schema: Optional[str] = None
    """Schema in the database, if one is named."""
    sql: Optional[str] = None
    """The query in SQLAlchemy's default dialect, or in the one dialect it is created for; null if the code
    maps a view without its query.
    """
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> View:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "View")
        return cls(
            name=members.required("name", text),
            materialized=members.required("materialized", flag),
            status=members.required("status", word),
            reasons=members.required("reasons", array(Reason.from_json)),
            columns=members.required("columns", array(ViewColumn.from_json)),
            indexes=members.required("indexes", array(Index.from_json)),
            options=members.required("options", mapping(text)),
            creation=members.required("creation", Creation.from_json),
            class_=members.optional("class", text, None),
            metadata=members.optional("metadata", text, None),
            place=members.optional("place", Place.from_json, None),
            postgresql=members.optional("postgresql", text, None),
            reads=members.optional("reads", array(text), None),
            schema=members.optional("schema", text, None),
            sql=members.optional("sql", text, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "name": self.name,
            "materialized": self.materialized,
            "status": self.status,
            "reasons": [item.to_json() for item in self.reasons],
            "columns": [item.to_json() for item in self.columns],
            "indexes": [item.to_json() for item in self.indexes],
            "options": dict(self.options),
            "creation": self.creation.to_json(),
        }
        if self.class_ is not None:
            out["class"] = self.class_
        if self.metadata is not None:
            out["metadata"] = self.metadata
        if self.place is not None:
            out["place"] = self.place.to_json()
        if self.postgresql is not None:
            out["postgresql"] = self.postgresql
        if self.reads is not None:
            out["reads"] = list(self.reads)
        if self.schema is not None:
            out["schema"] = self.schema
        if self.sql is not None:
            out["sql"] = self.sql
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Schema:
    """The result of one extraction.

    It contains nothing of the machine, of the time, or of the way the source was given, so a directory, a
    git revision and an archive of the same files give the same document.
    """

    FORMAT: ClassVar[str] = "1.3"
    """The version of the format that this class was made from."""

    format: str
    """`FORMAT_VERSION` of the writer."""
    belljar: str
    """Version of Belljar that made the document."""
    sqlalchemy: Generation
    """The SQLAlchemy release that the code ran with."""
    summary: Tally
    """Counts of the contents."""
    tables: Tuple[Table, ...]
    """Tables, sorted by schema, name, `MetaData`."""
    views: Tuple[View, ...]
    """Views, sorted by schema, name."""
    sequences: Tuple[DeclaredSequence, ...]
    """Sequences of a `MetaData`, those of columns among them; sorted by schema, name."""
    types: Tuple[NamedType, ...]
    """Named types, sorted by schema, name."""
    objects: Tuple[DeclaredObject, ...]
    """Functions, triggers, policies and all other declared objects; sorted by kind, schema, name."""
    classes: Tuple[MappedClass, ...]
    """Mapped classes, sorted by name."""
    unresolved: Tuple[Unresolved, ...]
    """Declarations that no run produced: sorted by name, place."""
    needs: Tuple[Need, ...]
    """Packages that would make more of it exact: by the number of tables, most first, then by name."""
    stand_ins: Tuple[StandIn, ...]
    """Imported names that stand-ins replace, sorted."""
    diagnostics: Tuple[Diagnostic, ...]
    """Diagnostics of the stages about their input, sorted by place."""
    database: Optional[LiveDatabase] = None
    """The database, if the document is of a live one and not of code."""
    projects: Tuple[ProjectGeneration, ...] = ()
    """Projects of the same repository that require another SQLAlchemy and ran with it, sorted by path."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Schema:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Schema")
        check_format(members, "extract", cls.FORMAT)
        return cls(
            format=members.required("format", text),
            belljar=members.required("belljar", text),
            sqlalchemy=members.required("sqlalchemy", Generation.from_json),
            summary=members.required("summary", Tally.from_json),
            tables=members.required("tables", array(Table.from_json)),
            views=members.required("views", array(View.from_json)),
            sequences=members.required("sequences", array(DeclaredSequence.from_json)),
            types=members.required("types", array(NamedType.from_json)),
            objects=members.required("objects", array(DeclaredObject.from_json)),
            classes=members.required("classes", array(MappedClass.from_json)),
            unresolved=members.required("unresolved", array(Unresolved.from_json)),
            needs=members.required("needs", array(Need.from_json)),
            stand_ins=members.required("stand_ins", array(StandIn.from_json)),
            diagnostics=members.required("diagnostics", array(Diagnostic.from_json)),
            database=members.optional("database", LiveDatabase.from_json, None),
            projects=members.optional("projects", array(ProjectGeneration.from_json), ()),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "format": self.format,
            "belljar": self.belljar,
            "sqlalchemy": self.sqlalchemy.to_json(),
            "summary": self.summary.to_json(),
            "tables": [item.to_json() for item in self.tables],
            "views": [item.to_json() for item in self.views],
            "sequences": [item.to_json() for item in self.sequences],
            "types": [item.to_json() for item in self.types],
            "objects": [item.to_json() for item in self.objects],
            "classes": [item.to_json() for item in self.classes],
            "unresolved": [item.to_json() for item in self.unresolved],
            "needs": [item.to_json() for item in self.needs],
            "stand_ins": [item.to_json() for item in self.stand_ins],
            "diagnostics": [item.to_json() for item in self.diagnostics],
        }
        if self.database is not None:
            out["database"] = self.database.to_json()
        if self.projects:
            out["projects"] = [item.to_json() for item in self.projects]
        out.update(self.unknown)
        return out

    def table(self, name: str) -> Table:
        """The table of a name, with or without its schema; `KeyError` where there is none, or several."""
        from belljar import _lookup

        return _lookup.table(self, name)

    def _repr_html_(self) -> str:
        """The tables, for a notebook."""
        from belljar import _html

        return _html.schema(self)
