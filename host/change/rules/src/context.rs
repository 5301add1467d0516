//! The input of a rule.

use std::collections::{BTreeMap, BTreeSet};

use belljar_diff::{Aspect, Change, Diff, Path, Subject, Value};
use belljar_schema::{
    Column, ColumnType, Document, ForeignKeyConstraint, Index, NamedType, Place, Table, TypeKind,
};

use crate::{
    Database, RulesConfig, Versions,
    facts::{column_of, is_new, modifies, table_text},
    taken::Taken,
    ty::{Conversion, Ty},
};

/// Both sides, their differences, and the configuration.
pub(crate) struct RuleContext<'a> {
    /// The base, with the names of the head.
    pub(crate) base: &'a Document,
    pub(crate) head: &'a Document,
    /// Tables by `[schema.]table`; several if their `MetaData` differ. Those of the base have the names of the head.
    base_tables: BTreeMap<String, Vec<&'a Table>>,
    head_tables: BTreeMap<String, Vec<&'a Table>>,
    /// The names of a schema's tables, by the name in lower case.
    folded_tables: BTreeMap<(Option<&'a str>, String), BTreeSet<&'a str>>,
    /// The names in use in the head.
    pub(crate) taken: Taken,
    base_schemas: BTreeSet<&'a str>,
    /// `[schema.]table` of all new tables.
    new_tables: BTreeSet<String>,
    /// `[schema.]type` and value of all new values.
    new_values: BTreeSet<(String, String)>,
    pub(crate) config: &'a RulesConfig,
    /// The databases that are checked, those of services too.
    pub(crate) dialects: Vec<Database>,
    /// The databases of what no service with databases of its own contains.
    common: Vec<Database>,
    /// `[schema.]table` and column of all new columns.
    new_columns: BTreeSet<(String, String)>,
}

impl<'a> RuleContext<'a> {
    pub(crate) fn new(
        diff: &'a Diff,
        (base, renamed): (&'a Document, &'a Document),
        head: &'a Document,
        config: &'a RulesConfig,
    ) -> Self {
        let mut common = config.dialects.clone();
        common.sort_unstable();
        common.dedup();
        if common.is_empty() {
            // A change does not choose the databases of its own check, unless there was nothing before it.
            common = crate::databases_for(if base.tables.is_empty() { head } else { base });
        }
        let of_services = config.services.iter().flat_map(|service| &service.dialects);
        let mut dialects: Vec<Database> = common.iter().chain(of_services).copied().collect();
        dialects.sort_unstable();
        dialects.dedup();
        let of = |subject| diff.changes.iter().filter(move |change| change.subject == subject);
        let new_parts = |subject| {
            let new = of(subject).filter(|change| is_new(change));
            new.map(|change| (table_text(&change.path), change.path.part.clone().unwrap_or_default()))
                .collect()
        };
        let new_tables = of(Subject::Table).filter(|change| is_new(change));
        let mut folded_tables: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for table in &head.tables {
            let schema = table.schema.as_deref();
            folded_tables.entry((schema, table.name.to_lowercase())).or_default().insert(&*table.name);
        }
        Self {
            base: renamed,
            head,
            base_tables: by_name(renamed),
            head_tables: by_name(head),
            folded_tables,
            taken: Taken::from_document(head),
            base_schemas: base.tables.iter().filter_map(|table| table.schema.as_deref()).collect(),
            new_tables: new_tables.map(|change| table_text(&change.path)).collect(),
            new_values: new_parts(Subject::EnumValue),
            config,
            common,
            dialects,
            new_columns: new_parts(Subject::Column),
        }
    }

