//! A revision of a git repository, read from its object store.

mod revision;

use std::{path::Path, sync::Arc};

use belljar_schema::{Diagnostic, Severity};
use belljar_tree::{Content, ReadError};
use gix::{ObjectId, Repository, ThreadSafeRepository, objs::tree::EntryKind};

use self::revision::Found;
use crate::{Filters, Limits, Source, SourceError, builder::Builder, names};

/// Reads a revision: of the whole repository, or of the directory of its work tree that the path names.
pub(crate) fn open(
    path: &Path,
    revision: &str,
    filters: Filters,
    limits: &Limits,
) -> Result<Source, SourceError> {
    read(path, revision, limits, Builder::new(limits, filters))
}

/// Reads `HEAD` of a repository that has no files of its own, and says so.
pub(crate) fn open_bare(path: &Path, filters: Filters, limits: &Limits) -> Result<Source, SourceError> {
    let mut builder = Builder::new(limits, filters);
    let message = "a git repository without a work tree: `HEAD` is read";
    builder.say(
        Diagnostic::new(Severity::Note, "bare-repository", message).hint("name a revision to read another"),
    );
    read(path, "HEAD", limits, builder)
}

/// The best common ancestor of two revisions.
pub(crate) fn merge_base(path: &Path, one: &str, two: &str, limits: &Limits) -> Result<String, SourceError> {
    let repository = revision::open(path, limits)?.to_thread_local();
    let (first, second) =
        (revision::commit(&repository, path, one)?, revision::commit(&repository, path, two)?);
    let unrelated = || SourceError::NoMergeBase { one: one.to_owned(), two: two.to_owned() };
    let found = repository.merge_base(first, second).ok().flatten();
    Ok(found.ok_or_else(unrelated)?.detach().to_string())
}

fn read(path: &Path, revision: &str, limits: &Limits, builder: Builder<'_>) -> Result<Source, SourceError> {
    let repository = revision::open(path, limits)?;
    let local = repository.to_thread_local();
    let Found { tree, label } = revision::find(&local, path, revision)?;
    let description = format!("git revision {label} of `{}`", path.display());
    let mut walk = Walk { repository: &local, builder, missing: false };
    if !walk.tree(tree, "")? {
        return Err(SourceError::MissingObjects { description });
    }
    let missing = walk.missing;
    let content = GitContent { repository, max_file_bytes: limits.max_file_bytes };
    match walk.builder.finish(Arc::new(content), description) {
        Err(SourceError::Empty { description }) if missing => {
            Err(SourceError::MissingObjects { description })
        }
        result => result,
    }
}

struct Walk<'a> {
    repository: &'a Repository,
    builder: Builder<'a>,
    /// Whether any object could not be had.
    missing: bool,
}

impl Walk<'_> {
    /// Adds what is in a tree. False where the tree itself can't be had.
    fn tree(&mut self, id: ObjectId, path: &str) -> Result<bool, SourceError> {
        if self.size(id).is_none_or(|size| size > self.builder.limits.max_object_bytes) {
            return Ok(false);
        }
        let Ok(tree) = self.repository.find_tree(id) else { return Ok(false) };
        for entry in tree.iter() {
            self.builder.count()?;
            let Ok(entry) = entry else { return Ok(false) };
            if let Some(child) = self.builder.child(path, entry.filename())? {
                self.entry(entry.kind(), entry.object_id(), &child)?;
            }
        }
        Ok(true)
    }

    fn entry(&mut self, kind: EntryKind, id: ObjectId, path: &str) -> Result<(), SourceError> {
        if self.builder.filters.leaves_out_path(path) {
            return Ok(());
        }
        match kind {
            EntryKind::Tree => {
                if self.builder.enters(path) && !self.tree(id, path)? {
                    self.missing(path, id);
                }
            }
            EntryKind::Blob | EntryKind::BlobExecutable => match self.size(id) {
                Some(size) => {
                    self.builder.file(path, id.to_string(), size)?;
                }
                // Only a Python file can hold models; data is left out of partial clones as a rule.
                None if !names::is_python(path) => self.say_missing(path, id, Severity::Note),
                None => self.missing(path, id),
            },
            EntryKind::Link => self.link(id, path),
            EntryKind::Commit => {
                let text = "is a submodule, whose files are in another repository";
                let hint = "check it out and read the directory without a revision";
                self.builder.say_at(Severity::Warning, "submodule", path, text, hint);
            }
        }
        Ok(())
    }

    fn link(&mut self, id: ObjectId, path: &str) {
        let longest = self.builder.limits.max_path_bytes as u64;
        match self.size(id) {
            // Cut short it would be another path; the builder refuses one that is a byte too long.
            Some(size) if size > longest => {
                self.builder.link(path, &vec![b'x'; self.builder.limits.max_path_bytes + 1], false);
            }
            Some(_) => match self.repository.find_blob(id) {
                Ok(blob) => self.builder.link(path, &blob.data, false),
                Err(_) => self.missing(path, id),
            },
            None => self.missing(path, id),
        }
    }

    /// The size of an object, from its header alone. None where the clone does not hold it.
    fn size(&self, id: ObjectId) -> Option<u64> {
        self.repository.try_find_header(id).ok().flatten().map(|header| header.size())
    }

    fn missing(&mut self, path: &str, id: ObjectId) {
        self.missing = true;
        self.say_missing(path, id, Severity::Error);
    }

    fn say_missing(&mut self, path: &str, id: ObjectId, severity: Severity) {
        let shown = names::shown(path.as_bytes());
        let message = format!("object `{id}` of `{shown}` is missing or damaged in this clone");
        self.builder.say(
            Diagnostic::new(severity, "object-missing", message)
                .at(path, 0)
                .hint("the clone may be shallow or partial: run `git fetch --refetch`"),
        );
    }
}

/// The blobs of a repository. A key is the hexadecimal hash of a blob.
struct GitContent {
    repository: ThreadSafeRepository,
    max_file_bytes: u64,
}

impl Content for GitContent {
    fn read(&self, key: &str) -> Result<Arc<[u8]>, ReadError> {
        let missing = || ReadError::NotFound(key.to_owned());
        let failed = |error: gix::Error| ReadError::Io { path: key.to_owned(), message: error.to_string() };
        let id = ObjectId::from_hex(key.as_bytes()).map_err(|_| missing())?;
        let repository = self.repository.to_thread_local();
        let size = repository.try_find_header(id).map_err(failed)?.ok_or_else(missing)?.size();
        if size > self.max_file_bytes {
            return Err(ReadError::TooLarge { path: key.to_owned(), size, limit: self.max_file_bytes });
        }
        let blob = repository.find_blob(id).map_err(failed)?;
        Ok(blob.data.as_slice().into())
    }
}
