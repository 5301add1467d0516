//! The owner of a repository, and the folders that the operator trusts.

use std::path::{Path, PathBuf};

use crate::SourceError;
use crate::refusal::Refusal;

/// The folders that the operator trusts, without links.
#[derive(Debug, Default)]
pub(crate) struct Safe(Vec<PathBuf>);

impl Safe {
    /// Missing folders are ignored.
    pub(crate) fn new(folders: &[PathBuf]) -> Self {
        Self(folders.iter().filter_map(|folder| folder.canonicalize().ok()).collect())
    }

    /// Whether a path without links is in one of them.
    pub(super) fn covers(&self, path: &Path) -> bool {
        self.0.iter().any(|folder| path.starts_with(folder))
    }

    /// Whether a path without links is one of them.
    pub(super) fn names(&self, path: &Path) -> bool {
        self.0.iter().any(|folder| path == folder)
    }

    /// Rejects files of another user, by git's own rule (`safe.directory`): whoever can write there controls what is
    /// read.
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

/// The current user; for root under `sudo`, also the calling user.
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
