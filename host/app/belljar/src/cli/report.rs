//! The arguments of `belljar report`.

use std::path::PathBuf;

use clap::Args;

use super::{Artefacts, ConfigFrom, SourceArguments, examples};

/// Arguments of `belljar report`.
#[derive(Debug, Args)]
#[command(after_help = examples::REPORT)]
pub(crate) struct Report {
    /// The side to show: a directory, an archive, a document of `extract --format json`, or a git revision. With HEAD, or
    /// as `BASE...HEAD`, the base of a comparison. Default: the files of `--repo` on the disk.
    #[arg(value_name = "SIDE|BASE")]
    pub(crate) side: Option<String>,

    /// The head of a comparison: the page shows what changed.
    pub(crate) head: Option<String>,

    /// The repository of the revisions.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) repo: PathBuf,

    /// State a rename of a table, column, type, enumeration value or view; `OLD=` states that it was not renamed. Can
    /// be repeated.
    #[arg(long, value_name = "OLD=NEW")]
    pub(crate) rename: Vec<String>,

    /// Write the page to this file.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: PathBuf,

    /// The title of the page. Default: the name of the folder, archive or document.
    #[arg(long)]
    pub(crate) title: Option<String>,

    /// The address of a line of a file at the hosting service, with `{path}` and `{line}`:
    /// `https://github.com/acme/shop/blob/main/{path}#L{line}`.
    #[arg(long, value_name = "URL", value_parser = link)]
    pub(crate) link: Option<String>,

    /// The same for files of the base.
    #[arg(long, value_name = "URL", value_parser = link)]
    pub(crate) base_link: Option<String>,

    #[command(flatten)]
    pub(crate) artefacts: Artefacts,

    /// The side whose `belljar.toml`, silencing comments, artefacts and CODEOWNERS are used.
    #[arg(long, value_enum, value_name = "SIDE", default_value_t = ConfigFrom::Base)]
    pub(crate) config_from: ConfigFrom,

    /// Use this configuration instead of the `belljar.toml` of a side.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) sources: SourceArguments,
}

/// An address with a place for the path of a file.
fn link(text: &str) -> Result<String, String> {
    if !text.starts_with("https://") && !text.starts_with("http://") {
        return Err("it does not begin with `https://` or `http://`".to_owned());
    }
    if text.contains("{path}") { Ok(text.to_owned()) } else { Err("it does not contain `{path}`".to_owned()) }
}
