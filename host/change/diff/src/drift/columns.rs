use belljar_dialect::Database;
use belljar_schema::{Column, Identity, Table};

use super::{has_comments, loose};
use crate::{is_numbered, normalise::TypeText};

/// Gives a column of the code the spelling of the database. The tables are those of both.
pub(super) fn align(code: &mut Column, database: &Column, tables: (&Table, &Table), dialect: Database) {
    // A sequence that SQLAlchemy asks numbers the key, and not the database.
    if code.sequence.is_some() && !is_numbered(tables.1, database) {
        code.autoincrement.clone_from(&database.autoincrement);
    }
    // What SQLAlchemy does before a statement is sent, the database never hears of.
    (code.key, code.attribute, code.default, code.onupdate, code.sequence) = (None, None, None, None, None);
    code.server_onupdate.clone_from(&database.server_onupdate);
    code.foreign_keys.clone_from(&database.foreign_keys); // the constraints are compared
    code.name.clone_from(&database.name);
    // SQLite numbers every key that is one column of the type INTEGER, whatever the code says.
    if dialect == Database::Sqlite || is_numbered(tables.0, code) == is_numbered(tables.1, database) {
        code.autoincrement.clone_from(&database.autoincrement);
    }
    if !has_comments(dialect) || blank(code.comment.as_ref()) == blank(database.comment.as_ref()) {
        code.comment.clone_from(&database.comment);
    }
    server_default(code, database, dialect);
    if same_type(code, database, dialect) {
        code.ty = database.ty.clone();
    }
    computed(code, database, dialect);
    if code.primary_key && database.primary_key {
        code.nullable = database.nullable; // no value of a key is null, whatever the code says
    }
    if code.identity.as_ref().map(stated) == database.identity.as_ref().map(stated) {
        code.identity.clone_from(&database.identity);
    }
    let is_own = |name: &str| name.starts_with(&format!("{}_", dialect.name())) || name.starts_with("mysql_");
    code.options.retain(|name, _| is_own(name) && database.options.contains_key(name));
}

/// An empty comment is none.
fn blank(comment: Option<&String>) -> Option<&str> {
    comment.map(String::as_str).filter(|text| !text.is_empty())
}

fn same_type(code: &Column, database: &Column, dialect: Database) -> bool {
    let Some(found) = database.ty.ddl(dialect) else { return false };
    // An application that connects to MariaDB with a URL of MySQL creates what the code states for MySQL.
    let own = [code.ty.ddl(dialect), code.ty.ddl(dialect.family())];
    own.into_iter().flatten().any(|own| same_ddl(own, found, dialect))
}

fn same_ddl(one: &str, other: &str, dialect: Database) -> bool {
    let (one, other) = if matches!(dialect, Database::Mysql | Database::Mariadb) {
        (with_collation(one), with_collation(other))
    } else {
        (one.to_owned(), other.to_owned())
    };
    let (one, other) = (one.as_str(), other.as_str());
    if dialect.family() == Database::Mysql && text_types(one).contains(&other) {
        return true;
    }
    let (one, other) = (TypeText::parse(one, dialect), TypeText::parse(other, dialect));
    let (text, found) = (one.to_string(), other.to_string());
    // The case of values matters, that of collations does not.
    one == other || (!text.contains('\'') && text.eq_ignore_ascii_case(&found))
}

/// The types that MySQL makes of `TEXT(n)`: the smallest with room for so many characters, which have one to four bytes.
fn text_types(text: &str) -> Vec<&'static str> {
    let length = text.strip_prefix("TEXT(").and_then(|rest| rest.strip_suffix(')'));
    let Some(length) = length.and_then(|length| length.parse::<u64>().ok()) else { return vec![] };
    let name = |bytes: u64| match length.saturating_mul(bytes) {
        0..=255 => "TINYTEXT",
        256..=65_535 => "TEXT",
        65_536..=16_777_215 => "MEDIUMTEXT",
        _ => "LONGTEXT",
    };
    [1, 2, 3, 4].map(name).to_vec()
}

