//! Errors of a separate process.

use std::{io, time::Duration};

use thiserror::Error;

/// Why a job in a separate process failed.
#[derive(Debug, Error)]
pub(crate) enum IsolateError {
    /// A limit of the job is set, and no process is started.
    #[error("`--job-timeout` and `--max-result` limit a process that `--isolate=never` does not start")]
    NoLimit,
    /// The job cannot be encoded.
    #[error("cannot encode the job: {0}")]
    Job(serde_json::Error),
    /// Standard input has no job.
    #[error("standard input is not a job: {0}")]
    NoJob(io::Error),
    /// The process cannot be started.
    #[error("cannot start the process of the job: {0}")]
    Start(io::Error),
    /// The process cannot be confined.
    #[error("cannot confine the process of the job: {0}")]
    NotConfined(String),
    /// The process gave no answer in time.
    #[error("the process of the job took more than {}", humantime::format_duration(*.0))]
    Timeout(Duration),
    /// The answer is larger than the limit.
    #[error("the process of the job answered with more than {0} bytes")]
    TooLarge(u64),
    /// The filter of system calls ended the process.
    #[error(
        "the process of the job was ended by the system-call filter (SIGSYS): it made a system call that no run makes"
    )]
    Forbidden,
    /// A signal ended the process.
    #[error("the process of the job was ended by {signal}{}", FirstLine(.stderr))]
    Signal {
        /// The name or the number of the signal.
        signal: String,
        /// The standard error of the process.
        stderr: String,
    },
    /// The process ended without an answer.
    #[error("the process of the job gave no answer: {message}{}", FirstLine(.stderr))]
    NoAnswer {
        /// The error in its output, or its exit status.
        message: String,
        /// The standard error of the process.
        stderr: String,
    },
}

/// The first line of standard error, if there is one.
struct FirstLine<'a>(&'a String);

impl std::fmt::Display for FirstLine<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut lines = self.0.lines().filter(|line| !line.trim().is_empty());
        lines.next().map_or(Ok(()), |line| write!(f, "; standard error: {line}"))
    }
}

impl IsolateError {
    /// Whether this system does not support such a process. Nothing of the source was parsed.
    pub(crate) fn is_absence(&self) -> bool {
        matches!(self, Self::Start(_) | Self::NotConfined(_))
    }

    /// 2 if the job could not run, 101 for an internal error or an attack.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::NoLimit
            | Self::Job(_)
            | Self::NoJob(_)
            | Self::Start(_)
            | Self::NotConfined(_)
            | Self::Timeout(_)
            | Self::TooLarge(_) => 2,
            Self::Forbidden | Self::Signal { .. } | Self::NoAnswer { .. } => 101,
        }
    }

    /// What to do next.
    pub(crate) fn hint(&self) -> String {
        match self {
            Self::NoLimit => "omit one of them".to_owned(),
            Self::Job(_) => "please report it".to_owned(),
            Self::NoJob(_) => "`--isolate` starts this command automatically".to_owned(),
            Self::Start(_) => "check the limits on processes and memory".to_owned(),
            Self::NotConfined(_) => {
                "`--isolate` needs Linux with seccomp; `--isolate=never` relies on the sandbox alone"
                    .to_owned()
            }
            Self::Timeout(_) => "raise `--job-timeout`, or select fewer files with `--only`".to_owned(),
            Self::TooLarge(_) => "raise `--max-result`, or select fewer files with `--only`".to_owned(),
            Self::Forbidden => {
                "nothing was reached, and nothing is kept; treat the source as hostile, and please report it"
                    .to_owned()
            }
            Self::Signal { .. } => {
                "only this job failed; unless memory ran out, please report it with the source".to_owned()
            }
            Self::NoAnswer { .. } => "only this job failed; please report it with the source".to_owned(),
        }
    }
}
