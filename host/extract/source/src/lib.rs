//! Reads a directory, a git revision or an archive into one [`Tree`].
//!
//! [`open`] is the whole of it. Its limits are [`SourceLimits`], its exclusions [`Filters`]; failures are [`SourceError`],
//! and problems of single files are in [`Source::diagnostics`]. The same files give the same tree, whichever of the
//! three they come from:
//!
//! * a **directory** is opened as a capability: even if it changes meanwhile, no link leads out of it;
//! * a **git revision** is read from the object store: nothing is checked out, no filter or hook runs, and no
//!   configuration but the repository's own is read;
//! * an **archive** (`.tar`, `.tar.gz`, `.zip`, `.whl`) is unpacked into memory, never to a disk.
//!
//! A directory that a repository of the operator tracks is part of that repository: its tree refers to the whole
//! ([`Tree::around`]), which determines the names and imports of its modules.
//!
//! [`Wheelhouse::open`] reads further packages in the same way: folders of wheels, `site-packages`, environments.
//!
//! Nothing here runs anything, writes anything, or follows a link out of the tree.
//!
//! # Limitations
//!
//! * In a directory outside a repository of the operator, only `.gitignore` determines what is ignored. Inside one,
//!   what git tracks is read even if it is ignored, and missing tracked files are reported (`not-checked-out`).
//! * Submodules are not followed in a revision (`submodule`); in a directory their files are read like others.
//! * Git's own files are not trusted: a repository that another user owns, that borrows objects
//!   from another one, or whose files lead out of it, is rejected ([`SourceError::Refused`]), and every object is
//!   compared with its hash. Replacements, grafts and the commit graph have no effect.

mod archive;
mod builder;
mod commits;
mod directory;
mod error;
mod files;
mod filters;
mod findings;
mod folder;
mod git;
mod history;
mod limits;
mod links;
mod names;
mod place;
mod read;
mod refusal;
mod view;
mod wanted;
mod wheelhouse;

use std::{collections::BTreeMap, path::PathBuf};

use belljar_schema::Diagnostic;
use belljar_tree::{Pool, Tree};
use serde::{Deserialize, Serialize};

use git::{Asked, Safe};

pub use commits::{Commit, History, HistoryEnd, HistoryRequest};
pub use error::SourceError;
pub use filters::Filters;
pub use history::history;
pub use limits::SourceLimits;
pub use read::{read_file, real_folder};
pub use refusal::Refusal;
pub use wheelhouse::{PLACE_PREFIX, Package, Wheelhouse, find_environment};

/// The request for a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// A directory, a git repository (bare too), or an archive.
    pub path: PathBuf,
    /// A revision in git's syntax (branch, tag, hash, `HEAD~2`); without one, the directory on the disk is read.
    pub revision: Option<String>,
    /// Exclusions that are disabled.
    pub filters: Filters,
    /// Folders that the operator trusts: repositories that another user owns, or that others borrow objects from.
    #[serde(default)]
    pub safe_directories: Vec<PathBuf>,
}

impl Request {
    /// A request for the files at a path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let (path, filters) = (path.into(), Filters::default());
        Self { path, revision: None, filters, safe_directories: Vec::new() }
    }

    /// A request for the files of a git revision.
    #[must_use]
    pub fn at_revision(mut self, revision: impl Into<String>) -> Self {
        self.revision = Some(revision.into());
        self
    }
}

/// A tree, and its diagnostics.
#[derive(Debug, Clone)]
pub struct Source {
    /// The files of the source.
    pub tree: Tree,
    /// Reports of skipped files, ordered by code. Of many similar ones, the first are listed and the others counted.
    pub diagnostics: Vec<Diagnostic>,
    /// A description for people: `git revision 0123456789ab of …`.
    pub description: String,
    /// Bytecode or native code that was skipped, and that may be loaded in place of its source: the path, and a hash,
    /// or the size if it is too large.
    pub compiled: BTreeMap<String, String>,
}

impl Source {
    /// The same with its bytes in memory, for a process that may soon open no files. Over [`SourceLimits::max_memory_bytes`]
    /// the largest files that are not Python are dropped first, with the diagnostic `source-memory`.
    #[must_use]
    pub fn into_memory(self, limits: &SourceLimits) -> Self {
        self.into_shared_memory(limits, &mut Pool::default())
    }

    /// The same for one of several revisions, which share the bytes of equal files.
    #[must_use]
    pub fn into_shared_memory(self, limits: &SourceLimits, pool: &mut Pool) -> Self {
        let limit = limits.max_memory_bytes;
        let (tree, left) = self.tree.into_shared_memory(limit, pool);
        let mut diagnostics = self.diagnostics;
        diagnostics.extend(findings::left_behind(&left, limit));
        diagnostics.sort_by(|a, b| a.code.cmp(&b.code));
        Self { tree, diagnostics, ..self }
    }
}

/// Opens a source. Only names are read at first: contents of directories and revisions are read on request.
pub fn open(request: &Request, limits: &SourceLimits) -> Result<Source, SourceError> {
    open_beside(request, limits, None)
}

/// The same beside a trusted tree, such as the base of a change: no `.gitignore` of a directory excludes what that tree
/// has, and new files are only excluded by rules that the tree has too.
pub fn open_beside(
    request: &Request,
    limits: &SourceLimits,
    beside: Option<&Tree>,
) -> Result<Source, SourceError> {
    let path = request.path.as_path();
    let (place, safe) = (place::resolve(path)?, Safe::new(&request.safe_directories));
    let kind = std::fs::symlink_metadata(&place.real).map_err(|error| SourceError::from_io(path, &error))?;
    let asked = Asked { path, place: &place, safe: &safe };
    let alone = match request.revision.as_deref() {
        Some(revision) if kind.is_dir() => git::open(&asked, revision, request.filters, limits),
        Some(_) => Err(SourceError::FileWithRevision(path.to_owned())),
        None if kind.is_dir() && git::is_bare(&place, &safe) => {
            git::open_bare(&asked, request.filters, limits)
        }
        None if kind.is_dir() => directory::open(&asked, request.filters, limits, beside),
        None if kind.is_file() => archive::open(path, &place.real, request.filters, limits),
        // A device or a pipe: opening one can block, or worse.
        None => Err(SourceError::NotASource(path.to_owned())),
    }?;
    Ok(if kind.is_dir() { view::around(alone, &asked, request, limits, beside) } else { alone })
}

/// The merge base of two revisions, as a hash: the base of `one...two`. The repository is that of the request.
pub fn merge_base(
    request: &Request,
    one: &str,
    two: &str,
    limits: &SourceLimits,
) -> Result<String, SourceError> {
    let path = request.path.as_path();
    let (place, safe) = (place::resolve(path)?, Safe::new(&request.safe_directories));
    git::merge_base(&Asked { path, place: &place, safe: &safe }, one, two, limits)
}
