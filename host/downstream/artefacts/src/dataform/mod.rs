//! The compiled graph of a Dataform project, as `dataform compile --json` writes it.
//!
//! The form is `CompiledGraph` of Dataform's own `protos/core.proto`, in the JSON form of protocol buffers. Older and newer
//! releases leave out and add keys, so all of them may be absent, and an action that can't be read costs itself alone.

mod read;

use belljar_schema::Place;

pub use read::{LARGEST, read};

/// A compiled project.
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
    /// In the order of the file, kind by kind.
    pub actions: Vec<Action>,
}

/// What an action makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A table.
    Table,
    /// A view.
    View,
    /// A table that grows by what is new.
    Incremental,
    /// A query that others put into theirs.
    Inline,
    /// A query that has to find nothing.
    Assertion,
    /// Statements.
    Operation,
    /// A table that something else makes.
    Declaration,
    /// A preparation, notebook or test: it has a target and no query to read.
    Other,
}

/// The name of a relation.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// Database, project or catalog.
    pub database: Option<String>,
    /// Schema or dataset.
    pub schema: Option<String>,
    /// The relation.
    pub name: String,
}

/// One action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// What it makes.
    pub kind: Kind,
    /// The relation that it makes, with the prefixes and suffixes of the compilation.
    pub target: Target,
    /// The same without them, as the project names it.
    pub canonical: Option<Target>,
    /// The query; of an operation its statements. Empty for a declaration.
    pub queries: Vec<String>,
    /// The query for what is new, of an incremental table.
    pub incremental_query: Option<String>,
    /// Statements before and after it.
    pub operations: Vec<String>,
    /// What it says that it reads.
    pub dependencies: Vec<Target>,
    /// Documented columns; those of a struct have several parts.
    pub columns: Vec<DocumentedColumn>,
    /// Tags, sorted as the file has them.
    pub tags: Vec<String>,
    /// What it is for.
    pub description: Option<String>,
    /// It is not run.
    pub disabled: bool,
    /// Of an operation: it makes its target.
    pub has_output: bool,
    /// Of an assertion that a table brings along: the table.
    pub parent: Option<Target>,
    /// The file that defines it; no line is known.
    pub place: Place,
}

/// A column that is documented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentedColumn {
    /// Its name; with further parts for fields within it.
    pub path: Vec<String>,
    /// What it holds.
    pub description: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
}
