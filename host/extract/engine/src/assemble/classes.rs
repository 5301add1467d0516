//! From the frame of a mapped class to the class of the schema.

use belljar_frames as frames;
use belljar_schema::{Inheritance, MappedClass, Property, PropertyKind, Relationship};

use super::places::{self, Places};

/// The class of a frame.
pub(super) fn class(frame: &frames::Class, places: &Places) -> MappedClass {
    let inheritance = frame.inherits.as_ref().map(|base| Inheritance {
        base: places::qualified(base),
        kind: frame.inheritance.clone().unwrap_or_default(),
        polymorphic_identity: frame.polymorphic_identity.clone(),
    });
    MappedClass {
        name: places::qualified(&frame.itself),
        place: places.class(&frame.itself),
        tables: frame.tables.clone(),
        inheritance,
        relationships: frame.relationships.iter().cloned().map(relationship).collect(),
        properties: frame.properties.iter().filter_map(property).collect(),
    }
}

fn relationship(frame: frames::Relationship) -> Relationship {
    Relationship {
        name: frame.name,
        target: frame.target,
        direction: frame.direction,
        uselist: frame.uselist,
        secondary: frame.secondary,
        back_populates: frame.back_populates,
    }
}

/// A property of a kind that is known; a guest may send anything.
fn property(frame: &frames::Property) -> Option<Property> {
    let kind = match frame.kind.as_str() {
        "hybrid" => PropertyKind::Hybrid,
        "synonym" => PropertyKind::Synonym,
        "composite" => PropertyKind::Composite,
        "column_property" => PropertyKind::ColumnProperty,
        "association_proxy" => PropertyKind::AssociationProxy,
        _ => return None,
    };
    Some(Property { name: frame.name.clone(), kind, text: frame.text.clone() })
}
