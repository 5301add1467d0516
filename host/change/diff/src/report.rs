use std::collections::BTreeMap;

use belljar_schema::{Diagnostic, Document};
use schemars::{JsonSchema, Schema, schema_for};
use serde::{Deserialize, Serialize};

use crate::{Action, Certainty, Change, Effect};

/// Version of the JSON form. The major part changes when a reader of the old form would be wrong about the new one.
pub const FORMAT_VERSION: &str = "1.1";

/// What differs between two schemas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Diff {
    /// [`FORMAT_VERSION`] of the writer.
    pub format: String,
    /// Version of Belljar.
    pub belljar: String,
    /// What was compared.
    pub base: Compared,
    /// With what.
    pub head: Compared,
    /// Counts.
    pub summary: Summary,
    /// `MetaData` whose label in the changes is not that of the base, by the base's: the label that the head has for it, or
    /// one of its own where the head has that label for another.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// Renames; then types, sequences, tables, views, other objects and classes, each in the order of the documents: what
    /// the head alone has comes last.
    pub changes: Vec<Change>,
    /// What the comparison has to say about its input.
    pub diagnostics: Vec<Diagnostic>,
}

impl Diff {
    /// Nothing differs, as far as is known, and nothing is in doubt.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// A database is touched, or may be.
    pub fn touches_database(&self) -> bool {
        self.changes.iter().any(|change| change.effect == Effect::Database)
    }
}

/// A side of the comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Compared {
    /// The document's format.
    pub format: String,
    /// The SQLAlchemy the code ran with.
    pub sqlalchemy: String,
    /// Number of tables.
    pub tables: usize,
    /// Tables that are partial or hold a partial column. Where both sides look alike there is no change, and yet they
    /// may differ.
    pub partial: usize,
    /// Classes and tables of which nothing is known.
    pub unresolved: usize,
}

impl Compared {
    pub(crate) fn of(document: &Document) -> Self {
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
    /// Added to the database.
    pub added: usize,
    /// Dropped from it.
    pub dropped: usize,
    /// Renamed or moved in it.
    pub renamed: usize,
    /// Modified in it.
    pub modified: usize,
    /// Of all changes of the database, those that can't be determined.
    pub cannot_tell: usize,
    /// Changes that no database hears of.
    pub information: usize,
}

impl Summary {
    pub(crate) fn of(changes: &[Change]) -> Self {
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

/// What the one who asks knows better.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Renames that are settled.
    pub renames: Vec<Rename>,
    /// The databases that the schema is for, as SQLAlchemy names them; empty where that is not known.
    pub databases: Vec<String>,
}

/// A settled rename of a table, column, type, enumeration value, sequence, view or class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    /// Its name in the base: `[schema.]table`, `[schema.]table.column`, `type.value`.
    pub old: String,
    /// Its name in the head, what it stands in left out or not; nothing where it was not renamed but dropped.
    pub new: Option<String>,
}

impl Rename {
    /// Reads `old=new`; `old=` says that it was not renamed. Nothing without an `=` or a name before it.
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
