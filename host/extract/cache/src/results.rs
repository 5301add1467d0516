//! Results by their keys, as files.

use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime},
};

use crate::{Key, private};

/// The first bytes of an entry. What follows: its key (32 bytes), the BLAKE3 digest of the rest (32 bytes), and the
/// result under zstd.
const MAGIC: &[u8; 16] = b"belljar result 1";

/// Bytes before the compressed result.
const HEADER: usize = MAGIC.len() + 32 + 32;

/// The maximum size of a stored result, in bytes.
const LARGEST: usize = 256 << 20;

/// The default maximum size of all entries, in bytes.
const LIMIT: u64 = 1 << 30;

/// The age from which a file that is being written counts as left behind by a killed process.
const LEFT_BEHIND: Duration = Duration::from_mins(10);

/// Number of entries that this process has started to write: each has its own file until it is done.
static PARTIALS: AtomicU64 = AtomicU64::new(0);

/// Results of extractions in a folder of the user.
#[derive(Debug, Clone)]
pub struct Results {
    folder: PathBuf,
    limit: u64,
}

/// The size of the entries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Number of entries in the folder.
    pub entries: u64,
    /// Size of all entries in bytes.
    pub bytes: u64,
}

impl Results {
    /// The results below a cache folder. Nothing is read or created yet.
    pub fn new(cache: &Path) -> Self {
        Self { folder: cache.join("results"), limit: LIMIT }
    }

    /// The result for a key; `None` if there is none that can be trusted. Untrusted entries are removed.
    pub fn get(&self, key: Key) -> Option<Vec<u8>> {
        let path = self.path(key);
        private::open_regular(&path).ok()?; // Usually there is none, and the folder need not be checked.
        private::make_folder(&self.folder).ok()?;
        let found = read_entry(&path, key);
        match &found {
            // The time of use decides what is removed first; if it can't be set, the time of writing does.
            Some(_) => drop(File::open(&path).and_then(|file| file.set_modified(SystemTime::now()))),
            None => drop(fs::remove_file(&path)),
        }
        found
    }

    /// Stores a result, completely or not at all. The error is informational: no result depends on it.
    pub fn put(&self, key: Key, result: &[u8]) -> io::Result<()> {
        if result.len() > LARGEST {
            return Ok(());
        }
        private::make_folder(&self.folder).map_err(io::Error::other)?;
        let compressed = zstd::bulk::compress(result, 1)?;
        let number = PARTIALS.fetch_add(1, Ordering::Relaxed);
        let partial = self.folder.join(format!(".{}-{number}.partial", std::process::id()));
        let written = private::create(&partial).and_then(|mut file| {
            file.write_all(MAGIC)?;
            file.write_all(key.as_bytes())?;
            file.write_all(digest(key, &compressed).as_bytes())?;
            file.write_all(&compressed)
        });
        let kept = written.and_then(|()| fs::rename(&partial, self.path(key)));
        if kept.is_err() {
            drop(fs::remove_file(&partial)); // The error above is the one that matters.
        }
        self.shrink();
        kept
    }

    /// The size of all entries.
    pub fn usage(&self) -> Usage {
        let entries = self.entries();
        Usage { entries: entries.len() as u64, bytes: entries.iter().map(|entry| entry.bytes).sum() }
    }

    /// Removes all entries, and returns their size.
    pub fn clear(&self) -> io::Result<Usage> {
        let usage = self.usage();
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(usage),
        }
    }

    fn path(&self, key: Key) -> PathBuf {
        self.folder.join(key.to_string())
    }

    /// Removes the least recently used entries until nine tenths of the limit are left, and files of killed processes.
    fn shrink(&self) {
        let mut entries = self.entries();
        let mut bytes: u64 = entries.iter().map(|entry| entry.bytes).sum();
        if bytes <= self.limit {
            return;
        }
        entries.sort_by(|one, other| one.used.cmp(&other.used).then_with(|| one.path.cmp(&other.path)));
        for entry in entries {
            if bytes <= self.limit / 10 * 9 {
                break;
            }
            if fs::remove_file(&entry.path).is_ok() {
                bytes -= entry.bytes;
            }
        }
    }

    fn entries(&self) -> Vec<Entry> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let Ok(metadata) = entry.metadata() else { continue };
            let (path, used) = (entry.path(), metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH));
            if entry.file_name().to_str().and_then(Key::parse).is_some() {
                found.push(Entry { path, bytes: metadata.len(), used });
            } else if used.elapsed().is_ok_and(|age| age > LEFT_BEHIND) {
                drop(fs::remove_file(path));
            }
        }
        found
    }
}

