//! Code and a database, so that their difference is drift alone.
//!
//! A database writes out what code leaves to it: names of constraints, casts, usual values, indexes for foreign keys. [`aligned`]
//! gives the code the spelling of the database wherever both mean the same, and takes out of both what the other side can't
//! have, such as classes. What is left between the two documents is drift; the ordinary [`diff`](crate::diff) finds it.

mod columns;
mod constraints;
mod loose;
mod objects;
mod schemas;

use belljar_dialect::Database;
use belljar_schema::{Document, Table};
pub use schemas::without_schema;

/// Both documents, the code in the spelling of the database. `default_schema` is the one that the code may name although it
/// need not, such as `public`.
pub fn aligned(
    code: &Document,
    database: &Document,
    dialect: Database,
    default_schema: Option<&str>,
) -> (Document, Document) {
    let (mut code, mut database) = (code.clone(), database.clone());
    code.classes.clear();
    // Stand-ins and releases are about how the code was read.
    code.sqlalchemy = database.sqlalchemy.clone();
    code.projects.clear();
    objects::of_dialect(&mut code, dialect);
    relabel(&mut code, &database);
    if let Some(schema) = default_schema {
        without_schema(&mut code, schema);
        without_schema(&mut database, schema);
    }
    let mut is_used = vec![false; database.tables.len()];
    for table in &mut code.tables {
        let same = |other: &Table| {
            objects::same_name(dialect, (&table.schema, &table.name), (&other.schema, &other.name))
        };
        let found = database.tables.iter().position(same);
        if let Some((number, other)) = found.and_then(|at| Some((at, database.tables.get_mut(at)?)))
            && let Some(used) = is_used.get_mut(number)
            && !std::mem::replace(used, true)
        {
            self::table(table, other, dialect);
        }
    }
    objects::align(&mut code, &mut database, dialect);
    (code, database)
}

/// A database has one `MetaData`: tables of the code are in it, except for second ones of a name.
fn relabel(code: &mut Document, database: &Document) {
    let of_tables = database.tables.iter().map(|table| &table.metadata);
    let label = of_tables.chain(database.views.iter().filter_map(|view| view.metadata.as_ref())).next();
    let label = label.map_or_else(|| "database".to_owned(), Clone::clone);
    let mut seen = std::collections::BTreeSet::new();
    for table in &mut code.tables {
        if seen.insert((table.schema.clone(), table.name.clone())) {
            table.metadata.clone_from(&label);
        }
    }
    let views = code.views.iter_mut().map(|view| &mut view.metadata);
    let objects = code.objects.iter_mut().map(|item| &mut item.metadata);
    let sequences = code.sequences.iter_mut().map(|item| &mut item.metadata);
    let types = code.types.iter_mut().map(|item| &mut item.metadata);
    for metadata in views.chain(objects).chain(sequences).chain(types) {
        *metadata = Some(label.clone());
    }
    objects::without_repeated(code);
}

/// Two tables that are one.
fn table(code: &mut Table, database: &mut Table, dialect: Database) {
    code.class = None;
    code.name.clone_from(&database.name);
    if !has_comments(dialect) {
        code.comment.clone_from(&database.comment);
    }
    if code.prefixes.is_empty() != database.prefixes.is_empty() && dialect != Database::Postgresql {
        code.prefixes.clone_from(&database.prefixes);
    }
    options(code, database, dialect);
    let table = code.clone();
    for column in &mut code.columns {
        let same = |other: &&belljar_schema::Column| {
            other.name == column.name || (folds(dialect) && other.name.eq_ignore_ascii_case(&column.name))
        };
        if let Some(other) = database.columns.iter().find(same) {
            columns::align(column, other, (&table, database), dialect);
        }
    }
    constraints::align(code, database, dialect);
}

/// Options that the code does not state are those of the database.
fn options(code: &mut Table, database: &Table, dialect: Database) {
    let prefixes: &[&str] = match dialect {
        Database::Mysql => &["mysql_"],
        Database::Mariadb => &["mysql_", "mariadb_"],
        Database::Sqlite => &["sqlite_"],
        _ => &["postgresql_"],
    };
    code.options.retain(|name, _| prefixes.iter().any(|prefix| name.starts_with(prefix)));
    // Only a key that is one column can have it, and SQLAlchemy leaves it out for others.
    if code.primary_key.columns.len() != 1 {
        code.options.remove("sqlite_autoincrement");
    }
    if matches!(dialect, Database::Mysql | Database::Mariadb) {
        for other in ["mysql_character_set", "mysql_default_charset", "mysql_default_character_set"] {
            if let Some(value) = code.options.remove(other) {
                code.options.insert("mysql_charset".to_owned(), value);
            }
        }
        for name in ["mysql_charset", "mysql_collate"] {
            let utf8 =
                code.options.get_mut(name).filter(|value| **value == "utf8" || value.starts_with("utf8_"));
            if let Some(value) = utf8 {
                value.insert_str(4, "mb3");
            }
        }
        for (name, value) in &database.options {
            let own = code.options.entry(name.clone()).or_insert_with(|| value.clone());
            if own.eq_ignore_ascii_case(value) {
                own.clone_from(value);
            }
        }
    }
}

fn has_comments(dialect: Database) -> bool {
    dialect != Database::Sqlite
}

/// Whether names of columns in another case are the same.
fn folds(dialect: Database) -> bool {
    matches!(dialect, Database::Mysql | Database::Mariadb | Database::Sqlite)
}
