//! Readers of models: exposures, metrics, semantic models and saved queries.

use std::collections::BTreeSet;

use belljar_lineage::{
    Cause, Input, Unknown,
    graph::{EdgeKind, Kind, OwnerKind, System},
    input::{Expression, InputColumn, InputEdge, Target},
};
use serde_json::Value;

use super::{
    manifest::Exposure,
    semantic::{Found, Semantic, text},
    shared::{Of, meta_owners, owner},
};

pub(super) fn inputs(of: &Of<'_>, out: &mut Vec<Input>) {
    out.extend(of.manifest.exposures.iter().map(|one| exposure(of, one)));
    out.extend(of.manifest.semantic_models.iter().filter_map(|one| semantic_model(of, one)));
    let semantic = Semantic::new(&of.manifest.semantic_models);
    out.extend(of.manifest.metrics.iter().filter_map(|one| metric(of, one, &semantic)));
    out.extend(of.manifest.saved_queries.iter().filter_map(|one| saved_query(of, one, &semantic)));
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

/// The common fields of all of them.
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

/// Entities, dimensions and measures become columns; each has an expression over the model.
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
fn metric(of: &Of<'_>, value: &Value, semantic: &Semantic<'_>) -> Option<Input> {
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
        if let Some(id) = semantic.of_measure(name) {
            let from = Target::Id(id.to_owned());
            input.edges.push(InputEdge::new(from, Some(name), None, EdgeKind::Aggregation));
        }
    }
    let own_filters = ["filter", "filters"].into_iter().filter_map(|field| value.get(field));
    let measures = ["measure", "input_measures", "numerator", "denominator", "metrics"];
    let of_params = measures.into_iter().filter_map(|field| params?.get(field));
    let mut names = Names::default();
    for place in own_filters.chain(of_params) {
        names.of_value(place, 0);
    }
    names.give(semantic, &mut input);
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

/// Its parameters name metrics, and dimensions to group and to filter by.
fn saved_query(of: &Of<'_>, value: &Value, semantic: &Semantic<'_>) -> Option<Input> {
    let mut input = node(of, value, Kind::SavedQuery)?;
    if let Some(params) = value.get("query_params") {
        let mut names = Names::default();
        names.of_value(params, 0);
        names.give(semantic, &mut input);
    }
    Some(input)
}

/// The names in the texts of a value, each once.
#[derive(Default)]
struct Names<'v> {
    in_order: Vec<&'v str>,
    seen: BTreeSet<&'v str>,
}

impl<'v> Names<'v> {
    /// Every `Dimension('order__status')`, `TimeDimension(…)` and `Entity(…)` in the texts of a value.
    fn of_value(&mut self, value: &'v Value, depth: usize) {
        const DEEPEST: usize = 20;
        match value {
            _ if depth > DEEPEST => {}
            Value::String(text) => {
                let new = named(text).into_iter().filter(|name| self.seen.insert(name));
                self.in_order.extend(new);
            }
            Value::Array(several) => several.iter().for_each(|one| self.of_value(one, depth + 1)),
            Value::Object(fields) => fields.values().for_each(|one| self.of_value(one, depth + 1)),
            _ => {}
        }
    }

    /// Adds edges for them.
    fn give(self, semantic: &Semantic<'_>, input: &mut Input) {
        self.in_order.into_iter().for_each(|name| dimension(semantic, name, input));
    }
}

/// The first argument of each call.
fn named(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('(') {
        rest = after;
        if ["Dimension", "Entity"].iter().any(|call| before.trim_end().ends_with(call)) {
            let argument = after.trim_start();
            let quote = argument.chars().next().filter(|one| matches!(one, '\'' | '"'));
            found.extend(quote.and_then(|quote| argument.get(1..)?.split(quote).next()));
        }
    }
    found
}

/// Resolves `entity__dimension` to the semantic models that have both; else to all that have the dimension.
fn dimension(semantic: &Semantic<'_>, name: &str, input: &mut Input) {
    let (entity, own) = name.rsplit_once("__").map_or((None, name), |(entity, own)| (Some(entity), own));
    let entity = entity.and_then(|entity| entity.rsplit("__").next());
    let (found, is_sure) = match semantic.of_dimension(entity, own) {
        Found::Exact(found) => (found, true),
        Found::Likely(found) => (found, false),
        Found::TooMany(number) => {
            let message = format!("{number} semantic models have it, so it is not resolved");
            input.unknowns.push(Unknown::new(Cause::OverLimit, name, message));
            return;
        }
    };
    for id in found {
        let mut edge = InputEdge::new(Target::Id(id.to_owned()), Some(own), None, EdgeKind::Filter);
        if !is_sure {
            edge.certainty = belljar_schema::Certainty::Likely;
        }
        input.edges.push(edge);
    }
}
