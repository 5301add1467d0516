//! The arguments of the commands about readers of the schema.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Compared, ConfigFrom, ListFormat, SourceArguments, examples};

/// Artefacts of readers, in addition to those that the configuration names.
#[derive(Debug, Args)]
#[command(next_help_heading = "Downstream")]
pub(crate) struct Artefacts {
    /// A manifest of dbt (`target/manifest.json`); a `catalog.json` beside it is read too. Can be repeated.
    #[arg(long, value_name = "FILE")]
    pub(crate) dbt: Vec<PathBuf>,

    /// The output of `dataform compile --json`. Can be repeated.
    #[arg(long, value_name = "FILE")]
    pub(crate) dataform: Vec<PathBuf>,

    /// A folder or a file of LookML. Can be repeated.
    #[arg(long, value_name = "PATH")]
    pub(crate) lookml: Vec<PathBuf>,

    /// A workbook or data source of Tableau, or a folder of them. Can be repeated.
    #[arg(long, value_name = "PATH")]
    pub(crate) tableau: Vec<PathBuf>,
}

impl Artefacts {
    /// Whether any artefact is named.
    pub(crate) fn any(&self) -> bool {
        [&self.dbt, &self.dataform, &self.lookml, &self.tableau].iter().any(|paths| !paths.is_empty())
    }
}

/// Arguments of `belljar lineage`.
#[derive(Debug, Args)]
#[command(after_help = examples::LINEAGE)]
pub(crate) struct Lineage {
    /// A column or a dataset: `orders.total`, `model.shop.revenue`. Without it, what there is; everything in other forms than
    /// text.
    #[arg(value_name = "COLUMN")]
    pub(crate) column: Option<String>,

    /// A directory, a git repository, an archive, or a document of `extract --format json`.
    #[arg(long, value_name = "PATH", default_value = ".")]
    pub(crate) source: PathBuf,

    /// Read this git revision instead of the files on disk.
    #[arg(long, value_name = "REV")]
    pub(crate) rev: Option<String>,

    #[command(flatten)]
    pub(crate) artefacts: Artefacts,

    /// Use this configuration instead of that of the source (TOML, YAML or JSON, by its name).
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Show only its inputs.
    #[arg(long, requires = "column")]
    pub(crate) upstream: bool,

    /// Show only its readers.
    #[arg(long, requires = "column")]
    pub(crate) downstream: bool,

    /// Follow at most this number of steps.
    #[arg(long, value_name = "STEPS", requires = "column")]
    pub(crate) depth: Option<usize>,

    /// Follow foreign keys too.
    #[arg(long, requires = "column")]
    pub(crate) keys: bool,

    /// Format of the output.
    #[arg(long, short, value_enum, default_value_t = LineageFormat::Text)]
    pub(crate) format: LineageFormat,

    /// Write to this file instead of standard output.
    #[arg(long, short, visible_alias = "output-file", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Time of the OpenLineage events (RFC 3339); 1970-01-01T00:00:00Z by default, so that the same input gives the same output.
    #[arg(long, value_name = "TIME")]
    pub(crate) time: Option<String>,

    /// Namespace of the OpenLineage jobs and datasets. Default: belljar.
    #[arg(long)]
    pub(crate) namespace: Option<String>,

    #[command(flatten)]
    pub(crate) sources: SourceArguments,
}

/// Format of a lineage graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LineageFormat {
    /// A tree, for people.
    Text,
    /// A Mermaid flowchart, which GitHub and GitLab render.
    Mermaid,
    /// A graph in the DOT language, for Graphviz.
    Dot,
    /// The whole graph, for programs; see `belljar json-schema lineage`.
    Json,
    /// OpenLineage events with the column lineage facet, one per line.
    Openlineage,
}

/// Arguments of `belljar impact`.
#[derive(Debug, Args)]
#[command(after_help = examples::IMPACT)]
pub(crate) struct Impact {
    #[command(flatten)]
    pub(crate) compared: Compared,

    #[command(flatten)]
    pub(crate) artefacts: Artefacts,

    /// The side whose configuration, artefacts and CODEOWNERS are used.
    #[arg(long, value_enum, value_name = "SIDE", default_value_t = ConfigFrom::Base)]
    pub(crate) config_from: ConfigFrom,

    /// Use this configuration instead of that of a side (TOML, YAML or JSON, by its name).
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Format of the output.
    #[arg(long, short, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,

    /// Write to this file instead of standard output.
    #[arg(long, short, visible_alias = "output-file", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) sources: SourceArguments,
}

/// Arguments of `belljar contract`.
#[derive(Debug, Args)]
#[command(after_help = examples::CONTRACT)]
pub(crate) struct Contract {
    /// Name of the contract.
    pub(crate) name: String,

    /// The promised tables, as `[schema.]table`.
    #[arg(required = true)]
    pub(crate) tables: Vec<String>,

    /// A directory, a git repository, an archive, or a document of `extract --format json`.
    #[arg(long, value_name = "PATH", default_value = ".")]
    pub(crate) source: PathBuf,

    /// Read this git revision instead of the files on disk.
    #[arg(long, value_name = "REV")]
    pub(crate) rev: Option<String>,

    /// Format of the output.
    #[arg(long, short, value_enum, default_value_t = ContractFormat::Toml)]
    pub(crate) format: ContractFormat,

    /// Write to this file instead of standard output.
    #[arg(long, short, visible_alias = "output-file", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) sources: SourceArguments,
}

/// Format of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ContractFormat {
    /// A table for `belljar.toml`.
    Toml,
    /// YAML of the Open Data Contract Standard.
    Odcs,
}
