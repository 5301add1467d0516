//! The arguments of the command line.

mod config;
mod database;
mod diagram;
mod docs;
mod downstream;
mod examples;
mod generate;
mod migrations;
mod notify;
mod report;
mod shell;
mod terminal;
pub(crate) mod time;

use std::{ffi::OsString, path::PathBuf, time::Duration};

use belljar_dialect::Database;
use belljar_rules::Selector;
use bytesize::ByteSize;
use clap::{
    Args, Parser, Subcommand, ValueEnum,
    builder::{NonEmptyStringValueParser, PossibleValuesParser, TypedValueParser},
};

pub(crate) use config::{ConfigFormat, Init, ShowConfig};
pub(crate) use database::{Drift, DriftFormat, Inspect, InspectFormat};
pub(crate) use diagram::{Diagram, DiagramColumns, DiagramFormat, DiagramGroup};
pub(crate) use docs::Docs;
pub(crate) use downstream::{Artefacts, Contract, ContractFormat, Impact, Lineage, LineageFormat};
pub(crate) use generate::Generate;
pub(crate) use migrations::{
    CheckMigrations, History, LintMigrations, ListMigrations, MigrationArguments, Migrations,
    MigrationsAction, MigrationsFormat, NewMigration, ShowMigration,
};
pub(crate) use notify::Notify;
pub(crate) use report::Report;
pub(crate) use shell::{Completions, ManPage, visible};
pub(crate) use terminal::{Color, Terminal};

/// Extracts the schema of untrusted SQLAlchemy models: runs them in a WebAssembly sandbox, without installing their
/// dependencies.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    after_help = examples::PROGRAM
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    #[command(flatten)]
    pub(crate) terminal: Terminal,
}

/// The hidden command that runs a job in a separate process.
pub(crate) const CONFINED_JOB: &str = "confined-job";

/// The hidden command that sends one message.
pub(crate) const DELIVERY: &str = "deliver-message";

/// The command, with its arguments.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Extract the schema of a directory, a git revision or an archive.
    Extract(Box<Extract>),
    /// Read the schema of a live database: PostgreSQL, MySQL, MariaDB or SQLite. Gives the same document as `extract`.
    Inspect(Box<Inspect>),
    /// Explain a table or a column: where it is declared, how certain it is, what contributed to it, and what to do. Or
    /// explain a rule by its code (`BJ101`): what it finds, why, and what to do instead.
    Explain(Box<Explain>),
    /// Compare code with a live database in both directions: exit code 0 without differences, 1 with some, 2 on failure.
    Drift(Box<Drift>),
    /// Compare two revisions, directories, archives, databases or schema documents.
    Diff(Box<Diff>),
    /// Check a change against the rules, for CI: exit code 0 without findings, 1 with findings, 2 on failure.
    Check(Box<Check>),
    /// Show the inputs and the readers of a column or table, across dbt, Dataform, Looker and Tableau.
    Lineage(Box<Lineage>),
    /// Show which downstream readers a change affects: exit code 0 if nothing breaks, 1 if something does, 2 on
    /// failure.
    Impact(Box<Impact>),
    /// Write a contract over the current tables, for `belljar check` to enforce.
    Contract(Box<Contract>),
    /// Read the migrations of Alembic environments, and compare them with the models, without a database.
    Migrations(Box<Migrations>),
    /// Write a page with the schema of a side, or with what changed between two: one HTML file that works offline.
    Report(Box<Report>),
    /// Send the notifications of a check, or a sample of them, or show them: exit code 0 if all were sent, 1 if not.
    Notify(Box<Notify>),
    /// Write an entity-relationship diagram of all tables, or of some with their neighbours.
    Diagram(Box<Diagram>),
    /// Write the schema as Markdown: a page for each table, and an index; or check that the pages are up to date.
    Docs(Box<Docs>),
    /// Write SQLAlchemy models for the schema of a side, and verify that they come back exactly: exit code 0 if they do, 1
    /// if not.
    Generate(Box<Generate>),
    /// List the rules of `belljar check`; `belljar explain CODE` explains one.
    Rules(Rules),
    /// Show the configuration that is used: each value, where it comes from, and what is wrong with it.
    Config(Box<ShowConfig>),
    /// Set up a project: write a configuration, a CI workflow and a pre-commit entry that fit it.
    Init(Init),
    /// Show the size of the cache folder, or remove it.
    Cache(Cache),
    /// Print the JSON Schema of a JSON output, or of the configuration.
    JsonSchema(JsonSchema),
    /// Print the completions of a shell, to be stored where it looks for them.
    Completions(Completions),
    /// Print a manual page, to be read with `man -l -` or stored where `man` looks for it.
    ManPage(ManPage),
    /// Run the job of `--isolate`: reads it from standard input, and writes the result to standard output.
    #[command(name = CONFINED_JOB, hide = true)]
    ConfinedJob,
    /// Send the message on standard input.
    #[command(name = DELIVERY, hide = true)]
    Delivery,
}

