//! The arguments of `belljar diagram`.

use std::{ffi::OsString, path::PathBuf};

use belljar_dialect::Database;
use clap::{Args, ValueEnum};

use super::{SourceArguments, database, examples};

/// Arguments of `belljar diagram`.
#[derive(Debug, Args)]
#[command(after_help = examples::DIAGRAM)]
pub(crate) struct Diagram {
    /// A directory, a git repository, or an archive (.tar.gz, .tar, .zip, .whl); after it, or instead of it, names of
    /// tables to show with their neighbours. `*` and `?` match any text and any character. The first is a table if
    /// there is no file of its name. Default: all tables of this directory.
    #[arg(value_name = "PATH|TABLE")]
    pub(crate) path: Vec<OsString>,

    /// Read this git revision instead of the files on disk.
    #[arg(long, value_name = "REV")]
    pub(crate) rev: Option<String>,

    /// The language. Default: by the suffix of `--output` (`.mmd`, `.dot`, `.gv`, `.puml`, `.dbml`, `.d2`), else Mermaid.
    #[arg(long, short, value_enum)]
    pub(crate) format: Option<DiagramFormat>,

    /// How many foreign keys away from the named tables others are shown. Default: 1.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) depth: Option<usize>,

    /// The columns that are shown.
    #[arg(long, value_enum, default_value_t = DiagramColumns::Keys)]
    pub(crate) columns: DiagramColumns,

    /// Draw tables together that have this in common. Not with Mermaid.
    #[arg(long, value_enum)]
    pub(crate) group: Option<DiagramGroup>,

    /// Database for the types.
    #[arg(long, value_parser = database(), default_value = Database::Postgresql.name())]
    pub(crate) dialect: Database,

    /// Write to this file instead of standard output.
    #[arg(long, short, visible_alias = "output-file", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) sources: SourceArguments,
}

/// The language of a diagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiagramFormat {
    /// Mermaid, which GitHub and GitLab render in Markdown.
    Mermaid,
    /// Graphviz.
    Dot,
    /// PlantUML.
    Plantuml,
    /// DBML, which dbdiagram.io draws.
    Dbml,
    /// D2.
    D2,
}

/// The columns of a table in a diagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiagramColumns {
    /// All.
    All,
    /// Those of primary and foreign keys.
    Keys,
    /// None.
    None,
}

/// What the tables of a group have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiagramGroup {
    /// The schema in the database.
    Schema,
    /// The Python file that declares them.
    Module,
}
