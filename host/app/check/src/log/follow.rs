//! The changes of one table or column, followed through renames.
//!
//! Commits are looked at from the newest to the oldest, each with the names that the subject has after it. A name can be
//! that of a table, `schema.table`, `table.column` or `schema.table.column`: whatever of that fits a change counts.

use std::collections::BTreeSet;

use belljar_diff::{Action, Change, Diff, Path, Subject, Value};

/// A table or column with the names that it has in one commit.
#[derive(Debug)]
pub struct Followed {
    targets: BTreeSet<Target>,
    /// All names that it had, the newest first.
    names: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Target {
    table: String,
    column: Option<String>,
}

impl Target {
    fn name(&self) -> String {
        self.column.as_ref().map_or_else(|| self.table.clone(), |column| format!("{}.{column}", self.table))
    }

    /// Whether a path is that of the table: with its schema, or without one.
    fn is_table(&self, path: &Path) -> bool {
        path.full_name() == self.table || path.name == self.table
    }

    /// Whether a change is one of the target, by its name in the head or in the base.
    fn is_of(&self, change: &Change) -> bool {
        let is_here = |path: &Path| self.is_table(path);
        if !is_here(&change.path) && !change.was.as_ref().is_some_and(is_here) {
            return false;
        }
        let Some(column) = &self.column else { return is_of_relation(change.subject) };
        match change.subject {
            Subject::Table | Subject::View => is_whole(change) && may_have(change, column),
            Subject::Column => {
                let parts = [Some(&change.path), change.was.as_ref()];
                parts.into_iter().flatten().any(|path| path.part.as_ref() == Some(column))
            }
            _ => [&change.before, &change.after].into_iter().flatten().any(|value| names(value, column)),
        }
    }

    /// The target before a change, if it had another name.
    fn before(&self, change: &Change) -> Option<Self> {
        let was = change.was.as_ref().filter(|_| matches!(change.action, Action::Rename | Action::Move))?;
        if !self.is_table(&change.path) {
            return None;
        }
        match change.subject {
            Subject::Table | Subject::View => {
                Some(Self { table: was.full_name(), column: self.column.clone() })
            }
            Subject::Column if change.path.part == self.column => {
                Some(Self { table: self.table.clone(), column: was.part.clone() })
            }
            _ => None,
        }
    }
}

impl Followed {
    /// A table or column by its name in the newest commit, or by one that it had before.
    pub fn new(name: &str) -> Self {
        let mut targets = BTreeSet::from([Target { table: name.to_owned(), column: None }]);
        if let Some((table, column)) = name.rsplit_once('.') {
            targets.insert(Target { table: table.to_owned(), column: Some(column.to_owned()) });
        }
        Self { targets, names: vec![name.to_owned()] }
    }

    /// The changes of the target in a commit; its names are then those before the commit.
    pub fn take(&mut self, diff: &Diff) -> Vec<Change> {
        let is_of = |change: &&Change| self.targets.iter().any(|target| target.is_of(change));
        let found: Vec<Change> = diff.changes.iter().filter(is_of).cloned().collect();
        // A column may be renamed together with its table, whose new name both changes have.
        let columns = found.iter().filter(|change| change.subject == Subject::Column);
        let others = found.iter().filter(|change| change.subject != Subject::Column);
        for change in columns.chain(others) {
            let before: Vec<(Target, Target)> = self
                .targets
                .iter()
                .filter_map(|target| Some((target.clone(), target.before(change)?)))
                .collect();
            for (target, earlier) in before {
                self.targets.remove(&target);
                self.names.push(earlier.name());
                self.targets.insert(earlier);
            }
        }
        found
    }

    /// All names that it had, the newest first.
    pub fn into_names(self) -> Vec<String> {
        self.names
    }
}

/// Whether an object is a table or a view, or a part of one.
const fn is_of_relation(subject: Subject) -> bool {
    !matches!(
        subject,
        Subject::Type
            | Subject::EnumValue
            | Subject::Sequence
            | Subject::Object
            | Subject::Class
            | Subject::Relationship
            | Subject::Property
    )
}

/// Whether a change concerns a table as a whole, and so each of its columns.
const fn is_whole(change: &Change) -> bool {
    !matches!(change.action, Action::Modify)
}

/// Whether the table of a change has a column, unless the change does not say.
fn may_have(change: &Change, column: &str) -> bool {
    let value = change.after.as_ref().or(change.before.as_ref());
    match value {
        Some(Value::Table(table)) => table.columns.iter().any(|one| one.name == column),
        _ => true,
    }
}

/// Whether a constraint or an index names a column.
fn names(value: &Value, column: &str) -> bool {
    let has = |columns: &[String]| columns.iter().any(|one| one == column);
    match value {
        Value::PrimaryKey(key) => has(&key.columns),
        Value::Unique(unique) => has(&unique.columns),
        Value::ForeignKey(key) => has(&key.columns),
        Value::Index(index) => index.elements.iter().any(|one| one.column.as_deref() == Some(column)),
        _ => false,
    }
}
