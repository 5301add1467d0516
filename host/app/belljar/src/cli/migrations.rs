//! The arguments of the commands about migrations.

use std::path::PathBuf;

use belljar_dialect::Database;
use belljar_rules::Selector;
use clap::{Args, Subcommand, ValueEnum};

use super::{CheckFormat, Fail, ListFormat, SourceArguments, database, examples, selector};

/// Arguments of `belljar migrations`.
#[derive(Debug, Args)]
#[command(after_help = examples::MIGRATIONS)]
pub(crate) struct Migrations {
    #[command(subcommand)]
    pub(crate) action: MigrationsAction,
}

/// What to do with the migrations.
#[derive(Debug, Subcommand)]
pub(crate) enum MigrationsAction {
    /// Compare the schema that the migrations leave with the one that the models declare.
    Check(CheckMigrations),
    /// Find what is dangerous in version files: locks, lost data, broken histories.
    Lint(LintMigrations),
    /// Test all versions, without a database: a single head, upgrade from the base, down and up again, the models.
    Test(TestMigrations),
    /// Check the history alone: a single head, no circle, no revision that is missing or there twice.
    Validate(ValidateMigrations),
    /// Write the version file that makes what the models declare, without a database.
    New(Box<NewMigration>),
    /// Write the version file that joins all heads.
    Merge(Box<MergeHeads>),
    /// List the heads: the versions that no other follows.
    Heads(ListMigrations),
    /// List the versions that several others follow.
    Branches(ListMigrations),
    /// List the versions in the order in which they run.
    History(History),
    /// Show a version: what it follows, what it changes, and how it ran.
    Show(ShowMigration),
}

/// Arguments of `belljar migrations check`.
#[derive(Debug, Args)]
#[command(after_help = examples::MIGRATIONS_CHECK)]
pub(crate) struct CheckMigrations {
    /// Format of the output.
    #[arg(long, short, value_enum, default_value_t = MigrationsFormat::Text)]
    pub(crate) format: MigrationsFormat,

    /// The lowest severity at which a finding fails the command. What is undetermined is a note.
    #[arg(long, value_enum, default_value_t = Fail::Error)]
    pub(crate) fail_on: Fail,

    #[command(flatten)]
    pub(crate) from: MigrationArguments,
}

/// Arguments of `belljar migrations lint`.
#[derive(Debug, Args)]
#[command(after_help = examples::MIGRATIONS_LINT)]
pub(crate) struct LintMigrations {
    /// Judge only the versions that this revision does not have, and find those of it that are edited or gone. Of a
    /// branch, its merge base with what is judged counts.
    #[arg(long, value_name = "REV")]
    pub(crate) base: Option<String>,

    /// Format of the output.
    #[arg(long, short, value_enum, default_value_t = CheckFormat::Text)]
    pub(crate) format: CheckFormat,

    /// The lowest severity at which a finding fails the command. Default: that of the configuration, else errors.
    #[arg(long, value_enum)]
    pub(crate) fail_on: Option<Fail>,

    /// Apply only these rules: codes (`BJ401`), prefixes of codes (`BJ4`), or names, several with commas. Enables rules
    /// that are off by default. Can be repeated.
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = selector())]
    pub(crate) select: Vec<Selector>,

    /// Do not apply these rules: codes, prefixes of codes, or names, several with commas. Can be repeated.
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = selector())]
    pub(crate) ignore: Vec<Selector>,

    /// In text, also print the explanation of each rule that has findings.
    #[arg(long)]
    pub(crate) explain: bool,

    /// Use this configuration instead of that of the source (TOML, YAML or JSON, by its name).
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Use no configuration, and the defaults of all rules.
    #[arg(long, conflicts_with = "config")]
    pub(crate) no_config: bool,

    #[command(flatten)]
    pub(crate) from: MigrationArguments,
}

/// Arguments of `belljar migrations new`.
#[derive(Debug, Args)]
#[command(after_help = examples::MIGRATIONS_NEW)]
pub(crate) struct NewMigration {
    /// What the version is for: a part of its text and of the name of its file.
    #[arg(long, short, value_name = "TEXT", default_value = "")]
    pub(crate) message: String,

    /// The head that the version follows, where there are several: a revision or the beginning of one. `heads` joins all
    /// of them.
    #[arg(long, value_name = "REVISION")]
    pub(crate) head: Option<String>,

    /// The revision of the version. Default: it follows from the contents.
    #[arg(long, value_name = "REVISION")]
    pub(crate) rev_id: Option<String>,

    /// Write a version that does nothing, to be filled in. Neither models nor versions are compared.
    #[arg(long, conflicts_with_all = ["sql", "rename"])]
    pub(crate) empty: bool,

    /// Print the SQL of the changes, and write no version.
    #[arg(long, conflicts_with_all = ["dry_run", "message", "head", "rev_id", "date"])]
    pub(crate) sql: bool,

    /// Print the version, and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// State a rename of a table, column, type or enumeration value; `OLD=` states that it was not renamed. Can be
    /// repeated.
    #[arg(long, value_name = "OLD=NEW")]
    pub(crate) rename: Vec<String>,

    /// The date for names and templates that want one, as in RFC 3339. Default: now, in UTC.
    #[arg(long, value_name = "DATE", value_parser = super::time::parse_date)]
    pub(crate) date: Option<String>,

    /// Whether it only joins heads.
    #[arg(skip)]
    pub(crate) is_merge: bool,

    #[command(flatten)]
    pub(crate) from: MigrationArguments,
}

