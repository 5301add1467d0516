//! What of a schema depends on a column, and stays as it was.

use std::collections::BTreeSet;

use belljar_diff::Path;
use belljar_schema::{ObjectKind, Table, View};

use crate::{
    Database,
    context::RuleContext,
    facts::table_text,
    sql::words,
    versions::{DATABASES, MYSQLS, POSTGRESQL, SQLITE},
};

/// Something that depends on a column.
pub(crate) struct Use {
    /// With its kind and name.
    pub(crate) what: String,
    /// The databases that refuse to drop the column.
    pub(crate) in_drop: &'static [Database],
    /// Those that refuse to give it another type.
    pub(crate) in_type: &'static [Database],
    /// It is this column, and not another one of its name.
    pub(crate) certain: bool,
}

const POSTGRESQL_AND_SQLITE: &[Database] = &[Database::Postgresql, Database::Sqlite];
const WITHOUT_POSTGRESQL: &[Database] = &[Database::Mysql, Database::Mariadb, Database::Sqlite];

/// What depends on a column of the table of a path, and is the same on both sides. What is itself changed or dropped goes
/// out of the way.
pub(crate) fn uses(context: &RuleContext<'_>, path: &Path, column: &str) -> Vec<Use> {
    let mut found = views(context, path, column);
    if let (Some(base), Some(head)) = (context.old_table(path), context.table(path)) {
        found.extend(of_table(base, head, column));
        found.extend(keys(context, base, head, column));
    }
    found.extend(objects(context, path, column));
    found
}

fn views(context: &RuleContext<'_>, path: &Path, column: &str) -> Vec<Use> {
    let table = table_text(path);
    let same = |view: &&View| context.base.views.iter().any(|old| same_view(old, view));
    let mut found = Vec::new();
    for view in context.head.views.iter().filter(same) {
        let Some(text) = view.postgresql.as_ref().or(view.sql.as_ref()) else { continue };
        let names = words(text);
        let reads = match &view.reads {
            Some(reads) => reads.iter().any(|name| *name == table || *name == path.name),
            None => names.contains(&path.name.to_lowercase()),
        };
        let named = names.contains(&column.to_lowercase());
        let all = text.contains('*') && !text.contains("(*)");
        if reads && (named || all) {
            let alone = view.reads.as_ref().is_some_and(|reads| reads.len() == 1);
            found.push(Use {
                what: format!("view `{}`", view.name),
                in_drop: POSTGRESQL_AND_SQLITE,
                in_type: POSTGRESQL,
                certain: alone,
            });
        }
    }
    found
}

/// What a view says of the database, without what only describes it.
fn same_view(old: &View, new: &View) -> bool {
    (&old.schema, &old.name, &old.sql, &old.postgresql) == (&new.schema, &new.name, &new.sql, &new.postgresql)
}

/// Generated columns, checks and indexes of the table itself.
fn of_table(base: &Table, head: &Table, column: &str) -> Vec<Use> {
    let uses = |text: &str| words(text).contains(&column.to_lowercase());
    let mut found = Vec::new();
    for other in head.columns.iter().filter(|other| other.name != column) {
        let Some(computed) = other.computed.as_ref().filter(|computed| uses(&computed.sql)) else { continue };
        let stays = |old: &&belljar_schema::Column| {
            old.name == other.name && old.computed.as_ref().is_some_and(|old| old.sql == computed.sql)
        };
        if base.columns.iter().any(|old| stays(&old)) {
            let what = format!("generated column `{}`", other.name);
            found.push(Use { what, in_drop: DATABASES, in_type: POSTGRESQL, certain: true });
        }
    }
    for check in head.checks.iter().filter(|check| base.checks.contains(check) && uses(&check.sql)) {
        let name = check.name.as_ref().unwrap_or(&check.sql);
        let what = format!("check `{name}`");
        found.push(Use { what, in_drop: WITHOUT_POSTGRESQL, in_type: &[], certain: true });
    }
    for index in head.indexes.iter().filter(|index| base.indexes.contains(index)) {
        let predicate = index.options.iter().filter(|(name, _)| name.ends_with("_where"));
        let in_predicate = predicate.into_iter().any(|(_, text)| uses(text));
        let in_element = index.elements.iter().any(|one| one.column.is_none() && uses(&one.sql));
        let what = format!("index `{}`", index.name.as_deref().unwrap_or_default());
        if in_predicate || in_element {
            let in_drop = if in_element { WITHOUT_POSTGRESQL } else { SQLITE };
            found.push(Use { what, in_drop, in_type: &[], certain: true });
        }
    }
    found
}

