//! Errors, with their exit codes and hints.

pub(crate) mod database;
pub(crate) mod isolate;
pub(crate) mod side;
pub(crate) mod version;

use std::io;

use belljar_check::Problem;
use belljar_confine::ConfineError;
use belljar_engine::{ExclusionRule, ExtractError, SourceError};
use belljar_migrate::RenderError;
use belljar_page::PageError;
use belljar_sandbox::SnapshotError;
use belljar_snapshots::SnapshotLoadError;
use thiserror::Error;

use crate::limits::{self, LimitsError};
use database::DatabaseError;
use isolate::IsolateError;
use side::SideError;
use version::VersionError;

/// The path of standard output in [`Failure::Write`].
pub(crate) const STANDARD_OUTPUT: &str = "standard output";

/// Why a command failed.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// The source cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// There are no models, or no snapshot to run them with.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// A database can't be read.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The limits are invalid, or above what is allowed.
    #[error(transparent)]
    Limits(#[from] LimitsError),
    /// A separate process failed.
    #[error(transparent)]
    Isolate(#[from] IsolateError),
    /// This process cannot be confined.
    #[error("cannot confine the process of the job: {0}")]
    Confine(#[from] ConfineError),
    /// There is no folder for the cache.
    #[error("there is no cache folder: neither `XDG_CACHE_HOME` nor `HOME` is an absolute path")]
    NoCacheFolder,
    /// An option has no effect with the others.
    #[error(transparent)]
    NoEffect(#[from] NoEffect),
    /// The pattern for names is invalid.
    #[error("`{pattern}` is not a pattern: {message}")]
    Pattern {
        /// The pattern, as given.
        pattern: String,
        /// The error, as a lower-case fragment.
        message: String,
    },
    /// Comments can only be written into the work tree.
    #[error("`--fix` writes comments into the work tree, and the head is something else")]
    NoWorkTree,
    /// No table or view matches a pattern.
    #[error("no table or view matches `{pattern}`{}", if *.or_path { ", and there is no file or directory of this name" } else { "" })]
    NoMatch {
        /// Whether it could have been a path.
        or_path: bool,
        /// The pattern, as given.
        pattern: String,
        /// The most similar names.
        suggestions: Vec<String>,
    },
    /// No object has that name.
    #[error("no table, class or column `{name}` was found")]
    NoSuchName {
        /// The requested name, as given.
        name: String,
        /// The most similar names.
        suggestions: Vec<String>,
    },
    /// The name of a side of a comparison has no meaning, or several.
    #[error(transparent)]
    Side(#[from] SideError),
    /// A document cannot be read.
    #[error("`{path}` is not a supported schema document: {message}")]
    Document {
        /// The path of the document, as given.
        path: String,
        /// The error, as a lower-case fragment.
        message: String,
    },
    /// The changes cannot be rendered.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// There is no page.
    #[error(transparent)]
    Page(#[from] PageError),
    /// The file of notifications is in the repository that is read.
    #[error("`{file}` is in the repository that is read, where a change could alter it")]
    NotifyInside {
        /// The file, as given.
        file: String,
    },
    /// The file of notifications has no target of that name, or none at all.
    #[error("{}", no_target(.0))]
    NoTarget(String, Vec<String>),
    /// The address of a run is none.
    #[error("`--run-url` is not valid: {message}")]
    RunUrl {
        /// The error, as a lower-case fragment.
        message: String,
    },
    /// A document of a check cannot be read.
    #[error("`{path}` is not a supported document of a check: {message}")]
    CheckDocument {
        /// The path of the document, as given.
        path: String,
        /// The error, as a lower-case fragment.
        message: String,
    },
    /// The value of `--rename` is invalid.
    #[error("`{0}` is not a rename")]
    Rename(String),
    /// A configuration is invalid.
    #[error("{file} is invalid")]
    Config {
        /// The path of the configuration, as given.
        file: String,
        /// All errors in it.
        problems: Vec<Problem>,
    },
    /// A name refers to several columns or datasets.
    #[error("`{name}` is ambiguous: {}", meant.join(", "))]
    Ambiguous {
        /// The requested name, as given.
        name: String,
        /// An unambiguous name of each.
        meant: Vec<String>,
    },
    /// An artefact cannot be read.
    #[error("cannot read `{path}`: {message}")]
    Artefact {
        /// The file or folder.
        path: String,
        /// The error, as a lower-case fragment.
        message: String,
    },
    /// No reader of the schema is known.
    #[error("no downstream artefact is specified")]
    NoArtefact,
    /// There is nothing to set up a project for.
    #[error(
        "no models were found in `{path}`: no Python file mentions SQLAlchemy or SQLModel; nothing was written"
    )]
    NoModels {
        /// The top of the project.
        path: String,
    },
    /// No rule has that code.
    #[error("no rule has the code `{0}`")]
    NoSuchRule(String),
    /// There are no migrations, or not in the environment that is asked for.
    #[error("{}", no_migrations(description, environment.as_deref()))]
    NoMigrations {
        /// The source.
        description: String,
        /// The requested folder of scripts.
        environment: Option<String>,
        /// The folders that there are.
        known: Vec<String>,
    },
    /// No version has this revision.
    #[error("no version has the revision `{wanted}`")]
    NoVersion {
        /// The revision, or the range.
        wanted: String,
        /// The revisions that there are.
        known: Vec<String>,
    },
    /// A range of a history in the wrong form.
    #[error("`{text}` is not a range of revisions")]
    NoRange {
        /// What was given.
        text: String,
    },
    /// A version can't be written.
    #[error(transparent)]
    Version(#[from] VersionError),
    /// The output cannot be written.
    #[error("cannot write `{path}`: {source}")]
    Write {
        /// The file, or `standard output`.
        path: String,
        /// The error of the system.
        source: io::Error,
    },
    /// The reader of the output has closed it.
    #[error("the reader of the output has closed it")]
    BrokenPipe,
}

/// An option that has no effect with the others of a command line.
#[derive(Debug, Error)]
#[error("`{option}` has no effect without `{needed}`")]
pub(crate) struct NoEffect {
    option: &'static str,
    needed: &'static str,
}

impl NoEffect {
    pub(crate) const fn new(option: &'static str, needed: &'static str) -> Self {
        Self { option, needed }
    }

    fn hint(&self) -> String {
        format!("add `{}`, or omit `{}`", self.needed, self.option)
    }
}

impl Failure {
    /// 2 if the command could not run, 101 for an internal error.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Extract(ExtractError::Snapshot(
                SnapshotLoadError::Load(_) | SnapshotLoadError::Unpack(SnapshotError::Damaged { .. }),
            ))
            // Rendering runs no code of a repository.
            | Self::Render(
                RenderError::Ended { by_limit: false, .. }
                | RenderError::NotGenerated { by_limit: false, .. }
                | RenderError::NoSnapshot,
            ) => 101,
            Self::Isolate(error) => error.exit_code(),
            _ => 2,
        }
    }

    /// What to do next about arguments that do not go together.
    fn hint_for_arguments(&self) -> Option<String> {
        match self {
            Self::NoEffect(error) => Some(error.hint()),
            Self::NotifyInside { .. } => Some(
                "keep it outside of the repository, take it from the base (`git show BASE:FILE > elsewhere`), or trust the \
                 head with `--config-from head`"
                    .to_owned(),
            ),
            Self::NoTarget(_, known) if known.is_empty() => {
                Some("describe one in `[notify.targets.NAME]`".to_owned())
            }
            Self::NoTarget(_, known) => Some(format!("targets are `{}`", known.join("`, `"))),
            Self::CheckDocument { .. } => {
                Some("write one with `belljar check --format json -o FILE`".to_owned())
            }
            Self::Write { path, .. } if path == STANDARD_OUTPUT => {
                Some("specify a file with `--output`, or keep standard output open".to_owned())
            }
            Self::Write { .. } => Some("specify another file with `--output`".to_owned()),
            Self::NoModels { .. } => {
                Some("name the project's directory, or write the files with `--force`".to_owned())
            }
            Self::NoWorkTree => Some("name the base alone: `belljar check BASE --fix REASON`".to_owned()),
            Self::Pattern { .. } => {
                Some("`*` matches any text, `?` any character, `[ab]` one of them".to_owned())
            }
            _ => None,
        }
    }

    /// What to do about an environment, a revision or a range that is not there.
    fn hint_for_migrations(&self) -> String {
        match self {
            Self::NoMigrations { known, .. } if !known.is_empty() => {
                format!("there is `{}`", known.join("`, `"))
            }
            Self::NoVersion { wanted, known } => belljar_text::did_you_mean(wanted, known)
                .unwrap_or_else(|| "`belljar migrations history` lists the versions".to_owned()),
            Self::NoRange { .. } => "write `FROM:TO`, `FROM:` or `:TO`".to_owned(),
            _ => {
                "an environment has a folder with `env.py` and `versions`, or an `alembic.ini` with `script_location`"
                    .to_owned()
            }
        }
    }

    /// What to do next.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::NoEffect(_)
            | Self::NoWorkTree
            | Self::NoModels { .. }
            | Self::NotifyInside { .. }
            | Self::NoTarget(..)
            | Self::CheckDocument { .. }
            | Self::Write { .. }
            | Self::Pattern { .. } => self.hint_for_arguments(),
            // The library names its fields; these are the flags and keys.
            Self::Source(SourceError::TooMany { limit, .. }) => {
                Some(format!("pass a subdirectory{}", limits::or_raise(limit)))
            }
            Self::Source(SourceError::ArchiveLimit { limit, .. }) => Some(format!(
                "if the archive can be trusted, unpack it and pass the directory{}",
                limits::or_raise(limit)
            )),
            Self::Source(error) => Some(error.hint()),
            Self::Limits(error) => Some(error.hint()),
            Self::Side(error) => Some(error.hint()),
            Self::Database(error) => error.hint(),
            Self::Isolate(error) => Some(error.hint()),
            Self::Version(error) => Some(error.hint()),
            Self::Confine(ConfineError::TooMany(_)) => {
                Some("start this program with fewer open file descriptors".to_owned())
            }
            Self::Confine(_) => Some("`--isolate` needs Linux with seccomp".to_owned()),
            Self::Extract(error) => Some(hint_for_extraction(error)),
            Self::NoCacheFolder => Some(CACHE_DIR.to_owned()),
            Self::Document { .. } => {
                Some("write one with `belljar extract --format json -o FILE`".to_owned())
            }
            Self::Render(error) => hint_for_rendering(error).map(str::to_owned),
            Self::Rename(_) => Some("write `--rename old=new`, or `old=` if it was not renamed".to_owned()),
            Self::NoSuchName { suggestions, .. } | Self::NoMatch { suggestions, .. }
                if suggestions.is_empty() =>
            {
                Some("`belljar extract --summary` lists all tables".to_owned())
            }
            Self::NoSuchName { suggestions, .. } | Self::NoMatch { suggestions, .. } => {
                Some(format!("did you mean `{}`?", suggestions.join("`, `")))
            }
            Self::NoSuchRule(code) => Some(similar_rule(code)),
            Self::Ambiguous { .. } => Some("use one of these names".to_owned()),
            Self::Artefact { .. } => Some("specify a file or folder that can be read".to_owned()),
            Self::NoArtefact => Some(
                "specify `--dbt target/manifest.json`, `--dataform`, `--lookml` or `--tableau`, or list them in \
                 `belljar.toml` under `[downstream]`"
                    .to_owned(),
            ),
            Self::NoMigrations { .. } | Self::NoVersion { .. } | Self::NoRange { .. } => {
                Some(self.hint_for_migrations())
            }
            Self::Page(PageError::NotBuilt) => Some(
                "build the page with `make page`, which needs Node 20 and npm, and then the program with `make build`"
                    .to_owned(),
            ),
            // Each problem has its own hint.
            Self::RunUrl { .. } | Self::Page(_) | Self::Config { .. } | Self::BrokenPipe => None,
        }
    }
}

