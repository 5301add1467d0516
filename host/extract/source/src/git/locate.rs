//! Finds the repository of a path.
//!
//! The search starts at the given path and goes upwards, as in git. Unlike git, it ignores a repository that somebody's
//! commit could have created: a folder that looks like a bare repository counts only if it was named itself and is in
//! no work tree (git: `safe.bareRepository=explicit`), and a `.git` file that points elsewhere only if that place
//! points back.

use std::{
    fs,
    path::{Path, PathBuf},
};

use cap_std::{ambient_authority, fs::Dir};
use gix::{bstr::ByteSlice as _, config::file::init::Options};

use super::safe::Safe;
use crate::{
    SourceError,
    files::{Small, read_small},
    place::Place,
    refusal::Refusal,
};

/// The maximum size of a file of git that contains a path, or settings.
pub(super) const SMALL_FILE: u64 = 4 << 20;

/// The folders of a repository, without links.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Located {
    /// The part of this work tree: `HEAD`.
    pub(crate) own: PathBuf,
    /// The part that all work trees share: objects, branches, settings.
    pub(crate) common: PathBuf,
    /// The path from the top of the work tree; empty for the whole.
    pub(crate) below: PathBuf,
}

type Result<T> = std::result::Result<T, SourceError>;

pub(super) fn refused<T>(path: &Path, why: Refusal) -> Result<T> {
    Err(SourceError::Refused { path: path.to_owned(), why })
}

/// Finds the repository of a place, which was given as `path`.
pub(super) fn locate(place: &Place, path: &Path, safe: &Safe) -> Result<Located> {
    let located = if is_bare(place, safe) {
        git_folder(place.real.clone(), PathBuf::new())?
    } else {
        let tree = place.work_tree.as_ref().ok_or_else(|| SourceError::NotARepository(path.to_owned()))?;
        safe.owned(&tree.top)?;
        // Git's own folder contains nothing of a revision.
        let below = if tree.below.starts_with(".git") { PathBuf::new() } else { tree.below.clone() };
        Located { below, ..of_work_tree(&tree.top, safe)? }
    };
    for folder in [&located.own, &located.common, &located.common.join("objects")] {
        safe.owned(folder)?;
    }
    Ok(located)
}

/// Whether the given folder is a repository without a work tree, or git's own folder of a repository with one.
pub(crate) fn is_bare(place: &Place, safe: &Safe) -> bool {
    let looks_so = looks_like_git(&place.real);
    looks_so
        && match &place.work_tree {
            None => true,
            Some(tree) if tree.below.as_os_str().is_empty() => false,
            // Files in `.git` are not part of a commit.
            Some(tree) => tree.below.starts_with(".git") || safe.names(&place.real),
        }
}

/// Whether a folder has the entries that git looks for.
pub(crate) fn looks_like_git(folder: &Path) -> bool {
    let is_there = |name: &str| folder.join(name).symlink_metadata().is_ok();
    let is_folder = |name: &str| folder.join(name).is_dir();
    is_there("HEAD") && (is_there("commondir") || (is_folder("objects") && is_folder("refs")))
}

/// The repository of the work tree with this top.
fn of_work_tree(top: &Path, safe: &Safe) -> Result<Located> {
    let entry = top.join(".git");
    safe.owned(&entry)?;
    let failed = |error: std::io::Error| SourceError::from_io(&entry, &error);
    let kind = fs::symlink_metadata(&entry).map_err(failed)?.file_type();
    if kind.is_dir() {
        return git_folder(entry, PathBuf::new());
    }
    let target = if kind.is_symlink() {
        let target = entry.canonicalize().map_err(failed)?;
        if !safe.names(&target) {
            return refused(&entry, Refusal::Link { target });
        }
        target
    } else if kind.is_file() {
        let target = pointer(&entry, Some("gitdir:"))?.ok_or_else(|| nonsense(&entry))?;
        if !points_back(&target, top)? && !safe.names(&target) {
            return refused(&entry, Refusal::Claim { target });
        }
        target
    } else {
        return refused(&entry, Refusal::NotAFile);
    };
    git_folder(target, PathBuf::new())
}

