use belljar_schema::Certainty;
use belljar_schema::Place;
use schemars::{JsonSchema, Schema, schema_for};
use serde::{Deserialize, Serialize};

use super::{Dataset, EdgeKind, Graph, Point};
use crate::Report;

/// Version of the JSON form. The major part changes when a reader of the old form would be wrong about the new one.
pub const FORMAT_VERSION: &str = "1.0";

/// One end of an edge, by names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct End {
    /// Id of a dataset.
    pub dataset: String,
    /// Name of a column; null for the dataset as a whole.
    pub column: Option<String>,
}

/// An edge, by names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EdgeRecord {
    /// The upstream end, which is read.
    pub from: End,
    /// The downstream end, which reads.
    pub to: End,
    /// The kind of the edge.
    pub kind: EdgeKind,
    /// Whether it results from `SELECT *`.
    pub star: bool,
    /// The certainty of the edge.
    pub certainty: Certainty,
    /// The place of the evidence.
    pub place: Option<Place>,
}

/// A `SELECT *` that passes on all columns of a dataset, by names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StarRecord {
    /// Id of the dataset that has the columns.
    pub from: String,
    /// Id of the dataset that receives them.
    pub to: String,
    /// Columns that it excludes.
    pub except: Vec<String>,
    /// Whether it could be expanded.
    pub expanded: bool,
    /// The place of the evidence.
    pub place: Option<Place>,
}

/// A [`Graph`] in its JSON form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GraphDocument {
    /// [`FORMAT_VERSION`] of the writer.
    pub format: String,
    /// Version of Belljar that made the graph.
    pub belljar: String,
    /// Datasets, sorted by id.
    pub datasets: Vec<Dataset>,
    /// Edges, sorted by target, source, kind.
    pub edges: Vec<EdgeRecord>,
    /// Stars, sorted by target, source.
    pub stars: Vec<StarRecord>,
    /// Counts, and the parts that could not be resolved.
    pub report: Report,
}

/// The JSON Schema (draft 2020-12) of a [`GraphDocument`].
pub fn json_schema() -> Schema {
    schema_for!(GraphDocument)
}

impl Graph {
    /// The published form of the graph.
    pub fn document(&self) -> GraphDocument {
        let id = |dataset| self.dataset(dataset).map(|one| one.id.clone()).unwrap_or_default();
        let end = |point: Point| End {
            dataset: id(point.dataset),
            column: self.column(point).map(|column| column.name.clone()),
        };
        let place = |place: &Option<std::sync::Arc<Place>>| place.as_deref().cloned();
        GraphDocument {
            format: FORMAT_VERSION.to_owned(),
            belljar: env!("CARGO_PKG_VERSION").to_owned(),
            datasets: self.datasets().to_vec(),
            edges: self
                .edges()
                .iter()
                .map(|edge| EdgeRecord {
                    from: end(edge.from),
                    to: end(edge.to),
                    kind: edge.kind,
                    star: edge.star,
                    certainty: edge.certainty,
                    place: place(&edge.place),
                })
                .collect(),
            stars: self
                .stars()
                .iter()
                .map(|star| StarRecord {
                    from: id(star.from),
                    to: id(star.to),
                    except: star.except.clone(),
                    expanded: star.expanded,
                    place: place(&star.place),
                })
                .collect(),
            report: self.report().clone(),
        }
    }
}
