//! Diagnostics that mean that a side is incomplete.

use std::{collections::BTreeSet, path::Path};

use belljar_schema::{Diagnostic, Document, Severity};

/// A file was seen, but not all its declarations.
const HALF_SEEN: [&str; 3] = ["module-failed", "parser-panic", "unimportable-name"];

/// A file, or a folder with its contents, was skipped.
const UNSEEN: [&str; 25] = [
    "archive-duplicate",
    "archive-entry",
    "archive-memory",
    "environment",
    "file-too-large",
    "lfs-pointer",
    "link-cycle",
    "link-dangling",
    "link-limit",
    "link-outside",
    "name-not-utf8",
    "name-refused",
    "not-checked-out",
    "not-utf8",
    "object-missing",
    "path-too-long",
    "python2",
    "source-memory",
    "special-file",
    "submodule",
    "syntax-error",
    "too-deep",
    "too-large",
    "unread-ignored",
    "unreadable",
];

/// Of these, codes that may be about a folder: its name does not show what it contains.
const FOLDERS: [&str; 5] = ["not-checked-out", "object-missing", "submodule", "too-deep", "unreadable"];

/// Anything may be missing: the source was truncated, a run ended early, and what came later was not run, the user of a database
/// sees only some of its tables, or statements of a dump are not followed.
const ALL: [&str; 9] = [
    "archive-damaged",
    "archive-truncated",
    "frames-refused",
    "memory",
    "no-end",
    "not-followed",
    "reads",
    "run-ended",
    "unseen-tables",
];

/// What a diagnostic reports as missing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Lost<'a> {
    /// Nothing that a comparison needs is missing.
    Nothing,
    /// What is at a path, or below it.
    Part {
        /// The path of the diagnostic.
        place: &'a str,
        /// Models may have been moved there from anywhere.
        may_hold_any: bool,
    },
    /// Anything may be missing.
    Everything,
}

impl<'a> Lost<'a> {
    pub(crate) fn from_diagnostic(diagnostic: &'a Diagnostic) -> Self {
        let code = diagnostic.code.as_str();
        let (unseen, half_seen) = (UNSEEN.contains(&code), HALF_SEEN.contains(&code));
        match &diagnostic.place {
            _ if ALL.contains(&code) => Self::Everything,
            Some(place) if unseen || half_seen => {
                let path = place.path.as_str();
                let matters = diagnostic.severity > Severity::Note;
                let is_python = Path::new(path).extension().is_some_and(|ending| ending == "py");
                let may_hold = is_python || FOLDERS.contains(&code);
                Self::Part { place: path, may_hold_any: unseen && matters && may_hold && !is_package(path) }
            }
            // A diagnostic that stands for more than are listed, or whose path can't be written. Plain notes are not
            // about models.
            None if (unseen || half_seen) && diagnostic.severity > Severity::Note => Self::Everything,
            _ => Self::Nothing,
        }
    }
}

/// Whether a path is in an installed package, which is part of the environment of both sides.
fn is_package(path: &str) -> bool {
    path.starts_with("wheelhouse:")
}

/// What a side did not see.
pub(crate) struct Seen<'a>(BTreeSet<&'a str>);

impl<'a> Seen<'a> {
    pub(crate) fn new(document: &'a Document) -> Self {
        let lost =
            document.diagnostics.iter().filter_map(|diagnostic| match Lost::from_diagnostic(diagnostic) {
                Lost::Part { place, .. } => Some(place),
                Lost::Nothing | Lost::Everything => None,
            });
        Self(lost.collect())
    }

    /// Whether the side lacks what is at a path.
    pub(crate) fn lacks(&self, path: &str) -> bool {
        self.0.contains(path)
    }
}
