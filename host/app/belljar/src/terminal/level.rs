//! The verbosity of standard error.

/// The verbosity of standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Errors only, by `--quiet`.
    Quiet,
    /// Errors and warnings, the default.
    Normal,
    /// All diagnostics, and the resources of each run.
    Verbose,
}

impl Level {
    /// The level of `--quiet` and `--verbose`.
    pub(crate) const fn new(quiet: bool, verbose: bool) -> Self {
        match (quiet, verbose) {
            (true, _) => Self::Quiet,
            (_, true) => Self::Verbose,
            _ => Self::Normal,
        }
    }
}
