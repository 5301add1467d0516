use std::collections::BTreeSet;

use belljar_dialect::Database;
use belljar_schema::{DeclaredObject, Document, NamedType, ObjectKind, Sequence, View};

use super::{folds, loose};
use crate::normalise::statement;

/// Whether two names are one in a database.
pub(super) fn same_name(
    dialect: Database,
    one: (&Option<String>, &String),
    other: (&Option<String>, &String),
) -> bool {
    one.0 == other.0 && (one.1 == other.1 || (folds(dialect) && one.1.eq_ignore_ascii_case(other.1)))
}

/// Leaves out what the code creates in other databases alone.
pub(super) fn of_dialect(code: &mut Document, dialect: Database) {
    let is_created = |dialects: &[String]| {
        dialects.is_empty() || dialect.is_among(dialects) || dialect.family().is_among(dialects)
    };
    code.views.retain(|view| is_created(&view.creation.dialects));
    code.objects.retain(|item| is_created(&item.creation.dialects));
}

/// Leaves out what several `MetaData` of the code declare alike.
pub(super) fn without_repeated(code: &mut Document) {
    let mut seen = BTreeSet::new();
    code.types.retain(|item| seen.insert((item.schema.clone(), item.name.clone(), item.values.clone())));
    let mut seen = BTreeSet::new();
    code.sequences.retain(|item| seen.insert((item.sequence.schema.clone(), item.sequence.name.clone())));
    let mut seen = BTreeSet::new();
    code.views.retain(|view| seen.insert((view.schema.clone(), view.name.clone(), view.sql.clone())));
}

/// Gives views, types, sequences and other objects of the code the spelling of the database.
pub(super) fn align(code: &mut Document, database: &mut Document, dialect: Database) {
    for view in &mut code.views {
        let own = (&view.schema, &view.name);
        let found = database.views.iter().find(|other| same_name(dialect, own, (&other.schema, &other.name)));
        if let Some(other) = found {
            self::view(view, other, dialect);
        }
    }
    if dialect == Database::Postgresql {
        types(code, database);
    } else {
        code.types.clear();
    }
    sequences(code, database, dialect);
    objects(code, database, dialect);
}

fn view(code: &mut View, database: &View, dialect: Database) {
    code.class = None;
    code.creation = database.creation.clone();
    let names = |view: &View| view.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    if code.columns.is_empty() || names(code) == names(database) {
        code.columns.clone_from(&database.columns);
    }
    code.reads = code.reads.take().filter(|_| database.reads.is_some());
    if code.reads.is_none() {
        code.reads.clone_from(&database.reads);
    }
    let own = if dialect == Database::Postgresql { code.postgresql.as_ref() } else { None };
    let form = |text: Option<&String>| text.map(|text| loose::query(text, dialect));
    if form(own.or(code.sql.as_ref())) == form(database.sql.as_ref()) {
        code.sql.clone_from(&database.sql);
        code.postgresql.clone_from(&database.postgresql);
    }
    code.options.retain(|name, _| database.options.contains_key(name));
    code.indexes.clone_from(&database.indexes); // of materialized views, which the code has as statements
}

fn types(code: &mut Document, database: &Document) {
    let same = |one: &NamedType, other: &NamedType| {
        (one.kind, &one.schema, &one.name) == (other.kind, &other.schema, &other.name)
            && one.values == other.values
    };
    for item in &mut code.types {
        let Some(other) = database.types.iter().find(|other| same(item, other)) else { continue };
        let text = |item: &NamedType| {
            let text = statement(item.sql.as_deref().unwrap_or_default());
            without_name(&text, &item.name)
        };
        if text(item) == text(other) {
            item.sql.clone_from(&other.sql);
        }
        item.created = other.created;
        item.columns.clone_from(&other.columns);
    }
}

/// The statement of a domain without the name that the database gave to its check.
fn without_name(text: &str, name: &str) -> String {
    let names = [format!("{name}_check"), format!("\"{name}_check\"")];
    names.iter().fold(text.to_owned(), |text, name| {
        text.replace(&format!("CONSTRAINT {name} "), "").replace(&format!("constraint {name} "), "")
    })
}

/// Sequences are created by a `MetaData`, and those of MySQL are none.
fn sequences(code: &mut Document, database: &Document, dialect: Database) {
    if matches!(dialect, Database::Mysql | Database::Sqlite) {
        code.sequences.clear();
    }
    for item in &mut code.sequences {
        let own = &mut item.sequence;
        let other = database
            .sequences
            .iter()
            .map(|other| &other.sequence)
            .find(|other| (&other.schema, &other.name) == (&own.schema, &own.name));
        if let Some(other) = other {
            let Sequence { start, increment, .. } = own;
            *start = start.filter(|start| *start != 1).or(other.start.filter(|start| *start == 1));
            *increment = increment.filter(|step| *step != 1);
            own.cycle = own.cycle.filter(|cycle| *cycle);
            own.options.clear();
        }
    }
}

/// Objects by kind and name; their statements are those of the database where they agree but for quotes and prefixes.
fn objects(code: &mut Document, database: &mut Document, dialect: Database) {
    let form = |text: &str| loose::statement(text, dialect);
    for item in &mut code.objects {
        let same = |other: &&DeclaredObject| {
            item.kind == other.kind && bare(&item.name) == bare(&other.name) && item.table == other.table
        };
        let Some(other) = database.objects.iter().find(same) else { continue };
        item.creation = other.creation.clone();
        item.name.clone_from(&other.name);
        item.schema.clone_from(&other.schema);
        let own = item.postgresql.as_deref().or(item.sql.as_deref());
        if own.map(form) == other.sql.as_deref().map(form) || item.kind == ObjectKind::Schema {
            item.sql.clone_from(&other.sql);
            item.postgresql.clone_from(&other.postgresql);
        }
    }
    // An index that is created by a statement is one of its view or table.
    let of_views = database.views.iter().flat_map(|view| &view.indexes);
    let of_tables = database.tables.iter().flat_map(|table| &table.indexes);
    let names: Vec<&str> = of_views.chain(of_tables).filter_map(|index| index.name.as_deref()).collect();
    code.objects.retain(|item| item.kind != ObjectKind::Index || !names.contains(&item.name.as_str()));
    // Schemas and extensions are there for tables; code rarely creates them itself.
    let is_declared = |item: &DeclaredObject| {
        code.objects.iter().any(|other| other.kind == item.kind && other.name == item.name)
    };
    database
        .objects
        .retain(|item| !matches!(item.kind, ObjectKind::Schema | ObjectKind::Extension) || is_declared(item));
}

/// The name of a function without its parameters, which are written in several ways.
fn bare(name: &str) -> &str {
    name.split('(').next().unwrap_or(name)
}
