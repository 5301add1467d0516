//! The changes of a schema by the commits of a history.
//!
//! [`Log`] lists the commits that changed the schema, newest first, with their changes as `belljar-diff` found them, and
//! the commits whose schema is not known: between these and their neighbours a change can have happened in any of them.
//!
//! * `follow`: the changes of one table or column, under its earlier names too
//! * `request`: numbers of pull requests and merge requests in the messages of commits
//! * [`render`]: text, markdown, CSV

mod follow;
pub mod render;
mod request;
#[cfg(test)]
mod tests;

use belljar_diff::{Change, Diff};
use schemars::{JsonSchema, Schema, schema_for};
use serde::{Deserialize, Serialize};

pub use follow::Followed;
pub use request::pull_request;

/// The version of the JSON form. Its second number increases when a field is added.
pub const FORMAT_VERSION: &str = "1.0";

/// The changes of a schema by commits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Log {
    /// [`FORMAT_VERSION`] of the writer.
    pub format: String,
    /// Version of Belljar that read the history.
    pub belljar: String,
    /// The table or column that was asked for; null if all changes were.
    pub subject: Option<String>,
    /// The names that the subject had, the newest first.
    pub names: Vec<String>,
    /// Number of commits that were read.
    pub commits_read: usize,
    /// Number of those whose schema is not known.
    pub commits_not_known: usize,
    /// Why no older commits were read.
    pub end: End,
    /// The commits that changed the schema, and those whose schema is not known, newest first.
    pub commits: Vec<LoggedCommit>,
}

/// Why no older commits were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// There are none.
    Root,
    /// The base of the range has all others.
    Base,
    /// The most commits were read.
    Limit,
    /// The date was reached.
    Since,
    /// The next one is missing in this clone, or damaged.
    Missing,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LoggedCommit {
    /// Its hash.
    pub id: String,
    /// The name of its author.
    pub author: String,
    /// The date of its author, in UTC: `2026-12-01T10:00:00Z`.
    pub date: String,
    /// The first line of its message.
    pub subject: String,
    /// The pull request (`#123`) or merge request (`!123`) that its message names.
    pub pull_request: Option<String>,
    /// Whether its schema is known.
    pub status: Status,
    /// Why it is not known.
    pub reason: Option<String>,
    /// The commit that it was compared with; null for the first one.
    pub compared_with: Option<String>,
    /// The commits in between, whose schema is not known: the changes happened in them or in this one. Newest first.
    pub or_in: Vec<String>,
    /// The paths of the migrations' version files that the commit added.
    pub migrations: Vec<String>,
    /// Its changes.
    pub changes: Vec<Change>,
}

/// Whether the schema of a commit is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It changed.
    Changed,
    /// It is not known.
    NotKnown,
}

/// The result for one commit and its parent, which does not depend on the rest of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// The schema of the commit is not known.
    NotKnown {
        /// Why, as a lower-case fragment.
        reason: String,
    },
    /// It is known, but that of no commit before it is.
    NoBase {
        /// Why not, as a lower-case fragment.
        reason: String,
    },
    /// It is known.
    Known {
        /// The differences; `None` if there are none.
        diff: Option<Box<Diff>>,
        /// The paths of version files that were added.
        migrations: Vec<String>,
    },
}

/// The JSON Schema of a [`Log`].
pub fn json_schema() -> Schema {
    schema_for!(Log)
}
