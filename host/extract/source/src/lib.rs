//! Reads a directory, a git revision or an archive into one [`Tree`].
//!
//! [`open`] is the whole of it. What a source may cost stands in [`Limits`], what is left out of it in
//! [`Filters`]; why there is none at all in [`SourceError`], and what is wrong with single files in
//! [`Source::diagnostics`]. The same files give the same tree, whichever of the three they come from:
//!
//! * a **directory** is opened as a capability: whatever happens to it meanwhile, no link leads out of it;
//! * a **git revision** is read from the object store: nothing is checked out, no filter or hook runs, and no
//!   configuration but the repository's own is read;
//! * an **archive** (`.tar`, `.tar.gz`, `.zip`, `.whl`) is unpacked into memory, never to a disk.
//!
//! A directory that a repository of the operator's tracks is a part of that repository: its tree knows the whole
//! ([`Tree::around`]), as what its modules are called and what they import is decided there.
//!
//! [`Wheelhouse::open`] reads further packages in the same way: folders of wheels, `site-packages`, environments.
//!
//! Nothing here runs anything, writes anything, or follows a link out of the tree.
//!
//! # What is not done
//!
//! * In a directory that is in no repository of the operator's, `.gitignore` alone says what is ignored. In one that is, what
//!   git tracks is read although it is ignored, and what is not checked out is said (`not-checked-out`).
//! * Submodules are not followed in a revision (`submodule`); in a directory their files are files like others.
//! * Git's own files are not believed further than they go: a repository that another user owns, that borrows objects
//!   from another one, or whose files lead out of it, is refused by name ([`SourceError::Refused`]), and every object is
//!   compared with its hash. Replacements, grafts and the commit graph have no effect.

mod archive;
mod builder;
mod directory;
mod error;
mod files;
mod filters;
mod findings;
mod folder;
mod git;
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
use belljar_tree::Tree;
use serde::{Deserialize, Serialize};

use git::{Asked, Safe};

pub use error::SourceError;
pub use filters::Filters;
pub use limits::Limits;
pub use read::{read_file, real_folder};
pub use refusal::Refusal;
pub use wheelhouse::{PLACE_PREFIX, Package, Wheelhouse, find_environment};

/// What to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// A directory, a git repository (bare too), or an archive.
    pub path: PathBuf,
    /// A revision as git writes it (branch, tag, hash, `HEAD~2`); without one, a directory is read as it lies on
    /// the disk.
    pub revision: Option<String>,
    /// What to put back of what is left out.
    pub filters: Filters,
    /// Folders that the operator vouches for: repositories that another user owns, or that others borrow objects from.
    #[serde(default)]
    pub safe_directories: Vec<PathBuf>,
}

impl Request {
    /// The files at a path, as they are.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let (path, filters) = (path.into(), Filters::default());
        Self { path, revision: None, filters, safe_directories: Vec::new() }
    }

    /// The same at a revision of git.
    #[must_use]
    pub fn at_revision(mut self, revision: impl Into<String>) -> Self {
        self.revision = Some(revision.into());
        self
    }
}

/// A tree, and what is to be said about it.
#[derive(Debug, Clone)]
pub struct Source {
    /// The files.
    pub tree: Tree,
    /// What was left out and why, ordered by code. Where many are alike, the first are listed and the rest
    /// counted.
    pub diagnostics: Vec<Diagnostic>,
    /// What was read, for people: `git revision 0123456789ab of …`.
    pub description: String,
    /// Code of the interpreter or the machine that was left out, and that may be loaded in place of its source: the path, and
    /// a hash, or the size of what is too large.
    pub compiled: BTreeMap<String, String>,
}

impl Source {
    /// The same with its bytes in memory, for a process that may soon open nothing. Over [`Limits::max_memory_bytes`] the
    /// largest files that are not Python are left behind first, with the diagnostic `source-memory`.
    #[must_use]
    pub fn into_memory(self, limits: &Limits) -> Self {
        let limit = limits.max_memory_bytes;
        let (tree, left) = self.tree.into_memory(limit);
        let mut diagnostics = self.diagnostics;
        diagnostics.extend(findings::left_behind(&left, limit));
        diagnostics.sort_by(|a, b| a.code.cmp(&b.code));
        Self { tree, diagnostics, ..self }
    }
}

/// Reads a source. Only the names are read at first: contents of directories and revisions follow when asked for.
pub fn open(request: &Request, limits: &Limits) -> Result<Source, SourceError> {
    open_beside(request, limits, None)
}

/// The same beside a tree that is trusted, as the base of a change is: what that tree has is left out by no `.gitignore` of a
/// directory, and what is new only by rules that the tree has too.
pub fn open_beside(request: &Request, limits: &Limits, beside: Option<&Tree>) -> Result<Source, SourceError> {
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

/// The commit that the histories of two revisions have in common, as its hash: the base of `one...two`. The repository is
/// that of the request.
pub fn merge_base(request: &Request, one: &str, two: &str, limits: &Limits) -> Result<String, SourceError> {
    let path = request.path.as_path();
    let (place, safe) = (place::resolve(path)?, Safe::new(&request.safe_directories));
    git::merge_base(&Asked { path, place: &place, safe: &safe }, one, two, limits)
}
