//! The keys, constraints and indexes of a table, one line each.

use std::collections::BTreeMap;

use belljar_dialect::Database;
use belljar_schema::{ForeignKeyConstraint, Index, Table};
use owo_colors::OwoColorize as _;

use super::{phrases::is_of_a_dialect, safe};

/// The lines of a table in a dialect. Foreign keys of one column are shown at the column.
pub(super) fn lines(table: &Table, dialect: Database) -> Vec<String> {
    let dialects = Dialects(dialect);
    let mut lines = Vec::new();
    for key in
        table.foreign_keys.iter().filter(|one| one.columns.len() > 1 && dialects.has(one.dialects.as_ref()))
    {
        let name = name_in(key.name.as_deref(), &key.names, dialect);
        lines.push(format!("{}{name}", foreign_key(key)));
    }
    for unique in table.unique.iter().filter(|one| dialects.has(one.dialects.as_ref())) {
        let name = name_in(unique.name.as_deref(), &unique.names, dialect);
        let own = dialects.options(&unique.options, &table.name);
        let deferred = deferral(unique.deferrable, unique.initially.as_deref());
        lines.push(format!("unique ({}){name}{own}{deferred}", safe(&unique.columns.join(", "))));
    }
    lines.extend(table.indexes.iter().filter(|one| dialects.has(one.dialects.as_ref())).map(|index| {
        let kind = if index.unique { "unique index" } else { "index" };
        let name = name_in(index.name.as_deref(), &index.names, dialect);
        let own = dialects.options(&index.options, &table.name);
        format!("{kind} ({}){name}{own}", safe(&elements(index, table, dialect).join(", ")))
    }));
    for check in table.checks.iter().filter(|one| dialects.has(one.dialects.as_ref())) {
        let (name, given) = (name_in(check.name.as_deref(), &check.names, dialect), options(&check.options));
        let own = check.options.get(&format!("sql:{}", dialect.name()));
        lines.push(format!("check ({}){name}{given}", safe(own.unwrap_or(&check.sql))));
    }
    for exclude in table.excludes.iter().filter(|one| dialects.has(one.dialects.as_ref())) {
        lines.push(format!("{}{}", safe(&exclude.sql), options(&exclude.options)));
    }
    lines
}

/// A foreign key with all its columns.
pub(super) fn foreign_key(key: &ForeignKeyConstraint) -> String {
    let parts: Vec<(&str, &str)> =
        key.targets.iter().map(|target| target.rsplit_once('.').unwrap_or(("", target))).collect();
    let table = parts.first().map_or("", |(table, _)| table);
    let targets: Vec<&str> = parts.iter().map(|(_, column)| *column).collect();
    let actions = [("delete", &key.ondelete), ("update", &key.onupdate)].map(|(event, action)| {
        action.as_ref().map(|action| format!(" on {event} {}", action.to_lowercase())).unwrap_or_default()
    });
    let matched = key.match_type.as_ref().map(|text| format!(" match {}", text.to_lowercase()));
    let text = format!(
        "foreign key ({}) -> {table} ({}){}{}{}",
        key.columns.join(", "),
        targets.join(", "),
        actions.concat(),
        matched.unwrap_or_default(),
        deferral(key.deferrable, key.initially.as_deref())
    );
    safe(&text)
}

fn deferral(deferrable: Option<bool>, initially: Option<&str>) -> String {
    let deferrable = if deferrable == Some(true) { " deferrable" } else { "" };
    let initially = initially.map(|text| format!(" initially {}", text.to_lowercase())).unwrap_or_default();
    format!("{deferrable}{}", safe(&initially))
}

/// The elements of an index in a dialect.
fn elements(index: &Index, table: &Table, dialect: Database) -> Vec<String> {
    let element = |(position, element): (usize, &belljar_schema::IndexElement)| {
        let own = index.options.get(&format!("element {position}:{}", dialect.name()));
        let sql = own.unwrap_or(&element.sql);
        // The text is that of PostgreSQL: an operator class is part of it, and quotes of others are not.
        let is_bare = own.is_none() && (dialect != Database::Postgresql || sql.ends_with('"'));
        match &element.column {
            Some(column) if is_bare => column.clone(),
            _ => unqualified(sql, &table.name),
        }
    };
    index.elements.iter().enumerate().map(element).collect()
}

/// A name in the dialect, after a blank.
fn name_in(name: Option<&str>, names: &BTreeMap<String, String>, dialect: Database) -> String {
    let name = names.get(dialect.name()).map(String::as_str).or(name);
    name.map(|name| format!(" {}", safe(name).dimmed())).unwrap_or_default()
}

/// Options, each after a blank.
fn options(options: &BTreeMap<String, String>) -> String {
    let of_all = options.iter().filter(|(name, _)| !is_of_a_dialect(name));
    let texts: Vec<String> =
        of_all.map(|(name, text)| format!(" {}", safe(&format!("{name}={text}")))).collect();
    texts.concat()
}

/// The dialect of the output, and that which it belongs to.
#[derive(Clone, Copy)]
struct Dialects(Database);

impl Dialects {
    fn names(self) -> [&'static str; 2] {
        [self.0.name(), self.0.family().name()]
    }

    /// Whether the dialect creates something.
    fn has(self, dialects: Option<&Vec<String>>) -> bool {
        dialects.is_none_or(|found| found.iter().any(|name| self.names().contains(&name.as_str())))
    }

    /// The options of the dialect: the condition of a partial index, its method, and others.
    fn options(self, options: &BTreeMap<String, String>, table: &str) -> String {
        let [own, family] = self.names();
        let option = |key: &str| {
            [own, family].iter().find_map(|name| Some(key.strip_prefix(name)?.strip_prefix('_')?.to_owned()))
        };
        let own = options.iter().filter_map(|(key, text)| Some((option(key)?, text)));
        let mut texts: Vec<(u8, String)> = own
            .filter(|(key, _)| key != "ops")
            .map(|(key, text)| match key.as_str() {
                "using" => (0, format!(" using {text}")),
                "include" => (1, format!(" include ({text})")),
                "where" => (3, format!(" where {}", unqualified(text, table))),
                _ => (2, format!(" {key}={text}")),
            })
            .collect();
        texts.sort();
        texts.into_iter().map(|(_, text)| safe(&text)).collect()
    }
}

/// An expression without the name of its own table before its columns.
fn unqualified(sql: &str, table: &str) -> String {
    let prefixes = [format!("{table}."), format!("\"{table}\".")];
    let mut out = String::with_capacity(sql.len());
    let (mut rest, mut is_literal) = (sql, false);
    while let Some(letter) = rest.chars().next() {
        is_literal ^= letter == '\'';
        let is_inside = out.ends_with(|before: char| before.is_alphanumeric() || "_\".".contains(before));
        let prefix = prefixes.iter().find_map(|prefix| rest.strip_prefix(prefix.as_str()));
        match prefix.filter(|_| !is_literal && !is_inside) {
            Some(after) => rest = after,
            None => {
                out.push(letter);
                rest = rest.get(letter.len_utf8()..).unwrap_or_default();
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_own_table_is_omitted() {
        for (sql, expected) in [
            ("t.state = 'open'", "state = 'open'"),
            ("t.\"Created\" DESC", "\"Created\" DESC"),
            ("\"t\".a IS NULL AND t.b > 0", "a IS NULL AND b > 0"),
            ("at.a = 't.b' AND s.t.c > 0", "at.a = 't.b' AND s.t.c > 0"),
            ("lower(t.a)", "lower(a)"),
            ("", ""),
        ] {
            assert_eq!(unqualified(sql, "t"), expected);
        }
    }
}
