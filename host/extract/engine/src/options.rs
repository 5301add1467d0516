//! What is asked of an extraction.

use std::collections::BTreeSet;

use belljar_discover::Options as DiscoverOptions;
use belljar_sandbox::RunLimits;
use belljar_source::Wheelhouse;
use serde::{Deserialize, Serialize};

/// A generation that the configuration of the project states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatedGeneration {
    /// The directory, from the root of the tree; empty for all of it. Of directories in each other the innermost counts.
    pub path: String,
    /// The generation, such as `2.0`.
    pub generation: String,
    /// The file that states it.
    pub file: String,
}

/// What to extract, and how far to go.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Options {
    /// What discovery looks at.
    pub discover: DiscoverOptions,
    /// What each run may use.
    pub limits: RunLimits,
    /// The databases, by SQLAlchemy's names, whose DDL is wanted as a whole.
    pub ddl: Vec<String>,
    /// The SQLAlchemy generation to use (`2.0`), instead of the one that the project asks for.
    pub sqlalchemy: Option<String>,
    /// The generations that the configuration of the project states for directories, instead of what their requirements ask
    /// for. Code that disagrees still runs with another one.
    #[serde(default)]
    pub stated: Vec<StatedGeneration>,
    /// Paths of files that run alone besides, whatever the first run gives: their tables must not depend on what other
    /// modules do to them.
    #[serde(default)]
    pub doubted: BTreeSet<String>,
    /// Further packages that are real. They are not serialized: the caller opens them.
    #[serde(skip)]
    pub wheelhouse: Wheelhouse,
}