fn hint_for_rendering(error: &RenderError) -> Option<&'static str> {
    match error {
        RenderError::Snapshot(_) => Some(CACHE_DIR),
        RenderError::Ended { by_limit: true, .. } | RenderError::NotGenerated { by_limit: true, .. } => {
            Some("raise `--fuel`, `--timeout` or `--memory`")
        }
        _ => None,
    }
}

fn no_migrations(description: &str, environment: Option<&str>) -> String {
    match environment {
        Some(environment) => format!("no Alembic environment `{environment}` was found in {description}"),
        None => format!("no Alembic environment was found in {description}"),
    }
}

fn no_target(name: &str) -> String {
    if name.is_empty() { "there is no target".to_owned() } else { format!("there is no target `{name}`") }
}

/// The rule with the code that is most similar to a mistyped one, as a question.
fn similar_rule(code: &str) -> String {
    let known: Vec<&str> = belljar_rules::rules().iter().map(|rule| rule.code).collect();
    belljar_text::did_you_mean(code, &known).unwrap_or_else(|| "`belljar rules` lists them".to_owned())
}

/// The numbers of scanned files, and what `--include` can include.
fn nothing_found(scanned: &belljar_engine::ScanCounts) -> String {
    let unread = match scanned.unreadable {
        0 => String::new(),
        number => format!(", of which {number} could not be read or are too large"),
    };
    let seen = format!("scanned {} files, {} of them Python{unread}", scanned.files, scanned.python);
    // Only files that look as if they declared tables are mentioned.
    let by_option = scanned.left_out.iter().any(|(rule, left_out)| {
        left_out.hinted > 0 && matches!(rule, ExclusionRule::Excluded | ExclusionRule::NotSelected)
    });
    if by_option {
        return format!("{seen}; `--only` or `--exclude` excludes all files that declare tables");
    }
    let left_out: Vec<String> = scanned
        .left_out
        .iter()
        .filter(|(_, left_out)| left_out.hinted > 0)
        .map(|(rule, left_out)| format!("{} ({})", rule.noun(), left_out.hinted))
        .collect();
    if scanned.mention_sqlalchemy == 0 {
        format!("{seen}; none of them mentions SQLAlchemy")
    } else if left_out.is_empty() {
        format!("{seen}; {} mention SQLAlchemy, and none declares a table", scanned.mention_sqlalchemy)
    } else {
        format!(
            "{seen}; files that mention SQLAlchemy were excluded: {}; `--include` includes them",
            left_out.join(", ")
        )
    }
}

const CACHE_DIR: &str = "specify a folder with `--cache-dir`";

/// What to do where nothing was extracted.
fn hint_for_extraction(error: &ExtractError) -> String {
    match error {
        ExtractError::NothingFound { scanned, .. } => nothing_found(scanned),
        ExtractError::NoGeneration { offered, .. } => format!("this program includes {}", offered.join(", ")),
        ExtractError::Snapshot(SnapshotLoadError::Unpack(SnapshotError::Folder { .. })) => {
            "restrict it to your user (`chmod 700`), or use another one with `--cache-dir`".to_owned()
        }
        ExtractError::Snapshot(_) => CACHE_DIR.to_owned(),
    }
}
