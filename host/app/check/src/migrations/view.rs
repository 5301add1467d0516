//! What a database of one dialect has of a table: without what only other dialects read, and without how a statement is
//! carried out.

use std::collections::BTreeMap;

use belljar_dialect::Database;
use belljar_schema::{Column, ColumnType, Document, ForeignKeyConstraint, Index, Table, UniqueConstraint};

/// Reduces both sides to what a database of the dialect has. Names of constraints that one side leaves to the database
/// are dropped on the other.
pub(super) fn align(migrations: &mut Document, models: &mut Document, dialect: &str) {
    for document in [&mut *migrations, &mut *models] {
        for table in &mut document.tables {
            of_dialect(table, dialect);
        }
        // Whether a table creates its type or something else did leaves no trace.
        for item in &mut document.types {
            item.created = true;
        }
    }
    let mut heads: BTreeMap<String, &mut Table> =
        models.tables.iter_mut().map(|table| (table.full_name(), table)).collect();
    for base in &mut migrations.tables {
        if let Some(head) = heads.get_mut(&base.full_name()) {
            without_given_names(base, head);
        }
    }
}

/// The names of dialects that options begin with.
const DIALECTS: &[&str] = &["postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle"];

/// Options of how a statement is carried out, without their dialect.
const OF_STATEMENTS: &[&str] = &["concurrently", "not_valid", "if_not_exists", "online", "algorithm", "lock"];

/// Whether an option describes the schema of a database of a dialect. One with a colon is of the dialect behind it.
fn counts(option: &str, dialect: &str) -> bool {
    let is_of = |name: &str| name == dialect || (name == "mysql" && dialect == "mariadb");
    if let Some((_, of)) = option.split_once(':') {
        return is_of(of);
    }
    match option.split_once('_') {
        Some((name, rest)) if DIALECTS.contains(&name) => is_of(name) && !OF_STATEMENTS.contains(&rest),
        _ => !OF_STATEMENTS.contains(&option),
    }
}

fn of_dialect(table: &mut Table, dialect: &str) {
    let retain = |options: &mut BTreeMap<String, String>| options.retain(|name, _| counts(name, dialect));
    retain(&mut table.options);
    retain(&mut table.primary_key.options);
    let name = table.name.clone();
    if dialect == "sqlite" {
        without_comments(table);
    }
    for column in &mut table.columns {
        as_in(&mut column.ty, dialect);
        retain(&mut column.options);
        "auto".clone_into(&mut column.autoincrement);
        if let Some(computed) = &mut column.computed {
            computed.sql = unqualified(&computed.sql, &name);
        }
        truth(column);
    }
    for unique in &mut table.unique {
        retain(&mut unique.options);
    }
    // The primary key is unique anyway.
    table.unique.retain(|unique| unique.columns != table.primary_key.columns);
    without_repeated_keys(table);
    for key in &mut table.foreign_keys {
        retain(&mut key.options);
        key.use_alter = false;
    }
    for check in &mut table.checks {
        retain(&mut check.options);
        check.sql = unqualified(&check.sql, &name);
    }
    for index in &mut table.indexes {
        retain(&mut index.options);
        of_index(index, &name);
    }
    for exclude in &mut table.excludes {
        retain(&mut exclude.options);
        exclude.sql = unqualified(&exclude.sql, &name);
    }
}

/// A table as in a database that has no comments.
fn without_comments(table: &mut Table) {
    table.comment = None;
    table.columns.iter_mut().for_each(|column| column.comment = None);
}

/// Keeps one of several foreign keys that state the same; one with a name, if there is one.
fn without_repeated_keys(table: &mut Table) {
    let mut kept: Vec<ForeignKeyConstraint> = Vec::new();
    for key in std::mem::take(&mut table.foreign_keys) {
        let same = kept.iter_mut().find(|other| {
            (&other.columns, &other.targets, &other.ondelete, &other.onupdate)
                == (&key.columns, &key.targets, &key.ondelete, &key.onupdate)
        });
        match same {
            Some(other) if other.name.is_none() => *other = key,
            Some(_) => {}
            None => kept.push(key),
        }
    }
    table.foreign_keys = kept;
}

fn of_index(index: &mut Index, table: &str) {
    for element in &mut index.elements {
        if element.column.as_ref() != Some(&element.sql) {
            element.sql = unqualified(&element.sql, table);
        }
    }
    for column in &mut index.columns {
        *column = unqualified(column, table);
    }
    for (option, text) in &mut index.options {
        if option.ends_with("_where") {
            *text = as_predicate(&unqualified(text, table));
        }
    }
}

/// A predicate of an index with comparisons to truth values in one form: rows for which it is NULL are left out by either.
fn as_predicate(text: &str) -> String {
    let mut out = text.to_owned();
    for (written, normal) in [
        (" IS FALSE", " = false"),
        (" is false", " = false"),
        (" IS TRUE", " = true"),
        (" is true", " = true"),
    ] {
        out = out.replace(written, normal);
    }
    out
}

