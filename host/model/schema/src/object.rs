use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ColumnType, Index, Place, Reason, Sequence, Status};

/// Who creates an object other than a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Maker {
    /// `MetaData.create_all`, by an event or directly.
    CreateAll,
    /// A migration that a library generates by comparison with a database.
    Migration,
    /// Unknown: the code declares it, and nothing shows who creates it.
    Unknown,
}

/// When an object other than a table is created.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Creation {
    /// Whether SQLAlchemy or a statement in the code creates it.
    pub made_by: Maker,
    /// The event that creates it: `before_create` or `after_create`.
    pub event: Option<String>,
    /// The target of that event: `[schema.]table`, or the name of a `MetaData`.
    pub target: Option<String>,
    /// The dialects it is created for, as named by `execute_if`; empty for all.
    pub dialects: Vec<String>,
    /// The function that decides whether to create it, if there is one.
    pub condition: Option<String>,
}

/// A view that the code declares, or maps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct View {
    /// The `MetaData` that creates it, or contains its table; null if that has no name in the code.
    pub metadata: Option<String>,
    /// Schema in the database, if one is named.
    pub schema: Option<String>,
    /// Name in the database.
    pub name: String,
    /// Whether it is materialized.
    pub materialized: bool,
    /// Exact, or partial if the view as a whole is in doubt.
    pub status: Status,
    /// The reasons if it is partial; empty if exact.
    pub reasons: Vec<Reason>,
    /// Place of its declaration.
    pub place: Option<Place>,
    /// Qualified name of the class that is mapped to it (`package.module:Class`), if one is.
    pub class: Option<String>,
    /// Its columns in order, as far as the mapped table, the query or the statement name them.
    pub columns: Vec<ViewColumn>,
    /// Indexes of a materialized view; sorted by name, then elements.
    pub indexes: Vec<Index>,
    /// The query in SQLAlchemy's default dialect, or in the one dialect it is created for; null if the code maps a view
    /// without its query.
    pub sql: Option<String>,
    /// The query for PostgreSQL, if it differs.
    pub postgresql: Option<String>,
    /// `[schema.]name` of the tables and views that it reads, sorted; null if the query is plain text.
    pub reads: Option<Vec<String>>,
    /// Options of the statement (`or_replace`, `with_data`, …) with their text.
    pub options: BTreeMap<String, String>,
    /// When it is created.
    pub creation: Creation,
}

/// A column of a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ViewColumn {
    /// Name in the database.
    pub name: String,
    /// Attribute of the mapped class, if there is one.
    pub attribute: Option<String>,
    /// Exact, or partial if this column is in doubt.
    pub status: Status,
    /// The reasons if it is partial; empty if exact.
    pub reasons: Vec<Reason>,
    /// Place of its own declaration, if it has one.
    pub place: Option<Place>,
    /// The type; null if only its name is known.
    #[serde(rename = "type")]
    pub ty: Option<ColumnType>,
    /// The comment on the column.
    pub comment: Option<String>,
}

/// Kind of a [`DeclaredObject`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// `CREATE SCHEMA`: a namespace.
    Schema,
    /// `CREATE EXTENSION`: an extension of PostgreSQL.
    Extension,
    /// `CREATE TYPE` as text; enumerations of columns are among the types.
    Type,
    /// `CREATE DOMAIN` as a text.
    Domain,
    /// `CREATE SEQUENCE` as a text.
    Sequence,
    /// `CREATE TABLE` as a text, such as a partition.
    Table,
    /// `CREATE INDEX` as a text.
    Index,
    /// `CREATE FUNCTION` or `CREATE AGGREGATE`.
    Function,
    /// `CREATE PROCEDURE`: a stored procedure.
    Procedure,
    /// `CREATE TRIGGER`: a trigger of a table.
    Trigger,
    /// `CREATE RULE`: a rewrite rule of PostgreSQL.
    Rule,
    /// `CREATE POLICY`: a row-level security policy.
    Policy,
    /// `GRANT` or `REVOKE`: privileges.
    Grant,
    /// Any other statement, as it is written.
    Ddl,
    /// A function of the code, or of something absent, whose statements are unknown.
    Listener,
}

/// An object that the code declares in a database, other than a table, view, sequence or type of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeclaredObject {
    /// The kind of object that the statement creates.
    pub kind: ObjectKind,
    /// The `MetaData` that creates it; null if none does, or that has no name in the code.
    pub metadata: Option<String>,
    /// Schema in the database, if one is named.
    pub schema: Option<String>,
    /// Name in the database; for a function its signature, for a listener its dotted name, else the start of the
    /// statement.
    pub name: String,
    /// `[schema.]name` of the table that it belongs to, if there is one.
    pub table: Option<String>,
    /// Exact, or partial if it is in doubt.
    pub status: Status,
    /// The reasons if it is partial; empty if exact.
    pub reasons: Vec<Reason>,
    /// Place of its declaration.
    pub place: Option<Place>,
    /// The statement in SQLAlchemy's default dialect, or in the one dialect it is created for; null if unknown.
    pub sql: Option<String>,
    /// The statement for PostgreSQL, if it differs.
    pub postgresql: Option<String>,
    /// When it is created.
    pub creation: Creation,
}

/// Kind of a [`NamedType`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TypeKind {
    /// An enumeration: a list of values.
    Enum,
    /// A domain: a type with constraints.
    Domain,
}

/// A named type of columns in PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NamedType {
    /// Whether it is an enumeration or a domain.
    pub kind: TypeKind,
    /// The `MetaData` that creates it.
    pub metadata: Option<String>,
    /// Schema in the database, if one is set.
    pub schema: Option<String>,
    /// Name in the database.
    pub name: String,
    /// Exact, or partial if it is in doubt.
    pub status: Status,
    /// The reasons if it is partial; empty if exact.
    pub reasons: Vec<Reason>,
    /// Place of the first column with this type.
    pub place: Option<Place>,
    /// The values of an enumeration, in order.
    pub values: Vec<String>,
    /// The statement that creates it; null if it can't be rendered.
    pub sql: Option<String>,
    /// Whether SQLAlchemy creates it; otherwise it must exist already.
    pub created: bool,
    /// `[schema.]table.column` of the columns with this type, sorted.
    pub columns: Vec<String>,
}

/// A sequence with its declaration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct DeclaredSequence {
    /// Its definition in the database.
    #[serde(flatten)]
    pub sequence: Sequence,
    /// The `MetaData` that creates it.
    pub metadata: Option<String>,
    /// Exact, or partial if it is in doubt.
    pub status: Status,
    /// The reasons if it is partial; empty if exact.
    pub reasons: Vec<Reason>,
    /// Place of its declaration.
    pub place: Option<Place>,
}
