//! What both processes send each other: a [`Job`] there, an [`Answer`] back.

use serde::{Deserialize, Serialize};

/// The command that the other process runs.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Job {
    /// The arguments of this process, the name of the program first.
    pub(super) arguments: Vec<Vec<u8>>,
    /// Where snapshots are unpacked to: the other process has no environment to find it in.
    pub(super) cache: Vec<u8>,
    /// Whether results of earlier runs are used.
    pub(super) use_results: bool,
    /// Standard output is a terminal.
    pub(super) to_terminal: bool,
}

/// How the job ended.
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

/// What a command reported and wrote.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Done {
    /// What goes to standard error.
    pub(super) report: String,
    /// The results, as the command numbers them; none where it failed.
    pub(super) texts: Vec<String>,
    /// The exit code of the command.
    pub(super) code: u8,
    /// What confines the process, for people.
    pub(super) confinement: String,
    /// Results for the cache, each with the place of its key in the lines before [`SEALED`].
    #[serde(default)]
    pub(super) results: Vec<(usize, String)>,
}
