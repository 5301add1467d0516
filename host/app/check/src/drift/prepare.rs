//! Both sides of the comparison, with what they can have in common.

use std::collections::BTreeMap;

use belljar_dialect::Database;
use belljar_diff::{Change, aligned, without_schema};
use belljar_schema::{DeclaredObject, Document, LiveDatabase, ObjectKind, Place, Table};

/// What is compared, and what is not.
pub(super) struct Prepared {
    pub(super) dialect: Database,
    pub(super) database: Document,
    pub(super) code: Document,
    /// Tables that the code declares more than once, in different forms, each with one of its places.
    pub(super) ambiguous: BTreeMap<String, Option<Place>>,
    /// Tables and views of the code in schemas that were not read, each with its schema.
    pub(super) unread: Vec<(String, String, Option<Place>)>,
    /// Statements of the code whose effect is not compared.
    pub(super) statements: Vec<DeclaredObject>,
}

impl Prepared {
    /// The place in the code of the table that a change is about.
    pub(super) fn place_of(&self, change: &Change) -> Option<Place> {
        let name = change.path.full_name();
        let table = self.code.tables.iter().find(|table| table.full_name() == name);
        table.and_then(|table| table.place.clone())
    }
}

/// Prepares both sides; `None` if the dialect is unknown.
pub(super) fn prepare(code: &Document, database: &Document, live: &LiveDatabase) -> Option<Prepared> {
    let dialect = Database::find(&live.dialect)?;
    let (mut code, mut database) = (code.clone(), database.clone());
    for document in [&mut code, &mut database] {
        if let Some(schema) = &live.schema {
            without_schema(document, schema);
        }
    }
    let unread = without_unread(&mut code, live, dialect);
    let ambiguous = without_repeated(&mut code.tables, dialect);
    database.tables.retain(|table| !ambiguous.contains_key(&table.full_name()));
    let statements = without_statements(&mut code, &mut database);
    let (code, database) = aligned(&code, &database, dialect, live.schema.as_deref());
    Some(Prepared { dialect, database, code, ambiguous, unread, statements })
}

/// Leaves out what is in schemas that were not read.
fn without_unread(
    code: &mut Document,
    live: &LiveDatabase,
    dialect: Database,
) -> Vec<(String, String, Option<Place>)> {
    // Only PostgreSQL has schemas in a database; elsewhere they are databases.
    let is_unread = |schema: &Option<String>| {
        schema.as_ref().is_some_and(|schema| dialect != Database::Postgresql || live.unread.contains(schema))
    };
    let mut found = Vec::new();
    let mut keep = |schema: &Option<String>, name: String, place: &Option<Place>| {
        let own = schema.clone().filter(|_| is_unread(schema));
        found.extend(own.map(|schema| (name, schema, place.clone())));
        !is_unread(schema)
    };
    code.tables.retain(|table| keep(&table.schema, table.full_name(), &table.place));
    code.views.retain(|view| {
        keep(&view.schema, belljar_schema::full_name(view.schema.as_deref(), &view.name), &view.place)
    });
    code.sequences.retain(|item| !is_unread(&item.sequence.schema));
    code.types.retain(|item| !is_unread(&item.schema));
    code.objects.retain(|item| !is_unread(&item.schema));
    found
}

/// Leaves out the tables of which there are several under one name, unless they are equal in a database of the dialect; returns
/// their names.
fn without_repeated(tables: &mut Vec<Table>, dialect: Database) -> BTreeMap<String, Option<Place>> {
    let mut by_name: BTreeMap<String, Vec<Table>> = BTreeMap::new();
    for table in std::mem::take(tables) {
        by_name.entry(table.full_name()).or_default().push(table);
    }
    let mut ambiguous = BTreeMap::new();
    for (name, mut found) in by_name {
        found.dedup_by(|one, other| in_database(one, dialect) == in_database(other, dialect));
        match <[Table; 1]>::try_from(found) {
            Ok([table]) => tables.push(table),
            Err(found) => {
                ambiguous.insert(name, found.into_iter().find_map(|table| table.place));
            }
        }
    }
    ambiguous
}

/// A table without what a database of a dialect does not have of it.
fn in_database(table: &Table, dialect: Database) -> Table {
    let mut table = table.clone();
    table.metadata.clear();
    (table.place, table.class) = (None, None);
    for column in &mut table.columns {
        (column.place, column.attribute, column.key) = (None, None, None);
        (column.default, column.onupdate) = (None, None);
        let text = column.ty.ddl(dialect).map(str::to_owned);
        column.ty.class.clear();
        column.ty.module.clear();
        column.ty.repr.clear();
        let ty = &mut column.ty;
        for other in [&mut ty.postgresql, &mut ty.mysql, &mut ty.sqlite, &mut ty.mssql, &mut ty.oracle] {
            other.clone_from(&text);
        }
        ty.mariadb = None;
    }
    table
}

/// Takes statements out of the code that a database does not keep, or keeps as something else. What such a statement creates by its
/// name is taken out of the database, too: it is there, and its form is not compared.
fn without_statements(code: &mut Document, database: &mut Document) -> Vec<DeclaredObject> {
    let (mut kept, mut taken) = (Vec::new(), Vec::new());
    for item in std::mem::take(&mut code.objects) {
        let is_there = match item.kind {
            ObjectKind::Table => take(&mut database.tables, |table| (&table.schema, &table.name), &item),
            ObjectKind::Type | ObjectKind::Domain => {
                take(&mut database.types, |found| (&found.schema, &found.name), &item)
            }
            ObjectKind::Sequence => {
                take(&mut database.sequences, |found| (&found.sequence.schema, &found.sequence.name), &item)
            }
            ObjectKind::Index => take_index(database, &item.name),
            ObjectKind::Grant | ObjectKind::Ddl | ObjectKind::Listener => true,
            _ => false,
        };
        if is_there {
            taken.push(item);
        } else {
            kept.push(item);
        }
    }
    code.objects = kept;
    taken
}

/// Takes the objects of the name of a statement out of a list; returns whether there are any.
fn take<T>(
    found: &mut Vec<T>,
    name: impl Fn(&T) -> (&Option<String>, &String),
    item: &DeclaredObject,
) -> bool {
    let count = found.len();
    found.retain(|one| name(one) != (&item.schema, &item.name));
    found.len() < count
}

fn take_index(database: &mut Document, name: &str) -> bool {
    let of_tables = database.tables.iter_mut().map(|table| &mut table.indexes);
    let of_views = database.views.iter_mut().map(|view| &mut view.indexes);
    let mut is_there = false;
    for indexes in of_tables.chain(of_views) {
        let count = indexes.len();
        indexes.retain(|index| index.name.as_deref() != Some(name));
        is_there |= indexes.len() < count;
    }
    is_there
}
