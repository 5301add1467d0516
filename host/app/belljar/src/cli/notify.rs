//! The arguments of `belljar notify`.

use std::path::PathBuf;

use clap::Args;

use super::examples;

/// Arguments of `belljar notify`.
#[derive(Debug, Args)]
#[command(after_help = examples::NOTIFY)]
pub(crate) struct Notify {
    /// A document of `belljar check --format json`.
    #[arg(required_unless_present = "test", conflicts_with = "test")]
    pub(crate) document: Option<PathBuf>,

    /// The file with the notifications (TOML, YAML or JSON, by its name).
    #[arg(id = "notify", long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,

    /// Send a sample to every target.
    #[arg(long)]
    pub(crate) test: bool,

    /// Show what would be sent, and to whom; send and store nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Send only to this target. Can be repeated.
    #[arg(long, value_name = "NAME")]
    pub(crate) target: Vec<String>,

    /// The pull request or branch, as messages call it. Default: that of the run of CI, if it is known.
    #[arg(long, value_name = "TEXT")]
    pub(crate) change: Option<String>,

    /// The address that messages link to. Default: that of the run of CI.
    #[arg(long, value_name = "URL")]
    pub(crate) run_url: Option<String>,

    /// The folder of the file with what was sent, unless that is set. Default: `belljar` in the user's cache folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) cache_dir: Option<PathBuf>,
}
