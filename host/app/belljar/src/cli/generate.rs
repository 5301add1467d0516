//! The arguments of `belljar generate`.

use std::path::PathBuf;

use belljar_migrate::generate::Style;
use clap::{Args, ValueEnum};

use super::{SourceArguments, examples};

/// Arguments of `belljar generate`.
#[derive(Debug, Args)]
#[command(after_help = examples::GENERATE)]
pub(crate) struct Generate {
    /// The side with the schema: a directory, an archive, a document of `extract --format json`, a git revision, or a URL of
    /// a database as of `belljar inspect`. Default: the files of `--repo` on the disk.
    #[arg(value_name = "SIDE")]
    pub(crate) side: Option<String>,

    /// The repository of the revisions.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) repo: PathBuf,

    /// What is written.
    #[arg(long, value_enum, value_name = "STYLE", default_value_t = GenerateStyle::Sqlalchemy)]
    pub(crate) to: GenerateStyle,

    /// Write to this file instead of standard output. A file that Belljar did not generate is not replaced.
    #[arg(long, short, visible_alias = "output-file", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Replace the file even if Belljar did not generate it.
    #[arg(long, requires = "output")]
    pub(crate) force: bool,

    /// Do not extract the models again, and do not compare them with the schema.
    #[arg(long)]
    pub(crate) no_verify: bool,

    /// Read only a database on this host, on hosts below a domain (`*.example.com`), or at this path of a socket or a file.
    /// Can be repeated.
    #[arg(long, value_name = "HOST")]
    pub(crate) allow_host: Vec<String>,

    #[command(flatten)]
    pub(crate) sources: SourceArguments,
}

/// The style of generated models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GenerateStyle {
    /// Declarative classes in the style of SQLAlchemy 2.0, with relationships.
    Sqlalchemy,
    /// `Table` objects.
    Tables,
}

impl From<GenerateStyle> for Style {
    fn from(style: GenerateStyle) -> Self {
        match style {
            GenerateStyle::Sqlalchemy => Self::Sqlalchemy,
            GenerateStyle::Tables => Self::Tables,
        }
    }
}
