use std::{collections::BTreeMap, sync::Arc};

use belljar_schema::{Diagnostic, Severity};
use belljar_tree::{Content, FileEntry, Tree};

use crate::{
    Filters, Limits, Source, SourceError,
    filters::CACHE,
    findings::Findings,
    folder::{Folder, Node, Target},
    links,
    names::{self, BadName},
    wanted::{self, Wanted},
};

/// What to do about a path that is too long.
const PATH_HINT: &str = "raise `max-path-length` in a file of `--limits`";

/// Takes what a directory, a revision or an archive holds, and makes the tree of it: the one place where limits
/// and filters apply and links are followed, so that the three give the same tree for the same files.
pub(crate) struct Builder<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) filters: Filters,
    /// Only what an import can ask for, as in a wheelhouse.
    pub(crate) imports_only: bool,
    root: Folder,
    findings: Findings,
    files: usize,
    entries: usize,
    names_bytes: usize,
    compiled: BTreeMap<String, String>,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(limits: &'a Limits, filters: Filters) -> Self {
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

    /// For packages that were installed: all of their files are theirs, and only what an import can ask for is kept.
    pub(crate) fn of_packages(limits: &'a Limits) -> Self {
        let filters = Filters { include_ignored: true, include_environments: true, ..Filters::default() };
        Self { imports_only: true, ..Self::new(limits, filters) }
    }

    /// Whether a name is of no use, whatever it names.
    pub(crate) fn passes_over(&self, name: &str) -> bool {
        self.filters.leaves_out_name(name) || (self.imports_only && !wanted::is_wanted(name))
    }

    pub(crate) fn say(&mut self, diagnostic: Diagnostic) {
        self.findings.add(diagnostic);
    }

    /// A diagnostic about one path.
    pub(crate) fn say_at(&mut self, severity: Severity, code: &str, path: &str, text: &str, hint: &str) {
        let message = format!("`{}` {text}", names::shown(path.as_bytes()));
        self.say(Diagnostic::new(severity, code, message).at(path, 0).hint(hint));
    }

    /// Counts a name that was looked at, whatever becomes of it.
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
        self.say(match bad {
            BadName::NotUtf8 => Diagnostic::new(
                Severity::Warning,
                "name-not-utf8",
                format!("the name of `{shown}` is not UTF-8, so it is left out"),
            )
            .hint("rename the file"),
            BadName::Refused(why) => Diagnostic::new(
                Severity::Warning,
                "name-refused",
                format!("`{shown}` is left out for its name: {why}"),
            )
            .hint("nothing outside the tree is read; rename the entry if it is meant to be inside"),
        });
    }

    /// Whether to go into a folder; says so where a limit is in the way.
    pub(crate) fn enters(&mut self, path: &str) -> bool {
        if self.filters.leaves_out_path(path) {
            return false;
        }
        let Limits { max_depth, max_path_bytes, .. } = *self.limits;
        if path.len() > max_path_bytes {
            let text = format!("is left out: its path has more than {max_path_bytes} bytes");
            self.say_at(Severity::Warning, "path-too-long", path, &text, PATH_HINT);
            return false;
        }
        if path.matches('/').count() > max_depth {
            let text = format!("is left out: it lies more than {max_depth} directories deep");
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

    /// Adds a directory that may be empty, so that a link to it is not taken for a dangling one.
    pub(crate) fn folder(&mut self, path: &str) {
        if self.enters(path) && !path.is_empty() {
            self.put(path, Node::Folder(Folder::default()));
        }
    }

    /// Adds a file. False where it is left out.
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

    /// Whether a file that is left out is code of the interpreter, which may take the place of its source.
    pub(crate) fn wants_compiled(&self, path: &str) -> bool {
        !self.imports_only && self.filters.leaves_out_compiled(path)
    }

    /// Remembers such a file. One of a cache that goes by the time of its source is of no use elsewhere: a checkout has times
    /// of its own.
    pub(crate) fn compiled(&mut self, path: &str, bytes: &[u8]) {
        let goes_by_time = bytes.len() >= 16 && bytes.get(4..8) == Some(&[0; 4]);
        let is_cached = names::last(names::parent(path)) == CACHE;
        if self.wants_compiled(path) && !(is_cached && goes_by_time) {
            self.compiled.insert(path.to_owned(), blake3::hash(bytes).to_hex().to_string());
        }
    }

    /// Says that something is left out that is not a file.
    pub(crate) fn special(&mut self, path: &str, what: &str) {
        let severity = if names::is_python(path) { Severity::Warning } else { Severity::Note };
        let text = format!("is {what}, and left out");
        self.say_at(severity, "special-file", path, &text, "nothing needs to be done");
    }

    /// Says that a file is left out for its size.
    pub(crate) fn too_large(&mut self, path: &str, size: u64) {
        let text = format!("is left out: {size} bytes, over {}", self.limits.max_file_bytes);
        // Only a Python file can hold models; anything else of this size is data.
        let severity = if names::is_python(path) { Severity::Warning } else { Severity::Note };
        self.say_at(severity, "file-too-large", path, &text, "raise `--max-file-size` if it matters");
        if !self.imports_only && (names::is_a(path, "so") || names::is_a(path, "pyd")) {
            self.compiled.insert(path.to_owned(), format!("{size} bytes"));
        }
    }

    /// Adds a symbolic link, or a hard link of an archive, whose target counts from the root.
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
            let text = "is there twice, as a file and as a directory; the directory is kept";
            self.say_at(Severity::Warning, "archive-duplicate", path, text, "pack the archive again");
        }
    }

    /// Follows the links and hands the tree over.
    pub(crate) fn finish(
        mut self,
        content: Arc<dyn Content>,
        description: String,
    ) -> Result<Source, SourceError> {
        if !self.filters.include_environments {
            prune(&mut self.root, "", &mut self.findings);
        }
        let files = links::resolve(&self.root, self.limits, &mut self.findings);
        // A deep folder is taken apart by the walk that made it; nothing needs it any more.
        drop(self.root);
        // Where files were left out, what is said of them matters more than that none is left.
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

/// Takes virtual environments out. The root stays: `python -m venv .` is a habit of some.
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

/// Says that a directory is taken for an installed environment.
pub(crate) fn environment(path: &str) -> Diagnostic {
    let message = format!("`{}` is an installed environment, and left out", names::shown(path.as_bytes()));
    Diagnostic::new(Severity::Note, "environment", message)
        .at(path, 0)
        .hint("include environments if it is source")
}

/// Finds Python files that git LFS left a pointer for: they parse as nonsense, and nobody would guess why.
fn find_pointers(files: &BTreeMap<String, FileEntry>, content: &dyn Content, findings: &mut Findings) {
    const MARK: &[u8] = b"version https://git-lfs.github.com/spec/";
    // A pointer holds a version, a hash and a size: about 130 bytes.
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
