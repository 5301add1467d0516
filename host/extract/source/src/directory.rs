//! A directory on the disk.

mod rules;
mod weight;

use std::{ffi::OsString, path::Path, sync::Arc};

use belljar_schema::{Diagnostic, Severity};
use belljar_tree::Tree;
use cap_std::{ambient_authority, fs::Dir};

use self::rules::Rules;
use crate::{
    Filters, Source, SourceError, SourceLimits,
    builder::Builder,
    files::{self, DirectoryContent},
    filters::CACHE,
    git::{self, Absent, Asked, Tracked},
    names,
};

/// Walks a directory, names only. Contents are opened on request. `beside` is a trusted tree, whose files no rule of
/// the directory excludes.
pub(crate) fn open(
    asked: &Asked<'_>,
    filters: Filters,
    limits: &SourceLimits,
    beside: Option<&Tree>,
) -> Result<Source, SourceError> {
    let path = asked.path;
    let failed = |error: std::io::Error| SourceError::from_io(path, &error);
    let root = Dir::open_ambient_dir(&asked.place.real, ambient_authority()).map_err(failed)?;
    // Below the root an unreadable directory is a diagnostic; without the root there is nothing.
    root.entries().map_err(failed)?;
    let mut builder = Builder::new(limits, filters);
    let is_top = asked.place.work_tree.as_ref().is_some_and(|tree| tree.below.as_os_str().is_empty());
    if !is_top && git::looks_like_git(&asked.place.real) {
        let message = "it looks like a git repository inside the work tree of another; its files are read as ordinary \
                       files";
        builder.report(Diagnostic::new(Severity::Note, "repository-in-repository", message));
    }
    let rules = if filters.include_ignored {
        Rules::none()
    } else {
        Rules::above(asked.place, limits, &mut builder).beside(beside)
    };
    let tracked = git::tracked(asked, limits).unwrap_or_default();
    for (path, why) in &tracked.absent {
        absent(path, *why, &mut builder);
    }
    walk(root, builder, rules, tracked, format!("directory `{}`", path.display()))
}

/// Reports tracked files that are not on the disk, although they were not deleted.
fn absent(path: &str, why: Absent, builder: &mut Builder<'_>) {
    if builder.filters.leaves_out_path(path) {
        return;
    }
    let (code, text, hint) = match why {
        Absent::NotCheckedOut => {
            let hint = "name a revision, such as `HEAD`, or run `git sparse-checkout disable`";
            ("not-checked-out", "is tracked, but not checked out", hint)
        }
        Absent::Submodule => {
            let text = "is a submodule that is not checked out";
            ("submodule", text, "run `git submodule update --init`")
        }
    };
    builder.say_at(Severity::Warning, code, path, text, hint);
}

/// Walks a directory with installed packages.
pub(crate) fn open_packages(
    root: Dir,
    limits: &SourceLimits,
    description: String,
) -> Result<Source, SourceError> {
    walk(root, Builder::of_packages(limits), Rules::none(), Tracked::default(), description)
}

fn walk(
    root: Dir,
    builder: Builder<'_>,
    rules: Rules,
    tracked: Tracked,
    description: String,
) -> Result<Source, SourceError> {
    let mut walk = Walk { builder, rules, tracked, ignored: false };
    walk.folder(&root, "")?;
    let content = Arc::new(DirectoryContent::new(root, walk.builder.limits.max_file_bytes));
    walk.builder.finish(content, description)
}

struct Walk<'a> {
    builder: Builder<'a>,
    rules: Rules,
    /// Tracked files are kept, whatever the rules say.
    tracked: Tracked,
    /// A folder that is entered although it is ignored: only tracked files are kept.
    ignored: bool,
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
            self.builder.report(crate::builder::environment(path));
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

    /// The names in a directory, sorted: the order of the disk is arbitrary.
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
            return self.left_out(dir, name, path);
        }
        let metadata = match dir.symlink_metadata(name) {
            Ok(metadata) => metadata,
            Err(error) => {
                self.unreadable(path, &error);
                return Ok(());
            }
        };
        let kind = metadata.file_type();
        let ignored = self.ignored || self.rules.ignores(path, kind.is_dir());
        if ignored && !self.tracked.holds(path, kind.is_dir()) {
            return Ok(());
        }
        if kind.is_dir() {
            let above = std::mem::replace(&mut self.ignored, ignored);
            self.directory(dir, name, path)?;
            self.ignored = above;
        } else if kind.is_symlink() {
            self.link(dir, name, path);
        } else if !kind.is_file() {
            self.builder.special(path, "a device, a socket or a pipe");
        } else if let Err(error) = files::may_read(dir, name) {
            self.unreadable(path, &error);
        } else {
            self.builder.file(path, path.to_owned(), metadata.len())?;
        }
        Ok(())
    }

    /// Looks for bytecode in what is skipped.
    fn left_out(&mut self, dir: &Dir, name: &Path, path: &str) -> Result<(), SourceError> {
        let is_cache =
            names::last(path) == CACHE && !self.builder.filters.leaves_out_path(names::parent(path));
        let is_wanted = self.builder.wants_compiled(path);
        let Ok(kind) = dir.symlink_metadata(name).map(|metadata| metadata.file_type()) else { return Ok(()) };
        let ignored = self.ignored || self.rules.ignores(path, kind.is_dir());
        if ignored && !self.tracked.holds(path, kind.is_dir()) {
            return Ok(());
        }
        if is_cache && kind.is_dir() && !self.builder.imports_only {
            let Ok(cache) = files::open_directory(dir, name) else { return Ok(()) };
            let Ok(names) = self.names(&cache, path) else { return Ok(()) };
            let above = std::mem::replace(&mut self.ignored, ignored);
            for name in names? {
                if let Some(child) = self.builder.child(path, name.as_encoded_bytes())? {
                    self.left_out(&cache, Path::new(&name), &child)?;
                }
            }
            self.ignored = above;
        } else if is_wanted && kind.is_file() && files::may_read(dir, name).is_ok() {
            // What can't be read here is not loaded there.
            let limit = self.builder.limits.max_file_bytes;
            if let Ok(files::Small::Bytes(bytes)) = files::read_small(dir, name, limit) {
                self.builder.compiled(path, &bytes);
            }
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
        let message = format!("can't read `{}`: {error}", names::shown(path.as_bytes()));
        self.builder.report(
            Diagnostic::new(Severity::Warning, "unreadable", message)
                .at(path, 0)
                .hint("check its permissions; everything else was read"),
        );
    }
}
