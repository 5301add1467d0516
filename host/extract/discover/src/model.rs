use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

/// A directory for `sys.path`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImportRoot {
    /// Path in the tree; empty for the root of the tree.
    pub path: String,
    /// The top-level names of this root's files, sorted; without tests and similar files.
    pub names: Vec<String>,
}

/// A module that declares tables or mapped classes, and so is worth importing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Path of the file.
    pub path: String,
    /// Dotted name for importing it, from its root.
    pub module: String,
    /// Its import root, as an index into [`Discovery::roots`].
    pub root: usize,
    /// The strongest reason to import it.
    pub reason: Reason,
    /// The first line for that reason.
    pub line: u32,
}

/// A module worth importing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) path: String,
    pub(crate) reason: Reason,
    pub(crate) line: u32,
}

/// Why a module is a candidate, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// A class with `__tablename__`, `__table__` or `table=True`.
    DeclaredClass,
    /// A `Table()` call that runs when the module is imported.
    Table,
    /// A class that derives from a declarative base, directly or through classes of the repository.
    MappedSubclass,
    /// `map_imperatively()` or the classic `mapper()`.
    ImperativeMapping,
    /// A class created by `type(name, (Base,), …)`.
    DynamicClass,
    /// A call at import time of a function of the repository that creates tables or classes, or a decorator that does.
    MakerCall,
    /// A class with columns, relationships or mapper arguments, but no known base: often a mixin.
    Columns,
    /// It declares a declarative base.
    DeclarativeBase,
    /// A `Table()` call inside a function, which an import may or may not reach.
    TableInFunction,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DeclaredClass => "declares a mapped class",
            Self::Table => "calls `Table()`",
            Self::MappedSubclass => "subclasses a mapped class",
            Self::ImperativeMapping => "maps a class imperatively",
            Self::DynamicClass => "creates a mapped class with `type()`",
            Self::MakerCall => "calls a function that creates tables or classes",
            Self::Columns => "declares columns",
            Self::DeclarativeBase => "declares a declarative base",
            Self::TableInFunction => "calls `Table()` in a function",
        })
    }
}

/// Why a Python file was excluded. A file that several rules match counts under the first of this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ExclusionRule {
    /// Build output, virtual environments, caches and hidden directories.
    Build,
    /// Copies of other projects (`_vendor`, `third_party`).
    Vendored,
    /// Migration folders and revision files.
    Migration,
    /// Test directories and files.
    Test,
    /// Examples, samples, demos and tutorials.
    Example,
    /// It is a source of the project's documentation.
    Docs,
    /// It is a `setup.py`.
    Setup,
    /// `__main__.py`, which runs the program when imported.
    Main,
    /// A pattern of [`crate::Options::exclude`] matches it.
    Excluded,
    /// [`crate::Options::only`] is set and does not select it.
    NotSelected,
}

impl ExclusionRule {
    /// The value of `--include` that disables it, if there is one.
    pub fn kind(self) -> Option<&'static str> {
        match self {
            Self::Build => Some("build"),
            Self::Vendored => Some("vendored"),
            Self::Migration => Some("migrations"),
            Self::Test => Some("tests"),
            Self::Example => Some("examples"),
            Self::Docs => Some("docs"),
            Self::Setup | Self::Main | Self::Excluded | Self::NotSelected => None,
        }
    }

    /// A short plural for messages: "3 test files".
    pub fn noun(self) -> &'static str {
        match self {
            Self::Build => "build output",
            Self::Vendored => "vendored files",
            Self::Migration => "migrations",
            Self::Test => "tests",
            Self::Example => "examples",
            Self::Docs => "documentation",
            Self::Setup => "`setup.py`",
            Self::Main => "`__main__.py`",
            Self::Excluded => "files excluded by option",
            Self::NotSelected => "files not selected by option",
        }
    }
}

/// The files that one rule excluded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Number of Python files.
    pub files: usize,
    /// Those among them that seem to declare tables: what disabling the rule could add. Always 0 for build output,
    /// which is not read.
    pub hinted: usize,
}

/// How many files were seen, and how they were treated.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanCounts {
    /// Number of files of the tree.
    pub files: usize,
    /// Number of files that end in `.py`.
    pub python: usize,
    /// Python files that contain texts of table declarations, excluded or not.
    pub hinted: usize,
    /// Python files that mention SQLAlchemy or SQLModel at all, excluded or not. With none, there is nothing to find.
    pub mention_sqlalchemy: usize,
    /// Number of parsed files.
    pub parsed: usize,
    /// Number of modules that are worth importing.
    pub candidates: usize,
    /// Python files that could not be read, or exceeded the size limit.
    pub unreadable: usize,
    /// Excluded files, by rule.
    pub left_out: BTreeMap<ExclusionRule, LeftOut>,
}
