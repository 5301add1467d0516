use std::sync::Arc;

use belljar_schema::Certainty;
use belljar_schema::Place;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ColumnId, DatasetId};

/// How the source contributes to the target. If several apply, the first is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EdgeKind {
    /// The value unchanged, perhaps under another name.
    Identity,
    /// An input of a computed value.
    Transformation,
    /// An aggregate over it.
    Aggregation,
    /// It filters rows: `WHERE`, `HAVING`, `QUALIFY`.
    Filter,
    /// Rows are joined by it.
    Join,
    /// Rows are grouped by it.
    Group,
    /// Rows are ordered by it.
    Sort,
    /// A foreign key, or a mapped relationship: from the referenced column to the referring one.
    Key,
    /// A query names it without using it in its result: a column of a common table expression that is not selected. If
    /// it is dropped the query fails; other changes do not matter.
    Named,
    /// It is read in an unknown way, so for a dataset as a whole any column may be read: SQL that could not be parsed,
    /// an exposure, a test.
    Reads,
}

impl EdgeKind {
    /// Whether the value itself is passed on, unchanged or computed.
    pub fn is_direct(self) -> bool {
        matches!(self, Self::Identity | Self::Transformation | Self::Aggregation)
    }
}

/// A column of a dataset, or all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    /// The dataset, as its index in the graph.
    pub dataset: DatasetId,
    /// The column; `None` for the dataset as a whole.
    pub column: Option<ColumnId>,
}

impl Point {
    /// The point for the dataset as a whole.
    pub fn whole(dataset: DatasetId) -> Self {
        Self { dataset, column: None }
    }
}

/// A dependency between points. `from` is upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The upstream end, which is read.
    pub from: Point,
    /// The downstream end, which reads.
    pub to: Point,
    /// The kind of the edge.
    pub kind: EdgeKind,
    /// Whether it results from `SELECT *`, so that it is not written explicitly.
    pub star: bool,
    /// The certainty of the edge.
    pub certainty: Certainty,
    /// The place of the evidence.
    pub place: Option<Arc<Place>>,
}

/// A `SELECT *` that passes on all columns of a dataset: what is added upstream appears downstream, what is dropped
/// disappears, and nothing fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Star {
    /// The dataset that has the columns.
    pub from: DatasetId,
    /// The dataset that receives them.
    pub to: DatasetId,
    /// Keys of the columns of `from` that the star excludes.
    pub except: Vec<String>,
    /// Whether it could be expanded: the columns of `from` are known.
    pub expanded: bool,
    /// The place of the evidence.
    pub place: Option<Arc<Place>>,
}