/// Arguments of `belljar extract`.
#[derive(Debug, Args)]
#[command(after_help = examples::EXTRACT)]
pub(crate) struct Extract {
    /// A directory, a git repository, or an archive (.tar.gz, .tar, .zip, .whl); after it, or instead of it, names of
    /// tables as for `--table`. The first is a table if there is no file of its name. Default: this directory.
    #[arg(value_name = "PATH|TABLE")]
    pub(crate) path: Vec<OsString>,

    /// Read this git revision instead of the files on disk.
    #[arg(long, value_name = "REV")]
    pub(crate) rev: Option<String>,

    /// Format of the output. Default: by the suffix of `--output` (`.json`, `.sql`), else text.
    #[arg(long, short, value_enum)]
    pub(crate) format: Option<Format>,

    /// Database for `--format sql`, and for the types in text. Default: postgresql.
    #[arg(long, value_parser = database())]
    pub(crate) dialect: Option<Database>,

    /// Show only the tables and views with this name; `*` and `?` match any text and any character. In text. Can be
    /// repeated.
    #[arg(long, short, value_name = "PATTERN")]
    pub(crate) table: Vec<String>,

    /// Write to this file instead of standard output.
    #[arg(long, short, visible_alias = "output-file", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// In text, write one line for each table.
    #[arg(long)]
    pub(crate) summary: bool,

    /// Exit with 1 if anything is partial or unresolved, or a file was skipped with a warning.
    #[arg(long)]
    pub(crate) strict: bool,

    /// Run the hooks of this file (TOML, YAML or JSON, by its name), which has to be outside of what is read.
    #[arg(long, value_name = "FILE")]
    pub(crate) notify: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) sources: SourceArguments,
}

/// Arguments of `belljar cache`.
#[derive(Debug, Args)]
#[command(after_help = examples::CACHE)]
pub(crate) struct Cache {
    /// Remove all results and unpacked snapshots.
    #[arg(long)]
    pub(crate) clear: bool,

    /// The cache folder. Default: `belljar` in the user's cache folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) cache_dir: Option<PathBuf>,
}

/// Arguments of `belljar explain`.
#[derive(Debug, Args)]
#[command(after_help = examples::EXPLAIN)]
pub(crate) struct Explain {
    /// A table, with its schema if it has one, or a class; with `.COLUMN` one of its columns. Or the code of a rule.
    #[arg(value_name = "TABLE[.COLUMN]|CODE")]
    pub(crate) name: String,

    /// A directory, a git repository, or an archive (.tar.gz, .tar, .zip, .whl).
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,

    /// Read this git revision instead of the files on disk.
    #[arg(long, value_name = "REV")]
    pub(crate) rev: Option<String>,

    /// Database for the types.
    #[arg(long, value_parser = database(), default_value = Database::Postgresql.name())]
    pub(crate) dialect: Database,

