//! The values of all limits.

use std::time::Duration;

use belljar_connect::Policy;
use belljar_engine::SourceLimits;

/// All limits of a command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AllLimits {
    /// The limits of one run of a guest.
    pub(crate) run: belljar_sandbox::RunLimits,
    /// The limits of reading a source.
    pub(crate) source: SourceLimits,
    /// The limits of a separate process, with `--isolate`.
    pub(crate) job: JobLimits,
    /// The limits of the connection to a database.
    pub(crate) connection: belljar_connect::Limits,
    /// The databases that may be read.
    pub(crate) databases: Policy,
}

/// The limits of the process of one job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JobLimits {
    /// Wall clock from its start to its end, all runs and generations included.
    pub(crate) timeout: Duration,
    /// Bytes of its answer.
    pub(crate) result_bytes: u64,
}

impl Default for JobLimits {
    /// Half an hour, and 512 MiB.
    fn default() -> Self {
        Self { timeout: Duration::from_mins(30), result_bytes: 512 << 20 }
    }
}
