//! The compiled graph of a Dataform project, as written by `dataform compile --json`.
//!
//! The format is `CompiledGraph` of Dataform's own `protos/core.proto`, in the JSON form of protocol buffers. Older and
//! newer releases omit and add keys, so all of them are optional, and an action that can't be read is skipped alone.

mod parse;

use belljar_schema::Place;

pub use parse::{LARGEST, parse_graph};

/// A compiled project: the output of `dataform compile --json`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Graph {
    /// Release of Dataform's core that compiled it.
    pub core_version: Option<String>,
    /// `bigquery`, `snowflake`, `redshift`, `postgres`, …: the dialect of the queries.
    pub warehouse: Option<String>,
    /// Database (project) of targets that name none.
    pub database: Option<String>,
    /// Schema (dataset) of targets that name none.
    pub schema: Option<String>,
    /// The actions in the order of the file, by kind.
    pub actions: Vec<Action>,
}

/// The kind of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A table that is rebuilt.
    Table,
    /// A view of the warehouse.
    View,
    /// A table that grows with each run.
    Incremental,
    /// A query that is inlined into others.
    Inline,
    /// An assertion: a query that should return no rows.
    Assertion,
    /// Statements that are run as they are written.
    Operation,
    /// A declaration of an existing table.
    Declaration,
    /// A preparation, notebook or test: it has a target but no query to read.
    Other,
}

/// The name of a relation.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// Database, project or catalog.
    pub database: Option<String>,
    /// The schema, in BigQuery the dataset.
    pub schema: Option<String>,
    /// Name of the relation.
    pub name: String,
}

/// An action of the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// What the action creates or checks.
    pub kind: Kind,
    /// The relation that it creates, with the prefixes and suffixes of the compilation.
    pub target: Target,
    /// The same without them, as the project names it.
    pub canonical: Option<Target>,
    /// The query; the statements of an operation. Empty for a declaration.
    pub queries: Vec<String>,
    /// The query for new rows of an incremental table.
    pub incremental_query: Option<String>,
    /// Statements before and after it.
    pub operations: Vec<String>,
    /// The relations that the action declares as its dependencies.
    pub dependencies: Vec<Target>,
    /// Documented columns; those of a struct have several parts.
    pub columns: Vec<DocumentedColumn>,
    /// Tags, in the order of the file.
    pub tags: Vec<String>,
    /// The description of the relation, for people.
    pub description: Option<String>,
    /// Whether it is disabled.
    pub disabled: bool,
    /// Whether an operation creates its target.
    pub has_output: bool,
    /// The table of an assertion that a table declares.
    pub parent: Option<Target>,
    /// The file that defines it; the line is unknown.
    pub place: Place,
}

/// A column with a description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentedColumn {
    /// Its name; with further parts for fields within it.
    pub path: Vec<String>,
    /// The description of the column, for people.
    pub description: Option<String>,
    /// Tags of the column.
    pub tags: Vec<String>,
}
