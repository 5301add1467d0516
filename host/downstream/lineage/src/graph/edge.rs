use std::sync::Arc;

use belljar_schema::Certainty;
use belljar_schema::Place;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ColumnId, DatasetId};

/// What of the source reaches the target. The first that fits is said of an edge that is several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EdgeKind {
    /// The value as it is, perhaps by another name.
    Identity,
    /// A value that is computed from it.
    Transformation,
    /// An aggregate over it.
    Aggregation,
    /// It decides which rows there are: `WHERE`, `HAVING`, `QUALIFY`.
    Filter,
    /// Rows are put together by it.
    Join,
    /// It is what rows are grouped by.
    Group,
    /// It decides the order of rows.
    Sort,
    /// A foreign key, or a relationship that is mapped: from the column that is referred to, to the one that refers.
    Key,
    /// A query names it, and nothing that the query gives comes of it: a column of a common table expression that nobody takes.
    /// Where it is gone the query fails; nothing else of it matters.
    Named,
    /// It is read, and nothing says how, so of a dataset as a whole any column may be: what could not be parsed, an
    /// exposure, a test.
    Reads,
}

impl EdgeKind {
    /// The value itself goes over, whole or computed.
    pub fn is_direct(self) -> bool {
        matches!(self, Self::Identity | Self::Transformation | Self::Aggregation)
    }
}

/// A column of a dataset, or all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    /// The dataset.
    pub dataset: DatasetId,
    /// The column; the dataset as a whole, where there is none.
    pub column: Option<ColumnId>,
}

impl Point {
    /// The dataset as a whole.
    pub fn whole(dataset: DatasetId) -> Self {
        Self { dataset, column: None }
    }
}

/// What is made from what. `from` is upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Upstream.
    pub from: Point,
    /// Downstream.
    pub to: Point,
    /// How.
    pub kind: EdgeKind,
    /// It came about through a star, so it is written nowhere.
    pub star: bool,
    /// How sure it is.
    pub certainty: Certainty,
    /// What proves it.
    pub place: Option<Arc<Place>>,
}

/// A star that hands on whatever columns a dataset has: what is added upstream appears downstream, what is dropped
/// disappears, and nothing fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Star {
    /// Whose columns.
    pub from: DatasetId,
    /// Where they come out.
    pub to: DatasetId,
    /// Keys of the columns of `from` that the star leaves out.
    pub except: Vec<String>,
    /// It could be expanded: the columns of `from` are known.
    pub expanded: bool,
    /// What proves it.
    pub place: Option<Arc<Place>>,
}
