//! What people type.

mod downstream;
pub(crate) mod time;

use std::{path::PathBuf, time::Duration};

use belljar_dialect::Database;
use bytesize::ByteSize;
use clap::{
    Args, Parser, Subcommand, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};

pub(crate) use downstream::{Artefacts, Contract, ContractFormat, Impact, Lineage, LineageFormat};

/// Reads the schema out of untrusted SQLAlchemy models: runs them in a WebAssembly sandbox, with none of
/// their dependencies installed.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    after_help = "Exit codes: 0 done, 1 done with findings (a run ended early, an error; with --strict anything inexact), 2 could not run, 101 a bug of ours."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The hidden command that runs a job in a process of its own.
pub(crate) const CONFINED_JOB: &str = "confined-job";

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Extract the schema of a directory, a git revision or an archive.
    Extract(Box<Extract>),
    /// Tell where a table or a column comes from, how sure that is, what had a part in it, and what to do; of a rule's
    /// code (`BJ101`), what it looks for, why, and what to do instead.
    Explain(Box<Explain>),
    /// Tell what differs between two revisions, directories, archives or schema documents.
    Diff(Box<Diff>),
    /// Check what differs against the rules, for CI: 0 no findings, 1 findings, 2 could not run.
    Check(Box<Check>),
    /// Show what a column or table is made from and what reads it, across dbt, Dataform, Looker and Tableau.
    Lineage(Box<Lineage>),
    /// Tell who downstream feels what differs between two sides: 0 nothing breaks, 1 something does, 2 could not run.
    Impact(Box<Impact>),
    /// Write a contract over tables as they are, for `belljar check` to hold.
    Contract(Box<Contract>),
    /// List the rules of `belljar check`; `belljar explain CODE` tells one.
    Rules(Rules),
    /// Print the JSON Schema of a JSON output.
    JsonSchema(JsonSchema),
    /// What `--isolate` starts: a job on standard input, its answer on standard output.
    #[command(name = CONFINED_JOB, hide = true)]
    ConfinedJob,
}

/// Arguments of `belljar extract`.
#[derive(Debug, Args)]
pub(crate) struct Extract {
    /// A directory, a git repository, or an archive (.tar.gz, .tar, .zip, .whl).
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,

    /// Read this git revision instead of the files on disk.
    #[arg(long, value_name = "REV")]
    pub(crate) rev: Option<String>,

    /// Form of the output. Default: by the ending of `--output`, else text on a terminal, else json.
    #[arg(long, short, value_enum)]
    pub(crate) format: Option<Format>,

    /// Database of `--format sql`, and of the types in text.
    #[arg(long, value_parser = database(), default_value = Database::Postgresql.name())]
    pub(crate) dialect: Database,

    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// In text, one line per table.
    #[arg(long)]
    pub(crate) summary: bool,

    /// Exit with 1 when anything is partial or unresolved, or a file was left out with a warning.
    #[arg(long)]
    pub(crate) strict: bool,

    #[command(flatten)]
    pub(crate) sources: SourceArguments,
}

/// Arguments of `belljar explain`.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A table, with its schema where it has one, or a class; with `.COLUMN` a column of it. Or the code of a rule.
    #[arg(value_name = "TABLE[.COLUMN]|CODE")]
    pub(crate) name: String,

    /// A directory, a git repository, or an archive (.tar.gz, .tar, .zip, .whl).
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,

    /// Read this git revision instead of the files on disk.
    #[arg(long, value_name = "REV")]
    pub(crate) rev: Option<String>,

    /// Database of the types.
    #[arg(long, value_parser = database(), default_value = Database::Postgresql.name())]
    pub(crate) dialect: Database,

    #[command(flatten)]
    pub(crate) sources: SourceArguments,
}

/// What is compared with what.
#[derive(Debug, Args)]
pub(crate) struct Compared {
    /// What is compared: a directory, an archive, a document of `extract --format json`, or a git revision.
    /// `BASE...HEAD` compares HEAD with the commit that both have in common. `rev:NAME` is always a revision, `path:NAME`
    /// always a path.
    pub(crate) base: String,

    /// With what. Default: the files of `--repo` as they lie on the disk.
    pub(crate) head: Option<String>,

    /// The repository that revisions are of.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) repo: PathBuf,

    /// Settle a rename of a table, column, type, enumeration value or view; `OLD=` says that it was none. Can be repeated.
    #[arg(long, value_name = "OLD=NEW")]
    pub(crate) rename: Vec<String>,
}

/// Arguments of `belljar diff`.
#[derive(Debug, Args)]
pub(crate) struct Diff {
    #[command(flatten)]
    pub(crate) compared: Compared,

