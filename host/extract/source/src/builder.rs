use std::{collections::BTreeMap, sync::Arc};

use belljar_schema::{Diagnostic, Severity};
use belljar_tree::{Content, FileEntry, Tree};

use crate::{
    Filters, Source, SourceError, SourceLimits,
    filters::CACHE,
    findings::Findings,
    folder::{Folder, Node, Target},
    links,
    names::{self, BadName},
    wanted::{self, Wanted},
};

/// The hint for a path that is too long.
const PATH_HINT: &str = "raise `max-path-length` in a file of `--limits`";

/// Collects the contents of a directory, a revision or an archive, and builds the tree: the one place where limits and
/// filters apply and links are followed, so that all three give the same tree for the same files.
pub(crate) struct Builder<'a> {
    pub(crate) limits: &'a SourceLimits,
    pub(crate) filters: Filters,
    /// Keep only what an import can use, as in a wheelhouse.
    pub(crate) imports_only: bool,
    root: Folder,
    findings: Findings,
    files: usize,
    entries: usize,
    names_bytes: usize,
    compiled: BTreeMap<String, String>,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(limits: &'a SourceLimits, filters: Filters) -> Self {
        let (root, findings) = (Folder::default(), Findings::default());
        let compiled = BTreeMap::new();
        Self {
            limits,
            filters,
            imports_only: false,
            root,
            findings,
            files: 0,
            entries: 0,
            names_bytes: 0,
            compiled,
        }
    }

    /// For installed packages: all of their files belong to them, and only what an import can use is kept.
    pub(crate) fn of_packages(limits: &'a SourceLimits) -> Self {
        let filters = Filters { include_ignored: true, include_environments: true, ..Filters::default() };
        Self { imports_only: true, ..Self::new(limits, filters) }
    }

    /// Whether a name is excluded, whatever its kind.
    pub(crate) fn passes_over(&self, name: &str) -> bool {
        self.filters.leaves_out_name(name) || (self.imports_only && !wanted::is_wanted(name))
    }

    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.findings.add(diagnostic);
    }

    /// A diagnostic about one path.
    pub(crate) fn say_at(&mut self, severity: Severity, code: &str, path: &str, text: &str, hint: &str) {
        let message = format!("`{}` {text}", names::shown(path.as_bytes()));
        self.report(Diagnostic::new(severity, code, message).at(path, 0).hint(hint));
    }

    /// Counts a visited name, kept or not.
    pub(crate) fn count(&mut self) -> Result<(), SourceError> {
        self.entries += 1;
        let value = self.limits.max_entries;
        if self.entries > value {
            return Err(SourceError::TooMany { what: "names", limit: "max_entries", value });
        }
        Ok(())
    }

    /// Counts the length of a path that will be kept.
    pub(crate) fn keep_name(&mut self, path: String) -> Result<Option<String>, SourceError> {
        self.names_bytes = self.names_bytes.saturating_add(path.len());
        let value = self.limits.max_names_bytes;
        if self.names_bytes > value {
            return Err(SourceError::TooMany { what: "bytes of paths", limit: "max_names_bytes", value });
        }
        Ok(Some(path))
    }

    /// The path of a name in a folder, or a diagnostic.
    pub(crate) fn child(&mut self, folder: &str, raw: &[u8]) -> Result<Option<String>, SourceError> {
        match names::component(raw) {
            Ok(name) => self.keep_name(names::join(folder, name)),
            Err(bad) => {
                let folder = if folder.is_empty() { Vec::new() } else { [folder.as_bytes(), b"/"].concat() };
                let path = [folder.as_slice(), raw].concat();
                self.bad_name(&path, bad);
                Ok(None)
            }
        }
    }

    pub(crate) fn bad_name(&mut self, raw: &[u8], bad: BadName) {
        let shown = names::shown(raw);
        self.report(match bad {
            BadName::NotUtf8 => Diagnostic::new(
                Severity::Warning,
                "name-not-utf8",
                format!("the name of `{shown}` is not UTF-8, so it is skipped"),
            )
            .hint("rename the file"),
            BadName::Refused(why) => Diagnostic::new(
                Severity::Warning,
                "name-refused",
                format!("`{shown}` is skipped because of its name: {why}"),
            )
            .hint("nothing outside the tree is read; rename the entry if it is meant to be inside"),
        });
    }

    /// Whether to enter a folder; reports a limit that prevents it.
    pub(crate) fn enters(&mut self, path: &str) -> bool {
        if self.filters.leaves_out_path(path) {
            return false;
        }
        let SourceLimits { max_depth, max_path_bytes, .. } = *self.limits;
        if path.len() > max_path_bytes {
            let text = format!("is skipped: its path has more than {max_path_bytes} bytes");
            self.say_at(Severity::Warning, "path-too-long", path, &text, PATH_HINT);
            return false;
        }
        if path.matches('/').count() > max_depth {
            let text = format!("is skipped: it is more than {max_depth} directories deep");
            self.say_at(
                Severity::Warning,
                "too-deep",
                path,
                &text,
                "raise `max-depth` in a file of `--limits`",
            );
            return false;
        }
        true
    }

    /// Adds a directory that may be empty, so that a link to it is not reported as dangling.
    pub(crate) fn folder(&mut self, path: &str) {
        if self.enters(path) && !path.is_empty() {
            self.put(path, Node::Folder(Folder::default()));
        }
    }

    /// Adds a file. False if it is skipped.
    pub(crate) fn file(&mut self, path: &str, key: String, size: u64) -> Result<bool, SourceError> {
        if !self.enters(path) {
            return Ok(false);
        }
        let wanted = if self.imports_only { wanted::of_file(path) } else { Wanted::Bytes };
        let (path, key, size) = match wanted {
            Wanted::Nothing => return Ok(false),
            Wanted::Bytes => (path.to_owned(), key, size),
            Wanted::Name(path) => (path, String::new(), 0),
        };
        if size > self.limits.max_file_bytes {
            self.too_large(&path, size);
            return Ok(false);
        }
        self.files += 1;
        let value = self.limits.max_files;
        if self.files > value {
            return Err(SourceError::TooMany { what: "files", limit: "max_files", value });
        }
        self.put(&path, Node::File(FileEntry { key, size }));
        Ok(true)
    }

    /// Whether a skipped file is bytecode, which may take the place of its source.
    pub(crate) fn wants_compiled(&self, path: &str) -> bool {
        !self.imports_only && self.filters.leaves_out_compiled(path)
    }

    /// Records such a file. A cache file that is checked by the time of its source has no effect elsewhere: a checkout
    /// has other times.
    pub(crate) fn compiled(&mut self, path: &str, bytes: &[u8]) {
        let goes_by_time = bytes.len() >= 16 && bytes.get(4..8) == Some(&[0; 4]);
        let is_cached = names::last(names::parent(path)) == CACHE;
        if self.wants_compiled(path) && !(is_cached && goes_by_time) {
            self.compiled.insert(path.to_owned(), blake3::hash(bytes).to_hex().to_string());
        }
    }

    /// Reports an entry that is skipped because it is not a file.
    pub(crate) fn special(&mut self, path: &str, what: &str) {
        let severity = if names::is_python(path) { Severity::Warning } else { Severity::Note };
        let text = format!("is {what}, and is skipped");
        self.say_at(severity, "special-file", path, &text, "no action is needed");
    }

    /// Reports a file that is skipped because of its size.
    pub(crate) fn too_large(&mut self, path: &str, size: u64) {
        let text = format!("is skipped: {size} bytes, over the limit of {}", self.limits.max_file_bytes);
        // Only a Python file can contain models; other files of this size are data.
        let severity = if names::is_python(path) { Severity::Warning } else { Severity::Note };
        self.say_at(severity, "file-too-large", path, &text, "raise `--max-file-size` if it is needed");
        if !self.imports_only && (names::is_a(path, "so") || names::is_a(path, "pyd")) {
            self.compiled.insert(path.to_owned(), format!("{size} bytes"));
        }
    }

    /// Adds a symbolic link, or a hard link of an archive, whose target is relative to the root.
    pub(crate) fn link(&mut self, path: &str, target: &[u8], from_root: bool) {
        if !self.enters(path) {
            return;
        }
        match std::str::from_utf8(target) {
            Ok(text) if text.len() <= self.limits.max_path_bytes => {
                self.put(path, Node::Link(Target { text: text.to_owned(), from_root }));
            }
            Ok(_) => {
                let text = "is a link to a path that is too long";
                self.say_at(Severity::Warning, "path-too-long", path, text, PATH_HINT);
            }
            Err(_) => self.bad_name(target, BadName::NotUtf8),
        }
    }

    fn put(&mut self, path: &str, node: Node) {
        if !self.root.insert(path, node) {
            let text = "exists twice, as a file and as a directory; the directory is kept";
            self.say_at(Severity::Warning, "archive-duplicate", path, text, "pack the archive again");
        }
    }

    /// Follows the links and returns the tree.
    pub(crate) fn finish(
        mut self,
        content: Arc<dyn Content>,
        description: String,
    ) -> Result<Source, SourceError> {
        if !self.filters.include_environments {
            prune(&mut self.root, "", &mut self.findings);
        }
        let files = links::resolve(&self.root, self.limits, &mut self.findings);
        // A deep folder is dismantled by the walk that built it; nothing needs it any more.
        drop(self.root);
        // If files were skipped, their diagnostics matter more than the fact that none is left.
        if files.is_empty() && (self.imports_only || !self.findings.is_grave()) {
            return Err(SourceError::Empty { description });
        }
        if !self.imports_only {
            find_pointers(&files, content.as_ref(), &mut self.findings);
        }
        let diagnostics = self.findings.into_diagnostics();
        Ok(Source { tree: Tree::new(files, content), diagnostics, description, compiled: self.compiled })
    }
}

