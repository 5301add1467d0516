//! The arguments of `belljar docs`.

use std::path::PathBuf;

use belljar_dialect::Database;
use clap::Args;

use super::{SourceArguments, database, examples};

/// Arguments of `belljar docs`.
#[derive(Debug, Args)]
#[command(after_help = examples::DOCS)]
pub(crate) struct Docs {
    /// The side to describe: a directory, an archive, a document of `extract --format json`, or a git revision. Default:
    /// the files of `--repo` on the disk.
    #[arg(value_name = "SIDE")]
    pub(crate) side: Option<String>,

    /// The repository of the revisions.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) repo: PathBuf,

    /// Write the pages to this folder. Only files that an earlier call wrote are replaced or removed.
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: PathBuf,

    /// Write nothing, and list the pages that are out of date: exit code 1 if there are any.
    #[arg(long)]
    pub(crate) check: bool,

    /// Database for the types.
    #[arg(long, value_parser = database(), default_value = Database::Postgresql.name())]
    pub(crate) dialect: Database,

    #[command(flatten)]
    pub(crate) sources: SourceArguments,
}
