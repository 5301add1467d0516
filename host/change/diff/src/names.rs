//! Names of objects, and references by name.

use std::collections::BTreeMap;

use belljar_schema::{Column, Document, Index, Table};

use crate::{Action, Change, Path, Subject, normalise::rename_words};

/// The one database with named types of columns. Differences in other databases are reported at the columns.
pub(crate) const NAMED_BY: &str = "postgresql";

/// The part of `package.module:Class` after the module.
pub(crate) fn without_module(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, name)| name)
}

/// Whether a name was derived from another by adding, removing or changing a few letters.
pub(crate) fn similar(one: &str, other: &str) -> bool {
    let is_part = is_part(one, other) || is_part(other, one);
    let letters =
        |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let (one, other) = (letters(one), letters(other));
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    // Names of one or two letters are all alike.
    let is_similar = || long.contains(&short) || distance(&short, &long) <= long.len() / 4;
    short.len() >= 3 && long.len() <= LONGEST && (is_similar() || is_part)
}

/// Longer names are only compared for equality; databases don't allow them.
const LONGEST: usize = 64;

/// Whether every word of a name is in another, in the singular or plural.
fn is_part(short: &str, long: &str) -> bool {
    let words = |name: &str| -> Vec<String> {
        let words = name.split('_').filter(|word| !word.is_empty()).map(str::to_lowercase);
        words.map(|word| word.strip_suffix('s').unwrap_or(&word).to_owned()).collect()
    };
    let (short, long) = (words(short), words(long));
    !short.is_empty() && short.iter().all(|word| long.contains(word))
}

/// The edit distance of two names (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.bytes().enumerate() {
        let mut corner = line;
        let mut left = line + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, other) in row.iter_mut().skip(1).zip(other.bytes()) {
            let best = (corner + usize::from(letter != other)).min(left + 1).min(*cell + 1);
            corner = std::mem::replace(cell, best);
            left = best;
        }
    }
    row.last().copied().unwrap_or(0)
}

/// The schema of an object, if it has one, and its name.
type Name = (Option<String>, String);

/// New names by old names.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Tables, by `MetaData` and name.
    tables: BTreeMap<(Option<String>, Name), Name>,
    /// Columns, by the name of the table in the base.
    columns: BTreeMap<(Option<String>, Name), BTreeMap<String, String>>,
    /// Tables, by the text of references to them.
    targets: BTreeMap<String, String>,
    /// Columns, by the text of references to their table.
    target_columns: BTreeMap<String, BTreeMap<String, String>>,
    others: BTreeMap<(Subject, Name), Name>,
    /// Types, as they are written in a text.
    types: BTreeMap<String, String>,
    /// Types in another schema, as the whole text of a column's type.
    type_texts: BTreeMap<String, String>,
}

impl Names {
    /// The renames among some changes.
    pub(crate) fn from_changes(changes: &[Change]) -> Self {
        let mut names = Self::default();
        for change in changes {
            if let (Action::Rename | Action::Move, Some(was)) = (change.action, &change.was) {
                names.add(change.subject, was, &change.path);
            }
        }
        names
    }

