//! What is asked of an extraction.

use std::collections::BTreeSet;

use belljar_discover::Options as DiscoverOptions;
use belljar_sandbox::RunLimits;
use belljar_source::Wheelhouse;
use serde::{Deserialize, Serialize};

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
    /// Paths of files that run alone besides, whatever the first run gives: their tables must not depend on what other
    /// modules do to them.
    #[serde(default)]
    pub doubted: BTreeSet<String>,
    /// Further packages that are real. They are not serialized: the caller opens them.
    #[serde(skip)]
    pub wheelhouse: Wheelhouse,
}
