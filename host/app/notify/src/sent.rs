//! The file with what was sent, so that a finding is sent once.
//!
//! It has keys alone: digests of the project, the change, the target and the finding. A file that is damaged is kept under
//! another name, reported, and everything counts as not sent yet.

use std::{
    collections::{BTreeSet, VecDeque},
    fs::{self, TryLockError},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use belljar_cache::private::open_regular;
use serde::{Deserialize, Serialize};

/// The version of the file.
const FORMAT: &str = "1.0";

/// The maximum number of keys; the oldest are removed.
const MOST: usize = 20_000;

/// The maximum size of the file, in bytes.
const LARGEST: u64 = 4 << 20;

/// The length of a key, in hexadecimal digits.
const LENGTH: usize = 32;

/// The interval of attempts to lock the file.
const POLL: Duration = Duration::from_millis(50);

/// The digest of something that is sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Key(String);

impl Key {
    pub(crate) fn new(parts: &[&str]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
        Self(hasher.finalize().to_hex().chars().take(LENGTH).collect())
    }
}

impl TryFrom<String> for Key {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let is_key = text.len() == LENGTH && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_key { Ok(Self(text)) } else { Err("a key is not one") }
    }
}

/// What a message changes in what was sent, once it is.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    /// What has been sent.
    pub(crate) done: Vec<Key>,
    /// What counts as not sent any more.
    pub(crate) undone: Vec<Key>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    format: String,
    sent: VecDeque<Key>,
}

/// What was sent: the oldest first.
#[derive(Debug, Default)]
pub struct Sent {
    order: VecDeque<Key>,
    known: BTreeSet<Key>,
}

impl Sent {
    pub(crate) fn has(&self, key: &Key) -> bool {
        self.known.contains(key)
    }

    /// Adds a key, and returns whether it is new.
    fn add(&mut self, key: &Key) -> bool {
        if !self.known.insert(key.clone()) {
            return false;
        }
        self.order.push_back(key.clone());
        while self.order.len() > MOST {
            if let Some(oldest) = self.order.pop_front() {
                self.known.remove(&oldest);
            }
        }
        true
    }

    /// Removes a key, and returns whether it was there.
    fn remove(&mut self, key: &Key) -> bool {
        let was_known = self.known.remove(key);
        if was_known {
            self.order.retain(|one| one != key);
        }
        was_known
    }

    fn parse(text: &str) -> Result<Self, String> {
        let stored: Stored = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if stored.format != FORMAT {
            return Err(format!("its format is `{}`, and this program has `{FORMAT}`", stored.format));
        }
        let mut sent = Self::default();
        stored.sent.iter().for_each(|key| _ = sent.add(key));
        Ok(sent)
    }
}

/// The file with what was sent, locked against other processes.
#[derive(Debug)]
pub struct SentFile {
    path: PathBuf,
    _lock: fs::File,
    /// What was sent.
    pub sent: Sent,
    /// What is wrong with the file, as a lower-case fragment.
    pub remark: Option<String>,
}

