//! A directory as it lies on the disk.

pub(crate) mod files;
mod rules;

use std::{ffi::OsString, path::Path, sync::Arc};

use belljar_schema::{Diagnostic, Severity};
use belljar_tree::Tree;
use cap_std::{ambient_authority, fs::Dir};

use self::{files::DirectoryContent, rules::Rules};
use crate::{Filters, Limits, Source, SourceError, builder::Builder, names};

/// Walks a directory, names only. Contents are opened when they are asked for. `beside` is a tree that is trusted, whose files
/// no rule of the directory leaves out.
pub(crate) fn open(
    path: &Path,
    filters: Filters,
    limits: &Limits,
    beside: Option<&Tree>,
) -> Result<Source, SourceError> {
    let failed = |error: std::io::Error| SourceError::from_io(path, &error);
    let root = Dir::open_ambient_dir(path, ambient_authority()).map_err(failed)?;
    // Below the root an unreadable directory is a diagnostic; without the root there is nothing.
    root.entries().map_err(failed)?;
    let mut builder = Builder::new(limits, filters);
    let rules = if filters.include_ignored {
        Rules::none()
    } else {
        Rules::above(path, limits, &mut builder).beside(beside)
    };
    walk(root, builder, rules, format!("directory `{}`", path.display()))
}

/// Walks a directory with installed packages.
pub(crate) fn open_packages(root: Dir, limits: &Limits, description: String) -> Result<Source, SourceError> {
    walk(root, Builder::of_packages(limits), Rules::none(), description)
}

fn walk(root: Dir, builder: Builder<'_>, rules: Rules, description: String) -> Result<Source, SourceError> {
    let mut walk = Walk { builder, rules };
    walk.folder(&root, "")?;
    let content = Arc::new(DirectoryContent::new(root, walk.builder.limits.max_file_bytes));
    walk.builder.finish(content, description)
}

struct Walk<'a> {
    builder: Builder<'a>,
    rules: Rules,
}

impl Walk<'_> {
    fn folder(&mut self, dir: &Dir, path: &str) -> Result<(), SourceError> {
        let names = match self.names(dir, path) {
            Ok(names) => names?,
            Err(error) => {
                self.unreadable(path, &error);
                return Ok(());
            }
        };
        let is_environment = names.iter().any(|name| name == "pyvenv.cfg")
            && dir.symlink_metadata("pyvenv.cfg").is_ok_and(|marker| marker.is_file());
        if is_environment && !path.is_empty() && !self.builder.filters.include_environments {
            // Known before its tens of thousands of files are counted.
            self.builder.say(crate::builder::environment(path));
            return Ok(());
        }
        self.builder.folder(path);
        let entered = names.iter().any(|name| name == ".gitignore")
            && !self.builder.filters.include_ignored
            && self.rules.enter(dir, path, &mut self.builder);
        for name in &names {
            if let Some(child) = self.builder.child(path, name.as_encoded_bytes())? {
                self.entry(dir, Path::new(name), &child)?;
            }
        }
        if entered {
            self.rules.leave();
        }
        Ok(())
    }

    /// The names in a directory, sorted: the order of the disk is chance.
    fn names(&mut self, dir: &Dir, path: &str) -> std::io::Result<Result<Vec<OsString>, SourceError>> {
        let mut names = Vec::new();
        for entry in dir.entries()? {
            if let Err(over) = self.builder.count() {
                return Ok(Err(over));
            }
            match entry {
                Ok(entry) => names.push(entry.file_name()),
                Err(error) => self.unreadable(path, &error),
            }
        }
        names.sort_unstable();
        Ok(Ok(names))
    }

    fn entry(&mut self, dir: &Dir, name: &Path, path: &str) -> Result<(), SourceError> {
        if self.builder.passes_over(names::last(path)) {
            return Ok(());
        }
        let metadata = match dir.symlink_metadata(name) {
            Ok(metadata) => metadata,
            Err(error) => {
                self.unreadable(path, &error);
                return Ok(());
            }
        };
        let kind = metadata.file_type();
        if self.rules.ignores(path, kind.is_dir()) {
            return Ok(());
        }
        if kind.is_dir() {
            self.directory(dir, name, path)?;
        } else if kind.is_symlink() {
            self.link(dir, name, path);
        } else if !kind.is_file() {
            let text = "is a device, a socket or a pipe, and left out";
            self.builder.say_at(Severity::Note, "special-file", path, text, "nothing needs to be done");
        } else if let Err(error) = files::may_read(dir, name) {
            self.unreadable(path, &error);
        } else {
            self.builder.file(path, path.to_owned(), metadata.len())?;
        }
        Ok(())
    }

    fn directory(&mut self, dir: &Dir, name: &Path, path: &str) -> Result<(), SourceError> {
        if !self.builder.enters(path) {
            return Ok(());
        }
        match files::open_directory(dir, name) {
            Ok(child) => self.folder(&child, path),
            Err(error) => {
                self.unreadable(path, &error);
                Ok(())
            }
        }
    }

    fn link(&mut self, dir: &Dir, name: &Path, path: &str) {
        match dir.read_link_contents(name) {
            Ok(target) => {
                let target = target.into_os_string();
                let target = target.as_encoded_bytes();
                if cfg!(windows) {
                    let target: Vec<_> = target.iter().map(|b| if *b == b'\\' { b'/' } else { *b }).collect();
                    self.builder.link(path, &target, false);
                } else {
                    self.builder.link(path, target, false);
                }
            }
            Err(error) => self.unreadable(path, &error),
        }
    }

    fn unreadable(&mut self, path: &str, error: &std::io::Error) {
        let message = format!("cannot read `{}`: {error}", names::shown(path.as_bytes()));
        self.builder.say(
            Diagnostic::new(Severity::Warning, "unreadable", message)
                .at(path, 0)
                .hint("check its permissions; everything else was read"),
        );
    }
}