    /// Form of the output.
    #[arg(long, short, value_enum, default_value_t = DiffFormat::Text)]
    pub(crate) format: DiffFormat,

    /// Database of `--format sql` and `--format alembic`.
    #[arg(long, value_parser = database(), default_value = Database::Postgresql.name())]
    pub(crate) dialect: Database,

    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) sources: SourceArguments,
}

/// Arguments of `belljar check`.
#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) compared: Compared,

    /// Form of what is written to standard output.
    #[arg(long, short, value_enum, default_value_t = CheckFormat::Text)]
    pub(crate) format: CheckFormat,

    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Write this form to a file besides, such as `sarif=belljar.sarif`. Can be repeated.
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report)]
    pub(crate) report: Vec<(CheckFormat, PathBuf)>,

    /// From which severity on a finding fails the check. Default: what the configuration says, else errors.
    #[arg(long, value_enum)]
    pub(crate) fail_on: Option<Fail>,

    /// Which side's `belljar.toml`, silencing comments, artefacts and CODEOWNERS count.
    #[arg(long, value_enum, value_name = "SIDE", default_value_t = ConfigFrom::Base)]
    pub(crate) config_from: ConfigFrom,

    /// Take this configuration instead of the `belljar.toml` of a side.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Take no configuration.
    #[arg(long, conflicts_with = "config")]
    pub(crate) no_config: bool,

    /// Contracts of the Open Data Contract Standard (YAML) beside those of the configuration. Can be repeated.
    #[arg(long, value_name = "FILE")]
    pub(crate) contract: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) artefacts: Artefacts,

    #[command(flatten)]
    pub(crate) sources: SourceArguments,
}

/// Reads `FORMAT=FILE`.
fn report(text: &str) -> Result<(CheckFormat, PathBuf), String> {
    let (format, file) = text.split_once('=').ok_or("it is no `FORMAT=FILE`")?;
    let format = CheckFormat::from_str(format, false).map_err(|_| {
        format!("`{format}` is no form; there is text, markdown, json, sarif, github, gitlab, junit")
    })?;
    if file.is_empty() { Err("it names no file".to_owned()) } else { Ok((format, file.into())) }
}

/// Form of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// For people: one line each.
    Text,
    /// For a comment on a pull request, which is found again by its first line.
    Markdown,
    /// For programs; see `belljar json-schema check`.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit XML.
    Junit,
}

/// From which severity on a finding fails a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Fail {
    Error,
    Warning,
    Note,
    Never,
}

/// Arguments of `belljar rules`.
#[derive(Debug, Args)]
pub(crate) struct Rules {
    /// Form of the output.
    #[arg(long, short, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

/// Form of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For people.
    Text,
    /// For a comment on a pull request.
    Markdown,
    /// For programs; see `belljar json-schema diff`.
    Json,
    /// The DDL for `--dialect`.
    Sql,
    /// An Alembic migration script for `--dialect`.
    Alembic,
}

/// Form of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people.
    Text,
    /// For a page.
    Markdown,
    /// For programs.
    Json,
}

/// Arguments of `belljar json-schema`.
#[derive(Debug, Args)]
pub(crate) struct JsonSchema {
    /// Of which command.
    #[arg(value_enum, default_value_t = Published::Extract)]
    pub(crate) of: Published,
}

/// Commands whose JSON is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Published {
    /// A schema.
    Extract,
    /// What differs.
    Diff,
    /// What the rules say of it.
    Check,
    /// A lineage graph.
    Lineage,
    /// Who feels what differs.
    Impact,
}

/// How a source is read and run, whatever is done with the result.
#[derive(Debug, Args)]
pub(crate) struct SourceArguments {
    /// The SQLAlchemy generation to run with. Default: what the project asks for, else the newest.
    #[arg(long, value_name = "VERSION")]
    pub(crate) sqlalchemy: Option<String>,

    /// Look only at these paths, globs or modules. Can be repeated.
    #[arg(long, value_name = "PATTERN")]
    pub(crate) only: Vec<String>,

    /// Leave these paths, globs or modules out. Can be repeated.
    #[arg(long, value_name = "PATTERN")]
    pub(crate) exclude: Vec<String>,

    /// Put back what is left out by default. Can be repeated.
    #[arg(long, value_enum, value_name = "KIND", value_delimiter = ',')]
    pub(crate) include: Vec<Include>,

    #[command(flatten)]
    pub(crate) packages: Packages,

    #[command(flatten)]
    pub(crate) limits: Limits,

