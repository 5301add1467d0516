//! Writes a new version file into the folder of an environment (`migrations new`).
//!
//! The file comes from a process that runs untrusted code. Where it may be written is therefore determined here: a new
//! Python file below the directory that the command line names, in folders that are no links, and only below a folder with
//! an `env.py`, or beside other version files.

use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    os::fd::{AsFd as _, OwnedFd},
    path::{Component, Path, PathBuf},
};

use belljar_migrate::version::is_file_name;
use rustix::{
    fs::{AtFlags, Dir, Mode, OFlags, linkat, mkdirat, openat, statat, unlinkat},
    io::Errno,
};
use serde::{Deserialize, Serialize};

use super::{guard, messages};
use crate::failure::{Failure, version::VersionError};

/// The largest version file, in bytes.
const LARGEST: usize = 4 << 20;

/// The most entries of a folder that are looked at.
const MOST_READ: usize = 2000;

/// The most folders that are made for a file.
const MOST_FOLDERS: usize = 4;

/// Where a new version file is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VersionFile {
    /// The directory that the command line names.
    pub(crate) root: PathBuf,
}

/// A version file that is to be written; none if there is nothing to write.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct NewVersion {
    /// Its path below the root.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
}

impl VersionFile {
    /// Writes the file that `render` gives as JSON, and says so.
    pub(crate) fn write(&self, render: &dyn Fn(&mut dyn io::Write) -> io::Result<()>) -> Result<(), Failure> {
        let mut text = Vec::new();
        let read: io::Result<Option<NewVersion>> =
            render(&mut text).and_then(|()| serde_json::from_slice(&text).map_err(io::Error::from));
        let read = read.map_err(|source| Failure::Write { path: "the version file".to_owned(), source })?;
        let Some(new) = read else { return Ok(()) };
        self.create(&new).map_err(|source| VersionError::Write { path: new.path.clone(), source })?;
        let mut report = String::new();
        messages::version_written(&mut report, &new.path);
        guard::write_text(&report);
        Ok(())
    }

    /// Writes the file as a whole or not at all; one that is there stays as it is.
    fn create(&self, new: &NewVersion) -> io::Result<()> {
        if new.text.len() > LARGEST {
            return Err(io::Error::other("it is too large"));
        }
        let path = Path::new(&new.path);
        let is_below = path.components().all(|part| matches!(part, Component::Normal(_)));
        let name = path.file_name().and_then(|name| name.to_str()).filter(|name| is_file_name(name));
        let Some(name) = name.filter(|_| is_below && !new.path.contains("//")) else {
            return Err(io::Error::other("it is no plain name of a Python file below the directory"));
        };
        let folder = self.folder(path.parent().unwrap_or(Path::new("")))?;
        write_new(&folder, name, &new.text)
    }

    /// Opens the folder of the file without following links. Folders that are not there are made.
    fn folder(&self, below: &Path) -> io::Result<OwnedFd> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let mut folder = rustix::fs::open(&fs::canonicalize(&self.root)?, flags, Mode::empty())?;
        let (mut made, mut is_environment) = (0, has_env(&folder));
        for part in below.components() {
            let Component::Normal(part) = part else { continue };
            if part.as_encoded_bytes().starts_with(b".") {
                return Err(io::Error::other("a folder on the way is hidden"));
            }
            let open = || openat(folder.as_fd(), part, flags | OFlags::NOFOLLOW, Mode::empty());
            let opened = match open() {
                Err(Errno::NOENT) if made < MOST_FOLDERS => {
                    mkdirat(folder.as_fd(), part, Mode::from_raw_mode(0o777))?;
                    made += 1;
                    open()
                }
                opened => opened,
            };
            folder = opened.map_err(|error| match error {
                Errno::LOOP | Errno::NOTDIR => {
                    io::Error::other(format!("`{}` is a link, or no folder", part.display()))
                }
                error => error.into(),
            })?;
            is_environment |= has_env(&folder);
        }
        if is_environment || has_versions(&folder)? {
            Ok(folder)
        } else {
            Err(io::Error::other(
                "neither an `env.py` nor a version file shows that it is a folder of versions",
            ))
        }
    }
}

/// Whether a folder has the `env.py` of an environment.
fn has_env(folder: &OwnedFd) -> bool {
    statat(folder.as_fd(), "env.py", AtFlags::SYMLINK_NOFOLLOW).is_ok()
}

