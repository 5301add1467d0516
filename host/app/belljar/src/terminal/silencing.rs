//! Writes silencing comments into the files of the work tree (`check --fix`).
//!
//! The comments come from a process that runs untrusted code. What they may change is therefore determined here: only
//! Python files below the root, without links; each change is one comment with codes of rules and the reason of the
//! command line.

use std::{
    fs,
    io::{self, Write as _},
    path::{Component, Path, PathBuf},
};

use belljar_check::{Fixes, SilencingComment};

use super::{guard, messages};
use crate::failure::Failure;

/// The maximum size of a file that is changed, in bytes.
const LARGEST: u64 = 4 << 20;

/// The comments of `check --fix`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Silencing {
    /// The directory that is checked.
    pub(crate) root: PathBuf,
    /// The reason that each comment gives.
    pub(crate) reason: String,
}

impl Silencing {
    /// Writes the comments that `render` gives as JSON, and reports them.
    pub(crate) fn write(&self, render: &dyn Fn(&mut dyn io::Write) -> io::Result<()>) -> Result<(), Failure> {
        let mut text = Vec::new();
        let fixes: io::Result<Fixes> =
            render(&mut text).and_then(|()| serde_json::from_slice(&text).map_err(io::Error::from));
        let fixes = fixes.map_err(|source| Failure::Write { path: "the comments".to_owned(), source })?;
        let mut report = String::new();
        let mut written: Vec<(&SilencingComment, usize)> = Vec::new();
        for comment in &fixes.comments {
            match self.apply(comment) {
                Ok(Some(line)) => {
                    // The earlier ones of a file are below: they move down.
                    let moved = written.iter_mut().filter(|(other, _)| other.path == comment.path);
                    moved.filter(|(_, below)| *below > line).for_each(|(_, below)| *below += 1);
                    written.push((comment, line));
                }
                Ok(None) => {}
                Err(error) => messages::comment_not_written(&mut report, &comment.path, &error),
            }
        }
        written.sort_by_key(|(comment, line)| (&comment.path, *line));
        for (comment, line) in &written {
            messages::comment_written(&mut report, &comment.path, *line, &self.text(comment));
        }
        messages::comments_written(&mut report, written.len(), fixes.others);
        guard::write_text(&report);
        Ok(())
    }

    /// Writes a comment, unless the line has one for its codes. Returns its line.
    fn apply(&self, comment: &SilencingComment) -> io::Result<Option<usize>> {
        let path = self.file(&comment.path)?;
        if fs::metadata(&path)?.len() > LARGEST {
            return Err(io::Error::other("the file is too large"));
        }
        if !comment.codes.iter().all(|code| belljar_rules::find(code).is_some()) {
            return Err(io::Error::other("a code is of no rule"));
        }
        let text = fs::read_to_string(&path)?;
        let Some((changed, line)) = with_comment(&text, comment.line, &self.text(comment)) else {
            return Ok(None);
        };
        replace(&path, &changed)?;
        Ok(Some(line))
    }

    /// The comment.
    fn text(&self, comment: &SilencingComment) -> String {
        let whole = if comment.line.is_none() { "-file" } else { "" };
        format!("# belljar: ignore{whole}[{}] {}", comment.codes.join(", "), self.reason)
    }

    /// The Python file of a path below the root, without links.
    fn file(&self, path: &str) -> io::Result<PathBuf> {
        let relative = Path::new(path);
        let is_below = relative.components().all(|part| matches!(part, Component::Normal(_)));
        if !is_below || relative.extension().is_none_or(|ending| ending != "py") {
            return Err(io::Error::other("it is not a Python file below the directory"));
        }
        let root = fs::canonicalize(&self.root)?;
        let file = root.join(relative);
        if fs::canonicalize(&file)? != file {
            return Err(io::Error::other("a link leads to it"));
        }
        Ok(file)
    }
}

