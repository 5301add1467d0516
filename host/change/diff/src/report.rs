use std::collections::BTreeMap;

use belljar_schema::{Diagnostic, Document};
use schemars::{JsonSchema, Schema, schema_for};
use serde::{Deserialize, Serialize};

use crate::{Action, Certainty, Change, Effect};

/// Version of the JSON form. The major part changes when a reader of the old form would be wrong about the new one.
pub const FORMAT_VERSION: &str = "1.1";

/// The differences between two schemas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Diff {
    /// [`FORMAT_VERSION`] of the writer.
    pub format: String,
    /// Version of Belljar that made the comparison.
    pub belljar: String,
    /// The base of the comparison.
    pub base: Compared,
    /// The head of the comparison.
    pub head: Compared,
    /// Counts of the changes.
    pub summary: Summary,
    /// `MetaData` whose label in the changes differs from that of the base, by the label of the base: the label of the
    /// head, or an unused one if the head has that label for another `MetaData`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// Renames; then types, sequences, tables, views, other objects and classes, each in the order of the documents;
    /// what only the head has comes last.
    pub changes: Vec<Change>,
    /// Diagnostics about the input of the comparison.
    pub diagnostics: Vec<Diagnostic>,
}

impl Diff {
    /// Whether nothing differs, as far as is known, and nothing is in doubt.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Changes without a comparison, to be written as those of one.
    pub fn of_changes(changes: Vec<Change>) -> Self {
        Self {
            format: FORMAT_VERSION.to_owned(),
            belljar: env!("CARGO_PKG_VERSION").to_owned(),
            base: Compared::default(),
            head: Compared::default(),
            summary: Summary::from_changes(&changes),
            metadata: BTreeMap::new(),
            changes,
            diagnostics: Vec::new(),
        }
    }

    /// The same comparison with other changes, such as a part of them.
    #[must_use]
    pub fn with_changes(self, changes: Vec<Change>) -> Self {
        Self { summary: Summary::from_changes(&changes), changes, ..self }
    }

    /// Whether the database changes, or may change.
    pub fn touches_database(&self) -> bool {
        self.changes.iter().any(|change| change.effect == Effect::Database)
    }
}

/// A side of the comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Compared {
    /// The `format` field of the document.
    pub format: String,
    /// The SQLAlchemy release that the code ran with.
    pub sqlalchemy: String,
    /// Number of tables in the document.
    pub tables: usize,
    /// Number of tables that are partial or have a partial column. If both sides look alike there is no change,
    /// although they may differ.
    pub partial: usize,
    /// Number of unresolved classes and tables.
    pub unresolved: usize,
}

impl Compared {
    pub(crate) fn from_document(document: &Document) -> Self {
        Self {
            format: document.format.clone(),
            sqlalchemy: document.sqlalchemy.version.clone(),
            tables: document.tables.len(),
            partial: document.summary.tables_partial,
            unresolved: document.unresolved.len(),
        }
    }
}

/// Counts over a [`Diff`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Changes that add something to the database.
    pub added: usize,
    /// Changes that drop something from it.
    pub dropped: usize,
    /// Changes that rename or move something in it.
    pub renamed: usize,
    /// Changes that modify something in it.
    pub modified: usize,
    /// Of all changes of the database, those that can't be determined.
    pub cannot_tell: usize,
    /// Changes that do not affect the database.
    pub information: usize,
}

impl Summary {
    pub(crate) fn from_changes(changes: &[Change]) -> Self {
        let mut summary = Self::default();
        for change in changes {
            let count = match (change.effect, change.certainty, change.action) {
                (Effect::Information, ..) => &mut summary.information,
                (_, Certainty::CannotTell, _) | (.., Action::Missing | Action::Unseen) => {
                    &mut summary.cannot_tell
                }
                (.., Action::Add) => &mut summary.added,
                (.., Action::Drop) => &mut summary.dropped,
                (.., Action::Rename | Action::Move) => &mut summary.renamed,
                (.., Action::Modify) => &mut summary.modified,
            };
            *count += 1;
        }
        summary
    }
}

/// Options of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Renames that a user states, which are not guessed.
    pub renames: Vec<Rename>,
    /// The databases of the schema, by their SQLAlchemy names; empty if unknown.
    pub databases: Vec<String>,
}

/// A stated rename of a table, column, type, enumeration value, sequence, view or class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    /// Its name in the base: `[schema.]table`, `[schema.]table.column`, `type.value`.
    pub old: String,
    /// Its name in the head, with or without its container; `None` if it was not renamed but dropped.
    pub new: Option<String>,
}

impl Rename {
    /// Parses `old=new`; `old=` states that it was not renamed. `None` without an `=` or a name before it.
    pub fn parse(text: &str) -> Option<Self> {
        let (old, new) = text.split_once('=')?;
        let new = (!new.is_empty()).then(|| new.to_owned());
        (!old.is_empty()).then(|| Self { old: old.to_owned(), new })
    }
}

/// The JSON Schema (draft 2020-12) of a [`Diff`].
pub fn json_schema() -> Schema {
    schema_for!(Diff)
}
