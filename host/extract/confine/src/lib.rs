//! The second barrier: confines a process that runs guests with the means of the operating system.
//!
//! The first barrier is the sandbox. Should a guest escape from it and control the process, [`confine`] limits the
//! damage:
//!
//! * **Landlock** ([`files`]): no file is opened, created, changed or executed, no TCP port used, no process outside
//!   signalled, no abstract socket reached, as far as the kernel's Landlock supports it.
//! * **seccomp** ([`calls`]): a list of the remaining system calls, which are those of a computation that writes to two
//!   descriptors. Others are rejected with `EPERM`; those that only an intruder would make end the process
//!   ([`Permission`]).
//! * **resource limits**: no file grows, and no core dump is written.
//!
//! Neither needs a privilege, and neither can be undone. All input has to be opened and read before, and all code
//! mapped: afterwards no memory can become executable. The seccomp part alone rejects everything that Landlock does, so
//! that a process on a kernel without Landlock is confined too.

mod calls;
mod files;

use std::{fs, io};

use rustix::process::{Resource, Rlimit};
use thiserror::Error;

pub use calls::{Call, Permission, calls};
pub use files::Landlock;

/// The parts to enable. Programs enable all; tests check one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// Landlock, as far as the kernel supports it.
    pub landlock: bool,
    /// The filter of system calls.
    pub seccomp: bool,
}

impl Default for Parts {
    /// All parts are enabled.
    fn default() -> Self {
        Self { landlock: true, seccomp: true }
    }
}

/// The parts that are in effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// What Landlock enforces; `None` if it was not requested.
    pub landlock: Option<Landlock>,
    /// Whether system calls are filtered.
    pub seccomp: bool,
}

/// Why the process can't be confined. Parts enabled before the error stay.
#[derive(Debug, Error)]
pub enum ConfineError {
    /// Landlock would apply to one thread only.
    #[error("the process has {0} threads, and must have one")]
    Threads(usize),
    /// The threads can't be counted.
    #[error("can't count the threads of the process: {0}")]
    Count(io::Error),
    /// The open descriptors can't be listed.
    #[error("can't list the open descriptors: {0}")]
    Descriptors(io::Error),
    /// There are more descriptors than a filter can hold.
    #[error("the process was started with {0} descriptors")]
    TooMany(usize),
    /// A resource limit can't be set.
    #[error("can't set a resource limit: {0}")]
    Resource(io::Error),
    /// Landlock is supported but fails.
    #[error("Landlock fails: {0}")]
    Landlock(#[from] landlock::RulesetError),
    /// The filter can't be built or installed.
    #[error("can't filter system calls: {0}")]
    Seccomp(String),
}

/// The descriptors that a process was started with. Once confined, it can't read or map them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inherited(Vec<u32>);

impl Inherited {
    /// The maximum number; each takes space in the filter.
    const MOST: usize = 60;

    /// All that are open now: to be called before anything is opened.
    pub fn now() -> Result<Self, ConfineError> {
        let names = fs::read_dir("/proc/self/fd").map_err(ConfineError::Descriptors)?;
        let mut found = vec![0, 1, 2];
        for name in names {
            found.extend(
                name.map_err(ConfineError::Descriptors)?
                    .file_name()
                    .to_str()
                    .and_then(|name| name.parse::<u32>().ok()),
            );
        }
        found.sort_unstable();
        found.dedup();
        // One was opened to list the others, and is closed by now; its number will be reused.
        found.retain(|number| *number < 3 || fs::symlink_metadata(format!("/proc/self/fd/{number}")).is_ok());
        if found.len() > Self::MOST { Err(ConfineError::TooMany(found.len())) } else { Ok(Self(found)) }
    }
}

/// Marks every descriptor but 0, 1 and 2 to be closed when another program is started, including inherited ones: child
/// processes get their pipes and nothing else.
pub fn pass_on_no_descriptors() {
    close_fds::set_fds_cloexec_threadsafe(3, &[]);
}

/// Confines the calling process for the rest of its life. Afterwards it can only write to standard output and error,
/// which have to be pipes, and read what is mapped.
///
/// To be called while there is one thread. Threads that are started later are confined too.
///
/// A kernel without Landlock is not an error, and [`Status::landlock`] reports it; one without seccomp is.
pub fn confine(parts: Parts, inherited: &Inherited) -> Result<Status, ConfineError> {
    alone()?;
    for resource in [Resource::Core, Resource::Fsize] {
        rustix::process::setrlimit(resource, Rlimit { current: Some(0), maximum: Some(0) })
            .map_err(|error| ConfineError::Resource(error.into()))?;
    }
    let landlock = if parts.landlock { Some(files::restrict()?) } else { None };
    if parts.seccomp {
        calls::filter(&inherited.0)?;
    }
    Ok(Status { landlock, seccomp: parts.seccomp })
}

/// A thread that was joined may be counted for a moment longer.
fn alone() -> Result<(), ConfineError> {
    let mut threads = 0;
    for _ in 0..100 {
        threads = fs::read_dir("/proc/self/task").map_err(ConfineError::Count)?.count();
        if threads == 1 {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    Err(ConfineError::Threads(threads))
}
