use belljar_schema::Column;

use crate::{Aspect, Change, Effect, Value, columns::is_of_ddl};

/// Makes one change to a column.
pub(super) fn modify(column: &mut Column, change: &Change) {
    let text = match &change.after {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let default = match &change.after {
        Some(Value::Default(default)) => Some(default.clone()),
        _ => None,
    };
    match (change.aspects.first(), &change.after) {
        (Some(Aspect::Type | Aspect::Class), Some(Value::ColumnType(ty))) => column.ty = (**ty).clone(),
        (Some(Aspect::Nullable), Some(Value::Flag(flag))) => column.nullable = *flag,
        (Some(Aspect::ServerDefault), _) => {
            (column.server_default, column.server_default_literal) = (text, false);
        }
        (Some(Aspect::ServerOnupdate), _) => column.server_onupdate = text,
        (Some(Aspect::Comment), _) => column.comment = text,
        (Some(Aspect::Key), _) => column.key = text,
        (Some(Aspect::Attribute), _) => column.attribute = text,
        (Some(Aspect::Autoincrement), Some(Value::Text(text))) => column.autoincrement.clone_from(text),
        (Some(Aspect::Default), _) => column.default = default,
        (Some(Aspect::Onupdate), _) => column.onupdate = default,
        (Some(Aspect::Computed), Some(Value::Computed(computed))) => column.computed = Some(computed.clone()),
        (Some(Aspect::Computed), _) => column.computed = None,
        (Some(Aspect::Identity), Some(Value::Identity(identity))) => column.identity = Some(identity.clone()),
        (Some(Aspect::Identity), _) => column.identity = None,
        (Some(Aspect::Sequence), Some(Value::Sequence(sequence))) => column.sequence = Some(sequence.clone()),
        (Some(Aspect::Sequence), _) => column.sequence = None,
        (Some(Aspect::Options), after) => options(column, change, after.as_ref()),
        _ => {}
    }
}

/// Replaces the options of one kind, those of the DDL or those of the code alone.
fn options(column: &mut Column, change: &Change, after: Option<&Value>) {
    let in_ddl = change.effect == Effect::Database;
    column.options.retain(|name, _| is_of_ddl(name) != in_ddl);
    if let Some(Value::List(given)) = after {
        let pairs = given.iter().filter_map(|text| text.split_once('='));
        column.options.extend(pairs.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }
}