    /// Write to this file instead of standard output.
    #[arg(long, short, visible_alias = "output-file", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) sources: SourceArguments,
}

/// The sides of a comparison.
#[derive(Debug, Args)]
pub(crate) struct Compared {
    /// The base: a directory, an archive, a document of `extract --format json`, the URL of a database (or `env:NAME`, a
    /// variable with one), or a git revision. `BASE...HEAD` compares HEAD with the merge base of both. `rev:NAME` is always a
    /// revision, `path:NAME` always a path. Default: the merge base of `HEAD` and the default branch (`origin/HEAD`, else
    /// `main` or `master`).
    pub(crate) base: Option<String>,

    /// The head. Default: the files of `--repo` in the work tree.
    pub(crate) head: Option<String>,

    /// The repository of the revisions.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) repo: PathBuf,

    /// State a rename of a table, column, type, enumeration value or view; `OLD=` states that it was not renamed. Can
    /// be repeated.
    #[arg(long, value_name = "OLD=NEW")]
    pub(crate) rename: Vec<String>,

    /// Read only databases on this host, on hosts below a domain (`*.example.com`), or at this path of a socket or a file.
    /// Can be repeated.
    #[arg(long, hide_short_help = true, value_name = "HOST")]
    pub(crate) allow_host: Vec<String>,
}

/// Arguments of `belljar diff`.
#[derive(Debug, Args)]
#[command(after_help = examples::DIFF)]
pub(crate) struct Diff {
    #[command(flatten)]
    pub(crate) compared: Compared,

    /// Format of the output.
    #[arg(long, short, value_enum, default_value_t = DiffFormat::Text)]
    pub(crate) format: DiffFormat,

    /// Database for `--format sql` and `--format alembic`. Default: postgresql.
    #[arg(long, value_parser = database())]
    pub(crate) dialect: Option<Database>,

    /// Write to this file instead of standard output.
    #[arg(long, short, visible_alias = "output-file", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) sources: SourceArguments,
}

/// Arguments of `belljar check`.
#[derive(Debug, Args)]
#[command(after_help = examples::CHECK)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) compared: Compared,

    /// Format of standard output.
    #[arg(long, short, value_enum, default_value_t = CheckFormat::Text)]
    pub(crate) format: CheckFormat,

    /// Write to this file instead of standard output.
    #[arg(long, short, visible_alias = "output-file", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Also write this format to a file, such as `sarif=belljar.sarif`. Can be repeated.
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report)]
    pub(crate) report: Vec<(CheckFormat, PathBuf)>,

    /// Apply only these rules: codes (`BJ204`), prefixes of codes (`BJ2`), or names, several with commas. Enables rules
    /// that are off by default. Can be repeated.
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = selector())]
    pub(crate) select: Vec<Selector>,

    /// Do not apply these rules: codes, prefixes of codes, or names, several with commas. Can be repeated.
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = selector())]
    pub(crate) ignore: Vec<Selector>,

    /// In text, also print the explanation of each rule that has findings.
    #[arg(long)]
    pub(crate) explain: bool,

    /// Write a silencing comment with this reason for each finding that fails the check, where a comment can silence it.
    /// The head has to be the work tree.
    #[arg(long, value_name = "REASON", value_parser = reason, conflicts_with = "head")]
    pub(crate) fix: Option<String>,

    /// The lowest severity at which a finding fails the check. Default: that of the configuration, else errors.
    #[arg(long, value_enum)]
    pub(crate) fail_on: Option<Fail>,

    /// What is done with the version files of migrations that the head adds. Default: that of the configuration, else
    /// `settle`.
    #[arg(long, value_enum, value_name = "MODE")]
    pub(crate) migrations: Option<MigrationsJudged>,

    /// The side whose configuration, silencing comments, artefacts and CODEOWNERS are used.
    #[arg(long, value_enum, value_name = "SIDE", default_value_t = ConfigFrom::Base)]
    pub(crate) config_from: ConfigFrom,

    /// Use this configuration instead of that of a side (TOML, YAML or JSON, by its name).
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Use no configuration, and the defaults of all rules.
    #[arg(long, conflicts_with = "config")]
    pub(crate) no_config: bool,

    /// Send the notifications and run the hooks of this file (TOML, YAML or JSON, by its name), which has to be outside of
    /// the repository: see `docs/notifications.md`.
    #[arg(long, value_name = "FILE")]
    pub(crate) notify: Option<PathBuf>,

    /// Contracts of the Open Data Contract Standard (YAML), in addition to those of the configuration. Can be repeated.
    #[arg(long, value_name = "FILE")]
    pub(crate) contract: Vec<PathBuf>,

    /// Ask this database about the rows that findings depend on, such as those with NULL in a column that becomes required:
    /// a URL as of `belljar inspect`, or `env:NAME`. Only counts are read. See `docs/check.md`.
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,

    /// Write only the questions to a database of this dialect.
    #[arg(long, hide = true, value_parser = database(), conflicts_with = "data_answers")]
    pub(crate) data_questions: Option<Database>,

    /// What a database answered, as JSON.
    #[arg(long, hide = true, value_name = "JSON")]
    pub(crate) data_answers: Option<String>,

    #[command(flatten)]
    pub(crate) artefacts: Artefacts,

    #[command(flatten)]
    pub(crate) sources: SourceArguments,
}

