//! The limits themselves.

use std::time::Duration;

use belljar_engine::SourceLimits;

/// Everything that is limited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AllLimits {
    /// What one run of a guest may use.
    pub(crate) run: belljar_sandbox::RunLimits,
    /// What reading a source may use.
    pub(crate) source: SourceLimits,
    /// What a process of its own may use, with `--isolate`.
    pub(crate) job: JobLimits,
}

/// What the process of one job may use, whatever goes on in it.
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
