//! From the frames of views and other objects to the schema.

use belljar_frames as frames;
use belljar_schema::{
    Creation, DeclaredObject, DeclaredSequence, Maker, NamedType, ObjectKind, TypeKind, View, ViewColumn,
};

use super::{
    places::{self, Owner, Places},
    reasons::Reasons,
    tables,
};

/// The maker of a view that a text of the repository creates, which no import runs.
const OF_TEXT: &str = "text";

/// The view of a frame, with the class that owns it.
pub(super) fn view(
    frame: &frames::View,
    class: Option<&frames::Class>,
    places: &Places,
    reasons: &Reasons,
) -> View {
    let found = reasons.all(&frame.reasons);
    let owner = class.map(|class| Owner::new(class, places));
    let has_own_place = frame.query.is_some() && frame.creation.made_by != OF_TEXT;
    let mapped = class.filter(|_| !has_own_place).and_then(|class| places.class(&class.itself));
    View {
        metadata: frame.metadata.clone(),
        schema: frame.schema.clone(),
        name: frame.name.clone(),
        materialized: frame.materialized,
        status: tables::status(found.is_empty()),
        reasons: found,
        // What is only mapped is declared by its class; what the code creates, where it does.
        place: mapped.or_else(|| frame.place.clone().map(places::place)),
        class: frame.owner.as_ref().map(places::qualified),
        columns: frame.columns.iter().map(|item| column(item, owner.as_ref(), reasons)).collect(),
        indexes: frame.indexes.iter().cloned().map(tables::index_of).collect(),
        sql: frame.query.clone(),
        postgresql: frame.postgresql.clone(),
        reads: frame.reads.clone(),
        options: tables::entries(&frame.options),
        creation: creation(&frame.creation),
    }
}

fn column(frame: &frames::ViewColumn, owner: Option<&Owner>, reasons: &Reasons) -> ViewColumn {
    let found = reasons.all(&frame.reasons);
    let (attribute, declared) = owner.map(|owner| owner.attribute(&frame.name)).unwrap_or_default();
    ViewColumn {
        name: frame.name.clone(),
        attribute,
        status: tables::status(found.is_empty()),
        reasons: found,
        place: declared.or_else(|| frame.place.clone().map(places::place)),
        ty: frame.ty.as_ref().map(tables::column_type),
        comment: frame.comment.clone(),
    }
}

/// The object of a frame.
pub(super) fn object(frame: &frames::Object, reasons: &Reasons) -> DeclaredObject {
    let found = reasons.all(&frame.reasons);
    DeclaredObject {
        kind: object_kind(&frame.kind),
        metadata: frame.metadata.clone(),
        schema: frame.schema.clone(),
        name: frame.name.clone(),
        table: frame.table.clone(),
        status: tables::status(found.is_empty()),
        reasons: found,
        place: frame.place.clone().map(places::place),
        sql: frame.definition.clone(),
        postgresql: frame.postgresql.clone(),
        creation: creation(&frame.creation),
    }
}

/// The named type of a frame.
pub(super) fn named_type(frame: &frames::NamedType, reasons: &Reasons) -> NamedType {
    let found = reasons.all(&frame.reasons);
    NamedType {
        kind: if frame.kind == "domain" { TypeKind::Domain } else { TypeKind::Enum },
        metadata: frame.metadata.clone(),
        schema: frame.schema.clone(),
        name: frame.name.clone(),
        status: tables::status(found.is_empty()),
        reasons: found,
        place: frame.place.clone().map(places::place),
        values: frame.values.clone(),
        sql: frame.definition.clone(),
        created: frame.created,
        columns: frame.columns.clone(),
    }
}

/// The sequence of a frame.
pub(super) fn sequence(frame: &frames::DeclaredSequence, reasons: &Reasons) -> DeclaredSequence {
    let found = reasons.all(&frame.reasons);
    DeclaredSequence {
        sequence: tables::sequence(frame.sequence.clone()),
        metadata: frame.metadata.clone(),
        status: tables::status(found.is_empty()),
        reasons: found,
        place: frame.place.clone().map(places::place),
    }
}

fn creation(frame: &frames::Creation) -> Creation {
    Creation {
        made_by: match frame.made_by.as_str() {
            "create_all" => Maker::CreateAll,
            "migration" => Maker::Migration,
            _ => Maker::Unknown,
        },
        event: frame.event.clone(),
        target: frame.target.clone(),
        dialects: frame.dialects.clone(),
        condition: frame.condition.clone(),
    }
}

/// A kind that is known; a guest may send anything.
fn object_kind(kind: &str) -> ObjectKind {
    match kind {
        "schema" => ObjectKind::Schema,
        "extension" => ObjectKind::Extension,
        "type" => ObjectKind::Type,
        "domain" => ObjectKind::Domain,
        "sequence" => ObjectKind::Sequence,
        "table" => ObjectKind::Table,
        "index" => ObjectKind::Index,
        "function" => ObjectKind::Function,
        "procedure" => ObjectKind::Procedure,
        "trigger" => ObjectKind::Trigger,
        "rule" => ObjectKind::Rule,
        "policy" => ObjectKind::Policy,
        "grant" => ObjectKind::Grant,
        "listener" => ObjectKind::Listener,
        _ => ObjectKind::Ddl,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_guest_makes_up_is_no_kind() {
        assert_eq!(object_kind("trigger"), ObjectKind::Trigger);
        assert_eq!(object_kind("Trigger\u{1b}"), ObjectKind::Ddl);
        let frame = frames::Creation {
            made_by: "magic".to_owned(),
            event: None,
            target: None,
            dialects: vec![],
            condition: None,
        };
        assert_eq!(creation(&frame).made_by, Maker::Unknown);
    }
}
