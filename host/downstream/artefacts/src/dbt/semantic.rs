//! Semantic models by their parts: a manifest may name parts any number of times, so they are indexed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The maximum number of semantic models for one name; each would be an edge of each reference.
const MOST: usize = 100;

/// The semantic models of a manifest.
pub(super) struct Semantic<'m> {
    models: Vec<Model<'m>>,
    /// The first model with a measure.
    measures: BTreeMap<&'m str, usize>,
    /// All models with a dimension or an entity.
    fields: BTreeMap<&'m str, Vec<usize>>,
}

struct Model<'m> {
    id: Option<&'m str>,
    entities: BTreeSet<&'m str>,
}

/// The meaning of a name.
pub(super) enum Found<'m> {
    /// These models, which have the named entity too.
    Exact(Vec<&'m str>),
    /// One of these models.
    Likely(Vec<&'m str>),
    /// Too many models to list.
    TooMany(usize),
}

impl<'m> Semantic<'m> {
    pub(super) fn new(all: &'m [Value]) -> Self {
        let mut out = Self { models: Vec::new(), measures: BTreeMap::new(), fields: BTreeMap::new() };
        for (at, model) in all.iter().enumerate() {
            for measure in names(model, "measures") {
                out.measures.entry(measure).or_insert(at);
            }
            let entities: BTreeSet<&str> = names(model, "entities").collect();
            let fields: BTreeSet<&str> = names(model, "dimensions").chain(entities.iter().copied()).collect();
            for field in fields {
                out.fields.entry(field).or_default().push(at);
            }
            let entities = entities.into_iter().chain(text(model, "primary_entity")).collect();
            out.models.push(Model { id: text(model, "unique_id"), entities });
        }
        out
    }

    /// The id of the first model with a measure.
    pub(super) fn of_measure(&self, name: &str) -> Option<&'m str> {
        self.models.get(*self.measures.get(name)?)?.id
    }

    /// Resolves `entity__dimension`: the models that have both; else all that have the dimension.
    pub(super) fn of_dimension(&self, entity: Option<&str>, name: &str) -> Found<'m> {
        let having = self.fields.get(name).map(Vec::as_slice).unwrap_or_default();
        if having.len() > MOST {
            return Found::TooMany(having.len());
        }
        let models = || having.iter().filter_map(|at| self.models.get(*at));
        let exact: Vec<&Model<'_>> =
            models().filter(|model| entity.is_some_and(|entity| model.entities.contains(entity))).collect();
        if exact.is_empty() {
            Found::Likely(models().filter_map(|model| model.id).collect())
        } else {
            Found::Exact(exact.into_iter().filter_map(|model| model.id).collect())
        }
    }
}

fn names<'m>(model: &'m Value, list: &str) -> impl Iterator<Item = &'m str> + use<'m> {
    let fields = model.get(list).and_then(Value::as_array);
    fields.into_iter().flatten().filter_map(|field| text(field, "name"))
}

/// A field that holds a text which is not empty.
pub(super) fn text<'v>(value: &'v Value, field: &str) -> Option<&'v str> {
    value.get(field).and_then(Value::as_str).filter(|text| !text.is_empty())
}