/// Parses a further report, written as `FORMAT=FILE`.
fn report(text: &str) -> Result<(CheckFormat, PathBuf), String> {
    let (format, file) = text.split_once('=').ok_or("expected `FORMAT=FILE`")?;
    let format = CheckFormat::from_str(format, false).map_err(|_| {
        format!("`{format}` is not a format; formats are text, concise, markdown, json, sarif, github, gitlab, junit")
    })?;
    if file.is_empty() { Err("no file is given after `=`".to_owned()) } else { Ok((format, file.into())) }
}

/// The maximum length of a reason, in bytes.
const LONGEST_REASON: usize = 200;

/// Parses the reason of a silencing comment.
fn reason(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.len() > LONGEST_REASON {
        Err(format!("it is longer than {LONGEST_REASON} bytes"))
    } else if text.contains(belljar_text::is_unsafe) || text.contains('#') {
        Err("it has control or invisible characters, or a `#`".to_owned())
    } else if text.contains(char::is_alphanumeric) {
        Ok(text.to_owned())
    } else {
        Err("a comment without a reason silences nothing".to_owned())
    }
}

/// Parses rules on the command line.
fn selector() -> impl TypedValueParser<Value = Selector> {
    NonEmptyStringValueParser::new().try_map(|text| belljar_rules::parse_selector(text.trim()))
}

/// Format of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// Text with the source of each finding.
    Text,
    /// Text, one line for each finding.
    Concise,
    /// Markdown for a comment on a pull request, identified by its first line.
    Markdown,
    /// JSON for programs; see `belljar json-schema check`.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit XML, with a test case for each finding.
    Junit,
}

/// The lowest severity at which a finding fails a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Fail {
    Error,
    Warning,
    Note,
    Never,
}

/// Arguments of `belljar rules`.
#[derive(Debug, Args)]
#[command(after_help = examples::RULES)]
pub(crate) struct Rules {
    /// Format of the output.
    #[arg(long, short, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,

    /// Write to this file instead of standard output.
    #[arg(long, short, visible_alias = "output-file", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Format of a diff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// Text for people, with colours on a terminal.
    Text,
    /// Markdown for a comment on a pull request.
    Markdown,
    /// JSON for programs; see `belljar json-schema diff`.
    Json,
    /// The DDL for `--dialect`.
    Sql,
    /// An Alembic migration script for `--dialect`.
    Alembic,
}