/// A type as the database has it: by its text alone, and with the values of an enumeration only where the type has them.
fn as_in(ty: &mut ColumnType, dialect: &str) {
    let Some(database) = Database::find(dialect) else { return };
    let Some(text) = ty.ddl(database).map(str::to_owned) else { return };
    for other in [&mut ty.postgresql, &mut ty.mysql, &mut ty.sqlite, &mut ty.mssql, &mut ty.oracle] {
        *other = Some(text.clone());
    }
    ty.mariadb = None;
    let is_named = ty.enum_name.as_ref().is_some_and(|name| {
        let plain = |text: &str| text.rsplit('.').next().unwrap_or_default().trim_matches('"').to_lowercase();
        plain(&text) == plain(name)
    });
    if !is_named && !text.to_uppercase().starts_with("ENUM") {
        (ty.enum_values, ty.enum_name) = (None, None);
    }
}

/// A default of a boolean column as a truth value, however it is written.
fn truth(column: &mut Column) {
    if !matches!(column.ty.postgresql.as_deref(), Some("BOOLEAN" | "BOOL" | "BIT")) {
        return;
    }
    let Some(text) = &mut column.server_default else { return };
    let plain = text.trim().trim_matches(['\'', '(', ')']).to_lowercase();
    let value = match plain.as_str() {
        "1" | "t" | "true" => "true",
        "0" | "f" | "false" => "false",
        _ => return,
    };
    value.clone_into(text);
    column.server_default_literal = false;
    column.options.retain(|option, _| !option.starts_with("server_default:"));
}

/// A text of SQL in which columns of a table stand without the table. Literals keep what they have.
fn unqualified(text: &str, table: &str) -> String {
    let prefixes = [format!("{table}."), format!("\"{table}\"."), format!("`{table}`.")];
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut is_literal, mut before) = (text, false, ' ');
    while let Some(letter) = rest.chars().next() {
        let begins_name = !before.is_alphanumeric() && !matches!(before, '_' | '.' | '"' | '`');
        let found = prefixes.iter().find_map(|prefix| rest.strip_prefix(prefix.as_str()));
        if let Some(after) = found.filter(|_| begins_name && !is_literal) {
            (rest, before) = (after, '.');
            continue;
        }
        is_literal ^= letter == '\'';
        out.push(letter);
        (rest, before) = (rest.get(letter.len_utf8()..).unwrap_or_default(), letter);
    }
    out
}

/// Gives the columns of a unique constraint the order that they have on the other side: none means something else.
fn in_order_of(base: &mut Table, head: &Table) {
    let sorted = |columns: &[String]| {
        let mut sorted = columns.to_vec();
        sorted.sort();
        sorted
    };
    for unique in &mut base.unique {
        let is_same = |other: &&UniqueConstraint| sorted(&other.columns) == sorted(&unique.columns);
        let is_exact = head.unique.iter().any(|other| other.columns == unique.columns);
        if let Some(other) = head.unique.iter().find(is_same).filter(|_| !is_exact) {
            unique.columns.clone_from(&other.columns);
        }
    }
}

/// Drops the name of a constraint if the other side leaves it to the database.
fn without_given_names(base: &mut Table, head: &mut Table) {
    in_order_of(base, head);
    unname(&mut base.foreign_keys, &mut head.foreign_keys, |key| {
        ((key.columns.clone(), key.targets.clone()), &mut key.name, &mut key.names)
    });
    unname(&mut base.unique, &mut head.unique, |unique| {
        (unique.columns.clone(), &mut unique.name, &mut unique.names)
    });
    unname(&mut base.checks, &mut head.checks, |check| {
        (check.sql.clone(), &mut check.name, &mut check.names)
    });
    let keys = (std::slice::from_mut(&mut base.primary_key), std::slice::from_mut(&mut head.primary_key));
    unname(keys.0, keys.1, |key| (key.columns.clone(), &mut key.name, &mut key.names));
}

/// The name of a constraint, and its names in dialects.
type Names<'a, K> = (K, &'a mut Option<String>, &'a mut BTreeMap<String, String>);

fn unname<T, K: PartialEq>(base: &mut [T], head: &mut [T], names: impl Fn(&mut T) -> Names<'_, K>) {
    for one in base {
        let (key, name, dialects) = names(one);
        for other in &mut *head {
            let (other_key, other_name, other_dialects) = names(other);
            if key == other_key && name.is_none() != other_name.is_none() {
                (*name, *other_name) = (None, None);
                dialects.clear();
                other_dialects.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{counts, unqualified};

    #[test]
    fn what_a_database_has_of_options() {
        for (option, dialect, expected) in [
            ("postgresql_where", "postgresql", true),
            ("postgresql_where", "sqlite", false),
            ("postgresql_concurrently", "postgresql", false),
            ("mysql_charset", "mariadb", true),
            ("mysql_charset", "postgresql", false),
            ("sql:mysql", "postgresql", false),
            ("sql:mysql", "mysql", true),
            ("deferrable", "postgresql", true),
            ("if_not_exists", "postgresql", false),
            ("quote", "sqlite", true),
        ] {
            assert_eq!(counts(option, dialect), expected, "{option} {dialect}");
        }
    }

    #[test]
    fn a_table_before_its_columns() {
        for (text, expected) in [
            ("runs.deleted = false", "deleted = false"),
            ("(runs.a > runs.b)", "(a > b)"),
            ("\"runs\".a IS NULL", "a IS NULL"),
            ("overruns.a = 1", "overruns.a = 1"),
            ("s.runs.a = 1", "s.runs.a = 1"),
            ("note = 'runs.a' AND runs.b = 1", "note = 'runs.a' AND b = 1"),
            ("lower(runs.name)", "lower(name)"),
        ] {
            assert_eq!(unqualified(text, "runs"), expected);
        }
    }
}
