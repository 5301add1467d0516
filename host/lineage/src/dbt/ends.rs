//! Exposures, metrics, semantic models and saved queries: what reads models.

use serde_json::Value;

use super::{
    inputs::{Of, meta_owners, owner},
    manifest::Exposure,
};
use crate::{
    Input,
    graph::{EdgeKind, Kind, OwnerKind, System},
    input::{Expression, InputColumn, InputEdge, Target},
};

pub(super) fn inputs(of: &Of<'_>, out: &mut Vec<Input>) {
    out.extend(of.manifest.exposures.iter().map(|one| exposure(of, one)));
    out.extend(of.manifest.semantic_models.iter().filter_map(|one| semantic_model(of, one)));
    out.extend(of.manifest.metrics.iter().filter_map(|one| metric(of, one)));
    out.extend(of.manifest.saved_queries.iter().filter_map(|one| node(of, one, Kind::SavedQuery)));
}

fn exposure(of: &Of<'_>, exposure: &Exposure) -> Input {
    let name = exposure.label.as_ref().unwrap_or(&exposure.name);
    let mut input = Input::new(exposure.unique_id.clone(), System::Dbt, Kind::Exposure, name.clone());
    input.dialect = of.dialect;
    input.place = of.place(&exposure.original_file_path);
    input.owners = meta_owners(&exposure.meta);
    input.owners.extend(exposure.owner.as_ref().and_then(|value| owner(value, OwnerKind::Exposure)));
    input.reads = exposure.depends_on.nodes.iter().map(|id| Target::Id(id.clone())).collect();
    input.facts.extend(exposure.kind.iter().map(|kind| ("type".to_owned(), kind.clone())));
    input.facts.extend(exposure.url.iter().map(|url| ("url".to_owned(), url.clone())));
    input
}

fn text<'v>(value: &'v Value, field: &str) -> Option<&'v str> {
    value.get(field).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// What all of them have.
fn node(of: &Of<'_>, value: &Value, kind: Kind) -> Option<Input> {
    let id = text(value, "unique_id")?;
    let name = text(value, "label").or_else(|| text(value, "name")).unwrap_or(id);
    let mut input = Input::new(id, System::Dbt, kind, name);
    input.dialect = of.dialect;
    input.place = of.place(text(value, "original_file_path").unwrap_or_default());
    let nodes = value.get("depends_on").and_then(|on| on.get("nodes")).and_then(Value::as_array);
    input.reads =
        nodes.into_iter().flatten().filter_map(|id| Some(Target::Id(id.as_str()?.to_owned()))).collect();
    for meta in
        [value.get("meta"), value.get("config").and_then(|config| config.get("meta"))].into_iter().flatten()
    {
        let meta = serde_json::from_value(meta.clone()).unwrap_or_default();
        input.owners.extend(meta_owners(&meta));
    }
    Some(input)
}

/// Entities, dimensions and measures are its columns; each has an expression over its model.
fn semantic_model(of: &Of<'_>, value: &Value) -> Option<Input> {
    let mut input = node(of, value, Kind::SemanticModel)?;
    input.is_complete = true;
    let model = input.reads.first().cloned()?;
    for (list, kind) in [
        ("entities", EdgeKind::Identity),
        ("dimensions", EdgeKind::Transformation),
        ("measures", EdgeKind::Aggregation),
    ] {
        for field in value.get(list).and_then(Value::as_array).into_iter().flatten() {
            let Some(name) = text(field, "name") else { continue };
            input.columns.push(InputColumn::new(name));
            let sql = text(field, "expr").unwrap_or(name).to_owned();
            input.expressions.push(Expression {
                column: Some(name.to_owned()),
                sql,
                scope: vec![(String::new(), model.clone())],
                kind,
                place: None,
            });
        }
    }
    Some(input)
}

/// A metric reads measures of semantic models (from version 10 on) or an expression over a model (before).
fn metric(of: &Of<'_>, value: &Value) -> Option<Input> {
    let mut input = node(of, value, Kind::Metric)?;
    input.facts.extend(text(value, "type").map(|kind| ("type".to_owned(), kind.to_owned())));
    let params = value.get("type_params");
    let mut measures: Vec<&str> = Vec::new();
    for list in ["measure", "input_measures"] {
        match params.and_then(|params| params.get(list)) {
            Some(Value::Array(several)) => {
                measures.extend(several.iter().filter_map(|one| text(one, "name")));
            }
            Some(one) => measures.extend(text(one, "name")),
            None => {}
        }
    }
    for name in measures {
        let holds = |model: &&Value| {
            let measures = model.get("measures").and_then(Value::as_array);
            measures.into_iter().flatten().any(|measure| text(measure, "name") == Some(name))
        };
        if let Some(id) =
            of.manifest.semantic_models.iter().find(holds).and_then(|model| text(model, "unique_id"))
        {
            let from = Target::Id(id.to_owned());
            input.edges.push(InputEdge::new(from, Some(name), None, EdgeKind::Aggregation));
        }
    }
    if let (Some(sql), Some(model)) = (text(value, "expression"), input.reads.first().cloned())
        && sql != "*"
    {
        input.expressions.push(Expression {
            column: None,
            sql: sql.to_owned(),
            scope: vec![(String::new(), model)],
            kind: EdgeKind::Aggregation,
            place: None,
        });
    }
    Some(input)
}