/// Format of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// Text for people, with colours on a terminal.
    Text,
    /// Markdown for a comment on a pull request.
    Markdown,
    /// JSON for other programs.
    Json,
}

/// Arguments of `belljar json-schema`.
#[derive(Debug, Args)]
#[command(after_help = examples::JSON_SCHEMA)]
pub(crate) struct JsonSchema {
    /// The command whose JSON output is described, or the configuration.
    #[arg(value_enum, default_value_t = Published::Extract)]
    pub(crate) of: Published,

    /// Write to this file instead of standard output.
    #[arg(long, short, visible_alias = "output-file", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Commands whose JSON is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Published {
    /// `belljar extract`: a document.
    Extract,
    /// `belljar diff`: the changes between two documents.
    Diff,
    /// The findings of a check.
    Check,
    /// `belljar lineage`: a lineage graph.
    Lineage,
    /// The downstream impact of a diff.
    Impact,
    /// `belljar migrations check`: the differences between migrations and models.
    Migrations,
    /// `belljar drift`: the differences between code and a database.
    Drift,
    /// The configuration, for editors.
    Config,
    /// The message of a webhook of `--notify`.
    Notification,
    /// The file of `--notify`, for editors.
    Notify,
}

/// How a source is read and run.
#[derive(Debug, Args)]
pub(crate) struct SourceArguments {
    /// The SQLAlchemy generation to run with. Default: the one that the project requires, else the newest.
    #[arg(long, value_name = "VERSION")]
    pub(crate) sqlalchemy: Option<String>,

    /// Read only these paths, globs or modules. Can be repeated.
    #[arg(long, value_name = "PATTERN")]
    pub(crate) only: Vec<String>,

    /// Exclude these paths, globs or modules. Can be repeated.
    #[arg(long, value_name = "PATTERN")]
    pub(crate) exclude: Vec<String>,

    /// Include files that are excluded by default. Can be repeated.
    #[arg(long, value_enum, value_name = "KIND", value_delimiter = ',')]
    pub(crate) include: Vec<Include>,

    #[command(flatten)]
    pub(crate) packages: Packages,

    #[command(flatten)]
    pub(crate) limits: LimitArguments,

    /// Trust a git repository in this folder although another user owns it, or although the repository that is read
    /// borrows its objects or its `.git`. Can be repeated.
    #[arg(long, hide_short_help = true, value_name = "DIR")]
    pub(crate) safe_directory: Vec<PathBuf>,

    /// Run everything in a separate process that can't open or write files, connect, or start programs (Landlock,
    /// seccomp). By default `check`, `diff`, `impact`, `migrations` and `report` do if the system supports it, and other commands do not.
    #[arg(long, hide_short_help = true, value_enum, value_name = "WHEN", num_args = 0..=1, require_equals = true, default_missing_value = "always")]
    pub(crate) isolate: Option<Isolation>,

    /// Use no result of an earlier run, and keep none.
    #[arg(long)]
    pub(crate) no_cache: bool,

    /// The folder for unpacked snapshots and for results. Default: `belljar` in the user's cache folder.
    #[arg(long, hide_short_help = true, value_name = "DIR")]
    pub(crate) cache_dir: Option<PathBuf>,

    /// Print only errors to standard error.
    #[arg(long, short, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Print everything: every diagnostic, and the resources of each run.
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

/// Whether a command runs in a separate process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Isolation {
    /// If the system supports it; otherwise in this process, with a note.
    Auto,
    /// In a separate process, or fail.
    Always,
    /// In this process, without confinement.
    Never,
}

/// What a check does with the version files that the head adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MigrationsJudged {
    /// Judge them, and settle findings about the models that they avoid.
    Settle,
    /// Judge them, and settle nothing.
    Judge,
    /// Do not look at them.
    Off,
}

impl From<MigrationsJudged> for belljar_check::MigrationsMode {
    fn from(given: MigrationsJudged) -> Self {
        match given {
            MigrationsJudged::Settle => Self::Settle,
            MigrationsJudged::Judge => Self::Judge,
            MigrationsJudged::Off => Self::Off,
        }
    }
}

