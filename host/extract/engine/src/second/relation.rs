//! How a table of a file that ran alone differs from the one that came of all files together.
//!
//! Everything that the document has of a table counts, except what is listed here. A field that a document gets one day
//! counts as well, without a word here.

use std::collections::BTreeMap;

use belljar_schema::{Document, Status, Table};
use serde::Serialize;
use serde_json::{Map, Value};

/// How two tables differ.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// Both tables are equal.
    Same,
    /// Together it has more columns, constraints or indexes: that is what other modules are there for.
    More,
    /// Together it lacks something, or has it differently.
    Differs(String),
}

/// What says how sure something is, and what is settled elsewhere: where it is declared, by which class, and by which name
/// its `MetaData` is reached, which is another where fewer modules ran.
const APART: [&str; 6] = ["attribute", "class", "metadata", "place", "reasons", "status"];

/// To these other modules may add, each with how one of them is called.
const LISTS: [(&str, &str); 5] = [
    ("unique", "unique constraint"),
    ("indexes", "index"),
    ("foreign_keys", "foreign key"),
    ("checks", "check"),
    ("excludes", "exclusion constraint"),
];

/// Compares what a file gives alone with what came of all, whose document has the tables that keys lead to.
pub(super) fn relation(alone: &Table, together: &Table, all: &Document) -> Relation {
    match difference(&resolved(alone, all), together) {
        Some(what) => Relation::Differs(what),
        None if size(alone) == size(together) => Relation::Same,
        None => Relation::More,
    }
}

/// What differs between two things that may be anything but tables, if anything does.
pub(super) fn difference_of<T: Serialize>(alone: &T, together: &T) -> Option<String> {
    let (one, other) = (object(alone), object(together));
    let (path, one, other) = first(&one, &other, "")?;
    Some(pair(&words(&path), &one, &other))
}

fn size(table: &Table) -> usize {
    let keys = table.foreign_keys.len() + table.unique.len() + table.checks.len();
    table.columns.len() + keys + table.indexes.len() + table.excludes.len()
}

fn difference(alone: &Table, together: &Table) -> Option<String> {
    of_columns(alone, together).or_else(|| {
        let (mut one, mut other) = (object(alone), object(together));
        for (name, noun) in LISTS {
            let (lists, others) = (items(one.remove(name)), items(other.remove(name)));
            if let Some(what) = lost(noun, &lists, others) {
                return Some(what);
            }
        }
        // What is left of these is compared by itself.
        one.remove("columns");
        other.remove("columns");
        if one.get("primary_key").and_then(|key| key.get("columns"))
            != other.get("primary_key").and_then(|key| key.get("columns"))
        {
            return Some("its primary key differs".to_owned());
        }
        let (path, one, other) = first(&one, &other, "")?;
        Some(format!("it {}", pair(&words(&path), &one, &other)))
    })
}

fn of_columns(alone: &Table, together: &Table) -> Option<String> {
    let columns: BTreeMap<&str, _> =
        together.columns.iter().map(|column| (column.name.as_str(), column)).collect();
    for column in &alone.columns {
        let Some(other) = columns.get(column.name.as_str()) else {
            return Some(format!("column `{}` is gone", column.name));
        };
        // A column that is in doubt when the file runs alone proves nothing.
        if column.status == Status::Exact
            && let Some(what) = of_column(object(column), object(other))
        {
            return Some(format!("column `{}` {what}", column.name));
        }
    }
    let own: Vec<&str> = alone.columns.iter().map(|column| column.name.as_str()).collect();
    let shared = together.columns.iter().map(|column| column.name.as_str());
    let shared: Vec<&str> = shared.filter(|name| own.contains(name)).collect();
    (own != shared).then(|| {
        format!(
            "its columns stand as `{}`, and as `{}` where its module runs alone",
            shared.join("`, `"),
            own.join("`, `")
        )
    })
}

