//! OpenLineage events (spec 2-0-2): one for each derived dataset, with the column lineage facet 1-2-0 and the schema
//! facet 1-2-0.
//!
//! A graph describes definitions and not a run, which is the purpose of the spec's `JobEvent`. Readers that only
//! support `RunEvent` get one if a time is given, with a run id derived from the content. No clock is read.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::graph::{Dataset, DatasetId, EdgeKind, Graph, Point};

/// Schema of the events.
const EVENT: &str = "https://openlineage.io/spec/2-0-2/OpenLineage.json";
/// Schema of the column lineage facet.
const COLUMN_LINEAGE: &str = "https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json";
/// Schema of the schema facet.
const SCHEMA: &str = "https://openlineage.io/spec/facets/1-2-0/SchemaDatasetFacet.json";
/// Schema of the ownership facet.
const OWNERSHIP: &str = "https://openlineage.io/spec/facets/1-0-1/OwnershipDatasetFacet.json";

/// Options of the events.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// A URI of the producer.
    pub producer: &'a str,
    /// RFC 3339; every event has one. It is not parsed.
    pub time: &'a str,
    /// The namespace of jobs, and the prefix of that of datasets.
    pub namespace: &'a str,
    /// Whether to write complete `RunEvent`s instead of `JobEvent`s.
    pub runs: bool,
}

/// All events, sorted by the id of the dataset.
pub fn events(graph: &Graph, options: &Options<'_>) -> Vec<Value> {
    graph.iter().filter_map(|(id, dataset)| event(graph, options, id, dataset)).collect()
}

fn event(graph: &Graph, options: &Options<'_>, id: DatasetId, dataset: &Dataset) -> Option<Value> {
    let edges = graph.into(Point::whole(id));
    let edges: Vec<_> =
        edges.iter().filter(|edge| !matches!(edge.kind, EdgeKind::Key | EdgeKind::Named)).collect();
    if edges.is_empty() {
        return None;
    }
    let mut inputs: BTreeMap<DatasetId, Value> = BTreeMap::new();
    let mut fields: BTreeMap<&str, BTreeMap<Point, Vec<Value>>> = BTreeMap::new();
    let mut whole: BTreeMap<Point, Vec<Value>> = BTreeMap::new();
    for edge in edges {
        if let Some(from) = graph.dataset(edge.from.dataset) {
            inputs.entry(edge.from.dataset).or_insert_with(|| named(options, from, &Map::new()));
        }
        // The facet is about columns; a dataset that is read as a whole is only among the inputs.
        if edge.from.column.is_none() {
            continue;
        }
        let by_source = match graph.column(edge.to) {
            Some(column) => fields.entry(&column.name).or_default(),
            None => &mut whole,
        };
        by_source.entry(edge.from).or_default().push(transformation(edge.kind));
    }
    let of_source =
        |(from, transformations): (Point, Vec<Value>)| input_field(graph, options, from, &transformations);
    let fields: Map<String, Value> = fields
        .into_iter()
        .map(|(name, sources)| {
            let inputs: Vec<Value> = sources.into_iter().filter_map(of_source).collect();
            (name.to_owned(), json!({ "inputFields": inputs }))
        })
        .collect();
    let whole: Vec<Value> = whole.into_iter().filter_map(of_source).collect();
    let mut lineage = facet(options, COLUMN_LINEAGE, "ColumnLineageDatasetFacet");
    lineage.insert("fields".to_owned(), Value::Object(fields));
    if !whole.is_empty() {
        lineage.insert("dataset".to_owned(), Value::Array(whole));
    }
    let facets = facets(options, dataset, lineage);
    Some(record(options, dataset, inputs.into_values().collect(), &facets))
}

/// The facets of a dataset that is made.
fn facets(options: &Options<'_>, dataset: &Dataset, lineage: Map<String, Value>) -> Map<String, Value> {
    let mut facets = Map::new();
    facets.insert("columnLineage".to_owned(), Value::Object(lineage));
    facets.insert("schema".to_owned(), schema(options, dataset));
    if !dataset.owners.is_empty() {
        let mut ownership = facet(options, OWNERSHIP, "OwnershipDatasetFacet");
        let owners: Vec<Value> = dataset.owners.iter().map(|owner| json!({ "name": owner.name })).collect();
        ownership.insert("owners".to_owned(), Value::Array(owners));
        facets.insert("ownership".to_owned(), Value::Object(ownership));
    }
    facets
}