/// The side of a comparison whose configuration is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConfigFrom {
    /// The base: a change can't affect its own check.
    Base,
    /// The head: if the authors of changes are trusted.
    Head,
}

/// Real packages, in addition to those of the program.
#[derive(Debug, Args)]
#[command(next_help_heading = "Packages")]
pub(crate) struct Packages {
    /// Provide the packages in this folder, read-only: wheels, a `site-packages`, or a virtual environment. Can be
    /// repeated; the first takes precedence.
    #[arg(long, value_name = "DIR")]
    pub(crate) wheelhouse: Vec<PathBuf>,

    /// Provide the packages of the project's virtual environment: `.venv` or `venv`, in the source directory or next to
    /// it.
    #[arg(long)]
    pub(crate) venv: bool,
}

/// Limits. Results before a limit of a run is exceeded are kept. `docs/limits.md` lists all limits.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitArguments {
    /// Instructions of one run, roughly; the same code uses the same every time.
    #[arg(long, hide_short_help = true, value_name = "N")]
    pub(crate) fuel: Option<u64>,

    /// Wall clock of one run, such as `90s` or `2m`; a number alone is seconds.
    #[arg(long, hide_short_help = true, value_name = "TIME", value_parser = time::parse_limit_time)]
    pub(crate) timeout: Option<Duration>,

    /// Memory of one run, such as `512MiB`.
    #[arg(long, hide_short_help = true, value_name = "SIZE")]
    pub(crate) memory: Option<ByteSize>,

    /// Output of one run.
    #[arg(long, hide_short_help = true, value_name = "SIZE")]
    pub(crate) max_output: Option<ByteSize>,

    /// Files of a source.
    #[arg(long, hide_short_help = true, value_name = "N")]
    pub(crate) max_files: Option<usize>,

    /// Size of a file; a larger one is skipped and reported.
    #[arg(long, hide_short_help = true, value_name = "SIZE")]
    pub(crate) max_file_size: Option<ByteSize>,

    /// Wall clock of a whole job with `--isolate`, including reading and all runs. Implies `--isolate`.
    #[arg(long, hide_short_help = true, value_name = "TIME", value_parser = time::parse_limit_time)]
    pub(crate) job_timeout: Option<Duration>,

    /// Size of the result of a job with `--isolate`. Implies `--isolate`.
    #[arg(long, hide_short_help = true, value_name = "SIZE")]
    pub(crate) max_result: Option<ByteSize>,

    /// Use the limits of this file (TOML); the other flags can only lower them.
    #[arg(id = "limits", long, hide_short_help = true, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,

    /// Use the limits of this tenant, the table `[tenant.NAME]` of the file.
    #[arg(long, hide_short_help = true, value_name = "NAME", requires = "limits")]
    pub(crate) tenant: Option<String>,
}

/// Format of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text for people, with colours on a terminal.
    Text,
    /// JSON for programs; see `belljar json-schema`.
    Json,
    /// The DDL that SQLAlchemy compiles for `--dialect`.
    Sql,
}

/// Parses the name of a database in SQLAlchemy.
fn database() -> impl TypedValueParser<Value = Database> {
    let names = PossibleValuesParser::new(Database::ALL.map(Database::name));
    names.try_map(|name| Database::find(&name).ok_or("no such database"))
}

/// Files that are excluded by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Include {
    /// Test directories and files.
    Tests,
    /// Examples, samples and demos.
    Examples,
    /// Migration folders and revision files.
    Migrations,
    /// Sources of the project's documentation.
    Docs,
    /// Copies that a build writes.
    Build,
    /// Vendored copies of other projects.
    Vendored,
    /// Files that `.gitignore` names.
    Ignored,
    /// Virtual environments and `node_modules`.
    Environments,
}
