use thiserror::Error;

use crate::{Node, Tree};

/// The maximum length of a path, in bytes: the same as in Linux.
pub const LONGEST_PATH: usize = 4096;

/// Why a path does not exist in a tree. Each has an error code in POSIX.
#[derive(Debug, Clone, Copy, Error, PartialEq, Eq)]
pub enum ResolveError {
    /// It is longer than [`LONGEST_PATH`] (`ENAMETOOLONG`).
    #[error("the path is too long")]
    TooLong,
    /// It leads out of the tree, or starts outside it (`EPERM`).
    #[error("the path leads out of the tree")]
    Outside,
    /// No entry has this name (`ENOENT`).
    #[error("there is no such file or directory")]
    NoEntry,
    /// A file is in place of a directory (`ENOTDIR`).
    #[error("a part of the path is not a directory")]
    NotADirectory,
}

impl Tree {
    /// Resolves `path` relative to the directory `base`, as in a file system without links: part by part, so that every
    /// part but the last must be a directory, and also the last if a slash follows it.
    pub fn resolve(&self, base: &str, path: &str) -> Result<String, ResolveError> {
        if path.len() > LONGEST_PATH {
            return Err(ResolveError::TooLong);
        }
        if path.is_empty() {
            return Err(ResolveError::NoEntry);
        }
        if path.starts_with('/') {
            return Err(ResolveError::Outside);
        }
        let mut at = base.to_owned();
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            match part {
                "" | "." => {}
                ".." if at.is_empty() => return Err(ResolveError::Outside),
                ".." => at.truncate(at.rfind('/').unwrap_or(0)),
                name => {
                    if !at.is_empty() {
                        at.push('/');
                    }
                    at.push_str(name);
                }
            }
            match self.node(&at) {
                None => return Err(ResolveError::NoEntry),
                Some(Node::File(_)) if parts.peek().is_some() => return Err(ResolveError::NotADirectory),
                Some(_) => {}
            }
        }
        Ok(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        Tree::in_memory([("a/b/c.py", "x"), ("d.py", "y")])
    }

    #[test]
    fn paths_resolve_inside_the_tree() {
        let cases = [
            (".", ""),
            ("a", "a"),
            ("a/", "a"),
            ("a/./b", "a/b"),
            ("a/b/../b/c.py", "a/b/c.py"),
            ("a//b", "a/b"),
        ];
        for (path, expected) in cases {
            assert_eq!(tree().resolve("", path).as_deref(), Ok(expected), "{path}");
        }
        assert_eq!(tree().resolve("a/b", "../../d.py").as_deref(), Ok("d.py"));
    }

    #[test]
    fn paths_out_of_the_tree_are_refused() {
        let error = |path: &str| tree().resolve("", path).unwrap_err();
        for path in ["..", "a/../..", "../repo", "/", "/etc/passwd", "a/b/../../.."] {
            assert_eq!(error(path), ResolveError::Outside, "{path}");
        }
        for path in ["d.py/", "d.py/..", "d.py/x"] {
            assert_eq!(error(path), ResolveError::NotADirectory, "{path}");
        }
        for path in ["", "x", "x/../d.py", "a\0b"] {
            assert_eq!(error(path), ResolveError::NoEntry, "{path:?}");
        }
        assert_eq!(error(&"a".repeat(5000)), ResolveError::TooLong);
    }
}
