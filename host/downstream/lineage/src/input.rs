//! What every reader makes of its artefact: one form for tables, models, views and dashboards.

use belljar_schema::Certainty;
use belljar_schema::Place;

use crate::{
    Dialect, Unknown,
    graph::{EdgeKind, Kind, Owner, Relation, System},
};

/// A column as a reader knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputColumn {
    /// Name.
    pub name: String,
    /// It is written in quotes, or known by the letter.
    pub quoted: bool,
    /// Its type, where it is known.
    pub ty: Option<String>,
    /// Whether it takes NULL, where that is known.
    pub nullable: Option<bool>,
    /// Where it is declared.
    pub place: Option<Place>,
    /// How sure it is that the dataset has it.
    pub certainty: Certainty,
}

impl InputColumn {
    /// A column of which the name is known.
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

/// How a reader names a dataset that it reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// By its id.
    Id(String),
    /// As SQL does.
    Relation(Relation),
}

/// An edge that a reader knows without SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputEdge {
    /// What is read.
    pub from: Target,
    /// Its column; all of it, where there is none.
    pub from_column: Option<String>,
    /// Column of the dataset that reads; all of it, where there is none.
    pub to_column: Option<String>,
    /// How.
    pub kind: EdgeKind,
    /// How sure it is.
    pub certainty: Certainty,
    /// What proves it.
    pub place: Option<Place>,
}

impl InputEdge {
    /// A certain edge that is proved by the dataset's own place.
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

/// SQL that makes a dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sql {
    /// A query, or a statement that holds one (`create table … as`, `insert into …`).
    pub text: String,
    /// For each line of the text the line of the file that it comes from, 0 where that is not known; where there are none,
    /// the lines are those of the file.
    pub lines: Vec<u32>,
}

/// SQL that runs beside the query of a dataset: a hook, the branch of an incremental run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// What it is, as people have it: `post-hook`.
    pub what: &'static str,
    /// Statements.
    pub sql: Sql,
}

/// An expression that makes one column, over the columns of one or more relations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    /// The column that it makes; the dataset as a whole, where there is none.
    pub column: Option<String>,
    /// The expression.
    pub sql: String,
    /// Names that qualify columns in it, each with what it stands for. A column without a name is of the first.
    pub scope: Vec<(String, Target)>,
    /// What the expression is for: an aggregate in it makes an aggregation of a transformation.
    pub kind: EdgeKind,
    /// What proves it.
    pub place: Option<Place>,
}

/// A dataset as a reader found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Unique: see [`crate::graph::Dataset::id`].
    pub id: String,
    /// The system it is of.
    pub system: System,
    /// What it is.
    pub kind: Kind,
    /// What people call it.
    pub name: String,
    /// What SQL calls it; the first is its full name.
    pub relations: Vec<Relation>,
    /// What its names and its SQL are written in.
    pub dialect: Dialect,
    /// Columns that somebody declares.
    pub columns: Vec<InputColumn>,
    /// These are all that there are: they come from a catalog, or from the code that makes the table.
    pub is_complete: bool,
    /// Columns that it has beside those that its SQL makes.
    pub added: Vec<String>,
    /// SQL that makes it.
    pub sql: Option<Sql>,
    /// What else runs when it is built. It breaks the dataset, and makes none of its columns.
    pub beside: Vec<Beside>,
    /// Words of the file, where macros write columns that are there when it is compiled: a column that is none of them is
    /// handed on as by a star.
    pub words: Option<std::collections::BTreeSet<String>>,
    /// It should have SQL, so that a lack of it is an unknown.
    pub wants_sql: bool,
    /// Expressions that make single columns.
    pub expressions: Vec<Expression>,
    /// Edges that are known without SQL.
    pub edges: Vec<InputEdge>,
    /// Datasets that it reads as far as its artefact says; they become edges where SQL gives none.
    pub reads: Vec<Target>,
    /// All columns of these come out of it, whatever they are.
    pub stars: Vec<Target>,
    /// Who to tell.
    pub owners: Vec<Owner>,
    /// Where it is declared.
    pub place: Option<Place>,
    /// What is good to know of it.
    pub facts: Vec<(String, String)>,
    /// What the reader did not understand.
    pub unknowns: Vec<Unknown>,
}

impl Input {
    /// A dataset of which nothing is known but what it is.
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
