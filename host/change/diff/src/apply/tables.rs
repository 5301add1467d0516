use belljar_schema::{Document, ForeignKey, Table};

use super::{columns, insert, whole};
use crate::{Action, Aspect, Change, Path, Subject, Value};

pub(super) fn one(document: &mut Document, change: &Change) {
    if change.subject == Subject::Table && change.action != Action::Modify {
        let value =
            |value: &Value| if let Value::Table(table) = value { Some((**table).clone()) } else { None };
        return whole(&mut document.tables, change, is_it, value);
    }
    let Some(table) = document.tables.iter_mut().find(|table| is_it(&change.path, table)) else { return };
    match change.subject {
        Subject::Table => facts(table, change),
        Subject::Column => column(table, change),
        Subject::PrimaryKey => primary_key(table, change),
        _ => constraint(table, change),
    }
}

fn is_it(path: &Path, table: &Table) -> bool {
    let own = (&path.schema, &path.name) == (&table.schema, &table.name);
    own && path.metadata.as_ref().is_none_or(|metadata| *metadata == table.metadata)
}

fn facts(table: &mut Table, change: &Change) {
    match (change.aspects.as_slice(), &change.after, &change.path.part) {
        ([Aspect::Comment], Some(Value::Text(text)), _) => table.comment = Some(text.clone()),
        ([Aspect::Comment], None, _) => table.comment = None,
        ([Aspect::Prefixes], Some(Value::List(prefixes)), _) => table.prefixes.clone_from(prefixes),
        ([Aspect::Option], Some(Value::Text(text)), Some(name)) => {
            table.options.insert(name.clone(), text.clone());
        }
        ([Aspect::Option], None, Some(name)) => {
            table.options.remove(name);
        }
        ([Aspect::Order], Some(Value::List(names)), _) => {
            let position = |name: &str| names.iter().position(|other| other == name);
            table.columns.sort_by_key(|column| position(&column.name).unwrap_or(usize::MAX));
        }
        _ => {}
    }
}

fn column(table: &mut Table, change: &Change) {
    let position = table.columns.iter().position(|column| change.path.part.as_deref() == Some(&*column.name));
    match (change.action, &change.after, position) {
        (Action::Add, Some(Value::Column(column)), _) => {
            insert(&mut table.columns, change.position, (**column).clone());
        }
        (Action::Drop, _, Some(position)) => drop(table.columns.remove(position)),
        (Action::Modify, _, Some(position)) => {
            if let Some(column) = table.columns.get_mut(position) {
                columns::modify(column, change);
            }
        }
        _ => {}
    }
}

fn primary_key(table: &mut Table, change: &Change) {
    if let Some(Value::PrimaryKey(key)) = &change.after {
        table.primary_key = key.clone();
        for column in &mut table.columns {
            column.primary_key = key.columns.contains(&column.name);
        }
    }
}

fn constraint(table: &mut Table, change: &Change) {
    replace(&mut table.unique, change, |value| if let Value::Unique(one) = value { Some(one) } else { None });
    replace(&mut table.checks, change, |value| if let Value::Check(one) = value { Some(one) } else { None });
    replace(
        &mut table.excludes,
        change,
        |value| if let Value::Exclude(one) = value { Some(one) } else { None },
    );
    replace(&mut table.indexes, change, |value| if let Value::Index(one) = value { Some(one) } else { None });
    replace(&mut table.foreign_keys, change, |value| {
        if let Value::ForeignKey(one) = value { Some(one) } else { None }
    });
    if change.subject == Subject::ForeignKey {
        references(table);
    }
}

fn replace<T: Clone + PartialEq>(list: &mut Vec<T>, change: &Change, value: impl Fn(&Value) -> Option<&T>) {
    let before = change.before.as_ref().and_then(&value);
    if let Some(position) = before.and_then(|before| list.iter().position(|one| one == before)) {
        list.remove(position);
    }
    list.extend(change.after.as_ref().and_then(value).cloned());
}

/// Copies constraints to the fields of their columns.
fn references(table: &mut Table) {
    for column in &mut table.columns {
        let pairs = table.foreign_keys.iter().flat_map(|key| {
            key.columns.iter().zip(&key.targets).filter(|(name, _)| **name == column.name).map(
                move |(_, target)| ForeignKey {
                    target: target.clone(),
                    ondelete: key.ondelete.clone(),
                    onupdate: key.onupdate.clone(),
                },
            )
        });
        column.foreign_keys = pairs.collect();
        column.foreign_keys.sort();
    }
}

/// The order of constraints in a document.
pub(super) fn sort(table: &mut Table) {
    table.unique.sort();
    table.foreign_keys.sort();
    table.checks.sort();
    table.excludes.sort();
    // For constraints with equal names and elements the remaining fields decide: the order must not depend on what was
    // changed.
    table.indexes.sort_by_cached_key(|index| {
        let elements: Vec<String> = index.elements.iter().map(|one| one.sql.clone()).collect();
        (index.name.clone(), elements, index.unique, index.options.clone())
    });
}
