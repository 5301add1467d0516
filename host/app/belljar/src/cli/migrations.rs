//! The arguments of the commands about migrations.

use std::path::PathBuf;

use belljar_dialect::Database;
use clap::{Args, Subcommand};

use super::{ListFormat, SourceArguments, database};

/// Arguments of `belljar migrations`.
#[derive(Debug, Args)]
pub(crate) struct Migrations {
    #[command(subcommand)]
    pub(crate) action: MigrationsAction,
}

/// What to do with the migrations.
#[derive(Debug, Subcommand)]
pub(crate) enum MigrationsAction {
    /// Compare the schema at the head of the migrations with that of the models, without a database: exit code 0 without
    /// differences, 1 with differences, 2 on failure.
    Check(MigrationArguments),
    /// List the heads of each environment.
    Heads(MigrationArguments),
    /// List the versions of each environment in the order in which they run.
    History(MigrationArguments),
}

impl MigrationsAction {
    /// The arguments, which all actions have in common.
    pub(crate) const fn arguments(&self) -> &MigrationArguments {
        match self {
            Self::Check(given) | Self::Heads(given) | Self::History(given) => given,
        }
    }

    /// The same, to change them.
    pub(crate) const fn arguments_mut(&mut self) -> &mut MigrationArguments {
        match self {
            Self::Check(given) | Self::Heads(given) | Self::History(given) => given,
        }
    }
}

/// Which migrations are read, and how they are shown.
#[derive(Debug, Args)]
pub(crate) struct MigrationArguments {
    /// A directory, a git repository, or an archive (.tar.gz, .tar, .zip, .whl).
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,

    /// Read this git revision instead of the files on disk.
    #[arg(long, value_name = "REV")]
    pub(crate) rev: Option<String>,

    /// Use only the environment with this folder of scripts.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) environment: Option<String>,

    /// The database that the versions run for. Default: that of the environment, else postgresql.
    #[arg(long, value_parser = database())]
    pub(crate) dialect: Option<Database>,

    /// Format of the output.
    #[arg(long, short, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,

    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) sources: SourceArguments,
}