    fn add(&mut self, subject: Subject, was: &Path, path: &Path) {
        let name = |path: &Path| (path.schema.clone(), path.name.clone());
        let text = |path: &Path| path.full_name();
        match subject {
            Subject::Table => {
                self.tables.insert((was.metadata.clone(), name(was)), name(path));
                self.targets.insert(text(was), text(path));
            }
            Subject::Column => {
                if let (Some(old), Some(new)) = (&was.part, &path.part) {
                    let key = (was.metadata.clone(), name(was));
                    self.columns.entry(key).or_default().insert(old.clone(), new.clone());
                    self.target_columns.entry(text(was)).or_default().insert(old.clone(), new.clone());
                }
            }
            // Values are renamed where the type is compared.
            Subject::EnumValue => {}
            other => {
                if other == Subject::Type {
                    self.types.insert(was.name.clone(), path.name.clone());
                    self.type_texts.insert(text(was), text(path));
                }
                self.others.insert((other, name(was)), name(path));
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.columns.is_empty() && self.others.is_empty()
    }

    /// A document with all new names; `None` if it is the same document.
    pub(crate) fn renamed(&self, document: &Document) -> Option<Document> {
        if self.is_empty() {
            return None;
        }
        let mut document = document.clone();
        for table in &mut document.tables {
            self.table(table);
        }
        for view in &mut document.views {
            self.other(Subject::View, &mut view.schema, &mut view.name);
            view.reads.iter_mut().flatten().for_each(|text| self.target(text));
        }
        for sequence in &mut document.sequences {
            let sequence = &mut sequence.sequence;
            self.other(Subject::Sequence, &mut sequence.schema, &mut sequence.name);
        }
        for ty in &mut document.types {
            self.other(Subject::Type, &mut ty.schema, &mut ty.name);
            ty.columns.iter_mut().for_each(|text| self.target_column(text));
        }
        for object in &mut document.objects {
            object.table.iter_mut().for_each(|text| self.target(text));
        }
        for class in &mut document.classes {
            class.tables.iter_mut().for_each(|text| self.target(text));
            let none = &mut None;
            self.other(Subject::Class, none, &mut class.name);
            for relationship in &mut class.relationships {
                relationship.secondary.iter_mut().for_each(|text| self.target(text));
                self.other(Subject::Class, none, &mut relationship.target);
            }
            if let Some(inheritance) = &mut class.inheritance {
                self.other(Subject::Class, none, &mut inheritance.base);
            }
        }
        Some(document)
    }

    fn other(&self, subject: Subject, schema: &mut Option<String>, name: &mut String) {
        if let Some(new) = self.others.get(&(subject, (schema.clone(), name.clone()))) {
            (*schema, *name) = new.clone();
        }
    }

    fn table(&self, table: &mut Table) {
        let key = (Some(table.metadata.clone()), (table.schema.clone(), table.name.clone()));
        if let Some(new) = self.tables.get(&key) {
            (table.schema, table.name) = new.clone();
        }
        for column in &mut table.columns {
            self.column(column);
        }
        for key in &mut table.foreign_keys {
            key.targets.iter_mut().for_each(|text| self.target_column(text));
        }
        if let Some(columns) = self.columns.get(&key) {
            rename_columns(table, columns);
        }
    }

    fn column(&self, column: &mut Column) {
        for key in &mut column.foreign_keys {
            self.target_column(&mut key.target);
        }
        if let Some(sequence) = &mut column.sequence {
            self.other(Subject::Sequence, &mut sequence.schema, &mut sequence.name);
        }
        if let Some(new) = column.ty.postgresql.as_ref().and_then(|text| self.type_texts.get(text)) {
            let name = new.rsplit_once('.').map_or(new.as_str(), |(_, name)| name);
            column.ty.enum_name = column.ty.enum_name.as_ref().map(|_| name.to_owned());
            column.ty.postgresql = Some(new.clone());
        } else if let Some(new) = column.ty.enum_name.as_ref().and_then(|name| self.types.get(name)) {
            column.ty.enum_name = Some(new.clone());
            column.ty.postgresql = column.ty.postgresql.as_ref().map(|text| rename_words(text, &self.types));
        }
    }

    /// Renames a target `[schema.]table`.
    fn target(&self, text: &mut String) {
        if let Some(new) = self.targets.get(text) {
            text.clone_from(new);
        }
    }

    /// Renames a target `[schema.]table.column`.
    fn target_column(&self, text: &mut String) {
        let Some((table, column)) = text.rsplit_once('.') else { return };
        let new = self.target_columns.get(table).and_then(|columns| columns.get(column));
        let column = new.map_or(column, String::as_str);
        *text = format!("{}.{column}", self.targets.get(table).map_or(table, String::as_str));
    }
}

fn rename_columns(table: &mut Table, renames: &BTreeMap<String, String>) {
    let rename = |name: &mut String| {
        if let Some(new) = renames.get(name) {
            name.clone_from(new);
        }
    };
    let rewrite = |text: &mut String| *text = rename_words(text, renames);
    // The options with the SQL of a dialect that differs from PostgreSQL's, such as `sql:mysql`, with other quotes.
    let of_dialects = |options: &mut BTreeMap<String, String>| {
        for (_, text) in options.iter_mut().filter(|(name, _)| name.contains(':')) {
            rewrite(text);
            for (quoted, own) in [("`\"", "`"), ("\"`", "`"), ("[\"", "["), ("\"]", "]")] {
                *text = text.replace(quoted, own);
            }
        }
    };
    for column in &mut table.columns {
        rename(&mut column.name);
        of_dialects(&mut column.options);
        column.computed.iter_mut().for_each(|computed| rewrite(&mut computed.sql));
    }
    table.primary_key.columns.iter_mut().for_each(rename);
    table.unique.iter_mut().flat_map(|unique| &mut unique.columns).for_each(rename);
    table.foreign_keys.iter_mut().flat_map(|key| &mut key.columns).for_each(rename);
    for check in &mut table.checks {
        rewrite(&mut check.sql);
        of_dialects(&mut check.options);
    }
    table.excludes.iter_mut().for_each(|exclude| rewrite(&mut exclude.sql));
    for index in &mut table.indexes {
        let Index { columns, elements, options, .. } = index;
        columns.iter_mut().for_each(rewrite);
        options.values_mut().for_each(rewrite);
        for element in elements {
            element.column.iter_mut().for_each(rename);
            rewrite(&mut element.sql);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::similar;

    #[test]
    fn names_alike() {
        let alike = [
            ("user", "users"),
            ("email", "email_address"),
            ("created", "created_at"),
            ("colour", "color"),
            ("userName", "user_name"),
            ("users", "user_accounts"),
        ];
        for (one, other) in alike {
            assert!(similar(one, other) && similar(other, one), "{one} {other}");
        }
        for (one, other) in [
            ("id", "uid"),
            ("user_id", "user_name"),
            ("user", "order"),
            ("name", "title"),
            ("a", "b"),
            ("", "x"),
        ] {
            assert!(!similar(one, other), "{one} {other}");
        }
    }
}