    /// The databases that are checked for what is declared at these places: a head can't change them by moving a table.
    pub(crate) fn dialects_at<'p>(
        &self,
        places: impl IntoIterator<Item = Option<&'p Place>>,
    ) -> BTreeSet<Database> {
        let of = |place: &Place| self.config.databases_of(&place.path).unwrap_or(&self.common);
        let found: BTreeSet<Database> = places.into_iter().flatten().flat_map(of).copied().collect();
        if found.is_empty() { self.common.iter().copied().collect() } else { found }
    }

    pub(crate) fn versions(&self) -> &Versions {
        &self.config.versions
    }

    /// The table of the head for a path.
    pub(crate) fn table(&self, path: &Path) -> Option<&'a Table> {
        let named = self.head_tables.get(&table_text(path))?;
        let own = named.iter().find(|table| Some(&table.metadata) == path.metadata.as_ref());
        own.or_else(|| named.first()).copied()
    }

    /// The table of the head with this `[schema.]table`.
    pub(crate) fn table_named(&self, name: &str) -> Option<&'a Table> {
        self.head_tables.get(name)?.first().copied()
    }

    /// The table of the base for a path of the head.
    pub(crate) fn old_table(&self, path: &Path) -> Option<&'a Table> {
        let named = self.base_tables.get(&table_text(path))?;
        let own = named.iter().find(|table| Some(&table.metadata) == path.metadata.as_ref());
        own.or_else(|| named.first()).copied()
    }

    /// Another table of the head whose name differs only in case.
    pub(crate) fn namesake(&self, table: &Table) -> Option<&'a str> {
        let names = self.folded_tables.get(&(table.schema.as_deref(), table.name.to_lowercase()))?;
        names.iter().find(|name| **name != table.name).copied()
    }

    /// Whether a value of an enumeration is new.
    pub(crate) fn is_new_value(&self, path: &Path, value: &str) -> bool {
        self.new_values.contains(&(table_text(path), value.to_owned()))
    }

    /// The column of the head for a path.
    pub(crate) fn column(&self, path: &Path) -> Option<&'a Column> {
        column_of(self.table(path)?, path.part.as_deref()?)
    }

    /// The conversion between the types of a column in a database; `None` if it does not have both.
    pub(crate) fn conversion(
        &self,
        before: &ColumnType,
        after: &ColumnType,
        dialect: Database,
    ) -> Option<Conversion> {
        let (from, into) = (Ty::from_column(before, dialect)?, Ty::from_column(after, dialect)?);
        if dialect != Database::Postgresql {
            return Some(from.to(&into, dialect));
        }
        // A domain is converted like its base type; its constraints are checked row by row.
        let from = domain(self.base, before).map_or(from, |(ty, _)| ty);
        let (into, limited) = domain(self.head, after).unwrap_or((into, false));
        let found = from.to(&into, dialect);
        Some(Conversion { rewrites: found.rewrites || limited, ..found })
    }

    /// Whether any of these columns of a table existed before.
    pub(crate) fn any_existed(&self, path: &Path, columns: &[String]) -> bool {
        columns.iter().any(|column| !self.is_new_column(path, column))
    }

    /// Whether a table with this `[schema.]table` is new.
    pub(crate) fn is_new_table(&self, name: &str) -> bool {
        self.new_tables.contains(name)
    }

    /// Whether a table of the base is in this schema.
    pub(crate) fn had_schema(&self, name: &str) -> bool {
        self.base_schemas.contains(name)
    }

    pub(crate) fn is_new_column(&self, path: &Path, column: &str) -> bool {
        self.new_columns.contains(&(table_text(path), column.to_owned()))
    }

    /// The new columns of a change, with their table.
    pub(crate) fn new_columns(&self, change: &'a Change) -> Vec<(&'a Table, &'a Column)> {
        match (is_new(change), &change.after) {
            (true, Some(Value::Table(table))) => {
                table.columns.iter().map(|column| (&**table, column)).collect()
            }
            (true, Some(Value::Column(column))) => {
                self.table(&change.path).map(|table| (table, &**column)).into_iter().collect()
            }
            _ => vec![],
        }
    }

    /// The new indexes of a change.
    pub(crate) fn new_indexes(&self, change: &'a Change) -> Vec<(&'a Table, &'a Index)> {
        match (is_new(change), &change.after) {
            (true, Some(Value::Table(table))) => {
                table.indexes.iter().map(|index| (&**table, index)).collect()
            }
            (true, Some(Value::Index(index))) => {
                self.table(&change.path).map(|table| (table, index)).into_iter().collect()
            }
            _ => vec![],
        }
    }

    /// The foreign keys of a change that are new, or refer to another target.
    pub(crate) fn new_foreign_keys(&self, change: &'a Change) -> Vec<(&'a Table, &'a ForeignKeyConstraint)> {
        let new = is_new(change) || modifies(change, Subject::ForeignKey, Aspect::Targets);
        match (new, &change.after) {
            (true, Some(Value::Table(table))) => {
                table.foreign_keys.iter().map(|key| (&**table, key)).collect()
            }
            (true, Some(Value::ForeignKey(key))) => {
                self.table(&change.path).map(|table| (table, key)).into_iter().collect()
            }
            _ => vec![],
        }
    }
}

/// The base type of a column whose type is a declared domain.
fn domain(document: &Document, ty: &ColumnType) -> Option<(Ty, bool)> {
    let text = ty.postgresql.as_deref()?;
    let is_it = |named: &&NamedType| {
        let name = belljar_schema::full_name(named.schema.as_deref(), &named.name);
        named.kind == TypeKind::Domain && text.replace('"', "") == name
    };
    Ty::of_domain(document.types.iter().find(is_it)?.sql.as_deref()?)
}

fn by_name(document: &Document) -> BTreeMap<String, Vec<&Table>> {
    let mut found: BTreeMap<String, Vec<&Table>> = BTreeMap::new();
    for table in &document.tables {
        found.entry(table.full_name()).or_default().push(table);
    }
    found
}