fn of_column(mut one: Map<String, Value>, mut other: Map<String, Value>) -> Option<String> {
    let (alone, together) = (text_of_type(&one), text_of_type(&other));
    let (keys, others) = (items(one.remove("foreign_keys")), items(other.remove("foreign_keys")));
    if let Some(key) = keys.iter().find(|key| !others.contains(key)) {
        let target = key.get("target").map(shown).unwrap_or_default();
        let same = others.iter().find(|other| other.get("target") == key.get("target"));
        return Some(match same.and_then(|same| first_of(key, same)) {
            Some((path, one, other)) => {
                format!("refers to {target} and {}", pair(&words(&path), &one, &other))
            }
            None => format!("has lost its reference to {target}"),
        });
    }
    let (path, one, other) = first(&one, &other, "")?;
    Some(match (path.as_str(), &one, &other) {
        ("nullable", Value::Bool(one), Value::Bool(other)) => {
            let null = |nullable: bool| if nullable { "takes NULL" } else { "takes no NULL" };
            format!("{}, and {} where its module runs alone", null(*other), null(*one))
        }
        ("primary_key", ..) => "is of the primary key in one case only".to_owned(),
        (path, ..) if path.starts_with("type.") => {
            of_type((&alone, &together), pair(&words(path), &one, &other))
        }
        _ => pair(&words(&path), &one, &other),
    })
}

/// What PostgreSQL makes of the type says more than the first detail that differs, where it differs as well.
fn of_type((alone, together): (&Value, &Value), detail: String) -> String {
    if alone == together { detail } else { pair("type", alone, together) }
}

fn text_of_type(column: &Map<String, Value>) -> Value {
    column.get("type").and_then(|ty| ty.get("postgresql")).cloned().unwrap_or_default()
}

/// The first of some constraints that is not there, or there with something else.
fn lost(noun: &str, alone: &[Value], mut together: Vec<Value>) -> Option<String> {
    for item in alone {
        if let Some(position) = together.iter().position(|other| other == item) {
            together.swap_remove(position);
            continue;
        }
        let what = name_of(item);
        let is_like = |other: &&Value| {
            ["name", "columns", "sql"].iter().any(|key| {
                item.get(*key).is_some_and(|value| !value.is_null() && other.get(*key) == Some(value))
            })
        };
        return Some(match together.iter().find(is_like).and_then(|other| first_of(item, other)) {
            Some((path, one, other)) => format!("the {noun} {what} {}", pair(&words(&path), &one, &other)),
            None => format!("the {noun} {what} is gone"),
        });
    }
    None
}

/// What distinguishes a constraint from others: ``on `a`, `b` ``, or by its text.
fn name_of(item: &Value) -> String {
    let columns = item.get("columns").and_then(Value::as_array);
    let names: Option<Vec<&str>> = columns.map(|names| names.iter().filter_map(Value::as_str).collect());
    match names {
        Some(names) => format!("on `{}`", names.join("`, `")),
        None => item.get("sql").map(shown).unwrap_or_default(),
    }
}

/// The table with its foreign keys as they are where the tables are there that they lead to: a file alone has them as they
/// are written.
fn resolved(table: &Table, all: &Document) -> Table {
    let target = |text: &String| resolve(text, table, all).unwrap_or_else(|| text.clone());
    let mut table = table.clone();
    let keys: Vec<Vec<String>> =
        table.foreign_keys.iter().map(|key| key.targets.iter().map(target).collect()).collect();
    let of_columns: Vec<Vec<String>> = table
        .columns
        .iter()
        .map(|column| column.foreign_keys.iter().map(|key| target(&key.target)).collect())
        .collect();
    for (key, targets) in table.foreign_keys.iter_mut().zip(keys) {
        key.targets = targets;
    }
    for (column, targets) in table.columns.iter_mut().zip(of_columns) {
        for (key, target) in column.foreign_keys.iter_mut().zip(targets) {
            key.target = target;
        }
    }
    table
}

/// `[schema.]table.column` of a reference, which the code may write without the schema, and with the column's key.
fn resolve(target: &str, from: &Table, all: &Document) -> Option<String> {
    let (table, column) = target.rsplit_once('.')?;
    let full =
        |table: &Table| table.schema.iter().chain([&table.name]).cloned().collect::<Vec<_>>().join(".");
    let in_schema = from.schema.as_ref().map(|schema| format!("{schema}.{table}"));
    let wanted = [Some(table.to_owned()), in_schema];
    let found =
        wanted.into_iter().flatten().find_map(|name| all.tables.iter().find(|table| full(table) == name))?;
    let named = found.columns.iter().find(|other| other.key.as_deref().unwrap_or(&other.name) == column);
    let named = named.or_else(|| found.columns.iter().find(|other| other.name == column))?;
    Some(format!("{}.{}", full(found), named.name))
}

/// What counts of something, as JSON has it.
fn object<T: Serialize>(thing: &T) -> Map<String, Value> {
    match serde_json::to_value(thing) {
        Ok(Value::Object(mut fields)) => {
            strip(&mut fields);
            fields
        }
        _ => Map::new(),
    }
}

