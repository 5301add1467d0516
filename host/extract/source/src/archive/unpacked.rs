use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use belljar_schema::{Diagnostic, Severity};
use belljar_tree::MemoryContent;

use crate::{Source, SourceError, SourceLimits, builder::Builder, names};

/// The content of an archive entry.
pub(super) enum Entry {
    File(Vec<u8>),
    /// A file over `max_file_bytes`, with its size.
    TooLarge(u64),
    /// A symbolic link; its target is relative to its folder.
    Link(Vec<u8>),
    /// A hard link; its target is relative to the root of the archive.
    HardLink(String),
    Folder,
}

/// The entries of an archive so far, within the memory limit.
pub(super) struct Unpacked<'a> {
    path: PathBuf,
    pub(super) builder: Builder<'a>,
    entries: BTreeMap<String, Entry>,
    /// The files with bytes in memory, the first to drop last.
    held: BTreeSet<(bool, usize, String)>,
    held_bytes: u64,
}

impl<'a> Unpacked<'a> {
    pub(super) fn new(path: &Path, builder: Builder<'a>) -> Self {
        let path = path.to_owned();
        Self { path, builder, entries: BTreeMap::new(), held: BTreeSet::new(), held_bytes: 0 }
    }

    pub(super) fn limits(&self) -> &'a SourceLimits {
        self.builder.limits
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The path of an entry to keep; `None` for others, with a diagnostic if needed.
    pub(super) fn accept(&mut self, raw: &[u8]) -> Result<Option<String>, SourceError> {
        self.builder.count()?;
        match names::archive_path(raw) {
            Ok(path) if self.builder.wants_compiled(&path) => self.builder.keep_name(path),
            Ok(path) if path.is_empty() || self.builder.filters.leaves_out_path(&path) => Ok(None),
            // One more level, for the folder that may be stripped.
            Ok(path) if path.len() > self.limits().max_path_bytes.saturating_mul(2) => {
                self.builder.enters(&path);
                Ok(None)
            }
            Ok(path) => self.builder.keep_name(path),
            Err(bad) => {
                self.builder.bad_name(raw, bad);
                Ok(None)
            }
        }
    }

    /// Adds an entry. Of two with the same name the last one is kept, as when unpacking to a disk.
    pub(super) fn put(&mut self, path: String, entry: Entry) {
        if let Some(old) = self.entries.remove(&path) {
            self.release(&path, &old);
            if !(matches!(old, Entry::Folder) && matches!(entry, Entry::Folder)) {
                let text = "is in the archive more than once; the last one is used";
                self.builder.say_at(
                    Severity::Warning,
                    "archive-duplicate",
                    &path,
                    text,
                    "pack the archive again",
                );
            }
        }
        if let Entry::File(bytes) = &entry {
            self.held_bytes += bytes.len() as u64;
            self.held.insert((!names::is_a(&path, "py"), bytes.len(), path.clone()));
        }
        self.entries.insert(path, entry);
        while self.held_bytes > self.limits().max_memory_bytes {
            let Some((_, _, path)) = self.held.last().cloned() else { break };
            self.give_up(&path);
        }
    }

    fn release(&mut self, path: &str, entry: &Entry) {
        if let Entry::File(bytes) = entry {
            self.held_bytes -= bytes.len() as u64;
            self.held.remove(&(!names::is_a(path, "py"), bytes.len(), path.to_owned()));
        }
    }

    /// Drops the bytes of a file. The choice does not depend on the order of the archive.
    fn give_up(&mut self, path: &str) {
        if let Some(entry) = self.entries.remove(path) {
            self.release(path, &entry);
        }
        let limit = self.limits().max_memory_bytes;
        let text = format!("is skipped: the files of the archive exceed {limit} bytes");
        let hint = "unpack it and pass the directory, or raise `max-source-memory` in a file of `--limits`";
        self.builder.say_at(Severity::Warning, "archive-memory", path, &text, hint);
    }

    /// Reports that an entry is skipped because of its kind.
    pub(super) fn special(&mut self, path: &str, what: &str) {
        self.builder.special(path, what);
    }

