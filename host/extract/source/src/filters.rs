use serde::{Deserialize, Serialize};

use crate::names;

/// The folder in which the interpreter keeps bytecode.
pub(crate) const CACHE: &str = "__pycache__";

/// Files that are excluded from every tree, and can be included. By default all are excluded: none of them is the
/// project's own source, and an installed environment alone can exceed the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches, one for each kind of clutter")]
pub struct Filters {
    /// Include what `.gitignore` and `.git/info/exclude` exclude. Directories only: a git revision holds what was
    /// committed and an archive what was packed, ignored or not.
    pub include_ignored: bool,
    /// Include virtual environments (a directory with a `pyvenv.cfg`, or one called `venv` or `.venv` with
    /// `lib/python*` in it), `site-packages`, `.tox` and `.nox`.
    pub include_environments: bool,
    /// Include what tools write beside the source: `__pycache__`, `*.pyc`, `.eggs`, `.mypy_cache`, `.pytest_cache`,
    /// `.ruff_cache`, and macOS's `__MACOSX`, `.DS_Store` and `._*`.
    pub include_caches: bool,
    /// Whether files in `node_modules` are included.
    pub include_node_modules: bool,
    /// Include `.git`, `.hg`, `.svn` and `.bzr`.
    pub include_version_control: bool,
}

impl Filters {
    /// Whether a file or directory of this name is excluded, in any folder.
    pub(crate) fn leaves_out_name(self, name: &str) -> bool {
        match name {
            ".git" | ".hg" | ".svn" | ".bzr" => !self.include_version_control,
            "node_modules" => !self.include_node_modules,
            "site-packages" | ".tox" | ".nox" => !self.include_environments,
            "__pycache__" | ".eggs" | ".mypy_cache" | ".pytest_cache" | ".ruff_cache" | "__MACOSX"
            | ".DS_Store" => !self.include_caches,
            _ => !self.include_caches && (names::is_a(name, "pyc") || name.starts_with("._")),
        }
    }

    /// Whether a path is that of excluded bytecode: beside its source or in the cache below it, and not within anything
    /// else that is excluded.
    pub(crate) fn leaves_out_compiled(self, path: &str) -> bool {
        let folder = names::parent(path);
        let folder = if names::last(folder) == CACHE { names::parent(folder) } else { folder };
        !self.include_caches && names::is_a(path, "pyc") && !self.leaves_out_path(folder)
    }

    /// Whether a part of the path is excluded by name.
    pub(crate) fn leaves_out_path(self, path: &str) -> bool {
        path.split('/').any(|name| self.leaves_out_name(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clutter_is_left_out_wherever_it_is() {
        let filters = Filters::default();
        for path in [
            ".git/HEAD",
            "sub/.git",
            "a/__pycache__/b.pyc",
            "a/b.pyc",
            "web/node_modules/x/y.py",
            "lib/python3.12/site-packages/sqlalchemy/__init__.py",
            ".tox/py/x.py",
            "__MACOSX/a.py",
            "a/._models.py",
        ] {
            assert!(filters.leaves_out_path(path), "{path}");
        }
    }

    #[test]
    fn source_that_looks_like_clutter_stays() {
        let filters = Filters::default();
        for path in [
            "git/a.py",
            ".gitignore",
            "venv/a.py",
            "x.egg-info/PKG-INFO",
            "a/pyc.py",
            ".github/x.py",
            "_a.py",
        ] {
            assert!(!filters.leaves_out_path(path), "{path}");
        }
    }

    #[test]
    fn each_kind_can_be_put_back_alone() {
        let none = Filters::default();
        let cases = [
            (Filters { include_version_control: true, ..none }, ".git/HEAD"),
            (Filters { include_node_modules: true, ..none }, "node_modules/a.py"),
            (Filters { include_environments: true, ..none }, "site-packages/a.py"),
            (Filters { include_caches: true, ..none }, "__pycache__/a.pyc"),
        ];
        for (filters, path) in cases {
            let kept: Vec<_> =
                cases.iter().filter(|(_, p)| !filters.leaves_out_path(p)).map(|(_, p)| *p).collect();
            assert_eq!(kept, [path]);
        }
    }
}