/// Removes virtual environments. The root stays: some projects use `python -m venv .`.
fn prune(folder: &mut Folder, path: &str, findings: &mut Findings) {
    folder.children.retain(|name, node| {
        let Node::Folder(child) = node else { return true };
        let path = names::join(path, name);
        if child.is_environment(name) {
            findings.add(environment(&path));
            return false;
        }
        prune(child, &path, findings);
        true
    });
}

/// Reports a directory that is treated as an installed environment.
pub(crate) fn environment(path: &str) -> Diagnostic {
    let message = format!("`{}` is an installed environment, and is skipped", names::shown(path.as_bytes()));
    Diagnostic::new(Severity::Note, "environment", message)
        .at(path, 0)
        .hint("use `--include environments` if it is source")
}

/// Finds Python files that git LFS left a pointer for: they can't be parsed, for a reason that is hard to guess.
fn find_pointers(files: &BTreeMap<String, FileEntry>, content: &dyn Content, findings: &mut Findings) {
    const MARK: &[u8] = b"version https://git-lfs.github.com/spec/";
    // A pointer contains a version, a hash and a size: about 130 bytes.
    const SIZES: std::ops::RangeInclusive<u64> = 100..=200;
    let small = files.iter().filter(|(path, entry)| names::is_a(path, "py") && SIZES.contains(&entry.size));
    for (path, entry) in small {
        if content.read(&entry.key).is_ok_and(|bytes| bytes.starts_with(MARK)) {
            let message = format!("`{}` is a pointer of git LFS, not source", names::shown(path.as_bytes()));
            findings.add(
                Diagnostic::new(Severity::Warning, "lfs-pointer", message)
                    .at(path, 0)
                    .hint("run `git lfs pull` and read the directory without a revision"),
            );
        }
    }
}
