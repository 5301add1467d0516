//! The messages between both processes: a [`Job`] to the other one, and an [`Answer`] back.

use serde::{Deserialize, Serialize};

use crate::session::Variables;

/// The command that the other process runs.
#[derive(Serialize, Deserialize)]
pub(super) struct Job {
    /// The arguments of this process, the name of the program first.
    pub(super) arguments: Vec<Vec<u8>>,
    /// The folder for snapshots: the other process has no environment to determine it.
    pub(super) cache: Vec<u8>,
    /// Whether results of earlier runs are used.
    pub(super) use_results: bool,
    /// Variables of the environment that complete the URL of a database.
    #[serde(default)]
    pub(super) variables: Variables,
}

/// The outcome of the job.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    /// The command ran to its end, with or without an error.
    Done(Done),
    /// The process cannot be confined on this system, for this reason. The command did not run.
    NotConfined(String),
}

impl Answer {
    /// The results for the cache.
    pub(super) fn take_results(&mut self) -> Vec<(usize, String)> {
        match self {
            Self::Done(done) => std::mem::take(&mut done.results),
            Self::NotConfined(_) => Vec::new(),
        }
    }
}

/// The reports and results of a command.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Done {
    /// Text for standard error.
    pub(super) report: String,
    /// The results, in the order of their numbers in the command; empty if it failed.
    pub(super) texts: Vec<String>,
    /// The exit code of the command.
    pub(super) code: u8,
    /// Why the command failed, for notifications and hooks.
    #[serde(default)]
    pub(super) failure: Option<String>,
    /// The restrictions on the process, for people.
    pub(super) confinement: String,
    /// Results for the cache, each with the index of its key in the lines before `SEALED`.
    #[serde(default)]
    pub(super) results: Vec<(usize, String)>,
}
