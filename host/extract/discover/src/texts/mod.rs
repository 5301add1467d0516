//! Views that the texts of a repository create: statements in strings and files, and calls of functions for them.
//!
//! A class may map a view that a migration, a start-up function or a file of SQL creates. No import runs those, so the
//! class alone looks like a table. What is found here is only used for names that a run maps.

mod literals;
mod python;
mod sql;

use std::collections::{BTreeMap, BTreeSet};

use belljar_tree::Tree;
use serde::{Deserialize, Serialize};

use crate::{
    ExclusionRule, StaticIndex, decode,
    exclude::Exclusion,
    parse, paths,
    prefilter::creates_views,
    scan::{MAX_SOURCE_BYTES, PyFile},
};

/// The maximum number of relations that are kept.
const MOST: usize = 5_000;

/// A view or a table that a text creates.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TextRelation {
    /// What it is.
    pub kind: RelationKind,
    /// The schema, if the text names one.
    pub schema: Option<String>,
    /// The name.
    pub name: String,
    /// The whole statement, if no part of it is computed.
    pub statement: Option<String>,
    /// Path of the file.
    pub path: String,
    /// Line of the statement or the call.
    pub line: u32,
}

/// The kind of a [`TextRelation`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// A view.
    View,
    /// A materialized view.
    MaterializedView,
    /// A table: a name that texts create as both is not certain to be a view.
    Table,
}

/// The views that texts create, and the tables of the same names, sorted.
pub(crate) fn find(
    tree: &Tree,
    files: &[PyFile],
    exclusion: &Exclusion,
    index: &StaticIndex,
) -> Vec<TextRelation> {
    let mut found: Vec<TextRelation> = Vec::new();
    for file in files.iter().filter(|file| file.hint.creates_views && is_used(file.rule)) {
        let views =
            of_python(tree, &file.path, index).into_iter().filter(|one| one.kind != RelationKind::Table);
        found.extend(views);
    }
    for path in sql_files(tree, exclusion) {
        let Ok(bytes) = tree.read(path) else { continue };
        if creates_views(&bytes) {
            found.extend(of_sql(&bytes, path).into_iter().filter(|one| one.kind != RelationKind::Table));
        }
    }
    if found.is_empty() {
        return found;
    }
    let names: BTreeSet<String> = found.iter().map(|one| one.name.clone()).collect();
    let is_one = |one: &TextRelation| one.kind == RelationKind::Table && names.contains(&one.name);
    for file in files.iter().filter(|file| file.rule == Some(ExclusionRule::Migration)) {
        found.extend(of_python(tree, &file.path, index).into_iter().filter(is_one));
    }
    for path in sql_files(tree, exclusion) {
        let Ok(bytes) = tree.read(path) else { continue };
        found.extend(of_sql(&bytes, path).into_iter().filter(is_one));
    }
    found.sort();
    found.dedup();
    complete(found, MOST)
}

/// Not more than `most`, and of each name all or none: a text that is lost could be the one against a view.
fn complete(found: Vec<TextRelation>, most: usize) -> Vec<TextRelation> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for one in &found {
        *counts.entry(&one.name).or_default() += 1;
    }
    let mut total = 0;
    let fits = |(name, count): (&str, usize)| {
        total += count;
        (total <= most).then(|| name.to_owned())
    };
    let kept: BTreeSet<String> = counts.into_iter().map_while(fits).collect();
    found.into_iter().filter(|one| kept.contains(&one.name)).collect()
}

/// Whether a file counts: of those that are not run, migrations and what an option does not select.
fn is_used(rule: Option<ExclusionRule>) -> bool {
    matches!(
        rule,
        None | Some(
            ExclusionRule::Migration
                | ExclusionRule::NotSelected
                | ExclusionRule::Main
                | ExclusionRule::Setup
        )
    )
}

fn of_python(tree: &Tree, path: &str, index: &StaticIndex) -> Vec<TextRelation> {
    let Ok(bytes) = tree.read(path) else { return Vec::new() };
    let Ok(text) = decode::decode(&bytes) else { return Vec::new() };
    parse::module(&text)
        .map(|parsed| python::relations(&parsed.syntax().body, &text, path, index))
        .unwrap_or_default()
}

fn of_sql(bytes: &[u8], path: &str) -> Vec<TextRelation> {
    sql::created(&String::from_utf8_lossy(bytes)).map(|one| one.at(path, 1)).collect()
}

fn sql_files<'a>(tree: &'a Tree, exclusion: &'a Exclusion) -> impl Iterator<Item = &'a str> {
    tree.files().filter_map(move |(path, entry)| {
        let is_sql = path.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("sql"));
        (is_sql && entry.size <= MAX_SOURCE_BYTES && is_used(exclusion.directory(paths::parent(path))))
            .then_some(path)
    })
}

#[cfg(test)]
mod tests;
