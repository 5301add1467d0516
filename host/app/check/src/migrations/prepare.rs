//! Both sides of the comparison, with what they can have in common.

use std::collections::{BTreeMap, BTreeSet};

use belljar_schema::{Document, NamedType, Table, full_name};

use super::{Migrations, view};

/// The label that the `MetaData` of both sides get: a database does not know them.
const METADATA: &str = "database";

/// What is compared.
pub(super) struct Prepared {
    pub(super) migrations: Document,
    pub(super) models: Document,
    /// Tables that the models declare more than once, in different forms.
    pub(super) ambiguous: Vec<String>,
}

/// Both sides in the form of the dialect's database.
pub(super) fn prepare(migrations: &Migrations<'_>, models: &Document) -> Prepared {
    let mut selected = select(migrations, models);
    view::align(&mut selected.migrations, &mut selected.models, migrations.dialect);
    selected
}

/// Both sides with the tables that are compared, as they are written.
pub(super) fn select(migrations: &Migrations<'_>, models: &Document) -> Prepared {
    let mut base = tables_alone(migrations.document);
    base.diagnostics = Vec::new();
    base.unresolved = Vec::new();
    base.tables.retain(|table| !migrations.ignored.contains(&name_of(table)));
    let recorded: BTreeSet<String> = base.tables.iter().map(name_of).collect();
    let mut head = tables_alone(models);
    let near = metadata_of(&head.tables, &recorded);
    head.tables.retain(|table| {
        let name = name_of(table);
        let is_elsewhere = migrations.elsewhere.contains(&name) && !recorded.contains(&name);
        let is_target = match migrations.targets {
            Some(targets) => targets.contains(&name),
            None => near.is_empty() || near.contains(&table.metadata),
        };
        (is_target || recorded.contains(&name)) && !migrations.ignored.contains(&name) && !is_elsewhere
    });
    let ambiguous = without_repeated(&mut head.tables, migrations.name);
    base.tables.retain(|table| !ambiguous.contains(&name_of(table)));
    for document in [&mut base, &mut head] {
        relabel(document);
        let columns = |table: &Table| -> Vec<String> {
            let name = name_of(table);
            table.columns.iter().map(|column| format!("{name}.{}", column.name)).collect()
        };
        let kept: BTreeSet<String> = document.tables.iter().flat_map(columns).collect();
        document.types.retain(|item| is_used(item, &kept));
    }
    Prepared { migrations: base, models: head, ambiguous: ambiguous.into_iter().collect() }
}

/// A document with its tables and types.
fn tables_alone(document: &Document) -> Document {
    let mut document = document.clone();
    document.views.clear();
    document.sequences.clear();
    document.objects.clear();
    document.classes.clear();
    // A schema that is the default of PostgreSQL is the same as none.
    for table in &mut document.tables {
        if table.schema.as_deref() == Some("public") {
            table.schema = None;
        }
        for key in &mut table.foreign_keys {
            for target in &mut key.targets {
                if let Some(rest) = target.strip_prefix("public.") {
                    *target = rest.to_owned();
                }
            }
        }
    }
    document
}

fn name_of(table: &Table) -> String {
    full_name(table.schema.as_deref(), &table.name)
}

/// The `MetaData` with a table that the migrations create: where an environment names no models, those of another project
/// of the same source are not its own.
fn metadata_of(tables: &[Table], recorded: &BTreeSet<String>) -> BTreeSet<String> {
    let is_recorded = |table: &&Table| recorded.contains(&name_of(table));
    tables.iter().filter(is_recorded).map(|table| table.metadata.clone()).collect()
}

/// The tables that lie nearest to an environment.
fn nearest(tables: Vec<Table>, environment: &str) -> Vec<Table> {
    let common = |table: &Table| {
        let path = table.place.as_ref().map_or("", |place| place.path.as_str());
        path.split('/').zip(environment.split('/')).take_while(|(one, other)| one == other).count()
    };
    let most = tables.iter().map(common).max().unwrap_or_default();
    tables.into_iter().filter(|table| common(table) == most).collect()
}

/// Drops the tables of which there are several under one name; returns the names. Several that are equal are one, and one
/// that lies nearer to the environment than the others counts.
fn without_repeated(tables: &mut Vec<Table>, environment: &str) -> BTreeSet<String> {
    let mut by_name: BTreeMap<String, Vec<Table>> = BTreeMap::new();
    for mut table in std::mem::take(tables) {
        METADATA.clone_into(&mut table.metadata);
        by_name.entry(name_of(&table)).or_default().push(table);
    }
    let mut ambiguous = BTreeSet::new();
    for (name, found) in by_name {
        let mut found = nearest(found, environment);
        found.dedup_by(|a, b| a.columns == b.columns && a.primary_key == b.primary_key);
        match <[Table; 1]>::try_from(found) {
            Ok([table]) => tables.push(table),
            Err(_) => {
                ambiguous.insert(name);
            }
        }
    }
    ambiguous
}

fn relabel(document: &mut Document) {
    for table in &mut document.tables {
        METADATA.clone_into(&mut table.metadata);
    }
    let mut seen = BTreeSet::new();
    for item in &mut document.types {
        item.metadata = Some(METADATA.to_owned());
    }
    document.types.retain(|item| seen.insert((item.schema.clone(), item.name.clone(), item.values.clone())));
}

/// Whether one of these columns has a type.
fn is_used(item: &NamedType, columns: &BTreeSet<String>) -> bool {
    item.columns.iter().any(|column| columns.contains(column))
}
