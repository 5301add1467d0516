//! What all nodes of a manifest share, and what they have in common: a relation, owners, a place.

use belljar_lineage::{
    Dialect,
    graph::{Owner, OwnerKind, Relation},
};
use belljar_schema::Place;
use serde_json::Value;

use super::{
    Options,
    catalog::Catalog,
    manifest::{Manifest, Meta, Node},
};

/// Shared data of all nodes of a manifest.
pub(super) struct Of<'a> {
    pub(super) manifest: &'a Manifest,
    pub(super) catalog: &'a Catalog,
    pub(super) options: &'a Options,
    pub(super) dialect: Dialect,
}

impl Of<'_> {
    /// The path of a file of the project, from the root of the source.
    pub(super) fn place(&self, path: &str) -> Option<Place> {
        let folder = &self.options.folder;
        let path = if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
        (!path.is_empty()).then_some(Place { path, line: 0 })
    }

    pub(super) fn owners(&self, node: &Node) -> Vec<Owner> {
        let mut owners = meta_owners(&node.meta);
        owners.extend(meta_owners(&node.config.meta));
        let group = node.group.as_ref().or(node.config.group.as_ref());
        let group = group.and_then(|name| self.manifest.groups.get(name));
        owners.extend(group.and_then(|group| owner(group.owner.as_ref()?, OwnerKind::Group)));
        owners.sort();
        owners.dedup();
        owners
    }
}

/// The relation of a node: as dbt writes it, else built from its parts.
pub(super) fn relation(node: &Node) -> Option<Relation> {
    if let Some(text) = &node.relation_name {
        return Some(Relation::parse(text));
    }
    let name = node.identifier.as_ref().or(node.alias.as_ref()).unwrap_or(&node.name);
    let parts = node.database.iter().chain(&node.schema).chain([name]).filter(|part| !part.is_empty());
    (!name.is_empty()).then(|| Relation::new(parts.cloned()))
}

pub(super) fn meta_owners(meta: &Meta) -> Vec<Owner> {
    let all = meta.owner.iter().chain(&meta.owners);
    all.flat_map(|value| match value {
        Value::Array(several) => several.iter().filter_map(|one| owner(one, OwnerKind::Meta)).collect(),
        one => owner(one, OwnerKind::Meta).into_iter().collect::<Vec<_>>(),
    })
    .collect()
}

/// A text, or a name and an address.
pub(super) fn owner(value: &Value, kind: OwnerKind) -> Option<Owner> {
    let text = |value: Option<&Value>| {
        let text = match value? {
            Value::String(text) => text.trim().to_owned(),
            Value::Array(several) => several.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    };
    let (name, email) = match value {
        Value::Object(fields) => (text(fields.get("name")), text(fields.get("email"))),
        other => (text(Some(other)), None),
    };
    let name = name.or_else(|| email.clone())?;
    Some(Owner { name, email, kind })
}
