//! Checks git's own files before anything opens them: names and kinds, and the sizes of those that are read as a whole.
//!
//! The library that reads repositories opens files by their paths. It would block on a pipe, read a device without end,
//! and follow a link or `alternates` to anywhere. So everything that it may open has to be a regular file here, of
//! limited size, and in the repository itself.

use std::{
    fs::{self, FileType, Metadata},
    path::{Path, PathBuf},
};

use super::{
    locate::{Located, SMALL_FILE, git_config, refused, small},
    safe::Safe,
};
use crate::{SourceError, SourceLimits, refusal::Refusal};

type Result<T> = std::result::Result<T, SourceError>;

/// The maximum depth of folders of references.
const DEEPEST: usize = 64;

/// Packs and their indexes are mapped, not read.
const LARGEST_PACK: u64 = 1 << 40;

/// The maximum number of object stores that borrow from each other; git allows five.
const MOST_STORES: usize = 16;

/// Checks everything of a repository that may be opened.
pub(super) fn check(located: &Located, limits: &SourceLimits, safe: &Safe) -> Result<()> {
    let mut walk = Preflight { located, limits, seen: 0 };
    let mut folders = vec![located.common.clone()];
    if located.own != located.common {
        folders.push(located.own.clone());
    }
    for folder in &folders {
        walk.git_folder(folder)?;
    }
    for (path, kind) in walk.list(&located.common.join("worktrees"))? {
        if kind.is_dir() && path != located.own {
            walk.git_folder(&path)?;
        }
    }
    walk.stores(safe)?;
    known_references(&located.common)
}

fn known_references(common: &Path) -> Result<()> {
    let format = git_config(common)?
        .and_then(|git_config| git_config.string("extensions.refStorage").map(|it| it.to_string()));
    match format.filter(|format| format != "files") {
        Some(format) => refused(common, Refusal::References { format }),
        None => Ok(()),
    }
}

struct Preflight<'a> {
    located: &'a Located,
    limits: &'a SourceLimits,
    seen: usize,
}

impl Preflight<'_> {
    /// The contents of a folder; empty if it does not exist.
    fn list(&mut self, folder: &Path) -> Result<Vec<(PathBuf, FileType)>> {
        let failed = |error: std::io::Error| SourceError::from_io(folder, &error);
        match fs::symlink_metadata(folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
            Ok(found) if found.is_symlink() => self.link(folder)?,
            Ok(found) if !found.is_dir() => return refused(folder, Refusal::NotAFile),
            Ok(_) => {}
        }
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            self.seen += 1;
            if self.seen > self.limits.max_entries {
                return refused(folder, Refusal::TooMany { limit: self.limits.max_entries });
            }
            found.push((entry.path(), entry.file_type().map_err(failed)?));
        }
        Ok(found)
    }

    /// The files of a folder that has a `HEAD`, and the folders of references.
    fn git_folder(&mut self, folder: &Path) -> Result<()> {
        for (path, kind) in self.list(folder)? {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            match name {
                "refs" | "logs" => self.references(&path, 0)?,
                "config" | "config.worktree" | "commondir" | "gitdir" | "shallow" => {
                    self.file(&path, kind, SMALL_FILE)?;
                }
                "packed-refs" | "index" => self.file(&path, kind, self.limits.max_object_bytes)?,
                _ if name.starts_with("sharedindex.") => {
                    self.file(&path, kind, self.limits.max_object_bytes)?;
                }
                // `HEAD` and similar files: a revision may name any of them.
                _ if is_reference(name) => self.file(&path, kind, SMALL_FILE)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn references(&mut self, folder: &Path, depth: usize) -> Result<()> {
        if depth > DEEPEST {
            return refused(folder, Refusal::TooMany { limit: DEEPEST });
        }
        for (path, kind) in self.list(folder)? {
            if kind.is_dir() {
                self.references(&path, depth + 1)?;
            } else {
                self.file(&path, kind, self.limits.max_object_bytes)?;
            }
        }
        Ok(())
    }

    /// The object stores: the repository's own, and those that it borrows from, if the operator trusts them.
    fn stores(&mut self, safe: &Safe) -> Result<()> {
        let own = self.located.common.join("objects");
        let mut stores = vec![own.clone()];
        let mut next = 0;
        while let Some(store) = stores.get(next).cloned() {
            next += 1;
            self.store(&store)?;
            for borrowed in borrowed(&store, &own)? {
                if !safe.covers(&borrowed) {
                    return refused(&store.join("info/alternates"), Refusal::Borrows { from: borrowed });
                }
                if !stores.contains(&borrowed) {
                    stores.push(borrowed);
                }
            }
            if stores.len() > MOST_STORES {
                return refused(&own, Refusal::TooMany { limit: MOST_STORES });
            }
        }
        Ok(())
    }

    fn store(&mut self, store: &Path) -> Result<()> {
        for (path, kind) in self.list(store)? {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let is_hash = name.len() == 2 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
            if is_hash {
                for (path, kind) in self.list(&path)? {
                    // Their sizes do not matter: they are mapped, and unpacked within a limit.
                    self.regular(&path, kind)?;
                }
            } else if name == "pack" {
                for (path, kind) in self.list(&path)? {
                    self.file(&path, kind, LARGEST_PACK)?;
                }
            } else if name == "info" {
                self.references(&path, 0)?;
            } else if kind.is_symlink() {
                self.link(&path)?;
            }
        }
        Ok(())
    }

    /// A file that may be opened. The size is that of the target of a link.
    fn file(&self, path: &Path, kind: FileType, limit: u64) -> Result<()> {
        self.regular(path, kind)?;
        let size = fs::metadata(path).map_or(0, |found: Metadata| found.len());
        if size > limit { refused(path, Refusal::TooLarge { size, limit }) } else { Ok(()) }
    }

    fn regular(&self, path: &Path, kind: FileType) -> Result<()> {
        if kind.is_symlink() {
            self.link(path)
        } else if kind.is_file() {
            Ok(())
        } else {
            refused(path, Refusal::NotAFile)
        }
    }

    /// A link may lead to a file that is checked anyway; git itself used to write `HEAD` like this.
    fn link(&self, path: &Path) -> Result<()> {
        let Ok(target) = path.canonicalize() else { return Ok(()) }; // The link is dangling.
        let folders = [&self.located.common, &self.located.own];
        let inside = folders.into_iter().any(|folder| {
            ["refs", "logs", "objects"].iter().any(|part| target.starts_with(folder.join(part)))
        });
        if inside { Ok(()) } else { refused(path, Refusal::Link { target }) }
    }
}

/// Whether a name is that of a reference outside `refs`: `HEAD`, `ORIG_HEAD`.
fn is_reference(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// The stores that a store borrows from. Relative paths start at the first one, as in the library.
fn borrowed(store: &Path, own: &Path) -> Result<Vec<PathBuf>> {
    let file = store.join("info/alternates");
    let Some(bytes) = small(&file)? else { return Ok(Vec::new()) };
    let nonsense = || SourceError::Refused { path: file.clone(), why: Refusal::Nonsense };
    let paths = gix::odb::alternate::parse(&bytes).map_err(|_| nonsense())?;
    let full = paths.into_iter().map(|path| own.join(path));
    Ok(full.map(|path| path.canonicalize().unwrap_or(path)).collect())
}
