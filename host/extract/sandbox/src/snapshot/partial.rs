//! Files that are being written, and those that a killed process left behind.

use std::{
    fs::{self, File},
    path::Path,
    time::{Duration, SystemTime},
};

use belljar_cache::private;
use rustix::fs::{FlockOperation, flock};

/// The age from which a file can count as left behind: it is locked shortly after its creation.
const YOUNGEST: Duration = Duration::from_mins(10);

/// The name of a file that is being written. No other process or thread writes one with this name.
pub(super) fn file_name(generation: &str, number: u64) -> String {
    format!(".{generation}-{}-{number}.partial", std::process::id())
}

/// Locks a file while it is being written, until it is closed. The system releases the locks of ended processes. Where
/// it supports no locks, only the age counts.
pub(super) fn mark(file: &File) {
    let _ = flock(file, FlockOperation::NonBlockingLockExclusive);
}

/// Removes files that were left behind. Files that can't be checked or removed stay: they do no harm.
pub(super) fn clear(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_ours = name.to_str().is_some_and(|name| {
            name.starts_with('.')
                && name.rsplit_once('.').is_some_and(|(_, ending)| matches!(ending, "partial" | "seal"))
        });
        if is_ours && is_left_behind(&entry.path()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_left_behind(path: &Path) -> bool {
    let Ok(found) = fs::symlink_metadata(path) else { return false };
    let age = found.modified().ok().and_then(|changed| SystemTime::now().duration_since(changed).ok());
    age.is_some_and(|age| age > YOUNGEST) && (!found.is_file() || is_free(path))
}

/// Whether no process holds a lock on a file.
fn is_free(path: &Path) -> bool {
    private::open_regular(path)
        .is_ok_and(|file| flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok())
}
