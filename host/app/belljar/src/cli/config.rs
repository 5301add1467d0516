//! The arguments of the commands about the configuration.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{ConfigFrom, Fail, SourceArguments};

/// Arguments of `belljar config`.
#[derive(Debug, Args)]
pub(crate) struct ShowConfig {
    /// A directory, a git repository, or an archive. With HEAD, the base of a comparison, as in `belljar check`.
    #[arg(value_name = "PATH|BASE", default_value = ".")]
    pub(crate) path: String,

    /// The head of a comparison: shows the configuration of `belljar check BASE HEAD`, and what HEAD changes in it.
    pub(crate) head: Option<String>,

    /// The repository of the revisions.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) repo: PathBuf,

    /// The side whose configuration is used.
    #[arg(long, value_enum, value_name = "SIDE", default_value_t = ConfigFrom::Base)]
    pub(crate) config_from: ConfigFrom,

    /// Use this configuration instead (TOML, YAML or JSON, by its name).
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Use no configuration, and the defaults of all settings.
    #[arg(long, conflicts_with = "config")]
    pub(crate) no_config: bool,

    /// The lowest severity at which a finding fails the check, as `belljar check` would get it.
    #[arg(long, value_enum)]
    pub(crate) fail_on: Option<Fail>,

    /// Format of the output.
    #[arg(long, short, value_enum, default_value_t = ConfigFormat::Text)]
    pub(crate) format: ConfigFormat,

    /// Variables of the environment, as `NAME=VALUE`. The program adds them itself.
    #[arg(long, hide = true)]
    pub(crate) variable: Vec<String>,

    #[command(flatten)]
    pub(crate) sources: SourceArguments,
}

/// Format of a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConfigFormat {
    /// Text for people, one line for each value.
    Text,
    /// JSON for programs.
    Json,
}

/// Arguments of `belljar init`.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The directory of the project.
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,

    /// Print what would be written, and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Write without asking.
    #[arg(long, short, conflicts_with = "dry_run")]
    pub(crate) yes: bool,

    /// Go on where no Python file mentions SQLAlchemy or SQLModel.
    #[arg(long)]
    pub(crate) force: bool,
}
