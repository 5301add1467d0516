//! Applies the changes of a diff to a schema.

mod columns;
mod tables;

use belljar_schema::{Document, MappedClass, NamedType};

use crate::{Action, Aspect, Certainty, Change, Diff, Path, Subject, Value, renamed};

/// The contents of a database that holds `document` after the changes, and the classes that go with it.
///
/// Undetermined changes are not applied. Places, reasons, counts and diagnostics stay those of `document`: they
/// describe how something was found. So do names of classes that differ only in their module; a `MetaData` gets the
/// label of the head.
pub fn apply(document: &Document, diff: &Diff) -> Document {
    let mut document = renamed(document, diff).unwrap_or_else(|| document.clone());
    for change in diff.changes.iter().filter(|change| change.certainty != Certainty::CannotTell) {
        one(&mut document, change);
    }
    sort(&mut document);
    document
}

fn one(document: &mut Document, change: &Change) {
    match change.subject {
        Subject::Type | Subject::EnumValue => of_type(document, change),
        Subject::Sequence => sequence(document, change),
        Subject::View => {
            let is_it = |path: &Path, view: &belljar_schema::View| {
                (path.schema.as_ref(), path.name.as_str()) == (view.schema.as_ref(), view.name.as_str())
            };
            let value =
                |value: &Value| if let Value::View(view) = value { Some((**view).clone()) } else { None };
            whole(&mut document.views, change, is_it, value);
        }
        Subject::Object => object(document, change),
        Subject::Class | Subject::Relationship | Subject::Property => class(document, change),
        _ => tables::one(document, change),
    }
}

/// Adds, drops or replaces something that changes as a whole.
fn whole<T>(
    list: &mut Vec<T>,
    change: &Change,
    is_it: impl Fn(&Path, &T) -> bool,
    value: impl Fn(&Value) -> Option<T>,
) {
    let after = change.after.as_ref().and_then(value);
    let position = list.iter().position(|one| is_it(&change.path, one));
    match (change.action, position, after) {
        (Action::Add, _, Some(after)) => list.push(after),
        (Action::Drop, Some(position), _) => drop(list.remove(position)),
        (Action::Modify, Some(position), Some(after)) => {
            if let Some(one) = list.get_mut(position) {
                *one = after;
            }
        }
        _ => {}
    }
}

/// An object is identified by all its fields: several may begin alike.
fn object(document: &mut Document, change: &Change) {
    let value =
        |value: &Value| if let Value::Object(object) = value { Some((**object).clone()) } else { None };
    let before = change.before.as_ref().and_then(value);
    whole(&mut document.objects, change, |_, one| before.as_ref() == Some(one), value);
}

fn sequence(document: &mut Document, change: &Change) {
    let value =
        |value: &Value| if let Value::Sequence(sequence) = value { Some(sequence.clone()) } else { None };
    if change.action == Action::Drop {
        let Path { schema, name, .. } = &change.path;
        document.sequences.retain(|one| (&one.sequence.schema, &one.sequence.name) != (schema, name));
    }
    // A renamed object already has its new name here.
    let Some(after) = change.after.as_ref().and_then(value) else { return };
    let own = |one: &belljar_schema::Sequence| (one.schema.clone(), one.name.clone());
    if change.action == Action::Add {
        document.sequences.push(belljar_schema::DeclaredSequence {
            sequence: after.clone(),
            metadata: change.path.metadata.clone(),
            status: belljar_schema::Status::Exact,
            reasons: vec![],
            place: change.head.clone(),
        });
        return;
    }
    for one in document.sequences.iter_mut().filter(|one| own(&one.sequence) == own(&after)) {
        one.sequence = after.clone();
    }
    // Columns repeat the fields of their sequence.
    for column in document.tables.iter_mut().flat_map(|table| &mut table.columns) {
        if let Some(sequence) = column.sequence.as_mut().filter(|sequence| own(sequence) == own(&after)) {
            *sequence = after.clone();
        }
    }
}

