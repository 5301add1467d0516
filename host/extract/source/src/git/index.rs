//! The tracked files of a work tree, by its index: `.gitignore` does not apply to them, and not all are checked out.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    ops::Bound,
    path::Path,
};

use gix::{
    bstr::ByteSlice as _,
    index::{
        File, decode,
        entry::{Flags, Mode},
    },
};

use super::{
    Asked,
    locate::{git_config, locate},
    objects::guarded,
};
use crate::{SourceLimits, names};

/// The tracked paths below a directory.
#[derive(Debug, Default)]
pub(crate) struct Tracked {
    paths: BTreeSet<String>,
    /// Tracked paths that are not on the disk although they were not deleted: whole folders if nothing of them exists.
    pub(crate) absent: BTreeMap<String, Absent>,
}

/// Why a tracked file is not on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absent {
    /// It is outside the checked-out part (`git sparse-checkout`).
    NotCheckedOut,
    /// It is a submodule that was not fetched.
    Submodule,
}

impl Tracked {
    /// Whether there are no tracked files.
    pub(crate) fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// Whether a file, or anything in a folder, is tracked.
    pub(crate) fn holds(&self, path: &str, is_folder: bool) -> bool {
        if !is_folder {
            return self.paths.contains(path);
        }
        let inside = format!("{path}/");
        let mut next = self.paths.range::<str, _>((Bound::Excluded(inside.as_str()), Bound::Unbounded));
        next.next().is_some_and(|path| path.starts_with(&inside))
    }
}

/// The tracked files below a place. Empty without a repository of the operator, or without a readable index: then only
/// the ignore rules apply.
pub(crate) fn tracked(asked: &Asked<'_>, limits: &SourceLimits) -> Option<Tracked> {
    let top = &asked.place.work_tree.as_ref()?.top;
    let base = asked.place.real.strip_prefix(top).ok()?.to_str()?;
    let own = locate(asked.place, asked.path, asked.safe).ok()?;
    let file = open(&own.own, &own.common, limits)?;
    let mut tracked = Tracked::default();
    for entry in file.entries() {
        let Ok(path) = entry.path(&file).to_str() else { continue };
        let path = path.trim_end_matches('/');
        let Some(path) = below(path, base) else { continue };
        if tracked.paths.len() >= limits.max_files {
            return None;
        }
        let why = if entry.mode == Mode::COMMIT {
            Some(Absent::Submodule)
        } else {
            entry.flags.contains(Flags::SKIP_WORKTREE).then_some(Absent::NotCheckedOut)
        };
        if let Some(place) = why.and_then(|_| absent(&asked.place.real, path)) {
            tracked.absent.extend(why.map(|why| (place, why)));
        }
        if entry.mode != Mode::COMMIT && entry.mode != Mode::DIR {
            tracked.paths.insert(path.to_owned());
        }
    }
    Some(tracked)
}

fn below<'a>(path: &'a str, base: &str) -> Option<&'a str> {
    if base.is_empty() { Some(path) } else { path.strip_prefix(base)?.strip_prefix('/') }
}

/// The first part of a path that is not on the disk, or the path if it is an empty folder.
fn absent(root: &Path, path: &str) -> Option<String> {
    let mut known = String::new();
    for part in path.split('/') {
        known = names::join(&known, part);
        if fs::symlink_metadata(root.join(&known)).is_err() {
            return Some(known);
        }
    }
    let mut inside = fs::read_dir(root.join(path)).ok()?;
    inside.next().is_none().then_some(known)
}

fn open(own: &Path, common: &Path, limits: &SourceLimits) -> Option<File> {
    let small = |path: &Path| {
        fs::symlink_metadata(path)
            .is_ok_and(|found| found.is_file() && found.len() <= limits.max_object_bytes)
    };
    let path = own.join("index");
    // An index may refer to another file beside it.
    for entry in fs::read_dir(own).ok()?.take(limits.max_entries).flatten() {
        let is_shared = entry.file_name().as_encoded_bytes().starts_with(b"sharedindex.");
        if is_shared && !small(&entry.path()) {
            return None;
        }
    }
    let format = git_config(common).ok()?.and_then(|git_config| git_config.string("extensions.objectFormat"));
    let hash = match format {
        Some(format) if format.eq_ignore_ascii_case(b"sha256") => gix::hash::Kind::Sha256,
        _ => gix::hash::Kind::Sha1,
    };
    let most = usize::try_from(limits.max_object_bytes).ok();
    // Without threads: the process may soon have to be single-threaded.
    let options =
        decode::Options { thread_limit: Some(1), alloc_limit_bytes: most, ..decode::Options::default() };
    if small(&path) { guarded(|| File::at(path, hash, false, options).ok()).ok().flatten() } else { None }
}
