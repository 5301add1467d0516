//! A revision of a git repository, read from its object store.

mod history;
mod index;
mod locate;
mod objects;
mod preflight;
mod revision;
mod safe;

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use belljar_schema::{Diagnostic, Severity};
use belljar_tree::{Content, ReadError};
use gix::{
    ObjectId, ThreadSafeRepository,
    objs::{TreeRefIter, tree::EntryKind},
};

pub(crate) use self::{
    history::read as history,
    index::{Absent, Tracked, tracked},
    locate::{common_of_file, is_bare, looks_like_git},
    safe::Safe,
};
use self::{
    objects::{Damaged, Objects},
    revision::Found,
};
use crate::{
    Filters, Source, SourceError, SourceLimits, builder::Builder, filters::CACHE, names, place::Place,
};

/// A path in a repository, or of one.
pub(crate) struct Asked<'a> {
    /// The path as given.
    pub(crate) path: &'a Path,
    /// Its place, with links resolved.
    pub(crate) place: &'a Place,
    /// The folders that the operator trusts.
    pub(crate) safe: &'a Safe,
}

impl Asked<'_> {
    fn damaged(&self, Damaged(message): Damaged) -> SourceError {
        SourceError::GitDamaged { path: self.path.to_owned(), message }
    }
}

/// Reads a revision: of the whole repository, or of the directory of its work tree that the path names.
pub(crate) fn open(
    asked: &Asked<'_>,
    revision: &str,
    filters: Filters,
    limits: &SourceLimits,
) -> Result<Source, SourceError> {
    read_revision(asked, revision, limits, Builder::new(limits, filters))
}

/// Reads `HEAD` of a repository without a work tree, and reports it.
pub(crate) fn open_bare(
    asked: &Asked<'_>,
    filters: Filters,
    limits: &SourceLimits,
) -> Result<Source, SourceError> {
    let mut builder = Builder::new(limits, filters);
    let message = "the git repository has no work tree: `HEAD` is read";
    builder.report(
        Diagnostic::new(Severity::Note, "bare-repository", message).hint("pass a revision to read another"),
    );
    read_revision(asked, "HEAD", limits, builder)
}

/// The best common ancestor of two revisions.
pub(crate) fn merge_base(
    asked: &Asked<'_>,
    one: &str,
    two: &str,
    limits: &SourceLimits,
) -> Result<String, SourceError> {
    let (repository, _) = revision::open(asked, limits)?;
    let objects = Objects::new(&repository);
    let common = objects.read(|repository| {
        let first = revision::commit(repository, asked.path, one)?;
        let second = revision::commit(repository, asked.path, two)?;
        let unrelated = || SourceError::NoMergeBase { one: one.to_owned(), two: two.to_owned() };
        let found = repository.merge_base(first, second).ok().flatten();
        Ok(found.ok_or_else(unrelated)?.detach().to_string())
    });
    common.map_err(|damaged| asked.damaged(damaged))?
}

fn read_revision(
    asked: &Asked<'_>,
    revision: &str,
    limits: &SourceLimits,
    builder: Builder<'_>,
) -> Result<Source, SourceError> {
    let (repository, located) = revision::open(asked, limits)?;
    let objects = Objects::new(&repository);
    let found = objects.read(|local| revision::find(local, asked.path, &located.below, revision));
    let Found { tree, label } = found.map_err(|damaged| asked.damaged(damaged))??;
    let description = format!("git revision {label} of `{}`", asked.path.display());
    let mut walk = Walk { asked, objects: &objects, builder, missing: false };
    if !walk.tree(tree, "")? {
        return Err(SourceError::MissingObjects { description });
    }
    let missing = walk.missing;
    let content =
        GitContent { repository, max_file_bytes: limits.max_file_bytes, has_failed: AtomicBool::new(false) };
    let source = walk.builder.finish(Arc::new(content), description)?;
    if missing && source.tree.is_empty() {
        return Err(SourceError::MissingObjects { description: source.description });
    }
    Ok(source)
}

struct Walk<'a> {
    asked: &'a Asked<'a>,
    objects: &'a Objects,
    builder: Builder<'a>,
    /// Whether any object was missing.
    missing: bool,
}

