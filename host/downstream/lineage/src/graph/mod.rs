//! The graph: datasets with their columns, and edges for their dependencies.

mod dataset;
mod document;
mod edge;
mod id;
mod name;
mod store;
mod walk;

pub use dataset::{Column, Dataset, Kind, Owner, OwnerKind, System};
pub use document::{EdgeRecord, End, FORMAT_VERSION, GraphDocument, StarRecord, json_schema};
pub use edge::{Edge, EdgeKind, Point, Star};
pub use id::{ColumnId, DatasetId};
pub use name::Relation;
pub use store::Graph;
pub use walk::{Direction, Reached, Step, WalkLimits};
