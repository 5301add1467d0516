//! The second wall: what a process that runs guests may ask of the system.
//!
//! The first wall is the sandbox. Should a guest get through it and command the process, [`confine`] is what it meets:
//!
//! * **Landlock** ([`files`]): no file is opened, made, changed or run, no TCP port used, no process outside signalled, no
//!   abstract socket reached, as far as the kernel's Landlock goes.
//! * **seccomp** ([`calls`]): a list of the system calls that are left, which are those of a computation that writes to two
//!   descriptors. The rest is refused with `EPERM`; what only an intruder would ask for ends the process ([`Verdict`]).
//! * **resource limits**: no file grows, and no core is written.
//!
//! Neither needs a privilege, and neither can be taken back. Everything that is to be read has to be open and read before,
//! and all code mapped: afterwards no memory becomes executable. The seccomp part alone refuses all that Landlock does, so
//! that a kernel without Landlock has a wall too.

mod calls;
mod files;

use std::{fs, io};

use rustix::process::{Resource, Rlimit};
use thiserror::Error;

pub use calls::{Call, Verdict, calls};
pub use files::Landlock;

/// Which parts of the wall to build. Programs build all; tests look at one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// Landlock, as far as the kernel has it.
    pub landlock: bool,
    /// The filter of system calls.
    pub seccomp: bool,
}

impl Default for Parts {
    /// All of them.
    fn default() -> Self {
        Self { landlock: true, seccomp: true }
    }
}

/// What stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// What Landlock enforces; none where it was not asked for.
    pub landlock: Option<Landlock>,
    /// System calls are filtered.
    pub seccomp: bool,
}

/// Why the wall can't be built. What was built before the error stays.
#[derive(Debug, Error)]
pub enum ConfineError {
    /// Landlock would hold for one thread only.
    #[error("the process has {0} threads, and must have one")]
    Threads(usize),
    /// The threads can't be counted.
    #[error("cannot count the threads of the process: {0}")]
    Count(io::Error),
    /// The descriptors can't be listed.
    #[error("cannot list the descriptors that are open: {0}")]
    Descriptors(io::Error),
    /// There are more than a filter has room for.
    #[error("the process was started with {0} descriptors")]
    TooMany(usize),
    /// A resource limit can't be set.
    #[error("cannot set a resource limit: {0}")]
    Resource(io::Error),
    /// Landlock is there and fails.
    #[error("Landlock fails: {0}")]
    Landlock(#[from] landlock::RulesetError),
    /// The filter can't be made or installed.
    #[error("cannot filter system calls: {0}")]
    Seccomp(String),
}

/// The descriptors that a process was started with. Nothing can be read from them, or mapped, behind the wall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inherited(Vec<u32>);

impl Inherited {
    /// The most there may be; each takes room in the filter.
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
        // One was opened to list the others, and is closed by now; its number will be used again.
        found.retain(|number| *number < 3 || fs::symlink_metadata(format!("/proc/self/fd/{number}")).is_ok());
        if found.len() > Self::MOST { Err(ConfineError::TooMany(found.len())) } else { Ok(Self(found)) }
    }
}

/// Marks every descriptor but 0, 1 and 2 to be closed when another program is started, also those that this process itself
/// inherited: what it starts gets its pipes and nothing else.
pub fn pass_on_no_descriptors() {
    close_fds::set_fds_cloexec_threadsafe(3, &[]);
}

/// Confines the calling process for the rest of its life. Only standard output and error, which have to be pipes, can be
/// written to afterwards, and nothing can be read but what is mapped.
///
/// To be called while there is one thread. Threads that are started later are behind the wall too.
///
/// A kernel without Landlock is no error, and [`Status::landlock`] says so; one without seccomp is.
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
