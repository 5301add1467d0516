//! Tables that changed although no file that contributes to them did. The tables of a file depend on the file, on its
//! imports, and on what other modules do to them. If the texts of the first two are those of the base, another module
//! changed a table.

use std::collections::{BTreeMap, BTreeSet};

use belljar_diff::{Action, Change, Diff, Subject};
use belljar_discover::reach;
use belljar_schema::{Diagnostic, Document, Place, Severity, Status, Table};
use belljar_tree::Tree;

use crate::{Input, Texts};

/// The maximum number of tables that are checked.
const MOST_TABLES: usize = 64;

/// The maximum number of files that a message names.
const MOST_NAMED: usize = 3;

/// The diagnostics of all such tables.
pub(crate) fn unexplained(input: &Input<'_>, base: &Document, diff: &Diff) -> Vec<Diagnostic> {
    let (Some(texts), Some(before), Some(after)) = (input.texts, input.base_tree, input.tree) else {
        return Vec::new();
    };
    // Another release of SQLAlchemy may create other tables.
    if base.sqlalchemy.version != input.head.sqlalchemy.version {
        return Vec::new();
    }
    let mut changed: BTreeMap<(Option<&str>, &str), &Change> = BTreeMap::new();
    for change in diff.changes.iter().filter(|change| takes_or_alters(change)) {
        let path = change.was.as_ref().unwrap_or(&change.path);
        changed.entry((path.schema.as_deref(), path.name.as_str())).or_insert(change);
    }
    if changed.is_empty() {
        return Vec::new();
    }
    let sides = Sides { texts, before, after, files: differing(before, after) };
    let tables = base.tables.iter().filter_map(|table| {
        let change = changed.get(&(table.schema.as_deref(), table.name.as_str()))?;
        Some((table, *change))
    });
    tables.take(MOST_TABLES).filter_map(|(table, change)| sides.diagnostic(table, change)).collect()
}

/// Whether only the table's own files should cause a change: others may add to a table.
fn takes_or_alters(change: &Change) -> bool {
    let of_table = matches!(
        change.subject,
        Subject::Table
            | Subject::Column
            | Subject::PrimaryKey
            | Subject::Unique
            | Subject::ForeignKey
            | Subject::Check
            | Subject::Exclude
            | Subject::Index
    );
    of_table && matches!(change.action, Action::Drop | Action::Modify | Action::Move | Action::Rename)
}

struct Sides<'a> {
    texts: Texts<'a>,
    before: &'a Tree,
    after: &'a Tree,
    /// All files that are not the same on both sides.
    files: BTreeSet<&'a str>,
}

impl Sides<'_> {
    fn diagnostic(&self, table: &Table, change: &Change) -> Option<Diagnostic> {
        let place = table.place.as_ref().filter(|_| is_exact(table))?;
        if self.files.contains(place.path.as_str()) {
            return None;
        }
        let own = reach(self.before, self.texts.base.roots(), &place.path)?;
        if own.iter().any(|path| self.files.contains(path.as_str())) {
            return None;
        }
        // A new file can take precedence over the target of an import.
        if reach(self.after, self.texts.head.roots(), &place.path)? != own {
            return None;
        }
        // Settings and pins affect tables without an import.
        let is_python = |path: &&&str| path.rsplit('.').next() == Some("py");
        let others: Vec<&str> = self.files.iter().filter(is_python).copied().collect();
        let has_data = self.files.iter().any(|path| !is_python(&path) && may_decide(path));
        let severity = if has_data || others.is_empty() { Severity::Warning } else { Severity::Error };
        let named: Vec<String> = others.iter().take(MOST_NAMED).map(|path| format!("`{path}`")).collect();
        let more = others.len().saturating_sub(MOST_NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let who = if named.is_empty() { "no Python file".to_owned() } else { named.join(", ") };
        let message = format!(
            "`{}` of `{}` differs from the base ({}), although neither that file nor its imports changed: {who}{more} \
             did",
            table.name, place.path, change.code
        );
        let at = Place { path: place.path.clone(), line: place.line };
        let made = Diagnostic::new(severity, "changed-from-outside", message).at(at.path, at.line);
        Some(made.hint("check what the changed modules do when they are imported"))
    }
}

fn is_exact(table: &Table) -> bool {
    table.status == Status::Exact && table.columns.iter().all(|column| column.status == Status::Exact)
}

/// Whether a file that is not a module may affect tables: not documentation, nor sources of other languages.
fn may_decide(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    name.starts_with(".env")
        || name.contains("requirements")
        || ["cfg", "conf", "csv", "env", "ini", "json", "lock", "sql", "toml", "yaml", "yml"]
            .contains(&ending)
}

/// All files that only one side has, or that differ.
fn differing<'a>(before: &'a Tree, after: &'a Tree) -> BTreeSet<&'a str> {
    let paths = after.files().chain(before.files()).map(|(path, _)| path);
    paths.filter(|path| !after.is_same(path, before)).collect()
}
