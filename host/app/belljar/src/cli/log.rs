//! The arguments of `belljar log`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{SourceArguments, examples, time};

/// Arguments of `belljar log`.
#[derive(Debug, Args)]
#[command(after_help = examples::LOG)]
pub(crate) struct Log {
    /// A table, with its schema if it has one, or one of its columns. It is followed through renames. Default: all changes.
    #[arg(value_name = "TABLE[.COLUMN]")]
    pub(crate) name: Option<String>,

    /// The newest commit, or `BASE..HEAD` for those that `BASE` does not have.
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    pub(crate) rev: String,

    /// Read at most so many commits, the newest first.
    #[arg(long, short = 'n', value_name = "N", default_value_t = 500)]
    pub(crate) max_count: usize,

    /// Read only commits from this date on, such as `2026-12-01`.
    #[arg(long, value_name = "DATE", value_parser = time::parse_seconds)]
    pub(crate) since: Option<i64>,

    /// Follow all parents of merges, and not only the first: lists the commits of merged branches.
    #[arg(long)]
    pub(crate) all_parents: bool,

    /// State a rename of a table, column, type or enumeration value, in whichever commit it happened; `OLD=` states that it
    /// was not renamed. Can be repeated.
    #[arg(long, value_name = "OLD=NEW")]
    pub(crate) rename: Vec<String>,

    /// Also list what changes only in the code, such as a class or a default of SQLAlchemy.
    #[arg(long)]
    pub(crate) code: bool,

    /// The repository, or a directory of it.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) repo: PathBuf,

    /// Format of the output.
    #[arg(long, short, value_enum, default_value_t = LogFormat::Text)]
    pub(crate) format: LogFormat,

    /// Write to this file instead of standard output.
    #[arg(long, short, visible_alias = "output-file", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) sources: SourceArguments,
}

/// Format of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Text for people, with colours on a terminal.
    Text,
    /// Markdown for a comment or a page.
    Markdown,
    /// JSON for programs; see `belljar json-schema log`.
    Json,
    /// A row for each change, for a spreadsheet.
    Csv,
}
