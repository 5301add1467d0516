//! The folder of pages of `belljar docs`.
//!
//! The pages come from a process that runs untrusted code. What they may change is therefore determined here: only files in the
//! folder itself whose first line says that `belljar docs` wrote them, and new ones; never through a link.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use belljar_docs::{has_notes, is_own, is_page_name};
use serde::{Deserialize, Serialize};

use super::{guard, messages, permissions};
use crate::failure::Failure;

/// The largest page that is read, in bytes.
const LARGEST: u64 = 8 << 20;

/// The most entries of the folder that are read.
const MOST: usize = 100_000;

/// A file that is in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// A page, with its text.
    Page(String),
    /// Anything else, which stays as it is.
    Other,
}

/// What to do in the folder.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// The texts of new and of changed pages, by the names of their files.
    pub(crate) write: BTreeMap<String, String>,
    /// Pages of what is gone.
    pub(crate) remove: Vec<String>,
}

/// A folder of pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(path: &Path) -> Self {
        // A separator at the end would follow a link.
        Self(path.components().collect())
    }

    /// The path of a page, as messages show it.
    pub(crate) fn shown(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    pub(crate) fn failure(&self, name: &str, source: io::Error) -> Failure {
        Failure::Write { path: self.shown(name), source }
    }

    /// What is in the folder under names that pages have; nothing if there is no folder.
    pub(crate) fn read(&self) -> Result<BTreeMap<String, Found>, Failure> {
        self.try_read().map_err(|source| self.failure("", source))
    }

    fn try_read(&self) -> io::Result<BTreeMap<String, Found>> {
        let mut all = BTreeMap::new();
        let Some(folder) = self.real()? else { return Ok(all) };
        for (number, entry) in fs::read_dir(&folder)?.enumerate() {
            if number == MOST {
                return Err(io::Error::other("it has too many files"));
            }
            if let Ok(name) = entry?.file_name().into_string() {
                // A file system may ignore case: `Orders.md` is in the way of `orders.md`.
                let lower = name.to_lowercase();
                let own = if is_page_name(&name) { name.clone() } else { lower };
                if is_page_name(&own) {
                    all.insert(own, found(&folder.join(&name))?);
                }
            }
        }
        Ok(all)
    }

    /// The folder without links; `None` if it does not exist.
    fn real(&self) -> io::Result<Option<PathBuf>> {
        match fs::symlink_metadata(&self.0) {
            Ok(found) if found.is_dir() => real(&self.0).map(Some),
            Ok(_) => Err(io::Error::other("it is no folder, or a link")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The folder, created if it does not exist.
    fn create(&self) -> io::Result<PathBuf> {
        let mut at = PathBuf::new();
        for part in self.0.components() {
            let above = at.clone();
            at.push(part);
            let is_missing =
                fs::symlink_metadata(&at).is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
            if is_missing {
                let above = if above.as_os_str().is_empty() { Path::new(".") } else { &above };
                fs::create_dir(real(above)?.join(part))?;
            }
        }
        self.real()?.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Does what the [`Plan`] says that `render` gives as JSON, and reports it.
    pub(crate) fn write(&self, render: &dyn Fn(&mut dyn io::Write) -> io::Result<()>) -> Result<(), Failure> {
        let mut text = Vec::new();
        let plan: io::Result<Plan> =
            render(&mut text).and_then(|()| serde_json::from_slice(&text).map_err(io::Error::from));
        let plan = plan.map_err(|source| self.failure("", source))?;
        let folder = self.create().map_err(|source| self.failure("", source))?;
        for (name, text) in &plan.write {
            replace(&folder, name, text).map_err(|source| self.failure(name, source))?;
        }
        for name in &plan.remove {
            remove(&folder, name).map_err(|source| self.failure(name, source))?;
        }
        let mut report = String::new();
        messages::pages_written(&mut report, &self.shown(""), plan.write.len(), plan.remove.len());
        guard::write_text(&report);
        Ok(())
    }
}

fn real(folder: &Path) -> io::Result<PathBuf> {
    belljar_engine::real_folder(folder).map_err(|error| io::Error::other(error.to_string()))
}

/// What is at a path, which is not followed if it is a link.
fn found(path: &Path) -> io::Result<Found> {
    let known = fs::symlink_metadata(path)?;
    if !known.is_file() || known.len() > LARGEST {
        return Ok(Found::Other);
    }
    let text = String::from_utf8(fs::read(path)?);
    Ok(text.ok().filter(|text| is_own(text)).map_or(Found::Other, Found::Page))
}

/// The path of a page that may be replaced.
fn target(folder: &Path, name: &str) -> io::Result<(PathBuf, Option<String>)> {
    if !is_page_name(name) {
        return Err(io::Error::other("it is not the name of a page"));
    }
    let path = folder.join(name);
    match found(&path) {
        Ok(Found::Page(text)) => Ok((path, Some(text))),
        Ok(Found::Other) => Err(not_own()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok((path, None)),
        Err(error) => Err(error),
    }
}

pub(crate) fn not_own() -> io::Error {
    io::Error::other("it is there, and `belljar docs` did not write it")
}

fn replace(folder: &Path, name: &str, text: &str) -> io::Result<()> {
    let (path, _) = target(folder, name)?;
    if !is_own(text) {
        return Err(not_own());
    }
    let mut partial = tempfile::Builder::new().prefix(".belljar-").tempfile_in(folder)?;
    partial.write_all(text.as_bytes())?;
    permissions::readable(partial.path())?;
    partial.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn remove(folder: &Path, name: &str) -> io::Result<()> {
    let (path, text) = target(folder, name)?;
    if text.as_deref().is_none_or(has_notes) {
        return Err(io::Error::other("people wrote notes on it"));
    }
    fs::remove_file(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a process that a guest controls could ask for.
    #[cfg(unix)]
    #[test]
    fn only_own_pages_in_the_folder_are_changed() {
        let own = belljar_docs::pages(
            &belljar_testing::make::document(Vec::new()),
            belljar_rules::Database::Postgresql,
        );
        let page = own.values().next().unwrap();
        let top = tempfile::tempdir().unwrap();
        let path = top.path().join("docs");
        fs::create_dir(&path).unwrap();
        fs::write(top.path().join("outside.md"), page).unwrap();
        fs::write(path.join("hand.md"), "# Ours\n").unwrap();
        fs::write(path.join("noted.md"), page.replace("notes -->\n<", "notes -->\nOurs\n<")).unwrap();
        fs::write(path.join("own.md"), page).unwrap();
        std::os::unix::fs::symlink("../outside.md", path.join("link.md")).unwrap();
        std::os::unix::fs::symlink("docs", top.path().join("away")).unwrap();
        let folder = Folder::new(&path);
        let write = |folder: &Folder, plan: &Plan| {
            folder.write(&|out| serde_json::to_writer(out, plan).map_err(io::Error::from))
        };
        let writing = |name: &str, text: &str| Plan {
            write: BTreeMap::from([(name.to_owned(), text.to_owned())]),
            remove: Vec::new(),
        };
        let removing = |name: &str| Plan { remove: vec![name.to_owned()], ..Plan::default() };
        for name in ["../outside.md", "hand.md", "link.md", "x.py", "sub/x.md", "con.md", ""] {
            assert!(write(&folder, &writing(name, page)).is_err(), "{name}");
            assert!(write(&folder, &removing(name)).is_err(), "{name}");
        }
        assert!(write(&folder, &removing("noted.md")).is_err());
        assert!(write(&folder, &writing("new.md", "no mark")).is_err());
        for away in ["away", "away/"] {
            assert!(write(&Folder::new(&top.path().join(away)), &writing("new.md", page)).is_err());
        }
        let mut names: Vec<_> = fs::read_dir(&path).unwrap().map(|one| one.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["hand.md", "link.md", "noted.md", "own.md"]);
        assert_eq!(fs::read_to_string(path.join("hand.md")).unwrap(), "# Ours\n");
        // The control.
        write(&folder, &writing("new.md", page)).unwrap();
        write(&folder, &removing("own.md")).unwrap();
        assert!(path.join("new.md").exists() && !path.join("own.md").exists());
    }
}
