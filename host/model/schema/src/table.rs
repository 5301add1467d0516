use std::collections::BTreeMap;

use belljar_dialect::Database;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A place in the repository, or in a package of the wheelhouse.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// Path from the root of the source, with `/` between its parts. What begins with `wheelhouse:` is a file of a
    /// package that was given with `--wheelhouse` or `--venv`: `wheelhouse:package/models.py` is the file that `import
    /// package.models` found, whichever wheel or folder it came from.
    pub path: String,
    /// Line, counted from 1; 0 is the whole file.
    pub line: u32,
}

/// How far a table or a column can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// What the code computes with its real dependencies, as far as Belljar can know.
    Exact,
    /// Something that was not there had a part in it; the reasons say what.
    Partial,
}

/// Why something is partial or unresolved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// Stable, lower-case, dashed code such as `stand-in-type`.
    pub code: String,
    /// What happened, values in backticks.
    pub message: String,
    /// What would make it exact.
    pub hint: Option<String>,
    /// The package that would make it exact, where it is one.
    pub package: Option<String>,
}

/// A table of one `MetaData`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Table {
    /// Which `MetaData` holds it: the first name it is reachable by (`package.module:Base.metadata`), unique in a document.
    pub metadata: String,
    /// Database schema, where one is set.
    pub schema: Option<String>,
    /// Name in the database.
    pub name: String,
    /// Exact, or partial when the table as a whole is in doubt.
    pub status: Status,
    /// Why it is partial; empty when exact.
    pub reasons: Vec<Reason>,
    /// Where it is declared.
    pub place: Option<Place>,
    /// Qualified name of the class that declares it (`package.module:Class`), if one does.
    pub class: Option<String>,
    /// In the order of the table.
    pub columns: Vec<Column>,
    /// The primary key, even where it has no columns.
    pub primary_key: PrimaryKey,
    /// Sorted by columns, then name.
    pub unique: Vec<UniqueConstraint>,
    /// Sorted by columns, then name.
    pub foreign_keys: Vec<ForeignKeyConstraint>,
    /// With those that a type brings along (`Boolean`, `Enum`), which not every dialect makes; sorted by name, then text.
    pub checks: Vec<CheckConstraint>,
    /// Sorted by name, then elements.
    pub indexes: Vec<Index>,
    /// Exclusion constraints (PostgreSQL), sorted by name.
    pub excludes: Vec<ExcludeConstraint>,
    /// The comment on the table.
    pub comment: Option<String>,
    /// `Table` prefixes such as `TEMPORARY`.
    pub prefixes: Vec<String>,
    /// Dialect options (`mysql_engine`, …) with their text.
    pub options: BTreeMap<String, String>,
}

impl Table {
    /// `[schema.]table`, as a foreign key names it.
    pub fn full_name(&self) -> String {
        full_name(self.schema.as_deref(), &self.name)
    }
}

