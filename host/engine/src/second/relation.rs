//! How a table of a file that ran alone differs from the one that came of all files together.

use std::collections::{BTreeMap, BTreeSet};

use belljar_schema::{Column, Index, Status, Table};

/// How they differ.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// In nothing that a database would see.
    Same,
    /// Together it has more: that is what other modules are there for.
    More,
    /// Together it lacks something, or has it differently.
    Differs(String),
}

/// Compares what a file gives alone with what came of all. Names of constraints are no difference: a naming convention
/// may be set late. Neither is what the file alone can't know.
pub(super) fn relation(alone: &Table, together: &Table) -> Relation {
    let columns: BTreeMap<&str, &Column> =
        together.columns.iter().map(|column| (column.name.as_str(), column)).collect();
    for column in &alone.columns {
        let Some(other) = columns.get(column.name.as_str()) else {
            return Relation::Differs(format!("column `{}` is gone", column.name));
        };
        if let Some(what) = difference(column, other) {
            return Relation::Differs(format!("column `{}` {what}", column.name));
        }
    }
    if let Some(what) = lost(alone, together) {
        return Relation::Differs(what);
    }
    let size = |table: &Table| {
        let keys = table.foreign_keys.len() + table.unique.len() + table.checks.len();
        table.columns.len() + keys + table.indexes.len() + table.excludes.len()
    };
    if size(alone) == size(together) { Relation::Same } else { Relation::More }
}

/// How a column differs. One that the file alone is in doubt about tells nothing.
fn difference(alone: &Column, together: &Column) -> Option<String> {
    if alone.status != Status::Exact {
        return None;
    }
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
    let null = |nullable| if nullable { "takes NULL" } else { "takes no NULL" };
    let pair = |what: &str, one: &str, other: &str| {
        Some(format!("has the {what} `{other}`, and `{one}` where its module runs alone"))
    };
    let (ty, other) = (&alone.ty, &together.ty);
    if (&ty.class, &ty.module, ddl(alone)) != (&other.class, &other.module, ddl(together)) {
        let name = |column: &Column| column.ty.postgresql.clone().unwrap_or_else(|| column.ty.class.clone());
        return pair("type", &name(alone), &name(together));
    }
    if (&ty.repr, &ty.enum_values, &ty.enum_name) != (&other.repr, &other.enum_values, &other.enum_name) {
        return pair("type", &ty.repr, &other.repr);
    }
    if alone.nullable != together.nullable {
        let (one, other) = (null(alone.nullable), null(together.nullable));
        return Some(format!("{other}, and {one} where its module runs alone"));
    }
    if alone.primary_key != together.primary_key {
        return Some("is of the primary key in one case only".to_owned());
    }
    let of_texts = [
        ("server default", &alone.server_default, &together.server_default),
        ("server-side `onupdate`", &alone.server_onupdate, &together.server_onupdate),
    ];
    for (what, one, other) in of_texts {
        if one != other && one.is_some() {
            return pair(what, &text(one), &text(other));
        }
    }
    if alone.comment.is_some() && alone.comment != together.comment {
        return pair("comment", &text(&alone.comment), &text(&together.comment));
    }
    if alone.computed != together.computed || alone.identity != together.identity {
        return Some("is generated in another way than where its module runs alone".to_owned());
    }
    let target = |target: &str| target.rsplit('.').nth(1).map(str::to_owned);
    let lost = alone.foreign_keys.iter().find(|key| {
        !together.foreign_keys.iter().any(|other| {
            target(&other.target) == target(&key.target)
                && (&other.ondelete, &other.onupdate) == (&key.ondelete, &key.onupdate)
        })
    });
    lost.map(|key| format!("has lost its reference to `{}`", key.target))
}

fn ddl(column: &Column) -> [&Option<String>; 6] {
    let ty = &column.ty;
    [&ty.postgresql, &ty.mysql, &ty.mariadb, &ty.sqlite, &ty.mssql, &ty.oracle]
}

/// What a table as a whole has lost.
fn lost(alone: &Table, together: &Table) -> Option<String> {
    if alone.primary_key.columns != together.primary_key.columns {
        return Some("its primary key differs".to_owned());
    }
    let unique = |table: &Table| table.unique.iter().map(|item| item.columns.clone()).collect::<Vec<_>>();
    let checks = |table: &Table| table.checks.iter().map(|item| item.sql.clone()).collect::<Vec<_>>();
    let excludes = |table: &Table| table.excludes.iter().map(|item| item.sql.clone()).collect::<Vec<_>>();
    let key = |index: &Index| (index.columns.clone(), index.unique, index.options.clone());
    let indexes = |table: &Table| table.indexes.iter().map(key).collect::<Vec<_>>();
    let keys = |table: &Table| table.foreign_keys.iter().map(|item| item.columns.clone()).collect::<Vec<_>>();
    if let Some(columns) = missing(&unique(alone), &unique(together)) {
        return Some(format!("the unique constraint on `{}` is gone", columns.join("`, `")));
    }
    if let Some((columns, ..)) = missing(&indexes(alone), &indexes(together)) {
        return Some(format!("the index on `{}` is gone", columns.join("`, `")));
    }
    if let Some(columns) = missing(&keys(alone), &keys(together)) {
        return Some(format!("the foreign key of `{}` is gone", columns.join("`, `")));
    }
    if let Some(sql) = missing(&checks(alone), &checks(together)) {
        return Some(format!("the check `{sql}` is gone"));
    }
    if missing(&excludes(alone), &excludes(together)).is_some() {
        return Some("an exclusion constraint is gone".to_owned());
    }
    (alone.comment.is_some() && alone.comment != together.comment).then(|| "its comment differs".to_owned())
}

/// The first of the one that the other lacks.
fn missing<T: Ord + Clone>(one: &[T], other: &[T]) -> Option<T> {
    let other: BTreeSet<&T> = other.iter().collect();
    one.iter().find(|item| !other.contains(item)).cloned()
}
