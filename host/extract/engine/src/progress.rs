//! The progress of an extraction.

use std::sync::Arc;

use belljar_snapshots::UnpackProgress;

/// Is called with the name of a module.
pub type OnModule = dyn Fn(&str) + Send + Sync;

/// Callbacks for the progress of an extraction; by default none.
#[derive(Clone, Default)]
pub struct Progress {
    /// A snapshot is being unpacked.
    pub unpacking: UnpackProgress,
    /// The number of modules that will run is known.
    pub planned: Option<Arc<dyn Fn(usize) + Send + Sync>>,
    /// The module of this name begins to run.
    pub module: Option<Arc<OnModule>>,
}

impl Progress {
    pub(crate) fn planned(&self, count: usize) {
        if let Some(report) = &self.planned {
            report(count);
        }
    }

    pub(crate) fn module(&self, name: &str) {
        if let Some(report) = &self.module {
            report(name);
        }
    }
}