/// Foreign keys on the column or to it, that stay.
fn keys(context: &RuleContext<'_>, base: &Table, head: &Table, column: &str) -> Vec<Use> {
    let target = format!("{}.{column}", head.full_name());
    let mut found = Vec::new();
    for table in &context.head.tables {
        let own = std::ptr::eq(table, head);
        for key in &table.foreign_keys {
            let leads = key.targets.contains(&target);
            let has = own && key.columns.iter().any(|name| name == column);
            let old = if own { Some(base) } else { context.old_table(&path_of(table)) };
            let stays = old.is_some_and(|old| old.foreign_keys.contains(key));
            if !stays || !(leads || has) {
                continue;
            }
            let columns = key.columns.join(", ");
            found.push(Use {
                what: format!("foreign key `{}({columns})`", table.full_name()),
                // What is on the column itself goes with it in PostgreSQL.
                in_drop: if leads { DATABASES } else { WITHOUT_POSTGRESQL },
                in_type: MYSQLS,
                certain: true,
            });
        }
    }
    found
}

/// The foreign keys that refer to these columns of a table of the head, and are on both sides.
pub(crate) fn referring(context: &RuleContext<'_>, target: &Table, columns: &[String]) -> Vec<String> {
    let wanted: BTreeSet<String> =
        columns.iter().map(|name| format!("{}.{name}", target.full_name())).collect();
    let mut found = Vec::new();
    for table in &context.head.tables {
        let Some(old) = context.old_table(&path_of(table)) else { continue };
        for key in table.foreign_keys.iter().filter(|key| old.foreign_keys.contains(key)) {
            if key.targets.iter().cloned().collect::<BTreeSet<_>>() == wanted {
                found.push(format!("foreign key `{}({})`", table.full_name(), key.columns.join(", ")));
            }
        }
    }
    found
}

fn path_of(table: &Table) -> Path {
    Path {
        metadata: Some(table.metadata.clone()),
        schema: table.schema.clone(),
        name: table.name.clone(),
        part: None,
    }
}

/// Policies, triggers and rules of the table.
fn objects(context: &RuleContext<'_>, path: &Path, column: &str) -> Vec<Use> {
    let table = table_text(path);
    let kinds = [ObjectKind::Policy, ObjectKind::Trigger, ObjectKind::Rule];
    let of_table = context.head.objects.iter().filter(|object| {
        kinds.contains(&object.kind) && object.table.as_ref().is_some_and(|name| *name == table)
    });
    let mut found = Vec::new();
    for object in of_table {
        let Some(text) = object.postgresql.as_ref().or(object.sql.as_ref()) else { continue };
        let stays = context.base.objects.iter().any(|old| {
            (old.kind, &old.name, &old.sql, &old.postgresql)
                == (object.kind, &object.name, &object.sql, &object.postgresql)
        });
        if stays && words(text).contains(&column.to_lowercase()) {
            let kind = format!("{:?}", object.kind).to_lowercase();
            found.push(Use {
                what: format!("{kind} `{}`", object.name),
                in_drop: POSTGRESQL,
                in_type: POSTGRESQL,
                certain: object.kind == ObjectKind::Policy,
            });
        }
    }
    found
}
