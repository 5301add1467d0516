//! A command in a process of its own, behind the second wall.
//!
//! This process starts the program once more ([`child`]), writes a [`Job`] to its standard input and reads an [`Answer`] from
//! its standard output. The job is the command itself, as it was typed. The other process opens and reads all that it will
//! need, confines itself, and only then looks at what it read: sources, documents, settings, comments and artefacts are
//! parsed, guests run, sides compared and reports rendered behind the wall. It has an empty environment.
//!
//! The answer is what is said and finished texts. It is as little trusted as what a guest sends: its size and the time it
//! takes are bounded, it names no file, and nothing in it is obeyed by a terminal but colours. However the other process
//! ends, one job has failed, and this process goes on.

pub(crate) mod child;
mod parent;

use std::{
    ffi::OsString,
    io::{self, IsTerminal as _},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    cache,
    cli::{self, Command, Isolation},
    failure::Failure,
    limits, log, messages, output,
    session::Session,
    settings::Level,
};

/// The hidden command that the other process is started with.
pub(crate) const COMMAND: &str = "confined-job";

/// What the other process writes first once it is confined. Behind the wall it may be in the hands of a guest, and from then on
/// it is not believed that there is no wall: that would have the command carried out without one.
pub(crate) const SEALED: &[u8] = b"sealed\n";

/// What the other process is to do.
#[derive(Debug, Serialize, Deserialize)]
struct Job {
    /// The arguments of this process, the name of the program first.
    arguments: Vec<Vec<u8>>,
    /// Where snapshots are unpacked to: the other process has no environment that would tell.
    cache: Vec<u8>,
    /// Standard output is a terminal.
    to_terminal: bool,
}

/// What came of it.
#[derive(Debug, Serialize, Deserialize)]
enum Answer {
    Done(Done),
    /// There is no wall here, so nothing was looked at; why.
    NoWall(String),
}

#[derive(Debug, Serialize, Deserialize)]
struct Done {
    /// What goes to standard error.
    said: String,
    /// The results, as the command numbers them; none where it failed.
    texts: Vec<String>,
    code: u8,
    /// What the wall is made of, for people.
    wall: String,
}

/// Carries a command out, in a process of its own where that is wanted, and gives the exit code.
pub(crate) fn carry_out(mut command: Command, arguments: &[OsString]) -> Result<u8, Failure> {
    let (outputs, default) = (command.outputs(), command.isolation());
    let to_terminal = io::stdout().is_terminal();
    let Some(reading) = command.reading() else {
        return command.run(&mut Session::here(outputs, to_terminal));
    };
    outputs.iter().try_for_each(|place| output::check(place.file.as_deref()))?;
    let level = Level::new(reading.quiet, reading.verbose);
    let wanted = wanted(reading, default)?;
    if wanted != Isolation::Never {
        let job = limits::resolve(&reading.limits)?.job;
        let cache = reading.cache_dir.clone().map_or_else(cache::default, Ok)?;
        match parent::run(arguments, &cache, &outputs, to_terminal, &job, level) {
            Err(Failure::Isolate(error)) if wanted == Isolation::Auto && error.is_absence() => {
                let mut text = String::new();
                messages::not_isolated(&mut text, &error.to_string(), level);
                log::write_text(&text);
            }
            result => return result,
        }
    }
    command.run(&mut Session::here(outputs, to_terminal))
}

/// A limit on the job asks for one.
fn wanted(reading: &cli::Reading, default: Isolation) -> Result<Isolation, IsolateError> {
    let limited = reading.limits.job_timeout.is_some() || reading.limits.max_result.is_some();
    match (reading.isolate, limited) {
        (Some(Isolation::Never), true) => Err(IsolateError::NoLimit),
        (Some(wanted), _) => Ok(wanted),
        (None, true) => Ok(Isolation::Always),
        (None, false) => Ok(default),
    }
}

/// Why a job in a process of its own gave nothing.
#[derive(Debug, Error)]
pub(crate) enum IsolateError {
    /// A limit of the job is set, and there is none.
    #[error("`--job-timeout` and `--max-result` limit a process that `--isolate=never` does not start")]
    NoLimit,
    /// The job can't be written down.
    #[error("cannot give the job to another process: {0}")]
    Job(serde_json::Error),
    /// What was written down is none.
    #[error("standard input is no job: {0}")]
    NoJob(io::Error),
    /// There is no other process.
    #[error("cannot start the process of the job: {0}")]
    Start(io::Error),
    /// It can't be confined.
    #[error("cannot build the second wall: {0}")]
    NoWall(String),
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
    /// There is no such process here: nothing of the source was looked at.
    fn is_absence(&self) -> bool {
        matches!(self, Self::Start(_) | Self::NoWall(_))
    }

    /// 2 where the job could not run, 101 where it is an internal error, or an attack.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::NoLimit
            | Self::Job(_)
            | Self::NoJob(_)
            | Self::Start(_)
            | Self::NoWall(_)
            | Self::Timeout(_)
            | Self::TooLarge(_) => 2,
            Self::Wall | Self::Signal { .. } | Self::NoAnswer { .. } => 101,
        }
    }

    /// What to do next.
    pub(crate) fn hint(&self) -> String {
        match self {
            Self::NoLimit => "leave one of them out".to_owned(),
            Self::Job(_) => "please report it".to_owned(),
            Self::NoJob(_) => "`--isolate` starts this by itself".to_owned(),
            Self::Start(_) => "see that there are processes and memory left".to_owned(),
            Self::NoWall(_) => {
                "`--isolate` takes Linux with seccomp; `--isolate=never` does without where the sandbox alone is enough"
                    .to_owned()
            }
            Self::Timeout(_) => "raise `--job-timeout`, or give less with `--only`".to_owned(),
            Self::TooLarge(_) => "raise `--max-result`, or give less with `--only`".to_owned(),
            Self::Wall => {
                "nothing was reached, and nothing is kept; take the source for hostile, and please report it".to_owned()
            }
            Self::Signal { .. } => {
                "this job is lost, and nothing else; if memory did not run out, please report it with the source".to_owned()
            }
            Self::NoAnswer { .. } => "this job is lost, and nothing else; please report it with the source".to_owned(),
        }
    }
}
