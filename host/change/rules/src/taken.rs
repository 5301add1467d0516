//! Names in use: which objects may not share a name in each database.

use std::collections::{BTreeMap, BTreeSet};

use belljar_schema::{Document, Table};

use crate::Database;

/// The scope in which a name must be unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Scope {
    /// All relations and indexes of a schema.
    Relations,
    /// Tables and types of a schema: a table is a type too.
    Types,
    /// The constraints of a table.
    Constraints,
    /// The indexes of a table.
    Indexes,
    /// The foreign keys of a schema.
    ForeignKeys,
    /// The checks of a schema.
    Checks,
}

/// For each kind of object, the databases in which its name must be unique, and the scope.
const SCOPES: &[(&str, Database, Scope)] = &[
    ("table", Database::Postgresql, Scope::Relations),
    ("view", Database::Postgresql, Scope::Relations),
    ("sequence", Database::Postgresql, Scope::Relations),
    ("index", Database::Postgresql, Scope::Relations),
    ("unique constraint", Database::Postgresql, Scope::Relations),
    ("primary key", Database::Postgresql, Scope::Relations),
    ("exclusion constraint", Database::Postgresql, Scope::Relations),
    ("table", Database::Postgresql, Scope::Types),
    ("view", Database::Postgresql, Scope::Types),
    ("type", Database::Postgresql, Scope::Types),
    ("unique constraint", Database::Postgresql, Scope::Constraints),
    ("primary key", Database::Postgresql, Scope::Constraints),
    ("exclusion constraint", Database::Postgresql, Scope::Constraints),
    ("foreign key", Database::Postgresql, Scope::Constraints),
    ("check", Database::Postgresql, Scope::Constraints),
    ("table", Database::Sqlite, Scope::Relations),
    ("view", Database::Sqlite, Scope::Relations),
    ("index", Database::Sqlite, Scope::Relations),
    ("index", Database::Mysql, Scope::Indexes),
    ("unique constraint", Database::Mysql, Scope::Indexes),
    ("foreign key", Database::Mysql, Scope::ForeignKeys),
    ("check", Database::Mysql, Scope::Checks),
    ("index", Database::Mariadb, Scope::Indexes),
    ("unique constraint", Database::Mariadb, Scope::Indexes),
    ("foreign key", Database::Mariadb, Scope::ForeignKeys),
    ("check", Database::Mariadb, Scope::Constraints),
];

/// The object with a name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owner<'a> {
    pub(crate) metadata: Option<&'a str>,
    pub(crate) schema: Option<&'a str>,
    /// The table, for an object that belongs to one.
    pub(crate) table: Option<&'a str>,
}

/// A scope in one place, and a name in the form in which the database compares it.
type Place = (Database, Scope, Option<String>, Option<String>, Option<String>, String);

/// All names of a schema.
#[derive(Debug, Default)]
pub(crate) struct Taken(BTreeMap<Place, Vec<(&'static str, String)>>);

impl Taken {
    pub(crate) fn from_document(document: &Document) -> Self {
        let mut taken = Self::default();
        for table in &document.tables {
            taken.table(table);
        }
        for view in &document.views {
            let owner =
                Owner { metadata: view.metadata.as_deref(), schema: view.schema.as_deref(), table: None };
            // The table of a mapped view may be among the tables too.
            let mapped = |table: &Table| table.name == view.name && table.schema == view.schema;
            if !document.tables.iter().any(mapped) {
                taken.add("view", Some(&view.name), owner);
            }
        }
        for ty in document.types.iter().filter(|ty| ty.created) {
            let owner = Owner { metadata: ty.metadata.as_deref(), schema: ty.schema.as_deref(), table: None };
            taken.add("type", Some(&ty.name), owner);
        }
        for one in &document.sequences {
            let schema = one.sequence.schema.as_deref();
            let owner = Owner { metadata: one.metadata.as_deref(), schema, table: None };
            taken.add("sequence", Some(&one.sequence.name), owner);
        }
        taken
    }

    fn table(&mut self, table: &Table) {
        let owner = owner(table);
        self.add("table", Some(&table.name), Owner { table: None, ..owner });
        self.add("primary key", table.primary_key.name.as_ref(), owner);
        table.indexes.iter().for_each(|one| self.add("index", one.name.as_ref(), owner));
        table.unique.iter().for_each(|one| self.add("unique constraint", one.name.as_ref(), owner));
        table.excludes.iter().for_each(|one| self.add("exclusion constraint", one.name.as_ref(), owner));
        table.foreign_keys.iter().for_each(|one| self.add("foreign key", one.name.as_ref(), owner));
        table.checks.iter().for_each(|one| self.add("check", one.name.as_ref(), owner));
    }

    fn add(&mut self, kind: &'static str, name: Option<&String>, owner: Owner<'_>) {
        let Some(name) = name else { return };
        let what = owner.table.map_or_else(String::new, |table| format!(" of `{table}`"));
        for place in places(kind, name, owner) {
            self.0.entry(place).or_default().push((kind, what.clone()));
        }
    }

    /// Other objects with the same name, with the databases in which that is not allowed.
    pub(crate) fn others(
        &self,
        kind: &str,
        name: &str,
        owner: Owner<'_>,
    ) -> BTreeMap<String, BTreeSet<Database>> {
        let own = owner.table.map_or_else(String::new, |table| format!(" of `{table}`"));
        let mut found: BTreeMap<String, BTreeSet<Database>> = BTreeMap::new();
        for place in places(kind, name, owner) {
            let dialect = place.0;
            let mut all = self.0.get(&place).into_iter().flatten().collect::<Vec<_>>();
            // It is the object itself.
            if let Some(position) = all.iter().position(|(other, what)| *other == kind && *what == own) {
                all.remove(position);
            }
            for (other, what) in all {
                found.entry(format!("{other}{what}")).or_default().insert(dialect);
            }
        }
        found
    }
}

/// The names of a table's objects.
pub(crate) fn owner(table: &Table) -> Owner<'_> {
    Owner { metadata: Some(&table.metadata), schema: table.schema.as_deref(), table: Some(&table.name) }
}

fn places(kind: &str, name: &str, owner: Owner<'_>) -> Vec<Place> {
    let kind = kind.to_owned();
    let of_kind = SCOPES.iter().filter(|(own, ..)| *own == kind);
    let place = |(_, dialect, scope): &(&str, Database, Scope)| {
        let in_table = matches!(scope, Scope::Constraints | Scope::Indexes);
        let name = if *dialect == Database::Postgresql { name.to_owned() } else { name.to_lowercase() };
        // Objects without a named `MetaData` are compared with those of none.
        let metadata = owner.metadata.map(str::to_owned);
        let table = owner.table.filter(|_| in_table).map(str::to_owned);
        (*dialect, *scope, metadata, owner.schema.map(str::to_owned), table, name)
    };
    of_kind.map(place).collect()
}