/// `[schema.]name` of a table, a type, a view or a sequence, as a foreign key names its target.
pub fn full_name(schema: Option<&str>, name: &str) -> String {
    schema.map_or_else(|| name.to_owned(), |schema| format!("{schema}.{name}"))
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Column {
    /// Name in the database.
    pub name: String,
    /// Key in `Table.c`, where it differs from the name.
    pub key: Option<String>,
    /// Attribute of the mapped class, where there is one.
    pub attribute: Option<String>,
    /// Exact, or partial when this column is in doubt.
    pub status: Status,
    /// Why it is partial; empty when exact.
    pub reasons: Vec<Reason>,
    /// Where it is declared.
    pub place: Option<Place>,
    /// The type.
    #[serde(rename = "type")]
    pub ty: ColumnType,
    /// Whether it takes NULL.
    pub nullable: bool,
    /// Whether it is part of the primary key.
    pub primary_key: bool,
    /// `auto`, `true`, `false` or `ignore_fk`, as SQLAlchemy has it.
    pub autoincrement: String,
    /// Text of the server default (PostgreSQL dialect).
    pub server_default: Option<String>,
    /// The server default is a string of the code, so its DDL is that text as a literal: `server_default="0"` is
    /// `DEFAULT '0'`. Absent where it is not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub server_default_literal: bool,
    /// Text of the server-side `onupdate`.
    pub server_onupdate: Option<String>,
    /// Client-side default.
    pub default: Option<Default>,
    /// Client-side `onupdate`.
    pub onupdate: Option<Default>,
    /// `GENERATED ALWAYS AS (…)`.
    pub computed: Option<Computed>,
    /// `GENERATED … AS IDENTITY`.
    pub identity: Option<Identity>,
    /// A `Sequence` given to the column.
    pub sequence: Option<Sequence>,
    /// The comment on the column.
    pub comment: Option<String>,
    /// What this column refers to, sorted by target.
    pub foreign_keys: Vec<ForeignKey>,
    /// What else it is given, with its text: dialect options, `system` of a column that a database has by itself, `quote`,
    /// and `server_default` or `server_onupdate` with `FetchedValue` where a trigger makes the value. `server_default:mysql`
    /// and `computed:mysql` are the text for a dialect that writes it otherwise than PostgreSQL.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
}

/// The type of a column: SQLAlchemy's own, and the DDL text that each dialect compiles from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ColumnType {
    /// Name of the class.
    pub class: String,
    /// Module of the class.
    pub module: String,
    /// SQLAlchemy's own `repr`.
    pub repr: String,
    /// The values, where it is an enumeration.
    pub enum_values: Option<Vec<String>>,
    /// The name of the type in the database, where it has one (`Enum`, `DOMAIN`).
    pub enum_name: Option<String>,
    /// DDL for PostgreSQL; null where the dialect can't render the type. The same for the others.
    pub postgresql: Option<String>,
    /// DDL for MySQL, and for MariaDB where the next field is absent.
    pub mysql: Option<String>,
    /// DDL for MariaDB, where that is another: `with_variant(…, "mariadb")`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mariadb: Option<String>,
    /// DDL for SQLite.
    pub sqlite: Option<String>,
    /// DDL for SQL Server.
    pub mssql: Option<String>,
    /// DDL for Oracle.
    pub oracle: Option<String>,
}

impl ColumnType {
    /// The DDL for a database; that of MySQL for MariaDB where it has none of its own.
    pub fn ddl(&self, database: Database) -> Option<&str> {
        match database {
            Database::Postgresql => self.postgresql.as_deref(),
            Database::Mysql => self.mysql.as_deref(),
            Database::Mariadb => self.mariadb.as_deref().or(self.mysql.as_deref()),
            Database::Sqlite => self.sqlite.as_deref(),
            Database::Mssql => self.mssql.as_deref(),
            Database::Oracle => self.oracle.as_deref(),
        }
    }
}

/// A client-side default: SQLAlchemy applies it, the database never hears of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Default {
    /// `scalar`, `callable`, `clause` or `sequence`.
    pub kind: String,
    /// The value, the name of the function, or the SQL text.
    pub text: String,
}

/// A computed column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Computed {
    /// The expression.
    pub sql: String,
    /// Stored, virtual, or left to the database.
    pub persisted: Option<bool>,
}

/// An identity column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Identity {
    /// `GENERATED ALWAYS` rather than `BY DEFAULT`.
    pub always: bool,
    /// First value.
    pub start: Option<i64>,
    /// Step.
    pub increment: Option<i64>,
    /// What else it is given (`minvalue`, `cycle`, `cache`, …), with its text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
}

/// A sequence.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Sequence {
    /// Database schema.
    pub schema: Option<String>,
    /// Name in the database.
    pub name: String,
    /// First value.
    pub start: Option<i64>,
    /// Step.
    pub increment: Option<i64>,
    /// `MINVALUE`.
    pub min_value: Option<i64>,
    /// `MAXVALUE`.
    pub max_value: Option<i64>,
    /// `CYCLE`.
    pub cycle: Option<bool>,
    /// `CACHE`.
    pub cache: Option<i64>,
    /// DDL of its type for PostgreSQL, where one is set.
    pub data_type: Option<String>,
    /// What else it is given (`order`, `nominvalue`, …), with its text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
}

/// One column's reference, as seen from the column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ForeignKey {
    /// `[schema.]table.column`.
    pub target: String,
    /// `ON DELETE` action.
    pub ondelete: Option<String>,
    /// `ON UPDATE` action.
    pub onupdate: Option<String>,
}