impl SentFile {
    /// Opens the file, or begins a new one. Other processes wait until this is dropped, and this waits for them for so long.
    pub fn open(path: &Path, patience: Duration) -> io::Result<Self> {
        // A link stays one when the file is replaced.
        let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let lock = lock(path, patience)?;
        let (sent, remark) = match read(path) {
            Ok(None) => (Sent::default(), None),
            Ok(Some(text)) => match Sent::parse(&text) {
                Ok(sent) => (sent, None),
                Err(error) => (Sent::default(), Some(set_aside(path, &error))),
            },
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                (Sent::default(), Some(set_aside(path, &error.to_string())))
            }
            Err(error) => return Err(error),
        };
        Ok(Self { path: path.to_owned(), _lock: lock, sent, remark })
    }

    /// Notes messages that were sent, and writes the file as a whole or not at all; not if nothing changes.
    pub fn note<'a>(&mut self, messages: impl IntoIterator<Item = &'a Marks>) -> io::Result<()> {
        let mut is_changed = false;
        for Marks { done, undone } in messages {
            for key in undone {
                is_changed |= self.sent.remove(key);
            }
            for key in done {
                is_changed |= self.sent.add(key);
            }
        }
        if !is_changed {
            return Ok(());
        }
        let stored = Stored { format: FORMAT.to_owned(), sent: self.sent.order.clone() };
        let mut partial = tempfile::Builder::new().prefix(".belljar-").tempfile_in(folder(&self.path))?;
        serde_json::to_writer(&mut partial, &stored)?;
        partial.write_all(b"\n")?;
        partial.persist(&self.path).map_err(|error| error.error)?;
        Ok(())
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A file beside it, as the file itself is replaced when it is written.
fn lock(path: &Path, patience: Duration) -> io::Result<fs::File> {
    let name = beside(path, "lock");
    let file = fs::File::options().create(true).truncate(false).write(true).open(name)?;
    let end = Instant::now() + patience;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if Instant::now() >= end => {
                return Err(io::Error::new(io::ErrorKind::WouldBlock, "another process uses it"));
            }
            Err(TryLockError::WouldBlock) => thread::sleep(POLL),
        }
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn read(path: &Path) -> io::Result<Option<String>> {
    let file = match open_regular(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut text = String::new();
    file.take(LARGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LARGEST {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is too large"));
    }
    Ok(Some(text))
}

/// Keeps a damaged file under another name, and states that.
fn set_aside(path: &Path, error: &str) -> String {
    let other = beside(path, "damaged");
    let kept = match fs::rename(path, &other) {
        Ok(()) => format!("it is kept as `{}`", other.display()),
        Err(error) => format!("it can't be renamed ({error}), and is replaced"),
    };
    format!("`{}` is damaged ({error}), so all findings count as not sent before; {kept}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(100);

    fn keys(names: &[&str]) -> Vec<Key> {
        names.iter().map(|name| Key::new(&[name])).collect()
    }

    #[test]
    fn parts_are_kept_apart() {
        assert_ne!(Key::new(&["ab", "c"]), Key::new(&["a", "bc"]));
        assert_ne!(Key::new(&["a", ""]), Key::new(&["a"]));
    }

    #[test]
    fn the_oldest_keys_are_removed() {
        let mut sent = Sent::default();
        (0..MOST + 2).for_each(|number| _ = sent.add(&Key::new(&[&number.to_string()])));
        assert_eq!((sent.order.len(), sent.known.len()), (MOST, MOST));
        assert!(!sent.has(&Key::new(&["1"])) && sent.has(&Key::new(&["2"])));
        let text =
            serde_json::to_string(&Stored { format: FORMAT.to_owned(), sent: sent.order.clone() }).unwrap();
        assert!((text.len() as u64) < LARGEST, "what is written can be read: {}", text.len());
    }

    #[test]
    fn a_damaged_file_is_kept_and_reported() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sent.json");
        let large = "x".repeat(5 << 20);
        for text in [
            "",
            "{",
            "[]",
            "{\"format\": \"9.0\", \"sent\": []}",
            "{\"format\": \"1.0\", \"sent\": [\"../x\"]}",
            "{\"format\": \"1.0\", \"sent\": [], \"more\": 1}",
            "\u{0}",
            &large,
        ] {
            fs::write(&path, text).unwrap();
            let file = SentFile::open(&path, SOON).unwrap();
            let remark = file.remark.unwrap();
            assert!(remark.contains("is damaged") && file.sent.order.is_empty(), "{remark}");
            assert_eq!(fs::read_to_string(beside(&path, "damaged")).unwrap(), text);
            assert!(!path.exists());
        }
        fs::write(&path, [0xff, 0xfe]).unwrap();
        assert!(SentFile::open(&path, SOON).unwrap().remark.is_some());
    }

    #[test]
    fn what_was_sent_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sent.json");
        let [one, two] = keys(&["one", "two"]).try_into().unwrap();
        let mut file = SentFile::open(&path, SOON).unwrap();
        file.note([]).unwrap();
        assert!(!path.exists(), "there is nothing to write");
        let marks = |done: &[&Key], undone: &[&Key]| Marks {
            done: done.iter().map(|key| (*key).clone()).collect(),
            undone: undone.iter().map(|key| (*key).clone()).collect(),
        };
        file.note([&marks(&[&one, &two], &[])]).unwrap();
        file.note([&marks(&[], &[&one])]).unwrap();
        drop(file);
        let file = SentFile::open(&path, SOON).unwrap();
        assert!(file.remark.is_none() && !file.sent.has(&one) && file.sent.has(&two));
        assert!(SentFile::open(&folder.path().join("no/such/folder"), SOON).is_err());
    }

    /// The operator may keep the file elsewhere, with a link to it.
    #[test]
    fn a_link_stays_one() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("sent.json"), folder.path().join("link.json"));
        let [one, two] = keys(&["one", "two"]).try_into().unwrap();
        let note = |path: &Path, key: &Key| {
            let marks = Marks { done: vec![key.clone()], undone: Vec::new() };
            SentFile::open(path, SOON).unwrap().note([&marks]).unwrap();
        };
        note(&path, &one);
        std::os::unix::fs::symlink(&path, &link).unwrap();
        note(&link, &two);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        let sent = SentFile::open(&path, SOON).unwrap().sent;
        assert!(sent.has(&one) && sent.has(&two));
    }

    /// Opening a pipe would block.
    #[test]
    fn what_is_no_file_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR)
            .unwrap();
        for path in [&pipe, folder.path()] {
            assert!(SentFile::open(path, SOON).is_err(), "{path:?}");
        }
    }

    #[test]
    fn other_processes_wait() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sent.json");
        let file = SentFile::open(&path, SOON).unwrap();
        let error = SentFile::open(&path, SOON).unwrap_err();
        assert_eq!(error.to_string(), "another process uses it");
        drop(file);
        assert!(SentFile::open(&path, SOON).is_ok());
    }
}