fn of_type(document: &mut Document, change: &Change) {
    let is_it = |path: &Path, ty: &NamedType| (&path.schema, &path.name) == (&ty.schema, &ty.name);
    let text = |value: &Option<Value>| match value {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    };
    if change.subject == Subject::EnumValue || change.aspects == [Aspect::Order] {
        let Some(ty) = document.types.iter_mut().find(|ty| is_it(&change.path, ty)) else { return };
        let (before, after) = (text(&change.before), text(&change.after));
        match (change.action, &change.after) {
            (Action::Add, _) => insert(&mut ty.values, change.position, after),
            (Action::Drop, _) => ty.values.retain(|value| *value != before),
            (Action::Rename, _) => {
                ty.values
                    .iter_mut()
                    .filter(|value| **value == before)
                    .for_each(|value| value.clone_from(&after));
            }
            (Action::Modify, Some(Value::List(values))) => ty.values.clone_from(values),
            _ => {}
        }
        return;
    }
    let value = |value: &Value| if let Value::Type(ty) = value { Some((**ty).clone()) } else { None };
    whole(&mut document.types, change, is_it, value);
}

/// Inserts something at its position in the head, as far as the objects before it exist.
fn insert<T>(list: &mut Vec<T>, position: Option<usize>, value: T) {
    let position = position.unwrap_or(list.len()).min(list.len());
    list.insert(position, value);
}

fn class(document: &mut Document, change: &Change) {
    if change.subject == Subject::Class && change.action != Action::Modify {
        let value =
            |value: &Value| if let Value::Class(class) = value { Some((**class).clone()) } else { None };
        return whole(&mut document.classes, change, |path, class| path.name == class.name, value);
    }
    let Some(class) = document.classes.iter_mut().find(|class| class.name == change.path.name) else {
        return;
    };
    let is_part = |name: &str| change.path.part.as_deref() == Some(name);
    match change.subject {
        Subject::Relationship => {
            let value =
                |value: &Value| if let Value::Relationship(one) = value { Some(one.clone()) } else { None };
            whole(&mut class.relationships, change, |_, one| is_part(&one.name), value);
        }
        Subject::Property => {
            let value =
                |value: &Value| if let Value::Property(one) = value { Some(one.clone()) } else { None };
            whole(&mut class.properties, change, |_, one| is_part(&one.name), value);
        }
        _ => facts(class, change),
    }
}

fn facts(class: &mut MappedClass, change: &Change) {
    match (change.aspects.as_slice(), &change.after) {
        ([Aspect::Tables], Some(Value::List(tables))) => class.tables.clone_from(tables),
        ([Aspect::Inheritance], Some(Value::Inheritance(one))) => class.inheritance = Some(one.clone()),
        ([Aspect::Inheritance], None) => class.inheritance = None,
        _ => {}
    }
}

/// The order of objects in a document.
fn sort(document: &mut Document) {
    let name = |schema: &Option<String>, name: &str| (schema.clone(), name.to_owned());
    document.tables.sort_by_cached_key(|one| (name(&one.schema, &one.name), one.metadata.clone()));
    document.tables.iter_mut().for_each(tables::sort);
    document.views.sort_by_cached_key(|one| name(&one.schema, &one.name));
    document.sequences.sort_by_cached_key(|one| name(&one.sequence.schema, &one.sequence.name));
    document.types.sort_by_cached_key(|one| name(&one.schema, &one.name));
    document.objects.sort_by_cached_key(|one| (one.kind, name(&one.schema, &one.name), one.sql.clone()));
    document.classes.sort_by_cached_key(|one| one.name.clone());
    for class in &mut document.classes {
        class.relationships.sort_by_cached_key(|one| one.name.clone());
        class.properties.sort_by_cached_key(|one| one.name.clone());
    }
}