/// A type of MySQL without the character set, which its collation has; `utf8` is `utf8mb3`.
fn with_collation(text: &str) -> String {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let is_set = |pair: &[&str]| {
        pair.first().is_some_and(|word| word.eq_ignore_ascii_case("character"))
            && pair.get(1).is_some_and(|word| word.eq_ignore_ascii_case("set"))
    };
    let has_collation = words.iter().any(|word| word.eq_ignore_ascii_case("collate"));
    if let (Some(at), true) = (words.windows(2).position(is_set), has_collation) {
        words.drain(at..words.len().min(at + 3));
    }
    words.join(" ").replace("utf8_", "utf8mb3_")
}

/// The defaults of a column as SQL: that for a dialect, and for MariaDB that for MySQL.
fn default_texts(column: &Column, dialect: Database) -> Vec<Option<String>> {
    let own = |dialect: Database| {
        let own = column.options.get(&format!("server_default:{}", dialect.name()));
        let text = own.or(column.server_default.as_ref())?;
        let literal = own.is_none() && column.server_default_literal;
        Some(if literal { format!("'{}'", text.replace('\'', "''")) } else { text.clone() })
    };
    let mut found = vec![own(dialect), own(dialect.family())];
    found.dedup();
    found
}

fn server_default(code: &mut Column, database: &Column, dialect: Database) {
    let form = |text: Option<&str>| {
        let text = loose::expression(text?, dialect);
        let text = unquoted(&text, database, dialect).unwrap_or(text);
        (!text.eq_ignore_ascii_case("null")).then_some(text)
    };
    let other = database.server_default.as_deref();
    let same = |own: Option<&str>| {
        let keeps_casts = own.zip(other).is_none_or(|(own, other)| loose::keeps_casts(own, other, dialect));
        form(own) == form(other) && keeps_casts
    };
    if default_texts(code, dialect).iter().any(|own| same(own.as_deref())) {
        code.server_default.clone_from(&database.server_default);
        code.server_default_literal = database.server_default_literal;
    }
}

/// A literal in quotes that the type of the column takes for a number or a truth.
fn unquoted(text: &str, column: &Column, dialect: Database) -> Option<String> {
    let quoted = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    let inner = quoted.unwrap_or(text);
    let ty = TypeText::parse(column.ty.ddl(dialect)?, dialect);
    let name = ty.to_string();
    if matches!(name.as_str(), "JSON" | "JSONB") {
        // The order of keys and white space do not matter in either, and JSONB does not keep them.
        let value: serde_json::Value = serde_json::from_str(&inner.replace("''", "'")).ok()?;
        return Some(value.to_string());
    }
    if name == "UUID" {
        return Some(inner.replace('-', "").to_lowercase());
    }
    if ty.is_boolean() || name == "TINYINT(1)" {
        return match inner.to_ascii_lowercase().as_str() {
            "t" | "true" | "1" => Some(if ty.is_boolean() { "true" } else { "1" }.to_owned()),
            "f" | "false" | "0" => Some(if ty.is_boolean() { "false" } else { "0" }.to_owned()),
            _ if ty.is_boolean() => None,
            other => Some(other.to_owned()),
        };
    }
    let is_number =
        ["INT", "NUMERIC", "FLOAT", "DOUBLE", "REAL", "DECIMAL"].iter().any(|one| name.contains(one));
    let value: f64 = inner.parse().ok().filter(|value: &f64| value.is_finite())?;
    // Digits that a number has room for are written out: `0` is `0.00`. Those of long numbers would be lost.
    let digits = inner.bytes().filter(u8::is_ascii_digit).count();
    is_number.then(|| if digits <= 15 { value.to_string() } else { inner.to_owned() })
}

fn computed(code: &mut Column, database: &Column, dialect: Database) {
    let names = [dialect.name(), dialect.family().name()];
    let own = names.iter().find_map(|name| code.options.get(&format!("computed:{name}"))).cloned();
    let (Some(one), Some(other)) = (&mut code.computed, &database.computed) else { return };
    let text = own.unwrap_or_else(|| one.sql.clone());
    if loose::is_made_of(&text, &other.sql, dialect) {
        one.sql.clone_from(&other.sql);
    }
    // Where the code does not say it, the database decides.
    one.persisted = one.persisted.or(other.persisted);
}

/// An identity by what it does: numbers that every identity has are not stated.
fn stated(identity: &Identity) -> (bool, i64, i64) {
    (identity.always, identity.start.unwrap_or(1), identity.increment.unwrap_or(1))
}
