use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

/// A directory that goes on `sys.path`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImportRoot {
    /// Path in the tree; empty for the root of the tree.
    pub path: String,
    /// The top-level names that files of this root are imported by, sorted; tests and the like are not in it.
    pub names: Vec<String>,
}

/// A module that declares tables or mapped classes, and so is worth importing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Path of the file.
    pub path: String,
    /// Dotted name to import it by, from its root.
    pub module: String,
    /// Index into [`Discovery::roots`].
    pub root: usize,
    /// The strongest reason to import it.
    pub reason: Reason,
    /// The first line with that reason.
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
    /// A class below a declarative base, through any number of classes of the repository.
    MappedSubclass,
    /// `map_imperatively()` or the classic `mapper()`.
    ImperativeMapping,
    /// A class made by `type(name, (Base,), …)`.
    DynamicClass,
    /// A call, where an import runs it, of a function of the repository that makes tables or classes, or a decorator that does.
    MakerCall,
    /// A class with columns, relationships or mapper arguments, but no base known here: often a mixin.
    Columns,
    /// A declarative base.
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
            Self::DynamicClass => "makes a mapped class with `type()`",
            Self::MakerCall => "calls a function that makes tables or classes",
            Self::Columns => "declares columns",
            Self::DeclarativeBase => "declares a declarative base",
            Self::TableInFunction => "calls `Table()` in a function",
        })
    }
}

/// Why a Python file was left out. A file that several rules fit counts under the first of this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Rule {
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
    /// Documentation sources.
    Docs,
    /// `setup.py`.
    Setup,
    /// `__main__.py`, which runs the program when imported.
    Main,
    /// Left out by [`crate::Options::exclude`].
    Excluded,
    /// Not among [`crate::Options::only`].
    NotSelected,
}

impl Rule {
    /// What `--include` takes to put it back, where there is something.
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

/// What one rule left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Python files.
    pub files: usize,
    /// Those among them that look as if they declare tables: what putting the rule back could bring. Always 0
    /// for build output, which is not read.
    pub hinted: usize,
}

/// How many files were seen, and what became of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanCounts {
    /// Files of the tree.
    pub files: usize,
    /// Files that end in `.py`.
    pub python: usize,
    /// Python files with a text that declarations of tables have, left out or not.
    pub hinted: usize,
    /// Python files that name SQLAlchemy or SQLModel at all, left out or not. None means there is nothing to find.
    pub mention_sqlalchemy: usize,
    /// Files that were parsed.
    pub parsed: usize,
    /// Candidates.
    pub candidates: usize,
    /// Python files that could not be read, or were over the size limit.
    pub unreadable: usize,
    /// What was left out, by rule.
    pub left_out: BTreeMap<Rule, LeftOut>,
}
