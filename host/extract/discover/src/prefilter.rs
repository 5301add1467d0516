use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// How many of [`NEEDLES`], from the first, are names of the library itself.
const NAMES: usize = 5;

/// A file without any of these declares nothing, unless it subclasses a class of another file: those are found by their
/// class statements.
const NEEDLES: [&str; 23] = [
    "sqlalchemy",
    "SQLAlchemy",
    "SqlAlchemy",
    "sqlmodel",
    "SQLModel",
    "__table",
    "__mapper_args__",
    "__abstract__",
    "Column(",
    "mapped_column",
    "Mapped[",
    "Table(",
    ".Model)",
    ".Model,",
    "declarative",
    "Declarative",
    "map_imperatively",
    "automap",
    "table=True",
    "table = True",
    // Packages without the library in their names whose bases create tables from classes without a column.
    "advanced_alchemy",
    "neutron_lib",
    "litestar",
];

static MATCHER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    // The vectorised search exists for leftmost matches only.
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(NEEDLES).ok()
});

/// The result of a fast scan of a file's bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Hint {
    /// It may declare tables, so it is worth parsing.
    pub(crate) declares: bool,
    /// It names SQLAlchemy or SQLModel.
    pub(crate) names_library: bool,
    /// It may create views.
    pub(crate) creates_views: bool,
}

/// Scans for the texts of table declarations.
pub(crate) fn scan_hint(bytes: &[u8]) -> Hint {
    let Some(matcher) = MATCHER.as_ref() else {
        // Without a matcher everything is worth parsing.
        return Hint { declares: true, names_library: true, creates_views: true };
    };
    let mut hint = Hint { creates_views: creates_views(bytes), ..Hint::default() };
    for found in matcher.find_iter(bytes) {
        hint.declares = true;
        if found.pattern().as_usize() < NAMES {
            hint.names_library = true;
            break;
        }
    }
    hint
}

/// The number of bytes before `VIEW` that are searched for the verb.
const BEFORE: usize = 160;

static VIEW: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(["view"]).ok());

/// Whether a text may create a view: the word follows a verb.
pub(crate) fn creates_views(bytes: &[u8]) -> bool {
    let Some(matcher) = VIEW.as_ref() else { return true };
    matcher.find_iter(bytes).any(|found| {
        let before = bytes.get(found.start().saturating_sub(BEFORE)..found.start()).unwrap_or_default();
        let before = before.to_ascii_lowercase();
        [&b"create"[..], b"replace", b"pg"].iter().any(|verb| memchr::memmem::find(&before, verb).is_some())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_declares_tables() {
        let declares = |text: &str| scan_hint(text.as_bytes()).declares;
        assert!(declares("from sqlalchemy import Column"));
        assert!(declares("class A(db.Model):"));
        assert!(declares("class A(B, table=True):"));
        assert!(declares("from advanced_alchemy.base import UUIDBase as B\nclass A(B): pass"));
        assert!(!declares("from .models import A\n"));
        assert!(!scan_hint(b"x = Table('t')").names_library);
        assert!(scan_hint(b"x = Table('t')\nimport sqlalchemy").names_library);
    }
}
