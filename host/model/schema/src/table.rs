use std::collections::BTreeMap;

use belljar_dialect::Database;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A place in the repository, or in a package of the wheelhouse.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// Path from the root of the source, with `/` between its parts. The prefix `wheelhouse:` marks a file of a package
    /// that was given with `--wheelhouse` or `--venv`: `wheelhouse:package/models.py` is the file that `import
    /// package.models` found, in whichever wheel or folder.
    pub path: String,
    /// Line, counted from 1; 0 is the whole file.
    pub line: u32,
}

/// The reliability of a table or a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The result of the code with its real dependencies, as far as Belljar can determine.
    Exact,
    /// Something absent contributed to it; the reasons state what.
    Partial,
}

/// Why something is partial or unresolved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// Stable, lower-case, dashed code such as `stand-in-type`.
    pub code: String,
    /// What happened, values in backticks.
    pub message: String,
    /// How to make it exact.
    pub hint: Option<String>,
    /// The package that would make it exact, if there is one.
    pub package: Option<String>,
}

/// A table of one `MetaData`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Table {
    /// The `MetaData` that contains it: the first name under which it can be reached (`package.module:Base.metadata`),
    /// unique in a document.
    pub metadata: String,
    /// Schema in the database, if one is set.
    pub schema: Option<String>,
    /// Name in the database.
    pub name: String,
    /// Exact, or partial if the table as a whole is in doubt.
    pub status: Status,
    /// The reasons if it is partial; empty if exact.
    pub reasons: Vec<Reason>,
    /// Place of its declaration.
    pub place: Option<Place>,
    /// Qualified name of the class that declares it (`package.module:Class`), if one does.
    pub class: Option<String>,
    /// Its columns, in the order of the table.
    pub columns: Vec<Column>,
    /// The primary key, even if it has no columns.
    pub primary_key: PrimaryKey,
    /// Unique constraints, sorted by columns, then name.
    pub unique: Vec<UniqueConstraint>,
    /// Foreign keys, sorted by columns, then name.
    pub foreign_keys: Vec<ForeignKeyConstraint>,
    /// Check constraints, including those of types (`Boolean`, `Enum`), which not every dialect creates; sorted by
    /// name, then text.
    pub checks: Vec<CheckConstraint>,
    /// Indexes, sorted by name, then elements.
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

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Column {
    /// Name in the database.
    pub name: String,
    /// Key in `Table.c`, if it differs from the name.
    pub key: Option<String>,
    /// Attribute of the mapped class, if there is one.
    pub attribute: Option<String>,
    /// Exact, or partial if this column is in doubt.
    pub status: Status,
    /// The reasons if it is partial; empty if exact.
    pub reasons: Vec<Reason>,
    /// Place of its declaration.
    pub place: Option<Place>,
    /// The type of the column.
    #[serde(rename = "type")]
    pub ty: ColumnType,
    /// Whether it is nullable.
    pub nullable: bool,
    /// Whether it is part of the primary key.
    pub primary_key: bool,
    /// `auto`, `true`, `false` or `ignore_fk`, as in SQLAlchemy.
    pub autoincrement: String,
    /// Text of the server default (PostgreSQL dialect).
    pub server_default: Option<String>,
    /// Whether the server default is a string in the code, so that its DDL is a literal: `server_default="0"` is
    /// `DEFAULT '0'`. Absent if it is not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub server_default_literal: bool,
    /// Text of the server-side `onupdate`.
    pub server_onupdate: Option<String>,
    /// Default that SQLAlchemy applies on insert.
    pub default: Option<Default>,
    /// Default that SQLAlchemy applies on update.
    pub onupdate: Option<Default>,
    /// `GENERATED ALWAYS AS (…)`.
    pub computed: Option<Computed>,
    /// `GENERATED … AS IDENTITY`.
    pub identity: Option<Identity>,
    /// The `Sequence` of the column, if it has one.
    pub sequence: Option<Sequence>,
    /// The comment on the column.
    pub comment: Option<String>,
    /// The foreign keys of this column, sorted by target.
    pub foreign_keys: Vec<ForeignKey>,
    /// Other arguments with their text: dialect options, `system` of a column that a database provides itself, `quote`,
    /// and `server_default` or `server_onupdate` with `FetchedValue` if a trigger provides the value.
    /// `server_default:mysql` and `computed:mysql` are the text for a dialect that writes it differently from
    /// PostgreSQL.
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
    /// The `repr()` of the type object.
    pub repr: String,
    /// The values of an enumeration.
    pub enum_values: Option<Vec<String>>,
    /// The name of the type in the database, if it has one (`Enum`, `DOMAIN`).
    pub enum_name: Option<String>,
    /// DDL for PostgreSQL; null if the dialect can't render the type. Likewise for the others.
    pub postgresql: Option<String>,
    /// DDL for MySQL, and for MariaDB if the next field is absent.
    pub mysql: Option<String>,
    /// DDL for MariaDB, if it differs: `with_variant(…, "mariadb")`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mariadb: Option<String>,
    /// DDL for SQLite; null if the dialect can't render the type.
    pub sqlite: Option<String>,
    /// DDL for SQL Server.
    pub mssql: Option<String>,
    /// DDL for Oracle; null if the dialect can't render the type.
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

/// The expression of a column that the database computes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Computed {
    /// The SQL of the expression.
    pub sql: String,
    /// Stored, virtual, or the database's default.
    pub persisted: Option<bool>,
}