/// The primary key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PrimaryKey {
    /// Name, where one is set or a naming convention makes one.
    pub name: Option<String>,
    /// In the order of the key.
    pub columns: Vec<String>,
    /// What else it is given, with its text: dialect options, `comment`, `deferrable`, `initially`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
    /// The name as each dialect writes it, where that is another: SQLAlchemy shortens what is longer than a database takes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, String>,
    /// The dialects that make it; absent where all do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialects: Option<Vec<String>>,
}

/// A unique constraint.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct UniqueConstraint {
    /// In the order of the constraint.
    pub columns: Vec<String>,
    /// Name, where one is set or a naming convention makes one.
    pub name: Option<String>,
    /// `DEFERRABLE`.
    pub deferrable: Option<bool>,
    /// `INITIALLY …`.
    pub initially: Option<String>,
    /// Dialect options with their text.
    pub options: BTreeMap<String, String>,
    /// The name as each dialect writes it, where that is another: SQLAlchemy shortens what is longer than a database takes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, String>,
    /// The dialects that make it; absent where all do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialects: Option<Vec<String>>,
}

/// A foreign key constraint.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ForeignKeyConstraint {
    /// Columns here.
    pub columns: Vec<String>,
    /// Columns there, each `[schema.]table.column`.
    pub targets: Vec<String>,
    /// Name, where one is set or a naming convention makes one.
    pub name: Option<String>,
    /// `ON DELETE` action.
    pub ondelete: Option<String>,
    /// `ON UPDATE` action.
    pub onupdate: Option<String>,
    /// `DEFERRABLE`.
    pub deferrable: Option<bool>,
    /// `INITIALLY …`.
    pub initially: Option<String>,
    /// `MATCH …`.
    #[serde(rename = "match")]
    pub match_type: Option<String>,
    /// Made by `ALTER TABLE` after both tables.
    pub use_alter: bool,
    /// What else it is given, with its text: dialect options, `comment`, `deferrable`, `initially`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
    /// The name as each dialect writes it, where that is another: SQLAlchemy shortens what is longer than a database takes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, String>,
    /// The dialects that make it; absent where all do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialects: Option<Vec<String>>,
}

/// A check constraint.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct CheckConstraint {
    /// Name, where one is set or a naming convention makes one.
    pub name: Option<String>,
    /// The condition (PostgreSQL dialect, or of the dialects that make it the first).
    pub sql: String,
    /// What else it is given, with its text: dialect options, `comment`, `deferrable`, `initially`; `sql:mysql` is the
    /// condition for a dialect that writes it otherwise than PostgreSQL.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
    /// The name as each dialect writes it, where that is another: SQLAlchemy shortens what is longer than a database takes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, String>,
    /// The dialects that make it; absent where all do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialects: Option<Vec<String>>,
}

/// An exclusion constraint.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ExcludeConstraint {
    /// Name, where one is set or a naming convention makes one.
    pub name: Option<String>,
    /// DDL text (PostgreSQL dialect).
    pub sql: String,
    /// What else it is given, with its text: dialect options, `comment`, `deferrable`, `initially`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
    /// The name as each dialect writes it, where that is another: SQLAlchemy shortens what is longer than a database takes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, String>,
    /// The dialects that make it; absent where all do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialects: Option<Vec<String>>,
}

/// An index.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Index {
    /// Name, where one is set or a naming convention makes one.
    pub name: Option<String>,
    /// Column names, or the text of the expression where an element is one.
    pub columns: Vec<String>,
    /// The same elements with what they are.
    pub elements: Vec<IndexElement>,
    /// `UNIQUE`.
    pub unique: bool,
    /// Dialect options (`postgresql_using`, `postgresql_where`, …) with their text; `element 0:mysql` is the first element
    /// for a dialect that writes it otherwise than PostgreSQL.
    pub options: BTreeMap<String, String>,
    /// The name as each dialect writes it, where that is another: SQLAlchemy shortens what is longer than a database takes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, String>,
    /// The dialects that make it; absent where all do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialects: Option<Vec<String>>,
}

/// One element of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IndexElement {
    /// The column, where it is one.
    pub column: Option<String>,
    /// DDL text (PostgreSQL dialect), with its direction and operator class.
    pub sql: String,
}
