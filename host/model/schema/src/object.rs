use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ColumnType, Index, Place, Reason, Sequence, Status};

/// Who makes something that is no table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Maker {
    /// `MetaData.create_all`, by an event or by itself.
    CreateAll,
    /// A migration that a library writes by comparison with a database.
    Migration,
    /// The code declares it, and nothing says who makes it.
    Unknown,
}

/// When something that is no table is made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Creation {
    /// Who makes it.
    pub made_by: Maker,
    /// The event it waits for: `before_create` or `after_create`.
    pub event: Option<String>,
    /// Whose event that is: `[schema.]table`, or the name of a `MetaData`.
    pub target: Option<String>,
    /// The dialects it is made for, as `execute_if` names them; empty where it is made for all.
    pub dialects: Vec<String>,
    /// The function that is asked whether to make it, where there is one.
    pub condition: Option<String>,
}

/// A view that the code declares, or maps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct View {
    /// Which `MetaData` makes it, or holds its table; null where that has no name in the code.
    pub metadata: Option<String>,
    /// Database schema, where one is named.
    pub schema: Option<String>,
    /// Name in the database.
    pub name: String,
    /// Materialized.
    pub materialized: bool,
    /// Exact, or partial when the view as a whole is in doubt.
    pub status: Status,
    /// Why it is partial; empty when exact.
    pub reasons: Vec<Reason>,
    /// Where it is declared.
    pub place: Option<Place>,
    /// Qualified name of the class that is mapped to it (`package.module:Class`), if one is.
    pub class: Option<String>,
    /// In order, as far as the mapped table, the query or the statement name them.
    pub columns: Vec<ViewColumn>,
    /// Indexes of a materialized view; sorted by name, then elements.
    pub indexes: Vec<Index>,
    /// The query, as SQLAlchemy's neutral dialect has it, or the one dialect it is made for; null where the code maps a
    /// view and does not say what it selects.
    pub sql: Option<String>,
    /// The query for PostgreSQL, where it differs.
    pub postgresql: Option<String>,
    /// `[schema.]name` of the tables and views that it reads, sorted; null where the query is only a text.
    pub reads: Option<Vec<String>>,
    /// Options of the statement (`or_replace`, `with_data`, …) with their text.
    pub options: BTreeMap<String, String>,
    /// When it is made.
    pub creation: Creation,
}

/// A column of a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ViewColumn {
    /// Name in the database.
    pub name: String,
    /// Attribute of the mapped class, where there is one.
    pub attribute: Option<String>,
    /// Exact, or partial when this column is in doubt.
    pub status: Status,
    /// Why it is partial; empty when exact.
    pub reasons: Vec<Reason>,
    /// Where it is declared, where it is by itself.
    pub place: Option<Place>,
    /// The type; null where only its name is known.
    #[serde(rename = "type")]
    pub ty: Option<ColumnType>,
    /// The comment on the column.
    pub comment: Option<String>,
}

/// Kind of a [`DeclaredObject`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// `CREATE SCHEMA`.
    Schema,
    /// `CREATE EXTENSION`.
    Extension,
    /// `CREATE TYPE` as a text; enumerations that columns have are among the types.
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
    /// `CREATE PROCEDURE`.
    Procedure,
    /// `CREATE TRIGGER`.
    Trigger,
    /// `CREATE RULE`.
    Rule,
    /// `CREATE POLICY`.
    Policy,
    /// `GRANT` or `REVOKE`.
    Grant,
    /// Any other statement.
    Ddl,
    /// A function of the code, or of something absent, whose statements can't be known.
    Listener,
}

/// Something that the code declares in a database, and that is no table, view, sequence or type of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeclaredObject {
    /// What it is.
    pub kind: ObjectKind,
    /// Which `MetaData` makes it; null where none does, or that has no name in the code.
    pub metadata: Option<String>,
    /// Database schema, where one is named.
    pub schema: Option<String>,
    /// Name in the database; of a function its signature, of a listener its dotted name, else the statement's beginning.
    pub name: String,
    /// `[schema.]name` of the table that it belongs to, where there is one.
    pub table: Option<String>,
    /// Exact, or partial when it is in doubt.
    pub status: Status,
    /// Why it is partial; empty when exact.
    pub reasons: Vec<Reason>,
    /// Where it is declared.
    pub place: Option<Place>,
    /// The statement, as SQLAlchemy's neutral dialect has it, or the one dialect it is made for; null where it can't be
    /// known.
    pub sql: Option<String>,
    /// The statement for PostgreSQL, where it differs.
    pub postgresql: Option<String>,
    /// When it is made.
    pub creation: Creation,
}

/// Kind of a [`NamedType`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TypeKind {
    /// An enumeration.
    Enum,
    /// A domain.
    Domain,
}

/// A type of columns that has a name of its own in PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NamedType {
    /// What it is.
    pub kind: TypeKind,
    /// Which `MetaData` makes it.
    pub metadata: Option<String>,
    /// Database schema, where one is set.
    pub schema: Option<String>,
    /// Name in the database.
    pub name: String,
    /// Exact, or partial when it is in doubt.
    pub status: Status,
    /// Why it is partial; empty when exact.
    pub reasons: Vec<Reason>,
    /// Where the first column that has it is declared.
    pub place: Option<Place>,
    /// The values of an enumeration, in order.
    pub values: Vec<String>,
    /// The statement that makes it; null where it can't be rendered.
    pub sql: Option<String>,
    /// SQLAlchemy makes it; where it does not, it must be there already.
    pub created: bool,
    /// `[schema.]table.column` of the columns that have it, sorted.
    pub columns: Vec<String>,
}

/// A sequence with where it is declared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct DeclaredSequence {
    /// What it is in the database.
    #[serde(flatten)]
    pub sequence: Sequence,
    /// Which `MetaData` makes it.
    pub metadata: Option<String>,
    /// Exact, or partial when it is in doubt.
    pub status: Status,
    /// Why it is partial; empty when exact.
    pub reasons: Vec<Reason>,
    /// Where it is declared.
    pub place: Option<Place>,
}
