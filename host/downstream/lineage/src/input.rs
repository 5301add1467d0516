//! The result of every reader of artefacts: one form for tables, models, views and dashboards.

use belljar_schema::Certainty;
use belljar_schema::Place;

use crate::{
    Dialect, Unknown,
    graph::{EdgeKind, Kind, Owner, Relation, System},
};

/// A column in the result of a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputColumn {
    /// Name of the column.
    pub name: String,
    /// Whether it is quoted, or to be compared exactly.
    pub quoted: bool,
    /// Its type, if known.
    pub ty: Option<String>,
    /// Whether it is nullable, if known.
    pub nullable: Option<bool>,
    /// The place of its declaration.
    pub place: Option<Place>,
    /// How certain it is that the dataset has it.
    pub certainty: Certainty,
}

impl InputColumn {
    /// A column with only its name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            quoted: false,
            ty: None,
            nullable: None,
            place: None,
            certainty: Certainty::Certain,
        }
    }
}

/// A reference to a dataset that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The dataset with this id.
    Id(String),
    /// By its name in SQL.
    Relation(Relation),
}

/// An edge that is known without SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputEdge {
    /// The dataset that is read.
    pub from: Target,
    /// Its column; `None` for all of it.
    pub from_column: Option<String>,
    /// The column of the reading dataset; `None` for all of it.
    pub to_column: Option<String>,
    /// The kind of the edge.
    pub kind: EdgeKind,
    /// The certainty of the edge.
    pub certainty: Certainty,
    /// The place of the evidence.
    pub place: Option<Place>,
}

impl InputEdge {
    /// A certain edge with the place of the dataset.
    pub fn new(from: Target, from_column: Option<&str>, to_column: Option<&str>, kind: EdgeKind) -> Self {
        Self {
            from,
            from_column: from_column.map(str::to_owned),
            to_column: to_column.map(str::to_owned),
            kind,
            certainty: Certainty::Certain,
            place: None,
        }
    }
}

/// The SQL of a dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sql {
    /// A query, or a statement that contains one (`create table … as`, `insert into …`).
    pub text: String,
    /// For each line of the text, the line of the file that it comes from, 0 if unknown; if empty, the lines are those
    /// of the file.
    pub lines: Vec<u32>,
}

/// SQL that runs besides the query of a dataset: a hook, the branch of an incremental run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// Its kind for people: `post-hook`.
    pub what: &'static str,
    /// The statements, in their order.
    pub sql: Sql,
}

/// An expression for one column, over the columns of one or more relations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    /// The computed column; `None` for the dataset as a whole.
    pub column: Option<String>,
    /// The text of the expression.
    pub sql: String,
    /// Qualifiers of columns in it, each with its relation. An unqualified column is of the first.
    pub scope: Vec<(String, Target)>,
    /// The purpose of the expression: an aggregate in it makes a transformation an aggregation.
    pub kind: EdgeKind,
    /// The place of the evidence.
    pub place: Option<Place>,
}

/// A dataset in the result of a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// A name that no other dataset has: see [`crate::graph::Dataset::id`].
    pub id: String,
    /// The tool that the dataset belongs to.
    pub system: System,
    /// The kind of the dataset, such as a model or a dashboard.
    pub kind: Kind,
    /// Its name for people.
    pub name: String,
    /// Its names in SQL; the first is its full name.
    pub relations: Vec<Relation>,
    /// The dialect of its names and its SQL.
    pub dialect: Dialect,
    /// The columns that the artefact declares.
    pub columns: Vec<InputColumn>,
    /// Whether these are all columns: they come from a catalog, or from the code that creates the table.
    pub is_complete: bool,
    /// Columns in addition to those of its SQL.
    pub added: Vec<String>,
    /// The SQL of its query.
    pub sql: Option<Sql>,
    /// SQL that also runs when it is built. It can break the dataset, but computes none of its columns.
    pub beside: Vec<Beside>,
    /// Words of the file, if macros list the existing columns at compile time: a column that is not among them is
    /// passed on as by `SELECT *`.
    pub words: Option<std::collections::BTreeSet<String>>,
    /// Whether it should have SQL, so that missing SQL is an unknown.
    pub wants_sql: bool,
    /// Expressions for single columns.
    pub expressions: Vec<Expression>,
    /// Edges that are known without SQL.
    pub edges: Vec<InputEdge>,
    /// Datasets that its artefact lists as inputs; they become edges if SQL gives none.
    pub reads: Vec<Target>,
    /// Datasets whose columns it passes on unchanged.
    pub stars: Vec<Target>,
    /// People and teams that are responsible for the dataset.
    pub owners: Vec<Owner>,
    /// The place of its declaration.
    pub place: Option<Place>,
    /// Facts about it, by name.
    pub facts: Vec<(String, String)>,
    /// Parts that the reader could not resolve.
    pub unknowns: Vec<Unknown>,
}

impl Input {
    /// A dataset with only its identity.
    pub fn new(id: impl Into<String>, system: System, kind: Kind, name: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            system,
            kind,
            name: name.into(),
            relations: Vec::new(),
            dialect: Dialect::Generic,
            columns: Vec::new(),
            is_complete: false,
            added: Vec::new(),
            sql: None,
            beside: Vec::new(),
            words: None,
            wants_sql: false,
            expressions: Vec::new(),
            edges: Vec::new(),
            reads: Vec::new(),
            stars: Vec::new(),
            owners: Vec::new(),
            place: None,
            facts: Vec::new(),
            unknowns: Vec::new(),
        }
    }
}
