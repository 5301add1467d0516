//! The default schema of a database, in which `public.users` and `users` are the same table.

use belljar_schema::{ColumnType, Document, Table};

use super::{Renames, Sides};
use crate::{Certainty, Note, Path, Subject};

/// A database with a default schema.
struct Default {
    title: &'static str,
    /// Its name in options.
    dialect: &'static str,
    schema: &'static str,
    has: fn(&ColumnType) -> bool,
}

/// The most likely first: a schema that PostgreSQL supports is assumed to be for PostgreSQL.
const DEFAULTS: [Default; 3] = [
    Default {
        title: "PostgreSQL",
        dialect: "postgresql",
        schema: "public",
        has: |ty| ty.postgresql.is_some(),
    },
    Default { title: "SQLite", dialect: "sqlite", schema: "main", has: |ty| ty.sqlite.is_some() },
    Default { title: "SQL Server", dialect: "mssql", schema: "dbo", has: |ty| ty.mssql.is_some() },
];

/// The default schema of the database that the base is for; `None` if it is for several with different defaults.
pub(super) struct DefaultSchemas(Option<(&'static str, &'static str)>);

impl DefaultSchemas {
    /// `databases` are the configured ones. If there are none, the types of the base determine the databases that
    /// support it; the head is not considered, or it could hide a table.
    pub(super) fn detect(sides: Sides<'_>, databases: &[String]) -> Self {
        let document = if sides.base.tables.is_empty() { sides.head } else { sides.base };
        let can_be_made = |one: &&Default| types(document).all(|ty| (one.has)(ty) || is_unknown(ty));
        let found = match databases {
            [] => DEFAULTS.iter().find(can_be_made),
            [only] => DEFAULTS.iter().find(|one| one.dialect == only),
            _ => None,
        };
        Self(found.map(|one| (one.title, one.schema)))
    }

    /// The names `base` and `head` of a schema that are the same for the database.
    pub(super) fn same(
        &self,
        base: Option<&str>,
        head: Option<&str>,
    ) -> Option<(&'static str, &'static str)> {
        let ((Some(named), None) | (None, Some(named))) = (base, head) else { return None };
        self.0.filter(|(_, name)| *name == named)
    }
}

fn types(document: &Document) -> impl Iterator<Item = &ColumnType> {
    document.tables.iter().flat_map(|table| &table.columns).map(|column| &column.ty)
}

/// A type that no dialect renders excludes none.
fn is_unknown(ty: &ColumnType) -> bool {
    [&ty.postgresql, &ty.mysql, &ty.sqlite, &ty.mssql, &ty.oracle].into_iter().all(Option::is_none)
}

/// Tables that name the default schema explicitly on one side only.
pub(super) fn tables<'a>(sides: Sides<'a>, schemas: &DefaultSchemas) -> Vec<(&'a Table, &'a Table)> {
    let name = |table: &'a Table| (table.schema.as_deref(), table.name.as_str());
    let has = |document: &'a Document, wanted| document.tables.iter().any(|table| name(table) == wanted);
    let mut found = Vec::new();
    for base in &sides.base.tables {
        let is_it = |head: &&Table| {
            base.name == head.name && schemas.same(base.schema.as_deref(), head.schema.as_deref()).is_some()
        };
        // Most tables have no such namesake.
        let Some(first) = sides.head.tables.iter().find(is_it) else { continue };
        let own = sides.head.tables.iter().filter(is_it).find(|head| head.metadata == base.metadata);
        let head = own.unwrap_or(first);
        let several = sides.head.tables.iter().filter(is_it).count() > 1 && own.is_none();
        if !several && !has(sides.head, name(base)) && !has(sides.base, name(head)) {
            found.push((base, head));
        }
    }
    found
}

/// Reports a change of the name that does not affect the database.
pub(super) fn report_default_schema(
    subject: Subject,
    (was, path): (Path, Path),
    (title, schema): (&str, &str),
    out: &mut Renames,
) {
    let message = format!("`{schema}` is the schema of {title} where none is named");
    out.rename(subject, was, path, vec![Note::new("default-schema", message)]);
    if let Some(change) = out.changes.pop() {
        let mut change = change.information();
        change.certainty = Certainty::Certain;
        out.changes.push(change);
    }
}