/// Whether a folder has a version file.
fn has_versions(folder: &OwnedFd) -> io::Result<bool> {
    for entry in Dir::read_from(folder.as_fd())?.take(MOST_READ) {
        let entry = entry?;
        if !entry.file_name().to_bytes().ends_with(b".py") {
            continue;
        }
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let Ok(file) = openat(folder.as_fd(), entry.file_name(), flags, Mode::empty()) else { continue };
        let mut text = Vec::new();
        File::from(file).take(LARGEST as u64).read_to_end(&mut text)?;
        if String::from_utf8_lossy(&text).contains("\ndown_revision") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Writes a file under another name, and gives it its own if no file has that.
fn write_new(folder: &OwnedFd, name: &str, text: &str) -> io::Result<()> {
    let partial = format!(".belljar-{}-{name}", std::process::id());
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut file = File::from(openat(folder.as_fd(), &partial, flags, Mode::from_raw_mode(0o666))?);
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    let linked = written.and_then(|()| {
        linkat(folder.as_fd(), &partial, folder.as_fd(), name, AtFlags::empty()).map_err(io::Error::from)
    });
    unlinkat(folder.as_fd(), &partial, AtFlags::empty())?;
    linked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn create(root: &Path, path: &str) -> io::Result<()> {
        let new = NewVersion { path: path.to_owned(), text: "revision = 'a'\n".to_owned() };
        VersionFile { root: root.to_owned() }.create(&new)
    }

    /// Paths that no version file has.
    const REFUSED: &[&str] = &[
        "../x.py",
        "db/../../x.py",
        "./x.py",
        "db//x.py",
        "",
        "/tmp/x.py",
        "away/x.py",
        "db/link/x.py",
        "db/versions/old.py",
        "db/versions/dangling.py",
        "db/versions/linked.py",
        "db/versions/x.txt",
        "db/versions/.x.py",
        "db/versions/__init__.py",
        "db/versions/x y.py",
        "db/versions/x\n.py",
        "db/versions/old.py/x.py",
        ".git/hooks/x.py",
        "a/b/c/d/e/x.py",
        "conftest.py",
        "more/tests/conftest.py",
    ];

    #[test]
    fn only_new_files_below_the_root_are_written() {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("root");
        fs::create_dir_all(root.join("db/versions")).unwrap();
        fs::create_dir(outer.path().join("outside")).unwrap();
        fs::write(root.join("db/versions/old.py"), "old\n").unwrap();
        fs::write(root.join("db/env.py"), "\n").unwrap();
        fs::create_dir_all(root.join("more/tests")).unwrap();
        fs::write(root.join("more/v1.py"), "revision = 'a'\ndown_revision = None\n").unwrap();
        fs::write(outer.path().join("outside/env.py"), "outside\n").unwrap();
        std::os::unix::fs::symlink("../../outside", root.join("db/link")).unwrap();
        std::os::unix::fs::symlink("../outside", root.join("away")).unwrap();
        std::os::unix::fs::symlink("../../../outside/new.py", root.join("db/versions/dangling.py")).unwrap();
        std::os::unix::fs::symlink("../../../outside/env.py", root.join("db/versions/linked.py")).unwrap();
        let absolute = root.join("db/versions/x.py").display().to_string();
        for path in REFUSED.iter().copied().chain([absolute.as_str()]) {
            assert!(create(&root, path).is_err(), "{path}");
        }
        let names = |folder: &Path| -> Vec<String> {
            let mut names: Vec<String> = fs::read_dir(folder)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            names.sort();
            names
        };
        assert_eq!(names(&outer.path().join("outside")), ["env.py"]);
        assert_eq!(fs::read_to_string(outer.path().join("outside/env.py")).unwrap(), "outside\n");
        assert_eq!(fs::read_to_string(root.join("db/versions/old.py")).unwrap(), "old\n");
        assert_eq!(
            names(&root.join("db/versions")),
            ["dangling.py", "linked.py", "old.py"],
            "nothing is left"
        );
        // The control.
        create(&root, "db/versions/new.py").unwrap();
        create(&root, "db/versions/2026/new.py").unwrap();
        assert_eq!(
            names(&root.join("db/versions")),
            ["2026", "dangling.py", "linked.py", "new.py", "old.py"]
        );
        assert!(create(&root, "db/versions/new.py").is_err(), "it is there");
        create(&root, "more/new.py").unwrap();
    }
}