/// A text with a comment above a line, or at its end; and the line of the comment. `None` if it is there, or if the text
/// has no such line.
fn with_comment(text: &str, above: Option<u32>, comment: &str) -> Option<(String, usize)> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let Some(above) = above else {
        if lines.iter().any(|line| line.trim() == comment) {
            return None;
        }
        let gap = if text.is_empty() || text.ends_with('\n') { "" } else { end };
        return Some((format!("{text}{gap}{comment}{end}"), lines.len() + 1));
    };
    let position = usize::try_from(above).ok()?.checked_sub(1)?;
    let line = lines.get(position)?;
    let before = position.checked_sub(1).and_then(|before| lines.get(before));
    let marks = |line: &str| line.contains("belljar: ignore[");
    if marks(line) || before.is_some_and(|line| line.trim_start().starts_with('#') && marks(line)) {
        return None;
    }
    let blank: String = line.chars().take_while(|letter| matches!(letter, ' ' | '\t')).collect();
    let (first, rest) = lines.split_at_checked(position)?;
    Some((format!("{}{blank}{comment}{end}{}", first.concat(), rest.concat()), position + 1))
}

/// Replaces a file as a whole, with its permissions.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut partial = tempfile::Builder::new().prefix(".belljar-").tempfile_in(folder)?;
    partial.write_all(text.as_bytes())?;
    fs::set_permissions(partial.path(), fs::metadata(path)?.permissions())?;
    partial.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_comment_is_written() {
        let comment = "# belljar: ignore[BJ1] x";
        for (text, line, expected) in [
            ("a\n  b\n", Some(2), Some(("a\n  # belljar: ignore[BJ1] x\n  b\n", 2))),
            ("a\r\n\tb\r\n", Some(2), Some(("a\r\n\t# belljar: ignore[BJ1] x\r\n\tb\r\n", 2))),
            ("a", None, Some(("a\n# belljar: ignore[BJ1] x\n", 2))),
            ("a\n", Some(3), None),
            ("a\n", Some(0), None),
            ("a  # belljar: ignore[BJ1] y\n", Some(1), None),
            ("# belljar: ignore[BJ2] y\na\n", Some(2), None),
            ("a\n# belljar: ignore[BJ1] x\n", None, None),
        ] {
            let found = with_comment(text, line, comment);
            assert_eq!(found, expected.map(|(text, line)| (text.to_owned(), line)), "{text:?}");
        }
    }

    #[test]
    fn only_python_files_below_the_root_are_changed() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("root");
        fs::create_dir(&root).unwrap();
        for name in ["a.py", "a.txt", "../outside.py"] {
            fs::write(root.join(name), "a\n").unwrap();
        }
        std::os::unix::fs::symlink("../outside.py", root.join("link.py")).unwrap();
        std::os::unix::fs::symlink("..", root.join("up")).unwrap();
        let silencing = Silencing { root: root.clone(), reason: "why".to_owned() };
        let apply = |path: &str, code: &str| {
            let comment =
                SilencingComment { path: path.to_owned(), line: Some(1), codes: vec![code.to_owned()] };
            silencing.apply(&comment)
        };
        let absolute = root.join("a.py").display().to_string();
        for path in ["a.txt", "../outside.py", "link.py", "up/outside.py", "nowhere.py", &absolute, ""] {
            assert!(apply(path, "BJ101").is_err(), "{path}");
        }
        assert!(apply("a.py", "x] y\nimport os").is_err());
        assert_eq!(fs::read_to_string(root.join("a.py")).unwrap(), "a\n");
        assert_eq!(fs::read_to_string(folder.path().join("outside.py")).unwrap(), "a\n");
        // The control.
        assert_eq!(apply("a.py", "BJ101").unwrap(), Some(1));
        assert_eq!(fs::read_to_string(root.join("a.py")).unwrap(), "# belljar: ignore[BJ101] why\na\n");
        assert_eq!(apply("a.py", "BJ101").unwrap(), None, "it is there");
    }
}
