use schemars::{JsonSchema, Schema, schema_for};
use serde::{Deserialize, Serialize};

use crate::{Diagnostic, MappedClass, Place, Reason, Sequence, Table, View};

/// Version of the JSON form. The major part changes when a reader of the old form would be wrong about the new one.
pub const FORMAT_VERSION: &str = "1.0";

/// Everything one extraction found.
///
/// It holds nothing of the machine, of the time, or of the way the source was given, so a directory, a git
/// revision and an archive of the same files give the same document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// [`FORMAT_VERSION`] of the writer.
    pub format: String,
    /// Version of Belljar.
    pub belljar: String,
    /// The SQLAlchemy the code ran with.
    pub sqlalchemy: Generation,
    /// Counts.
    pub summary: Tally,
    /// Sorted by schema, name, `MetaData`.
    pub tables: Vec<Table>,
    /// Sorted by schema, name.
    pub views: Vec<View>,
    /// Sequences that stand on their own, sorted by schema, name.
    pub sequences: Vec<Sequence>,
    /// Sorted by name.
    pub classes: Vec<MappedClass>,
    /// Declared, and not made: sorted by name, place.
    pub unresolved: Vec<Unresolved>,
    /// Names that were stood in for, sorted.
    pub stand_ins: Vec<StandIn>,
    /// What the stages have to say about their input, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Which SQLAlchemy, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Generation {
    /// Full version.
    pub version: String,
    /// What decided it.
    pub reason: String,
}

/// Counts over a [`Document`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tally {
    /// Tables whose status, and whose every column's, is exact.
    pub tables_exact: usize,
    /// Tables that are partial, or hold a partial column.
    pub tables_partial: usize,
    /// Tables and classes that are unresolved.
    pub unresolved: usize,
    /// Exact columns in tables that are not partial as a whole.
    pub columns_exact: usize,
    /// All other columns.
    pub columns_partial: usize,
}

/// A table or class that the code declares and no run produced.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Unresolved {
    /// The table's name where it is written in the code, else the class.
    pub name: String,
    /// The class, where one declares it.
    pub class: Option<String>,
    /// Where it is declared.
    pub place: Place,
    /// Why nothing came of it.
    pub reason: Reason,
}

/// An imported name that is not in the repository nor in the snapshot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct StandIn {
    /// Dotted module that was stood in for.
    pub module: String,
    /// Where it was first asked for.
    pub place: Option<Place>,
}

/// The JSON Schema (draft 2020-12) of a [`Document`].
pub fn json_schema() -> Schema {
    schema_for!(Document)
}
