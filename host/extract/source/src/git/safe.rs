//! Whom a repository belongs to, and which folders the operator vouches for.

use std::path::{Path, PathBuf};

use crate::SourceError;
use crate::refusal::Refusal;

/// The folders that the operator vouches for, without links.
#[derive(Debug, Default)]
pub(crate) struct Safe(Vec<PathBuf>);

impl Safe {
    /// What is not there vouches for nothing.
    pub(crate) fn new(folders: &[PathBuf]) -> Self {
        Self(folders.iter().filter_map(|folder| folder.canonicalize().ok()).collect())
    }

    /// Whether a path without links lies in one of them.
    pub(super) fn covers(&self, path: &Path) -> bool {
        self.0.iter().any(|folder| path.starts_with(folder))
    }

    /// Whether a path without links is one of them.
    pub(super) fn names(&self, path: &Path) -> bool {
        self.0.iter().any(|folder| path == folder)
    }

    /// Refuses what belongs to another user, by git's own rule (`safe.directory`): whoever can write there decides what
    /// is read.
    pub(super) fn owned(&self, path: &Path) -> Result<(), SourceError> {
        match owner(path) {
            Some(user) if !is_us(user) && !self.covers(path) => {
                Err(SourceError::Refused { path: path.to_owned(), why: Refusal::Owner { user } })
            }
            _ => Ok(()),
        }
    }
}

#[cfg(unix)]
fn owner(path: &Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::symlink_metadata(path).ok().map(|found| found.uid())
}

#[cfg(not(unix))]
fn owner(_: &Path) -> Option<u32> {
    None
}

/// This user; for root under `sudo` also whoever called it.
#[cfg(unix)]
fn is_us(user: u32) -> bool {
    let own = rustix::process::geteuid();
    let caller = || std::env::var("SUDO_UID").ok()?.parse::<u32>().ok();
    own.as_raw() == user || (own.is_root() && caller() == Some(user))
}

#[cfg(not(unix))]
fn is_us(_: u32) -> bool {
    true
}