    /// Read a git repository in this folder although another user owns it, or although it lends its objects or its `.git`
    /// to the repository that is read. Can be repeated.
    #[arg(long, value_name = "DIR")]
    pub(crate) safe_directory: Vec<PathBuf>,

    /// Do all of it in a process of its own that can open, write, connect and start nothing (Landlock, seccomp). By
    /// default `check`, `diff` and `impact` do where the system has it, and the others do not.
    #[arg(long, value_enum, value_name = "WHEN", num_args = 0..=1, require_equals = true, default_missing_value = "always")]
    pub(crate) isolate: Option<Isolation>,

    /// Where snapshots are unpacked to. Default: `belljar` in the user's cache folder.
    #[arg(long, value_name = "DIR", env = "BELLJAR_CACHE_DIR")]
    pub(crate) cache_dir: Option<PathBuf>,

    /// Say nothing but errors.
    #[arg(long, short, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Say everything: every diagnostic, and what each run used.
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

/// Whether a command is carried out in a process of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Isolation {
    /// Where the system has what that takes; else in this one, which is said.
    Auto,
    /// Or not at all.
    Always,
    /// In this one.
    Never,
}

/// Which side of a comparison decides how it is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConfigFrom {
    /// What was: a change has no say in its own check.
    Base,
    /// What will be: for those who trust whoever proposes it.
    Head,
}

/// Packages that are real, besides the few that the program carries.
#[derive(Debug, Args)]
#[command(next_help_heading = "Packages")]
pub(crate) struct Packages {
    /// Make the packages in this folder real, read-only: wheels, a `site-packages`, or a virtual environment. Can be
    /// repeated; the first counts most.
    #[arg(long, value_name = "DIR")]
    pub(crate) wheelhouse: Vec<PathBuf>,

    /// Make the packages of the project's virtual environment real: `.venv` or `venv`, in the source directory or next
    /// to it.
    #[arg(long)]
    pub(crate) venv: bool,
}

/// What may be used. What was found before a limit of a run fires is kept. `docs/limits.md` lists all of them.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct Limits {
    /// Instructions of one run, roughly; the same code uses the same every time.
    #[arg(long, value_name = "N")]
    pub(crate) fuel: Option<u64>,

    /// Wall clock of one run, such as `90s` or `2m`; a number alone is seconds.
    #[arg(long, value_name = "TIME", value_parser = time::parse_limit_time)]
    pub(crate) timeout: Option<Duration>,

    /// Memory of one run, such as `512MiB`.
    #[arg(long, value_name = "SIZE")]
    pub(crate) memory: Option<ByteSize>,

    /// Output of one run.
    #[arg(long, value_name = "SIZE")]
    pub(crate) max_output: Option<ByteSize>,

    /// Files of a source.
    #[arg(long, value_name = "N")]
    pub(crate) max_files: Option<usize>,

    /// Size of a file; a larger one is left out and named.
    #[arg(long, value_name = "SIZE")]
    pub(crate) max_file_size: Option<ByteSize>,

    /// Wall clock of a whole job with `--isolate`, reading and all runs included. Asks for `--isolate`.
    #[arg(long, value_name = "TIME", value_parser = time::parse_limit_time)]
    pub(crate) job_timeout: Option<Duration>,

    /// Size of the answer of a job with `--isolate`. Asks for `--isolate`.
    #[arg(long, value_name = "SIZE")]
    pub(crate) max_result: Option<ByteSize>,

    /// Take the limits from this file (TOML); the other flags can only lower what it sets.
    #[arg(id = "limits", long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,

    /// Take the limits of this tenant, the table `[tenant.NAME]` of the file.
    #[arg(long, value_name = "NAME", requires = "limits")]
    pub(crate) tenant: Option<String>,
}

/// Form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs; see `belljar json-schema`.
    Json,
    /// The DDL that SQLAlchemy compiles for `--dialect`.
    Sql,
}

/// Takes a database by its name in SQLAlchemy.
fn database() -> impl TypedValueParser<Value = Database> {
    let names = PossibleValuesParser::new(Database::ALL.map(Database::name));
    names.try_map(|name| Database::find(&name).ok_or("no such database"))
}

/// What is left out by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Include {
    /// Test directories and files.
    Tests,
    /// Examples, samples, demos.
    Examples,
    /// Migration folders and revision files.
    Migrations,
    /// Sources of documentation.
    Docs,
    /// Build output.
    Build,
    /// Vendored copies of other projects.
    Vendored,
    /// What `.gitignore` names.
    Ignored,
    /// Virtual environments and `node_modules`.
    Environments,
}