fn strip(fields: &mut Map<String, Value>) {
    for name in APART {
        // The class of a type is one that counts.
        if name != "class" || !fields.contains_key("repr") {
            fields.remove(name);
        }
    }
    for value in fields.values_mut() {
        match value {
            Value::Object(inner) => strip(inner),
            Value::Array(items) => items.iter_mut().filter_map(Value::as_object_mut).for_each(strip),
            _ => {}
        }
    }
}

fn items(list: Option<Value>) -> Vec<Value> {
    match list {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}

/// The first field that differs, with both values.
fn first(one: &Map<String, Value>, other: &Map<String, Value>, path: &str) -> Option<(String, Value, Value)> {
    let names = one.keys().chain(other.keys().filter(|name| !one.contains_key(*name)));
    names.into_iter().find_map(|name| {
        let (one, other) = (one.get(name).unwrap_or(&Value::Null), other.get(name).unwrap_or(&Value::Null));
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        match (one, other) {
            _ if one == other => None,
            (Value::Object(one), Value::Object(other)) => first(one, other, &path),
            _ => Some((path, one.clone(), other.clone())),
        }
    })
}

fn first_of(one: &Value, other: &Value) -> Option<(String, Value, Value)> {
    first(one.as_object()?, other.as_object()?, "")
}

/// A field as people call it.
fn words(path: &str) -> String {
    let path = path.strip_prefix("type.").map_or_else(|| path.to_owned(), |rest| format!("type ({rest})"));
    path.replace(['_', '.'], " ").replace("primary key ", "primary key's ")
}

fn pair(what: &str, one: &Value, other: &Value) -> String {
    format!("has the {what} {}, and {} where its module runs alone", shown(other), shown(one))
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "`none`".to_owned(),
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn table(changes: &[(&str, Value)]) -> Table {
        let ty = json!({ "class": "Integer", "module": "sqlalchemy", "repr": "Integer()", "enum_values": null,
            "enum_name": null, "postgresql": "INTEGER", "mysql": null, "sqlite": null, "mssql": null, "oracle": null });
        let column = |name: &str, keys: Value| {
            json!({ "name": name, "key": null, "attribute": null, "status": "exact", "reasons": [], "place": null,
                "type": ty, "nullable": true, "primary_key": false, "autoincrement": "auto", "server_default": null,
                "server_onupdate": null, "default": null, "onupdate": null, "computed": null, "identity": null,
                "sequence": null, "comment": null, "foreign_keys": keys })
        };
        let mut found = json!({ "metadata": "m", "schema": null, "name": "t", "status": "exact", "reasons": [],
            "place": null, "class": null, "comment": null, "prefixes": [], "options": {}, "excludes": [],
            "columns": [column("a", json!([])), column("b", json!([{ "target": "o.k", "ondelete": null, "onupdate": null }]))],
            "primary_key": { "name": null, "columns": ["a"] },
            "unique": [{ "columns": ["a"], "name": "u", "deferrable": null, "initially": null, "options": {} }],
            "foreign_keys": [{ "columns": ["b"], "targets": ["o.k"], "name": null, "ondelete": null, "onupdate": null,
                "deferrable": null, "initially": null, "match": null, "use_alter": false }],
            "checks": [{ "name": "c", "sql": "a > 0" }],
            "indexes": [{ "name": "i", "columns": ["a"], "elements": [{ "column": "a", "sql": "a" }], "unique": false,
                "options": {} }] });
        for (path, value) in changes {
            *found.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = value.clone();
        }
        serde_json::from_value(found).unwrap()
    }

    fn document(tables: Vec<Table>) -> Document {
        let generation = belljar_schema::Generation { version: "2.0".to_owned(), reason: String::new() };
        Document { tables, ..Document::empty("", generation) }
    }

    fn relation_after(changes: &[(&str, Value)]) -> Relation {
        relation(&table(&[]), &table(changes), &document(Vec::new()))
    }

    /// Every leaf of a table makes a difference but those that are named.
    #[test]
    fn everything_counts() {
        fn leaves(value: &Value, path: String, found: &mut Vec<String>) {
            match value {
                Value::Object(fields) if !fields.is_empty() => {
                    fields.iter().for_each(|(name, value)| leaves(value, format!("{path}/{name}"), found));
                }
                Value::Array(items) if !items.is_empty() => {
                    items
                        .iter()
                        .enumerate()
                        .for_each(|(at, value)| leaves(value, format!("{path}/{at}"), found));
                }
                _ => found.push(path),
            }
        }
        let whole = serde_json::to_value(table(&[])).unwrap();
        let mut paths = Vec::new();
        leaves(&whole, String::new(), &mut paths);
        assert!(paths.len() > 80, "{paths:?}");
        for path in paths {
            let mut changed = whole.clone();
            let leaf = changed.pointer_mut(&path).unwrap();
            let others = [
                json!(!leaf.as_bool().unwrap_or(false)),
                json!("other"),
                json!(["other"]),
                json!({ "o": "p" }),
                json!({ "sql": "x" }),
                json!({ "kind": "x", "text": "y" }),
                json!({ "always": true }),
                json!({ "name": "x" }),
                json!("partial"),
                json!([{ "code": "", "message": "", "hint": null, "package": null }]),
            ];
            let mut made = others.into_iter().filter(|other| *other != *leaf).filter_map(|other| {
                let mut changed = whole.clone();
                *changed.pointer_mut(&path)? = other;
                serde_json::from_value::<Table>(changed).ok()
            });
            let last = path.rsplit('/').next().unwrap();
            // Lists that others may add to, and a place, which takes a whole object.
            if path == "/excludes"
                || path.ends_with("/columns/0/foreign_keys")
                || last == "place"
                || last == "sequence"
            {
                continue;
            }
            let other = made.next().unwrap_or_else(|| panic!("no other value for {path}"));
            let found = relation(&table(&[]), &other, &document(Vec::new()));
            let is_apart = APART.contains(&last) && !path.contains("/type/");
            assert_eq!(matches!(found, Relation::Differs(_)), !is_apart, "{path}: {found:?}");
        }
    }

    #[test]
    fn what_others_add_is_more() {
        let index =
            json!({ "name": "more", "columns": ["b"], "elements": [], "unique": false, "options": {} });
        let mut more = table(&[]);
        more.indexes.push(serde_json::from_value(index).unwrap());
        assert_eq!(relation(&table(&[]), &more, &document(Vec::new())), Relation::More);
        let mut column = more.columns[0].clone();
        column.name = "c".to_owned();
        more.columns.insert(1, column);
        assert_eq!(relation(&table(&[]), &more, &document(Vec::new())), Relation::More);
        assert_eq!(relation_after(&[]), Relation::Same);
    }

    #[test]
    fn the_order_of_columns_counts() {
        let mut other = table(&[]);
        other.columns.reverse();
        let Relation::Differs(what) = relation(&table(&[]), &other, &document(Vec::new())) else { panic!() };
        assert_eq!(what, "its columns stand as `b`, `a`, and as `a`, `b` where its module runs alone");
    }

    #[test]
    fn messages_for_differences() {
        for (path, value, wanted) in [
            (
                "/columns/0/nullable",
                json!(false),
                "column `a` takes no NULL, and takes NULL where its module runs alone",
            ),
            (
                "/columns/0/comment",
                json!("x"),
                "column `a` has the comment `x`, and `none` where its module runs alone",
            ),
            (
                "/unique/0/deferrable",
                json!(true),
                "the unique constraint on `a` has the deferrable `true`, and `none` where its module runs alone",
            ),
            (
                "/indexes/0/unique",
                json!(true),
                "the index on `a` has the unique `true`, and `false` where its module runs alone",
            ),
            (
                "/foreign_keys/0/targets/0",
                json!("evil.o.k"),
                "the foreign key on `b` has the targets `[\"evil.o.k\"]`, and `[\"o.k\"]` where its module runs alone",
            ),
            (
                "/primary_key/name",
                json!("p"),
                "it has the primary key's name `p`, and `none` where its module runs alone",
            ),
        ] {
            assert_eq!(relation_after(&[(path, value)]), Relation::Differs(wanted.to_owned()), "{path}");
        }
    }

    /// Alone a file has its references as they are written: without the schema, and by the key of the column.
    #[test]
    fn references_are_resolved() {
        let target = table(&[("/schema", json!("s")), ("/name", json!("o")), ("/columns/0/key", json!("k"))]);
        let here = table(&[("/schema", json!("s"))]);
        let there = table(&[
            ("/schema", json!("s")),
            ("/foreign_keys/0/targets/0", json!("s.o.a")),
            ("/columns/1/foreign_keys/0/target", json!("s.o.a")),
        ]);
        assert_eq!(relation(&here, &there, &document(vec![target])), Relation::Same);
        assert!(matches!(relation(&here, &there, &document(Vec::new())), Relation::Differs(_)));
    }
}