    /// Reports that an entry can't be unpacked.
    pub(super) fn broken(&mut self, path: &str, why: &str) {
        let text = format!("can't be unpacked: {}", names::shown(why.as_bytes()));
        self.builder.say_at(Severity::Error, "archive-entry", path, &text, "pack the archive again");
    }

    /// Reports a premature end or an error. Entries before that are kept, if there are any.
    pub(super) fn stopped(&mut self, truncated: bool, why: &str) -> Result<(), SourceError> {
        let why = names::shown(why.as_bytes());
        if self.is_empty() {
            return Err(SourceError::ArchiveDamaged { path: self.path.clone(), message: why });
        }
        let (code, what) =
            if truncated { ("archive-truncated", "is cut short") } else { ("archive-damaged", "is damaged") };
        let message = format!("the archive {what} ({why}): only the files before that place were read");
        self.builder.report(
            Diagnostic::new(Severity::Error, code, message)
                .hint("download or pack it again; files may be missing"),
        );
        Ok(())
    }

    /// The error for a limit of the archive as a whole.
    pub(super) fn over(&self, limit: &'static str, value: u64) -> SourceError {
        SourceError::ArchiveLimit { path: self.path.clone(), limit, value }
    }

    /// Builds the tree, without the folder that contains everything.
    pub(super) fn finish(mut self) -> Result<Source, SourceError> {
        let top = self.top().map(|top| format!("{top}/")).unwrap_or_default();
        let mut content = MemoryContent::default();
        for (path, entry) in std::mem::take(&mut self.entries) {
            // Only the folder itself lacks this prefix.
            let Some(path) = path.strip_prefix(&top) else { continue };
            match entry {
                Entry::File(bytes) => {
                    self.builder.compiled(path, &bytes);
                    if self.builder.file(path, path.to_owned(), bytes.len() as u64)? {
                        content.0.insert(path.to_owned(), bytes.into());
                    }
                }
                Entry::TooLarge(size) => self.builder.too_large(path, size),
                Entry::Link(target) => self.builder.link(path, &target, false),
                Entry::HardLink(target) => {
                    let target = target.strip_prefix(&top).unwrap_or(&target);
                    self.builder.link(path, target.as_bytes(), true);
                }
                Entry::Folder => self.builder.folder(path),
            }
        }
        let description = format!("archive `{}`", self.path.display());
        self.builder.finish(Arc::new(content), description)
    }

    /// The single folder that contains everything, as in source distributions (`name-1.0/`) and archives of GitHub. A
    /// folder that is a package itself does not count: without it, its modules would lose their names.
    fn top(&self) -> Option<String> {
        let (top, _) = self.entries.keys().next()?.split_once('/').or_else(|| {
            // The entry of a folder comes before its contents.
            let (path, entry) = self.entries.first_key_value()?;
            matches!(entry, Entry::Folder).then_some((path.as_str(), ""))
        })?;
        let inside = |path: &String| path.strip_prefix(top).is_some_and(|rest| rest.starts_with('/'));
        if !self
            .entries
            .iter()
            .all(|(path, entry)| inside(path) || (path == top && matches!(entry, Entry::Folder)))
        {
            return None;
        }
        let importable = !top.contains(['-', '.', ' ', '+'])
            && !top.starts_with(|c: char| c.is_ascii_digit())
            && self.entries.contains_key(&format!("{top}/__init__.py"));
        (!importable).then(|| top.to_owned())
    }
}

/// The bytes of an entry, or its size if it exceeds `max_file_bytes`.
pub(super) fn read_entry(reader: &mut impl Read, limit: u64) -> std::io::Result<Entry> {
    let mut bytes = Vec::new();
    let read = reader.take(limit.saturating_add(1)).read_to_end(&mut bytes)? as u64;
    // The memory limit counts lengths.
    bytes.shrink_to_fit();
    Ok(if read > limit { Entry::TooLarge(read) } else { Entry::File(bytes) })
}