impl Walk<'_> {
    /// Adds the contents of a tree. False if the tree itself is missing.
    fn tree(&mut self, id: ObjectId, path: &str) -> Result<bool, SourceError> {
        if self.size(id)?.is_none_or(|size| size > self.builder.limits.max_object_bytes) {
            return Ok(false);
        }
        let Some(tree) = self.objects.tree(id) else { return Ok(false) };
        for entry in TreeRefIter::from_bytes(&tree, id.kind()) {
            self.builder.count()?;
            let Ok(entry) = entry else { return Ok(false) };
            if let Some(child) = self.builder.child(path, entry.filename)? {
                self.entry(entry.mode.kind(), entry.oid.to_owned(), &child)?;
            }
        }
        Ok(true)
    }

    fn entry(&mut self, kind: EntryKind, id: ObjectId, path: &str) -> Result<(), SourceError> {
        if self.builder.filters.leaves_out_path(path) {
            return self.left_out(kind, id, path);
        }
        match kind {
            EntryKind::Tree => {
                if self.builder.enters(path) && !self.tree(id, path)? {
                    self.missing(path, id);
                }
            }
            EntryKind::Blob | EntryKind::BlobExecutable => match self.size(id)? {
                Some(size) => {
                    self.builder.file(path, id.to_string(), size)?;
                }
                // Only a Python file can contain models; partial clones usually lack data.
                None if !names::is_python(path) => self.say_missing(path, id, Severity::Note),
                None => self.missing(path, id),
            },
            EntryKind::Link => self.link(id, path)?,
            EntryKind::Commit => {
                let text = "is a submodule, whose files are in another repository";
                let hint = "check it out and read the directory without a revision";
                self.builder.say_at(Severity::Warning, "submodule", path, text, hint);
            }
        }
        Ok(())
    }

    /// Looks for bytecode in what is skipped.
    fn left_out(&mut self, kind: EntryKind, id: ObjectId, path: &str) -> Result<(), SourceError> {
        let is_cache = kind == EntryKind::Tree && names::last(path) == CACHE;
        if is_cache && !self.builder.filters.leaves_out_path(names::parent(path)) {
            self.tree(id, path)?;
        } else if kind != EntryKind::Tree
            && self.builder.wants_compiled(path)
            && self.size(id)?.is_some_and(|size| size <= self.builder.limits.max_file_bytes)
            && let Ok(Some(bytes)) = self.objects.blob(id)
        {
            self.builder.compiled(path, &bytes);
        }
        Ok(())
    }

    fn link(&mut self, id: ObjectId, path: &str) -> Result<(), SourceError> {
        let longest = self.builder.limits.max_path_bytes as u64;
        match self.size(id)? {
            // Truncated it would be another path; the builder rejects one that is a byte too long.
            Some(size) if size > longest => {
                self.builder.link(path, &vec![b'x'; self.builder.limits.max_path_bytes + 1], false);
            }
            Some(_) => match self.objects.blob(id) {
                Ok(Some(target)) => self.builder.link(path, &target, false),
                Ok(None) | Err(_) => self.missing(path, id),
            },
            None => self.missing(path, id),
        }
        Ok(())
    }

    fn size(&self, id: ObjectId) -> Result<Option<u64>, SourceError> {
        self.objects.size(id).map_err(|damaged| self.asked.damaged(damaged))
    }

    fn missing(&mut self, path: &str, id: ObjectId) {
        self.missing = true;
        self.say_missing(path, id, Severity::Error);
    }

    fn say_missing(&mut self, path: &str, id: ObjectId, severity: Severity) {
        let shown = names::shown(path.as_bytes());
        let message = format!("object `{id}` of `{shown}` is missing or damaged in this clone");
        self.builder.report(
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
    /// A blob could not be read: another clone may have it.
    has_failed: AtomicBool,
}

impl Content for GitContent {
    fn read(&self, key: &str) -> Result<Arc<[u8]>, ReadError> {
        let bytes = self.blob(key);
        if bytes.is_err() {
            self.has_failed.store(true, Ordering::Relaxed);
        }
        bytes
    }

    fn is_hash(&self, _key: &str) -> bool {
        !self.has_failed.load(Ordering::Relaxed)
    }
}

impl GitContent {
    fn blob(&self, key: &str) -> Result<Arc<[u8]>, ReadError> {
        let missing = || ReadError::NotFound(key.to_owned());
        let failed = |Damaged(message)| ReadError::Io { path: key.to_owned(), message };
        let id = ObjectId::from_hex(key.as_bytes()).map_err(|_| missing())?;
        let objects = Objects::new(&self.repository);
        let size = objects.size(id).map_err(failed)?.ok_or_else(missing)?;
        if size > self.max_file_bytes {
            return Err(ReadError::TooLarge { path: key.to_owned(), size, limit: self.max_file_bytes });
        }
        let bytes =
            objects.blob(id).map_err(failed)?.ok_or_else(|| failed(Damaged("it is damaged".to_owned())))?;
        Ok(bytes.into())
    }
}