/// The identity of a column that the database numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Identity {
    /// `GENERATED ALWAYS` rather than `BY DEFAULT`.
    pub always: bool,
    /// First value of the sequence.
    pub start: Option<i64>,
    /// Increment of the sequence.
    pub increment: Option<i64>,
    /// Other arguments (`minvalue`, `cycle`, `cache`, …), with their text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
}

/// A sequence of the database.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Sequence {
    /// Schema in the database, if one is set.
    pub schema: Option<String>,
    /// Name in the database.
    pub name: String,
    /// First value of the sequence.
    pub start: Option<i64>,
    /// Increment of the sequence.
    pub increment: Option<i64>,
    /// `MINVALUE` of the sequence.
    pub min_value: Option<i64>,
    /// `MAXVALUE` of the sequence.
    pub max_value: Option<i64>,
    /// Whether it has `CYCLE`.
    pub cycle: Option<bool>,
    /// `CACHE` of the sequence.
    pub cache: Option<i64>,
    /// DDL of its type for PostgreSQL, if one is set.
    pub data_type: Option<String>,
    /// Other arguments (`order`, `nominvalue`, …), with their text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
}

/// A reference of one column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ForeignKey {
    /// The referenced column, `[schema.]table.column`.
    pub target: String,
    /// Its `ON DELETE` action.
    pub ondelete: Option<String>,
    /// Its `ON UPDATE` action.
    pub onupdate: Option<String>,
}

/// The primary key of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PrimaryKey {
    /// Name, if one is set or a naming convention provides one.
    pub name: Option<String>,
    /// The columns in the order of the key.
    pub columns: Vec<String>,
    /// Other arguments with their text: dialect options, `comment`, `deferrable`, `initially`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
    /// The name in dialects where it differs: SQLAlchemy shortens names that are too long for a database.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, String>,
    /// The dialects that create it; absent if all do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialects: Option<Vec<String>>,
}

/// A unique constraint of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct UniqueConstraint {
    /// The columns in the order of the constraint.
    pub columns: Vec<String>,
    /// Name, if one is set or a naming convention provides one.
    pub name: Option<String>,
    /// Whether it is `DEFERRABLE`.
    pub deferrable: Option<bool>,
    /// The value of its `INITIALLY` clause.
    pub initially: Option<String>,
    /// Dialect options with their text.
    pub options: BTreeMap<String, String>,
    /// The name in dialects where it differs: SQLAlchemy shortens names that are too long for a database.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, String>,
    /// The dialects that create it; absent if all do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialects: Option<Vec<String>>,
}

/// A foreign key constraint.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ForeignKeyConstraint {
    /// The columns that refer to another table, in their order.
    pub columns: Vec<String>,
    /// The referenced columns, each `[schema.]table.column`.
    pub targets: Vec<String>,
    /// Name, if one is set or a naming convention provides one.
    pub name: Option<String>,
    /// Its `ON DELETE` action.
    pub ondelete: Option<String>,
    /// Its `ON UPDATE` action.
    pub onupdate: Option<String>,
    /// Whether it is `DEFERRABLE`.
    pub deferrable: Option<bool>,
    /// The value of its `INITIALLY` clause.
    pub initially: Option<String>,
    /// The value of its `MATCH` clause.
    #[serde(rename = "match")]
    pub match_type: Option<String>,
    /// Created by `ALTER TABLE` after both tables.
    pub use_alter: bool,
    /// Other arguments with their text: dialect options, `comment`, `deferrable`, `initially`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
    /// The name in dialects where it differs: SQLAlchemy shortens names that are too long for a database.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, String>,
    /// The dialects that create it; absent if all do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialects: Option<Vec<String>>,
}

/// A check constraint of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct CheckConstraint {
    /// Name, if one is set or a naming convention provides one.
    pub name: Option<String>,
    /// The condition (for PostgreSQL, or for the first dialect that creates it).
    pub sql: String,
    /// Other arguments with their text: dialect options, `comment`, `deferrable`, `initially`; `sql:mysql` is the
    /// condition for a dialect that writes it differently from PostgreSQL.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
    /// The name in dialects where it differs: SQLAlchemy shortens names that are too long for a database.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, String>,
    /// The dialects that create it; absent if all do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialects: Option<Vec<String>>,
}

/// An exclusion constraint of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ExcludeConstraint {
    /// Name, if one is set or a naming convention provides one.
    pub name: Option<String>,
    /// DDL text (PostgreSQL dialect).
    pub sql: String,
    /// Other arguments with their text: dialect options, `comment`, `deferrable`, `initially`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
    /// The name in dialects where it differs: SQLAlchemy shortens names that are too long for a database.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, String>,
    /// The dialects that create it; absent if all do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialects: Option<Vec<String>>,
}

/// An index of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Index {
    /// Name, if one is set or a naming convention provides one.
    pub name: Option<String>,
    /// Column names, or the text of expressions.
    pub columns: Vec<String>,
    /// The same elements with their kinds.
    pub elements: Vec<IndexElement>,
    /// Whether it is unique.
    pub unique: bool,
    /// Dialect options (`postgresql_using`, `postgresql_where`, …) with their text; `element 0:mysql` is the first
    /// element for a dialect that writes it differently from PostgreSQL.
    pub options: BTreeMap<String, String>,
    /// The name in dialects where it differs: SQLAlchemy shortens names that are too long for a database.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, String>,
    /// The dialects that create it; absent if all do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialects: Option<Vec<String>>,
}

/// One element of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IndexElement {
    /// The column, if it is one.
    pub column: Option<String>,
    /// DDL text (PostgreSQL dialect), with its direction and operator class.
    pub sql: String,
}
