//! The arguments of the commands about live databases.

use std::path::PathBuf;

use belljar_dialect::Database;
use clap::{Args, ValueEnum};

use super::{Fail, SourceArguments, database, examples};

/// Arguments of `belljar inspect`.
#[derive(Debug, Args)]
#[command(after_help = examples::INSPECT)]
pub(crate) struct Inspect {
    /// The database: `postgresql://user@host/database`, `mysql://…`, `mariadb://…` or `sqlite:///file`; or `env:NAME`, a
    /// variable with such a URL, so that no other user sees it. A password may be in `PGPASSWORD` or `MYSQL_PWD`. Or a dump of a
    /// schema: a file `.sql` of `pg_dump --schema-only`, `mysqldump --no-data` or `.schema` of `sqlite3`.
    #[arg(value_name = "URL")]
    pub(crate) url: String,

    /// Read only this schema (PostgreSQL). Can be repeated.
    #[arg(long, value_name = "NAME")]
    pub(crate) schema: Vec<String>,

    /// The database that wrote a dump, if the dump does not say it.
    #[arg(long, value_parser = database())]
    pub(crate) dialect: Option<Database>,

    /// Read only a database on this host, on hosts below a domain (`*.example.com`), or at this path of a socket or a file.
    /// Can be repeated.
    #[arg(long, value_name = "HOST")]
    pub(crate) allow_host: Vec<String>,

    /// Use the limits of this file (TOML), and read only databases that it lists in `allow-hosts`.
    #[arg(long, hide_short_help = true, value_name = "FILE")]
    pub(crate) limits: Option<PathBuf>,

    /// Use the limits of this tenant, the table `[tenant.NAME]` of the file.
    #[arg(long, hide_short_help = true, value_name = "NAME", requires = "limits")]
    pub(crate) tenant: Option<String>,

    /// Format of the output. Default: by the suffix of `--output` (`.json`), else text.
    #[arg(long, short, value_enum)]
    pub(crate) format: Option<InspectFormat>,

    /// Write to this file instead of standard output.
    #[arg(long, short, visible_alias = "output-file", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// In text, write one line for each table.
    #[arg(long)]
    pub(crate) summary: bool,

    /// Exit with 1 if anything in the database is not read, or has no place in the document.
    #[arg(long)]
    pub(crate) strict: bool,

    /// The folder for unpacked snapshots. Default: `belljar` in the user's cache folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) cache_dir: Option<PathBuf>,

    /// Report errors only.
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// Format of `belljar inspect`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum InspectFormat {
    /// Text for people, with colours on a terminal.
    Text,
    /// JSON for programs, as of `extract`; see `belljar json-schema`.
    Json,
}

impl Inspect {
    /// `--format`; else by the suffix of `--output`; else text.
    pub(crate) fn format(&self) -> InspectFormat {
        let ending =
            self.output.as_ref().and_then(|path| path.extension()).and_then(|ending| ending.to_str());
        let by_output = if ending == Some("json") { InspectFormat::Json } else { InspectFormat::Text };
        self.format.unwrap_or(by_output)
    }
}

/// Arguments of `belljar drift`.
#[derive(Debug, Args)]
#[command(after_help = examples::DRIFT)]
pub(crate) struct Drift {
    /// The database: a URL as of `belljar inspect`, `env:NAME` for a variable with one, a document of `belljar inspect`, or a
    /// dump of a schema (`.sql`).
    /// Default: the variable `DATABASE_URL`.
    #[arg(value_name = "URL", default_value = "env:DATABASE_URL", hide_default_value = true)]
    pub(crate) database: String,

    /// The code: a directory, an archive, a document of `extract --format json`, or a git revision. Default: the files of
    /// `--repo` in the work tree.
    #[arg(value_name = "CODE")]
    pub(crate) code: Option<String>,

    /// The repository of the revisions.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) repo: PathBuf,

    /// Read only this schema (PostgreSQL). Can be repeated.
    #[arg(long, value_name = "NAME")]
    pub(crate) schema: Vec<String>,

    /// The database that wrote a dump, if the dump does not say it.
    #[arg(long, value_parser = database())]
    pub(crate) dialect: Option<Database>,

    /// Read only a database on this host, on hosts below a domain (`*.example.com`), or at this path of a socket or a file.
    /// Can be repeated.
    #[arg(long, value_name = "HOST")]
    pub(crate) allow_host: Vec<String>,

    /// Format of the output.
    #[arg(long, short, value_enum, default_value_t = DriftFormat::Text)]
    pub(crate) format: DriftFormat,

    /// Write to this file instead of standard output.
    #[arg(long, short, visible_alias = "output-file", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// The lowest severity at which a finding fails the command. What is undetermined is a note.
    #[arg(long, value_enum, default_value_t = Fail::Warning)]
    pub(crate) fail_on: Fail,

    /// Fail also if anything could not be compared.
    #[arg(long)]
    pub(crate) strict: bool,

    /// Use this configuration instead of that of the code (TOML, YAML or JSON, by its name).
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Use no configuration.
    #[arg(long, conflicts_with = "config")]
    pub(crate) no_config: bool,

    #[command(flatten)]
    pub(crate) sources: SourceArguments,
}

/// Format of a comparison of code with a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DriftFormat {
    /// Text for people.
    Text,
    /// Markdown for an issue or a comment.
    Markdown,
    /// JSON for programs; see `belljar json-schema drift`.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
}