/// The event that a dataset is made of its inputs.
fn record(
    options: &Options<'_>,
    dataset: &Dataset,
    inputs: Vec<Value>,
    facets: &Map<String, Value>,
) -> Value {
    let outputs = vec![named(options, dataset, facets)];
    let mut out = Map::new();
    out.insert("eventTime".to_owned(), options.time.into());
    out.insert("producer".to_owned(), options.producer.into());
    let form = if options.runs { "RunEvent" } else { "JobEvent" };
    out.insert("schemaURL".to_owned(), format!("{EVENT}#/$defs/{form}").into());
    out.insert("job".to_owned(), json!({ "namespace": options.namespace, "name": dataset.id }));
    out.insert("inputs".to_owned(), Value::Array(inputs));
    out.insert("outputs".to_owned(), Value::Array(outputs));
    if options.runs {
        let content = Value::Object(out.clone()).to_string();
        out.insert("eventType".to_owned(), "COMPLETE".into());
        out.insert("run".to_owned(), json!({ "runId": run_id(&content) }));
    }
    Value::Object(out)
}

/// The common fields of a facet.
fn facet(options: &Options<'_>, schema: &str, name: &str) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("_producer".to_owned(), options.producer.into());
    out.insert("_schemaURL".to_owned(), format!("{schema}#/$defs/{name}").into());
    out
}

fn schema(options: &Options<'_>, dataset: &Dataset) -> Value {
    let mut out = facet(options, SCHEMA, "SchemaDatasetFacet");
    let field = |column: &crate::graph::Column| match &column.ty {
        Some(ty) => json!({ "name": column.name, "type": ty }),
        None => json!({ "name": column.name }),
    };
    out.insert("fields".to_owned(), dataset.columns.iter().map(field).collect());
    Value::Object(out)
}

/// A dataset by namespace and name; the name in SQL if there is one.
fn named(options: &Options<'_>, dataset: &Dataset, facets: &Map<String, Value>) -> Value {
    let (namespace, name) = identity(options, dataset);
    json!({ "namespace": namespace, "name": name, "facets": facets })
}

fn identity(options: &Options<'_>, dataset: &Dataset) -> (String, String) {
    let system = format!("{:?}", dataset.system).to_lowercase();
    let name = match dataset.relations.first() {
        Some(relation) if relation.parts.len() > 1 => relation.to_string(),
        _ => dataset.id.clone(),
    };
    (format!("{}/{system}", options.namespace), name)
}

fn input_field(
    graph: &Graph,
    options: &Options<'_>,
    from: Point,
    transformations: &[Value],
) -> Option<Value> {
    let (namespace, name) = identity(options, graph.dataset(from.dataset)?);
    let field = &graph.column(from)?.name;
    Some(json!({ "namespace": namespace, "name": name, "field": field, "transformations": transformations }))
}

/// The terms of "Column Level Lineage Dataset Facet".
fn transformation(kind: EdgeKind) -> Value {
    let (ty, subtype) = match kind {
        EdgeKind::Identity => ("DIRECT", "IDENTITY"),
        EdgeKind::Transformation | EdgeKind::Reads => ("DIRECT", "TRANSFORMATION"),
        EdgeKind::Aggregation => ("DIRECT", "AGGREGATION"),
        EdgeKind::Filter => ("INDIRECT", "FILTER"),
        // These kinds are not written.
        EdgeKind::Join | EdgeKind::Key | EdgeKind::Named => ("INDIRECT", "JOIN"),
        EdgeKind::Group => ("INDIRECT", "GROUP_BY"),
        EdgeKind::Sort => ("INDIRECT", "SORT"),
    };
    json!({ "type": ty, "subtype": subtype, "description": "", "masking": false })
}

/// A UUID (version 8 of RFC 9562: custom) from a hash of the content.
fn run_id(content: &str) -> String {
    let mut bytes = [0_u8; 16];
    for (to, from) in bytes.iter_mut().zip(blake3::hash(content.as_bytes()).as_bytes()) {
        *to = *from;
    }
    let [.., version, _, variant, _, _, _, _, _, _, _] = &mut bytes;
    (*version, *variant) = (*version & 0x0f | 0x80, *variant & 0x3f | 0x80);
    let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let parts = [0..4, 4..6, 6..8, 8..10, 10..16].map(|part| hex.get(part).unwrap_or_default().concat());
    parts.join("-")
}
