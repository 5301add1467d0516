//! What a run that generates models gives.

use std::collections::BTreeMap;

/// Generated models.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Generated {
    /// The texts of the files, by their names.
    pub files: BTreeMap<String, String>,
    /// What they leave out; a comment in a file says so, too.
    pub gaps: Vec<Gap>,
    /// The number of comments about parts of the schema that are in doubt.
    pub doubts: u64,
}

/// A part of a schema that generated models do not declare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Schema of the table.
    pub schema: Option<String>,
    /// Name of the table.
    pub table: String,
    /// Name of the column, constraint or index; empty for the table itself.
    pub part: String,
    /// Kind of the part, as of a change.
    pub subject: String,
    /// The aspect that is left out, as of a change; empty if it is all of the part.
    pub aspect: String,
    /// What is left out, and why.
    pub message: String,
}
