//! A job in a process of its own, behind the second wall.
//!
//! `extract`, `explain` and `diff` with `--isolate` start this program once more for each source ([`child`]), write a
//! [`Job`] to its standard input and read an [`Answer`] from its standard output. The other process reads all that it will
//! need, confines itself, and only then looks at what it read and runs guests. It has an empty environment.
//!
//! The answer is as little trusted as what a guest sends: its size and the time it takes are bounded, it has to be a
//! document of ours, and whoever writes it can lie about this source only. However the other process ends, one job has
//! failed, and this process goes on.

pub(crate) mod child;
mod parent;

use std::{collections::BTreeMap, io, path::PathBuf, time::Duration};

use belljar_engine::{Extraction, Options, Request, ScanCounts, SourceLimits};
use belljar_schema::Diagnostic;
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub(crate) use parent::read;

/// The hidden command that the other process is started with.
pub(crate) const COMMAND: &str = "confined-job";

/// What the other process is to do.
#[derive(Debug, Serialize, Deserialize)]
struct Job {
    request: Request,
    wheelhouse: Vec<PathBuf>,
    source_limits: SourceLimits,
    options: Options,
    cache: PathBuf,
    /// The texts of the files that the result names are wanted too.
    with_files: bool,
}

/// What came of it.
#[derive(Debug, Serialize, Deserialize)]
enum Answer {
    Done(Box<Done>),
    Nothing(Box<Nothing>),
    Failed(Failed),
}

#[derive(Debug, Serialize, Deserialize)]
struct Done {
    /// What was read, for people.
    description: String,
    extraction: Extraction,
    /// The files that the result names, if they were asked for.
    files: BTreeMap<String, String>,
    /// What the wall is made of, for people.
    wall: String,
}

/// There are no models.
#[derive(Debug, Serialize, Deserialize)]
struct Nothing {
    /// What was read, for people.
    description: String,
    scanned: ScanCounts,
    /// What was left out.
    diagnostics: Vec<Diagnostic>,
    /// The settings that a check reads, if they were asked for.
    files: BTreeMap<String, String>,
    /// What the wall is made of, for people.
    wall: String,
}

/// A failure, as it is shown.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Failed {
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    pub(crate) exit_code: u8,
}

/// Why a job in a process of its own gave nothing.
#[derive(Debug, Error)]
pub(crate) enum IsolateError {
    /// The job can't be written down.
    #[error("cannot give the job to another process: {0}")]
    Job(serde_json::Error),
    /// What was written down is none.
    #[error("standard input is no job: {0}")]
    NoJob(io::Error),
    /// There is no other process.
    #[error("cannot start the process of the job: {0}")]
    Start(io::Error),
    /// It gave no answer in time.
    #[error("the process of the job took more than {}", humantime::format_duration(*.0))]
    Timeout(Duration),
    /// It answered more than it may.
    #[error("the process of the job answered with more than {0} bytes")]
    TooLarge(u64),
    /// The wall ended it.
    #[error(
        "the second wall ended the process of the job: it asked the system for what no run asks for (SIGSYS)"
    )]
    Wall,
    /// A signal ended it.
    #[error("the process of the job was ended by {signal}{}", Said(.said))]
    Signal {
        /// Its name or number.
        signal: String,
        /// What it wrote to standard error.
        said: String,
    },
    /// It ended by itself without an answer.
    #[error("the process of the job gave no answer: {message}{}", Said(.said))]
    NoAnswer {
        /// Why what it gave is none.
        message: String,
        /// What it wrote to standard error.
        said: String,
    },
    /// It says why there is none.
    #[error("{}", .0.message)]
    Failed(Failed),
}

/// The first line that was said, if any.
struct Said<'a>(&'a String);

impl std::fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut lines = self.0.lines().filter(|line| !line.trim().is_empty());
        lines.next().map_or(Ok(()), |line| write!(f, "; it said: {line}"))
    }
}

impl IsolateError {
    /// 2 where the job could not run, 101 where it is a fault of ours, or an attack.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Job(_) | Self::NoJob(_) | Self::Start(_) | Self::Timeout(_) | Self::TooLarge(_) => 2,
            Self::Wall | Self::Signal { .. } | Self::NoAnswer { .. } => 101,
            // Whoever answers can be in the hands of a guest.
            Self::Failed(failed) => {
                if failed.exit_code == 101 {
                    101
                } else {
                    2
                }
            }
        }
    }

    /// What to do next.
    pub(crate) fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Job(_) => "paths have to be UTF-8 with `--isolate`".to_owned(),
            Self::NoJob(_) => "`--isolate` starts this by itself".to_owned(),
            Self::Start(_) => "see that there are processes and memory left".to_owned(),
            Self::Timeout(_) => "raise `--job-timeout`, or give less with `--only`".to_owned(),
            Self::TooLarge(_) => "raise `--max-result`, or give less with `--only`".to_owned(),
            Self::Wall => {
                "nothing was reached, and nothing is kept; take the source for hostile, and please report it".to_owned()
            }
            Self::Signal { .. } => {
                "this job is lost, and nothing else; if memory did not run out, please report it with the source".to_owned()
            }
            Self::NoAnswer { .. } => "this job is lost, and nothing else; please report it with the source".to_owned(),
            Self::Failed(failed) => return failed.hint.clone(),
        })
    }
}
