//! Configuration files of projects. A file that can't be read is reported: it may contain a root or a requirement.

use std::borrow::Cow;

use belljar_schema::{Diagnostic, Severity};
use belljar_tree::{Node, Tree};
use ruff_python_ast::ModModule;
use ruff_python_parser::Parsed;

use crate::{
    decode,
    parse::{self, ParseError},
    paths,
    scan::MAX_SOURCE_BYTES,
};

/// The maximum size of a lock file. It is read line by line, and lists the packages of a whole workspace.
const LARGEST_LOCK: u64 = 16 << 20;

/// The maximum size of files without their own limit: the data kept of a line can be many times its length.
const LARGEST: u64 = 1 << 20;

/// Passes the text of a file to `f`, or reports why it can't be read.
pub(crate) fn with_text(
    tree: &Tree,
    path: &str,
    diagnostics: &mut Vec<Diagnostic>,
    f: impl FnOnce(&str, &mut Vec<Diagnostic>),
) {
    let Some(Node::File(entry)) = tree.node(path) else { return };
    let limit = limit(paths::file_name(path));
    if entry.size > limit {
        let why = format!("it has {} bytes; the limit is {limit}", entry.size);
        return diagnostics.push(not_read(path, &why));
    }
    match tree.read(path) {
        Ok(bytes) => match text(&bytes) {
            Some(text) => f(&text, diagnostics),
            None => diagnostics.push(not_read(path, "it is not UTF-8")),
        },
        Err(error) => diagnostics.push(not_read(path, &error.to_string())),
    }
}

fn text(bytes: &[u8]) -> Option<Cow<'_, str>> {
    decode::decode(bytes).ok()
}

/// The maximum size in bytes; the largest `pyproject.toml` of published projects has a fifth of it.
pub(crate) use belljar_config::bounded::LARGEST_TOML;

fn limit(name: &str) -> u64 {
    match name {
        "pyproject.toml" | "Pipfile" => LARGEST_TOML as u64,
        "setup.py" => MAX_SOURCE_BYTES,
        "pylock.toml" => LARGEST_LOCK,
        _ if name.rsplit('.').next() == Some("lock") => LARGEST_LOCK,
        _ => LARGEST,
    }
}

/// Parses a Python file that configures the project, or returns why it can't be parsed.
pub(crate) fn python(path: &str, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Parsed<ModModule>> {
    let why = match parse::module(text) {
        Ok(module) => return Some(module),
        Err(ParseError::TooDeep) => "it is nested too deeply to be parsed",
        Err(ParseError::TooMany) => "it has more tokens than the limit",
        Err(ParseError::Panic) => "the parser failed on it",
    };
    diagnostics.push(not_read(path, why));
    None
}

/// Reports that a file is not read.
pub(crate) fn not_read(path: &str, why: &str) -> Diagnostic {
    let message = format!("`{path}` is not read: {why}");
    Diagnostic::new(Severity::Warning, "configuration-not-read", message).at(path, 0).hint(
        "the import roots and requirements in it are unknown; choose the SQLAlchemy release with `--sqlalchemy`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, discover};

    fn reported(path: &str, bytes: Vec<u8>) -> Vec<(String, String)> {
        let found = discover(&Tree::in_memory([(path, bytes)]), &Options::default());
        found.diagnostics.into_iter().map(|one| (one.code, one.message)).collect()
    }

    #[test]
    fn what_is_not_read_is_named() {
        let blank = |size: u64| vec![b'\n'; usize::try_from(size).unwrap() + 1];
        let deep = format!("a = {}1\n", "-".repeat(100_000)).into_bytes();
        for (path, bytes, why) in [
            ("Pipfile", blank(LARGEST_TOML as u64), "the limit is 524288"),
            ("Pipfile", b"[packages]\n".repeat(40_000), "32,768 lines"),
            ("a/pyproject.toml", blank(LARGEST_TOML as u64), "the limit is 524288"),
            ("a/pyproject.toml", b"a.".repeat(9_000), "limit on keys and values"),
            ("setup.py", blank(MAX_SOURCE_BYTES), "the limit is 4194304"),
            ("setup.py", deep, "nested too deeply"),
            ("setup.cfg", blank(LARGEST), "the limit is 1048576"),
            ("requirements.txt", blank(LARGEST), "the limit is 1048576"),
            ("requirements/base.in", blank(LARGEST), "the limit is 1048576"),
            ("requirements.txt", b"\xff\xfes\0q\0l\0".to_vec(), "not UTF-8"),
            ("x.egg-info/requires.txt", blank(LARGEST), "the limit is 1048576"),
            ("PKG-INFO", blank(LARGEST), "the limit is 1048576"),
            ("uv.lock", blank(LARGEST_LOCK), "the limit is 16777216"),
            ("poetry.lock", blank(LARGEST_LOCK), "the limit is 16777216"),
            ("pdm.lock", blank(LARGEST_LOCK), "the limit is 16777216"),
            ("pylock.toml", blank(LARGEST_LOCK), "the limit is 16777216"),
            ("Pipfile.lock", blank(LARGEST_LOCK), "the limit is 16777216"),
        ] {
            let reported = reported(path, bytes);
            assert_eq!(reported.len(), 1, "{path}: {reported:?}");
            assert_eq!(reported[0].0, "configuration-not-read");
            assert!(reported[0].1.starts_with(&format!("`{path}` is not read: ")), "{reported:?}");
            assert!(reported[0].1.contains(why), "{reported:?}");
        }
    }

    #[test]
    fn what_is_within_the_limits_is_read() {
        for path in [
            "Pipfile",
            "a/pyproject.toml",
            "setup.py",
            "setup.cfg",
            "requirements.txt",
            "uv.lock",
            "PKG-INFO",
        ] {
            assert_eq!(reported(path, vec![b'\n'; 32 << 10]), [], "{path}");
        }
        let broken = reported("Pipfile", b"[packages]\nsqlalchemy = \n".to_vec());
        assert_eq!(broken.len(), 1);
        assert_eq!(broken[0].0, "bad-toml");
    }
}
