//! What was asked of a tree: enough to tell that another tree would have answered the same.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// The most paths that are remembered. Who asks for more is not known to have been answered the same by another tree.
pub(crate) const MOST: usize = 200_000;

/// Paths that a tree was asked for, by a run for example.
#[derive(Debug, Default)]
pub struct Reads(Mutex<Asked>);

#[derive(Debug, Default)]
struct Asked {
    /// What was asked about each path.
    paths: BTreeMap<String, About>,
    /// More was asked than is remembered.
    is_more: bool,
}

/// What was asked about a path besides whether it is there.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct About {
    pub(crate) listed: bool,
    pub(crate) read: bool,
}

impl Reads {
    /// What was asked; `None` if not all of it is known.
    pub(crate) fn answers(&self) -> Option<BTreeMap<String, About>> {
        let asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (!asked.is_more).then(|| asked.paths.clone())
    }

    pub(crate) fn exists(&self, path: &str) {
        self.note(path, |_| {});
    }

    pub(crate) fn lists(&self, path: &str) {
        self.note(path, |about| about.listed = true);
    }

    pub(crate) fn reads(&self, path: &str) {
        self.note(path, |about| about.read = true);
    }

    fn note(&self, path: &str, set: impl FnOnce(&mut About)) {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(about) = asked.paths.get_mut(path) {
            set(about);
        } else if asked.paths.len() < MOST {
            set(asked.paths.entry(path.to_owned()).or_default());
        } else {
            asked.is_more = true;
        }
    }
}