/// A file of the folder.
struct Entry {
    path: PathBuf,
    bytes: u64,
    /// The time of the last write or use.
    used: SystemTime,
}

/// Binds a result to its key, so that an entry under another name is invalid.
fn digest(key: Key, compressed: &[u8]) -> blake3::Hash {
    blake3::Hasher::new().update(key.as_bytes()).update(compressed).finalize()
}

/// Reads an entry; `None` if anything is wrong with it.
fn read_entry(path: &Path, key: Key) -> Option<Vec<u8>> {
    let file = private::open_regular(path).ok()?;
    if !private::is_private(&file.metadata().ok()?) {
        return None;
    }
    let mut bytes = Vec::new();
    file.take(LARGEST as u64).read_to_end(&mut bytes).ok()?;
    let (header, compressed) = bytes.split_at_checked(HEADER)?;
    let rest = header.strip_prefix(MAGIC)?.strip_prefix(key.as_bytes())?;
    let whole = rest == digest(key, compressed).as_bytes();
    whole.then(|| zstd::bulk::decompress(compressed, LARGEST).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;
    use crate::KeyBuilder;

    fn key(name: &str) -> Key {
        KeyBuilder::new("1", name).finish()
    }

    fn folder() -> (tempfile::TempDir, Results) {
        let folder = tempfile::tempdir().unwrap();
        let results = Results::new(&folder.path().join("cache"));
        (folder, results)
    }

    #[test]
    fn what_is_kept_is_found_again() {
        let (_folder, results) = folder();
        assert_eq!(results.get(key("a")), None);
        assert_eq!(results.usage(), Usage::default());
        let long = vec![7; 1 << 20];
        for (name, result) in [("a", b"one".as_slice()), ("b", b""), ("c", &long)] {
            results.put(key(name), result).unwrap();
            assert_eq!(results.get(key(name)).as_deref(), Some(result), "{name}");
        }
        results.put(key("a"), b"two").unwrap();
        assert_eq!(results.get(key("a")).unwrap(), b"two");
        assert_eq!(results.usage().entries, 3);
        assert_eq!(results.clear().unwrap().entries, 3);
        assert_eq!((results.usage(), results.get(key("a"))), (Usage::default(), None));
        assert_eq!(results.clear().unwrap(), Usage::default(), "nothing is no error");
    }

    /// An entry is complete and belongs to its key, or it is rejected.
    #[test]
    fn a_damaged_entry_is_not_used() {
        let (_folder, results) = folder();
        let (own, other) = (key("own"), key("other"));
        results.put(own, &b"result ".repeat(100)).unwrap();
        results.put(other, b"of another key").unwrap();
        let (path, whole) = (results.path(own), fs::read(results.path(own)).unwrap());
        let mut damages: Vec<(String, Box<dyn Fn()>)> = Vec::new();
        for position in 0..whole.len() {
            let (path, mut bytes) = (path.clone(), whole.clone());
            bytes[position] ^= 1;
            damages.push((format!("bit at {position}"), Box::new(move || fs::write(&path, &bytes).unwrap())));
        }
        for length in [0, 1, HEADER - 1, HEADER, HEADER + 1, whole.len() - 1] {
            let (path, bytes) = (path.clone(), whole[..length].to_vec());
            damages.push((format!("cut to {length}"), Box::new(move || fs::write(&path, &bytes).unwrap())));
        }
        let longer = [whole.as_slice(), b"x"].concat();
        let at = path.clone();
        damages.push(("longer".to_owned(), Box::new(move || fs::write(&at, &longer).unwrap())));
        let (at, from) = (path.clone(), results.path(other));
        damages.push((
            "of another key".to_owned(),
            Box::new(move || assert!(fs::copy(&from, &at).unwrap() > 0)),
        ));
        let at = path.clone();
        let readable = move || fs::set_permissions(&at, fs::Permissions::from_mode(0o644)).unwrap();
        damages.push(("readable by others".to_owned(), Box::new(readable)));
        for (what, damage) in damages {
            let _ = fs::remove_file(&path);
            let mut file = private::create(&path).unwrap();
            file.write_all(&whole).unwrap();
            assert!(results.get(own).is_some());
            damage();
            assert_eq!(results.get(own), None, "{what}");
            assert!(!path.exists(), "{what}: it is removed");
        }
    }

    #[test]
    fn a_link_or_a_pipe_is_no_entry() {
        let (folder, results) = folder();
        results.put(key("a"), b"one").unwrap();
        let path = results.path(key("a"));
        let elsewhere = folder.path().join("elsewhere");
        fs::rename(&path, &elsewhere).unwrap();
        symlink(&elsewhere, &path).unwrap();
        assert_eq!(results.get(key("a")), None);
        fs::remove_file(&path).unwrap();
        let kind = rustix::fs::FileType::Fifo;
        rustix::fs::mknodat(rustix::fs::CWD, &path, kind, 0o600.into(), 0).unwrap();
        assert_eq!(results.get(key("a")), None);
        results.put(key("a"), b"two").unwrap();
        assert_eq!(results.get(key("a")).unwrap(), b"two", "it takes its place");
        assert!(elsewhere.exists(), "what the link named is not touched");
    }

    #[test]
    fn a_folder_that_others_can_enter_is_not_used() {
        let (_folder, results) = folder();
        results.put(key("a"), b"one").unwrap();
        fs::set_permissions(&results.folder, fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(results.get(key("a")), None);
        assert!(results.put(key("b"), b"two").is_err());
    }

    #[test]
    fn the_least_recently_used_go_first() {
        let (_folder, mut results) = folder();
        let noise = |seed: u8| -> Vec<u8> {
            let mut text = vec![0; 10_000];
            blake3::Hasher::new().update(&[seed]).finalize_xof().fill(&mut text);
            text
        };
        let past = |hours: u64| SystemTime::now() - Duration::from_secs(3600 * hours);
        for (position, name) in [(0_u8, "a"), (1, "b"), (2, "c")] {
            results.put(key(name), &noise(position)).unwrap();
            let file = File::open(results.path(key(name))).unwrap();
            file.set_modified(past(10 - u64::from(position))).unwrap();
        }
        assert!(results.get(key("a")).is_some(), "used now");
        results.limit = 35_000;
        results.put(key("d"), &noise(9)).unwrap();
        let left = ["a", "b", "c", "d"].map(|name| results.path(key(name)).exists());
        assert_eq!(left, [true, false, true, true]);
        assert!(results.usage().bytes <= 35_000);
    }

    #[test]
    fn what_a_killed_process_left_behind_is_removed() {
        let (_folder, results) = folder();
        results.put(key("a"), b"one").unwrap();
        let make = |name: &str, hours: u64| {
            let file = private::create(&results.folder.join(name)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(3600 * hours)).unwrap();
        };
        make(".1-0.partial", 5);
        make(".2-0.partial", 0);
        results.put(key("b"), b"two").unwrap();
        assert!(!results.folder.join(".1-0.partial").exists());
        assert!(results.folder.join(".2-0.partial").exists(), "somebody may be writing it");
    }

    #[test]
    fn many_at_one_time() {
        let (_folder, results) = folder();
        std::thread::scope(|scope| {
            for round in 0..8 {
                let results = &results;
                scope.spawn(move || {
                    for number in 0..20_u8 {
                        let (name, result) = (format!("{}", number % 5), vec![number % 5; 5000]);
                        results.put(key(&name), &result).unwrap();
                        let found = results.get(key(&name)).unwrap();
                        assert_eq!(found, result, "{round} {number}");
                    }
                });
            }
        });
        assert_eq!(results.usage().entries, 5);
    }
}
