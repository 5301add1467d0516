//! Removes the snapshots that other builds of the program left in the folder.
//!
//! Each build has its own: their names contain a digest. The time of a seal is that of the last use, at most a day old.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use belljar_cache::private;

/// The number of snapshots of other builds that are kept for each generation: a machine may use several in turn.
const MOST_OTHERS: usize = 3;

/// The age from which a snapshot of another build that was not used is removed.
const UNUSED: Duration = Duration::from_hours(24 * 30);

/// The age from which the time of a use is written again.
const STALE: Duration = Duration::from_hours(24);

/// Notes that a snapshot is used.
pub(super) fn note_use(seal: &Path) {
    let is_stale = |time: SystemTime| time.elapsed().is_ok_and(|age| age > STALE);
    if last_use(seal).is_none_or(is_stale) {
        // If it can't be written, the time of unpacking counts.
        drop(private::open_regular(seal).and_then(|file| file.set_modified(SystemTime::now())));
    }
}

/// Removes snapshots of a generation besides `own` that were not used for long, and all but the last used. A process that
/// runs one keeps it open. Those without a seal are removed when they are a day old.
pub(super) fn remove(folder: &Path, generation: &str, own: &Path) {
    let mut others: Vec<(Option<SystemTime>, PathBuf)> = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let used = last_use(&path.with_extension("seal"));
        // Another process may be about to write the seal.
        let is_new = used.is_none() && last_use(&path).is_some_and(|time| time > SystemTime::now() - STALE);
        if path != own && is_of(&path, generation) && !is_new {
            others.push((used, path));
        }
    }
    others.sort();
    others.reverse();
    for (position, (used, path)) in others.into_iter().enumerate() {
        let is_unused = used.is_none_or(|time| time.elapsed().is_ok_and(|age| age > UNUSED));
        if position >= MOST_OTHERS || is_unused {
            // The seal first: without it, the rest is not used.
            drop(fs::remove_file(path.with_extension("seal")));
            drop(fs::remove_file(path));
        }
    }
}

/// Whether a file is a snapshot of a generation: `2.0-` with sixteen hexadecimal digits.
fn is_of(path: &Path, generation: &str) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let digest = name.strip_prefix(generation).and_then(|rest| rest.strip_prefix('-'));
    digest
        .and_then(|rest| rest.strip_suffix(".cwasm"))
        .is_some_and(|digest| digest.len() == 16 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn last_use(file: &Path) -> Option<SystemTime> {
    fs::symlink_metadata(file).ok()?.modified().ok()
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    fn make(folder: &Path, name: &str, days: Option<u64>) -> PathBuf {
        let path = folder.join(name);
        fs::write(&path, b"code").unwrap();
        if let Some(days) = days {
            let seal = File::create(path.with_extension("seal")).unwrap();
            seal.set_modified(SystemTime::now() - Duration::from_hours(24 * days)).unwrap();
        }
        path
    }

    fn left(folder: &Path) -> Vec<String> {
        let names =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    #[test]
    fn the_last_used_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let own = make(folder, "2.0-0000000000000000.cwasm", Some(400));
        for (digit, days) in [(1, 1), (2, 9), (3, 3), (4, 2), (5, 31)] {
            make(folder, &format!("2.0-{digit:016}.cwasm"), Some(days));
        }
        make(folder, "2.0-6666666666666666.cwasm", None);
        let abandoned = make(folder, "2.0-7777777777777777.cwasm", None);
        let abandoned = File::options().write(true).open(abandoned).unwrap();
        abandoned.set_modified(SystemTime::now() - Duration::from_hours(48)).unwrap();
        make(folder, "2.1-0000000000000001.cwasm", Some(400));
        for name in ["notes.cwasm", "2.0-short.cwasm", "2.0-0000000000000000.txt"] {
            fs::write(folder.join(name), b"").unwrap();
        }
        remove(folder, "2.0", &own);
        let codes: Vec<String> =
            left(folder).into_iter().filter(|name| name.split('.').next_back() == Some("cwasm")).collect();
        assert_eq!(
            codes,
            [
                "2.0-0000000000000000.cwasm",
                "2.0-0000000000000001.cwasm",
                "2.0-0000000000000003.cwasm",
                "2.0-0000000000000004.cwasm",
                "2.0-6666666666666666.cwasm",
                "2.0-short.cwasm",
                "2.1-0000000000000001.cwasm",
                "notes.cwasm",
            ]
        );
        assert!(!left(folder).contains(&"2.0-0000000000000002.seal".to_owned()));
    }

    #[test]
    fn a_use_is_noted_once_a_day() {
        let folder = tempfile::tempdir().unwrap();
        let seal = make(folder.path(), "2.0-0000000000000000.cwasm", Some(3)).with_extension("seal");
        note_use(&seal);
        let first = last_use(&seal).unwrap();
        assert!(first.elapsed().unwrap() < STALE);
        note_use(&seal);
        assert_eq!(last_use(&seal), Some(first));
    }
}
