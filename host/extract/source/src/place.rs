//! Resolves a path that an operator names, although untrusted links may be on the way.
//!
//! An operator names `services/api` in a checkout with files of others: there `services` may be a link to anywhere. So
//! a link is followed only within the *bound* that it is in: the innermost work tree of git, or, outside one, the
//! current directory. Links in neither are the operator's own, and are followed as the system does.

use std::{
    fs,
    path::{Component, Path, PathBuf},
};

use crate::SourceError;

/// The target of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The path without links.
    pub(crate) real: PathBuf,
    /// The work tree that contains it.
    pub(crate) work_tree: Option<WorkTree>,
}

/// The part of a path in a work tree of git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WorkTree {
    /// The folder with `.git`, without links.
    pub(crate) top: PathBuf,
    /// The path from there as it was named: a link of the checkout does not choose what is read of a revision.
    pub(crate) below: PathBuf,
    /// Whether a link was followed below the top.
    followed: bool,
}

/// Resolves a path that an operator names. The error is [`SourceError::LeadsOutside`] if a link leaves its bound.
pub(crate) fn resolve(path: &Path) -> Result<Place, SourceError> {
    let failed = |error: std::io::Error| SourceError::from_io(path, &error);
    #[expect(
        clippy::disallowed_methods,
        reason = "a relative path, and what a link may not leave, count from here"
    )]
    let current = std::env::current_dir().map_err(failed)?;
    let start = Place { real: PathBuf::new(), work_tree: None };
    let mut walk = Walk { named: path, current: &current, place: start };
    for component in current.join(path).components() {
        match component {
            Component::Prefix(_) | Component::RootDir => walk.place.real.push(component),
            Component::CurDir => {}
            Component::ParentDir => walk.up()?,
            Component::Normal(name) => walk.enter(Path::new(name))?,
        }
    }
    Ok(walk.place)
}

struct Walk<'a> {
    named: &'a Path,
    current: &'a Path,
    place: Place,
}

impl Walk<'_> {
    fn enter(&mut self, name: &Path) -> Result<(), SourceError> {
        let next = self.place.real.join(name);
        let failed = |error: std::io::Error| SourceError::from_io(self.named, &error);
        let metadata = fs::symlink_metadata(&next).map_err(failed)?;
        if metadata.is_symlink() {
            return self.follow(name, &next);
        }
        let crosses = crosses(&self.place.real, &next);
        self.place.real = next;
        if metadata.is_dir() && is_top(&self.place.real) {
            self.place.work_tree = Some(WorkTree::at(self.place.real.clone()));
        } else if crosses {
            // As git, which stops its search at the start of a file system.
            self.place.work_tree = None;
        } else if let Some(tree) = &mut self.place.work_tree {
            tree.below.push(name);
        }
        Ok(())
    }

    fn follow(&mut self, name: &Path, link: &Path) -> Result<(), SourceError> {
        let failed = |error: std::io::Error| SourceError::from_io(self.named, &error);
        let target = link.canonicalize().map_err(failed)?;
        let outside = |bound: &Path| SourceError::LeadsOutside {
            path: link.to_owned(),
            target: target.clone(),
            bound: bound.to_owned(),
        };
        match &mut self.place.work_tree {
            Some(tree) => {
                let inside = target.strip_prefix(&tree.top).map_err(|_| outside(&tree.top))?;
                // Neither into git's own files nor into another repository.
                let other = target.ancestors().take_while(|above| *above != tree.top).any(is_top);
                if inside.starts_with(".git") || other {
                    return Err(outside(&tree.top));
                }
                tree.below.push(name);
                tree.followed = true;
            }
            None if self.place.real.starts_with(self.current) && !target.starts_with(self.current) => {
                return Err(outside(self.current));
            }
            None => self.place.work_tree = WorkTree::around(&target),
        }
        self.place.real = target;
        Ok(())
    }

    fn up(&mut self) -> Result<(), SourceError> {
        if let Some(tree) = self.place.work_tree.as_ref().filter(|tree| tree.followed) {
            // The meaning depends on the target of the link.
            let (path, target) = (tree.top.join(&tree.below), self.place.real.clone());
            return Err(SourceError::LeadsOutside { path, target, bound: tree.top.clone() });
        }
        self.place.real.pop();
        self.place.work_tree = WorkTree::around(&self.place.real);
        Ok(())
    }
}

impl WorkTree {
    /// The path from the top to the given directory, if it is not the top and no link was followed on it.
    pub(crate) fn inside(&self) -> Option<&str> {
        let below = self.below.to_str().filter(|below| !below.is_empty() && !self.followed);
        // A revision contains nothing of git's own folder.
        below.filter(|_| !self.below.starts_with(".git"))
    }

    pub(crate) fn at(top: PathBuf) -> Self {
        Self { top, below: PathBuf::new(), followed: false }
    }

    /// The work tree that contains a path without links.
    fn around(real: &Path) -> Option<Self> {
        let mut above = real;
        loop {
            if is_top(above) {
                let below = real.strip_prefix(above).ok()?.to_owned();
                return Some(Self { below, ..Self::at(above.to_owned()) });
            }
            let parent = above.parent()?;
            if crosses(parent, above) {
                return None;
            }
            above = parent;
        }
    }
}

/// Whether a folder is the top of a work tree. An empty `.git`, which some tools leave behind, does not make it one, as
/// in git.
fn is_top(folder: &Path) -> bool {
    let git = folder.join(".git");
    fs::symlink_metadata(&git)
        .is_ok_and(|found| !found.is_dir() || git.join("HEAD").symlink_metadata().is_ok())
}

/// Whether a folder and an entry in it are on different file systems.
#[cfg(unix)]
fn crosses(folder: &Path, inner: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let device = |path: &Path| fs::symlink_metadata(path).ok().map(|found| found.dev());
    device(folder) != device(inner)
}

#[cfg(not(unix))]
fn crosses(_: &Path, _: &Path) -> bool {
    false
}