/// Arguments of `belljar migrations test`.
#[derive(Debug, Args)]
#[command(after_help = examples::MIGRATIONS_TEST)]
pub(crate) struct TestMigrations {
    /// Format of the output.
    #[arg(long, short, value_enum, default_value_t = TestFormat::Text)]
    pub(crate) format: TestFormat,

    /// Do not fail for a test whose result is not known.
    #[arg(long)]
    pub(crate) allow_not_known: bool,

    #[command(flatten)]
    pub(crate) from: MigrationArguments,
}

/// Arguments of `belljar migrations validate`.
#[derive(Debug, Args)]
pub(crate) struct ValidateMigrations {
    /// Format of the output.
    #[arg(long, short, value_enum, default_value_t = TestFormat::Text)]
    pub(crate) format: TestFormat,

    #[command(flatten)]
    pub(crate) from: MigrationArguments,
}

/// Format of tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TestFormat {
    /// Text for people.
    Text,
    /// JSON for programs.
    Json,
    /// JUnit XML, with a case for each test.
    Junit,
}

/// Arguments of `belljar migrations merge`.
#[derive(Debug, Args)]
pub(crate) struct MergeHeads {
    /// What the version is for: a part of its text and of the name of its file.
    #[arg(long, short, value_name = "TEXT", default_value = "merge heads")]
    pub(crate) message: String,

    /// The revision of the version. Default: it follows from the contents.
    #[arg(long, value_name = "REVISION")]
    pub(crate) rev_id: Option<String>,

    /// Print the version, and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// The date for names and templates that want one, as in RFC 3339. Default: now, in UTC.
    #[arg(long, value_name = "DATE", value_parser = super::time::parse_date)]
    pub(crate) date: Option<String>,

    #[command(flatten)]
    pub(crate) from: MigrationArguments,
}

impl MergeHeads {
    /// The arguments of the version, which does nothing but follow all heads.
    pub(crate) fn into_new(self) -> NewMigration {
        let Self { message, rev_id, dry_run, date, from } = self;
        let head = Some("heads".to_owned());
        let rename = Vec::new();
        NewMigration {
            message,
            head,
            rev_id,
            empty: true,
            sql: false,
            dry_run,
            rename,
            date,
            is_merge: true,
            from,
        }
    }
}

impl NewMigration {
    /// Whether a file is written.
    pub(crate) const fn is_written(&self) -> bool {
        !self.sql && !self.dry_run
    }
}

/// Arguments of `belljar migrations heads` and `branches`.
#[derive(Debug, Args)]
pub(crate) struct ListMigrations {
    /// Format of the output.
    #[arg(long, short, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,

    #[command(flatten)]
    pub(crate) from: MigrationArguments,
}

/// Arguments of `belljar migrations history`.
#[derive(Debug, Args)]
pub(crate) struct History {
    /// Only the versions from one revision to another, such as `1a2b:head`, `:1a2b` or `1a2b:`, with both of them. The
    /// beginning of a revision is enough.
    #[arg(long, short, value_name = "FROM:TO")]
    pub(crate) range: Option<String>,

    #[command(flatten)]
    pub(crate) list: ListMigrations,
}

/// Arguments of `belljar migrations show`.
#[derive(Debug, Args)]
pub(crate) struct ShowMigration {
    /// The revision, the beginning of one, or `head`.
    #[arg(value_name = "REVISION")]
    pub(crate) revision: String,

    #[command(flatten)]
    pub(crate) list: ListMigrations,
}

impl MigrationsAction {
    /// The arguments that all actions have in common.
    pub(crate) fn arguments(&self) -> &MigrationArguments {
        match self {
            Self::Check(given) => &given.from,
            Self::Lint(given) => &given.from,
            Self::Test(given) => &given.from,
            Self::Validate(given) => &given.from,
            Self::Merge(given) => &given.from,
            Self::New(given) => &given.from,
            Self::Heads(given) | Self::Branches(given) => &given.from,
            Self::History(given) => &given.list.from,
            Self::Show(given) => &given.list.from,
        }
    }

    /// The same, to change them.
    pub(crate) fn arguments_mut(&mut self) -> &mut MigrationArguments {
        match self {
            Self::Check(given) => &mut given.from,
            Self::Lint(given) => &mut given.from,
            Self::Test(given) => &mut given.from,
            Self::Validate(given) => &mut given.from,
            Self::Merge(given) => &mut given.from,
            Self::New(given) => &mut given.from,
            Self::Heads(given) | Self::Branches(given) => &mut given.from,
            Self::History(given) => &mut given.list.from,
            Self::Show(given) => &mut given.list.from,
        }
    }

    /// Whether the output is text for people.
    pub(crate) fn is_text(&self) -> bool {
        match self {
            Self::Check(given) => given.format == MigrationsFormat::Text,
            Self::Lint(given) => given.format == CheckFormat::Text,
            Self::Test(given) => given.format == TestFormat::Text,
            Self::Validate(given) => given.format == TestFormat::Text,
            Self::New(_) | Self::Merge(_) => false,
            Self::Heads(given) | Self::Branches(given) => given.format == ListFormat::Text,
            Self::History(given) => given.list.format == ListFormat::Text,
            Self::Show(given) => given.list.format == ListFormat::Text,
        }
    }
}

/// Which migrations are read.
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

    /// Write to this file instead of standard output.
    #[arg(long, short, visible_alias = "output-file", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) sources: SourceArguments,
}

/// Format of a comparison of migrations with models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MigrationsFormat {
    /// Text for people.
    Text,
    /// Markdown for a comment on a pull request.
    Markdown,
    /// JSON for programs; see `belljar json-schema migrations`.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
}
