//! The graph: datasets with their columns, and edges for their dependencies.

mod dataset;
mod document;
mod edge;
mod name;
mod store;
mod walk;

pub use dataset::{Column, Dataset, Kind, Owner, OwnerKind, System};
pub use document::{EdgeRecord, End, FORMAT_VERSION, GraphDocument, StarRecord, json_schema};
pub use edge::{Edge, EdgeKind, Point, Star};
pub use name::Relation;
pub use store::{ColumnId, DatasetId, Graph};
pub use walk::{Direction, Limits, Reached, Step};