/// The folder that the work trees of a repository share, for a work tree whose `.git` is a trustworthy file.
pub(crate) fn common_of_file(top: &Path) -> Option<PathBuf> {
    let target = pointer(&top.join(".git"), Some("gitdir:")).ok().flatten()?;
    if points_back(&target, top).ok()? {
        git_folder(target, PathBuf::new()).ok().map(|found| found.common)
    } else {
        None
    }
}

/// Git's own folder together with the shared one. `git worktree add` creates it below that one.
fn git_folder(own: PathBuf, below: PathBuf) -> Result<Located> {
    let file = own.join("commondir");
    let Some(common) = pointer(&file, None)? else {
        return Ok(Located { common: own.clone(), own, below });
    };
    if own.parent() != Some(common.join("worktrees").as_path()) {
        return refused(&file, Refusal::CommonFolder { target: common });
    }
    Ok(Located { own, common, below })
}

/// Whether git's own folder names a work tree: in `gitdir` if it is one of several, else in `core.worktree`, which
/// submodules have.
fn points_back(own: &Path, top: &Path) -> Result<bool> {
    if own.join("commondir").symlink_metadata().is_ok() {
        return Ok(pointer(&own.join("gitdir"), None)?.is_some_and(|entry| entry == top.join(".git")));
    }
    let named = git_config(own)?.and_then(|git_config| {
        let named = git_config.string("core.worktree")?;
        own.join(named.to_path().ok()?).canonicalize().ok()
    });
    Ok(named.is_some_and(|named| named == top))
}

/// The configuration of a repository, without includes. Empty if there are none.
pub(super) fn git_config(common: &Path) -> Result<Option<gix::config::File>> {
    let path = common.join("config");
    let Some(bytes) = small(&path)? else { return Ok(None) };
    let metadata = gix::config::file::Metadata::from(gix::config::Source::Local);
    let parsed = gix::config::File::from_bytes_no_includes(&bytes, metadata, Options::default());
    parsed.map(Some).map_err(|_| nonsense(&path))
}

/// The path in a file, without links. `None` if there is no file.
fn pointer(file: &Path, key: Option<&str>) -> Result<Option<PathBuf>> {
    let Some(bytes) = small(file)? else { return Ok(None) };
    let text = bytes.to_str().ok().map(str::trim_end);
    let text =
        text.and_then(|text| key.map_or(Some(text), |key| text.strip_prefix(key).map(str::trim_start)));
    let text =
        text.filter(|text| !text.is_empty() && !text.contains(['\n', '\0'])).ok_or_else(|| nonsense(file))?;
    let target = file.parent().unwrap_or(file).join(text);
    target.canonicalize().map(Some).map_err(|error| SourceError::from_io(&target, &error))
}

/// The bytes of a small file. `None` if it does not exist.
pub(super) fn small(file: &Path) -> Result<Option<Vec<u8>>> {
    let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else { return Ok(None) };
    let failed = |error: std::io::Error| SourceError::from_io(file, &error);
    match fs::symlink_metadata(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
        Ok(found) if !found.is_file() => return refused(file, Refusal::NotAFile),
        Ok(_) => {}
    }
    let folder = Dir::open_ambient_dir(folder, ambient_authority()).map_err(failed)?;
    match read_small(&folder, Path::new(name), SMALL_FILE).map_err(failed)? {
        Small::Bytes(bytes) => Ok(Some(bytes)),
        Small::TooLarge(size) => refused(file, Refusal::TooLarge { size, limit: SMALL_FILE }),
    }
}

fn nonsense(path: &Path) -> SourceError {
    SourceError::Refused { path: path.to_owned(), why: Refusal::Nonsense }
}
