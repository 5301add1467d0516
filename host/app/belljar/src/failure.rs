//! What can go wrong, and with which exit code.

use std::io;

use belljar_check::Problem;
use belljar_confine::WallError;
use belljar_engine::{ExtractError, Rule, SnapshotLoadError, SourceError};
use belljar_migrate::RenderError;
use belljar_sandbox::SnapshotError;
use thiserror::Error;

use crate::{
    isolate::IsolateError,
    limits::{self, LimitsError},
    side::SideError,
};

/// What standard output is called in [`Failure::Write`].
pub(crate) const STANDARD_OUTPUT: &str = "standard output";

/// Why a command gave nothing.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// The source can't be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// There is nothing to extract, or nothing to extract it with.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// The limits make no sense, or are not for the caller to set.
    #[error(transparent)]
    Limits(#[from] LimitsError),
    /// A process of its own gave nothing.
    #[error(transparent)]
    Isolate(#[from] IsolateError),
    /// The second wall can't be built.
    #[error("cannot build the second wall: {0}")]
    Wall(#[from] WallError),
    /// There is no place for the cache.
    #[error("there is no cache folder: neither `XDG_CACHE_HOME` nor `HOME` is an absolute path")]
    NoCacheFolder,
    /// Nothing of that name was found.
    #[error("no table, class or column `{name}` was found")]
    NoSuchName {
        /// What was asked for.
        name: String,
        /// Names that are most like it.
        suggestions: Vec<String>,
    },
    /// A side of a comparison has a name that is of no use.
    #[error(transparent)]
    Side(#[from] SideError),
    /// A document that is compared can't be read.
    #[error("`{path}` is not a schema that this program reads: {message}")]
    Document {
        /// The file.
        path: String,
        /// Why not.
        message: String,
    },
    /// The changes can't be rendered.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// A rename that says nothing.
    #[error("`{0}` is not a rename")]
    Rename(String),
    /// A configuration that can't be read.
    #[error("{file} is wrong")]
    Config {
        /// The file.
        file: String,
        /// All that is wrong with it.
        problems: Vec<Problem>,
    },
    /// A name that means several things.
    #[error("`{name}` means several: {}", meant.join(", "))]
    Ambiguous {
        /// What was asked for.
        name: String,
        /// What each is called by itself.
        meant: Vec<String>,
    },
    /// An artefact can't be read.
    #[error("cannot read `{path}`: {message}")]
    Artefact {
        /// The file or folder.
        path: String,
        /// Why not.
        message: String,
    },
    /// Nobody is known to read the schema.
    #[error("nothing downstream is named")]
    NoArtefact,
    /// No rule has that code.
    #[error("no rule has the code `{0}`")]
    NoSuchRule(String),
    /// The output can't be written.
    #[error("cannot write `{path}`: {source}")]
    Write {
        /// The file, or `standard output`.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// Whoever read the output is gone.
    #[error("the reader of the output is gone")]
    BrokenPipe,
}

impl Failure {
    /// 2 where the command could not run, 101 where it is an internal error.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Extract(ExtractError::Snapshot(
                SnapshotLoadError::Load(_) | SnapshotLoadError::Unpack(SnapshotError::Damaged { .. }),
            ))
            // No code of a repository runs when changes are rendered.
            | Self::Render(RenderError::Ended { by_limit: false, .. } | RenderError::NoSnapshot) => 101,
            Self::Isolate(error) => error.exit_code(),
            _ => 2,
        }
    }

    /// What to do next.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            // The library speaks of its fields; here they are flags and keys.
            Self::Source(SourceError::TooMany { limit, .. }) => {
                Some(format!("give a sub-directory{}", limits::or_raise(limit)))
            }
            Self::Source(SourceError::ArchiveLimit { limit, .. }) => Some(format!(
                "if the archive can be trusted, unpack it and give the directory{}",
                limits::or_raise(limit)
            )),
            Self::Source(error) => Some(error.hint()),
            Self::Limits(error) => Some(error.hint()),
            Self::Side(error) => Some(error.hint()),
            Self::Isolate(error) => Some(error.hint()),
            Self::Wall(WallError::TooMany(_)) => {
                Some("let whoever starts this program leave fewer files open for it".to_owned())
            }
            Self::Wall(_) => Some("`--isolate` takes Linux with seccomp".to_owned()),
            Self::Extract(ExtractError::NothingFound { scanned, .. }) => Some(nothing_found(scanned)),
            Self::Extract(ExtractError::NoGeneration { offered, .. }) => {
                Some(format!("this program carries {}", offered.join(", ")))
            }
            Self::Extract(ExtractError::Snapshot(SnapshotLoadError::Unpack(SnapshotError::Folder {
                ..
            }))) => {
                Some("make it yours alone (`chmod 700`), or name another one with `--cache-dir`".to_owned())
            }
            Self::Extract(ExtractError::Snapshot(_)) | Self::NoCacheFolder => {
                Some("name a folder with `--cache-dir`".to_owned())
            }
            Self::Write { path, .. } if path == STANDARD_OUTPUT => {
                Some("name a file with `--output`, or leave standard output open".to_owned())
            }
            Self::Write { .. } => Some("name another file with `--output`".to_owned()),
            Self::Document { .. } => {
                Some("write one with `belljar extract --format json -o FILE`".to_owned())
            }
            Self::Render(RenderError::Ended { by_limit: true, .. }) => {
                Some("raise `--fuel`, `--timeout` or `--memory`".to_owned())
            }
            Self::Render(RenderError::Snapshot(_)) => Some("name a folder with `--cache-dir`".to_owned()),
            Self::Rename(_) => Some("write `--rename old=new`, or `old=` for what is none".to_owned()),
            Self::NoSuchName { suggestions, .. } if suggestions.is_empty() => {
                Some("`belljar extract --summary --format text` lists what there is".to_owned())
            }
            Self::NoSuchName { suggestions, .. } => Some(format!("there is `{}`", suggestions.join("`, `"))),
            Self::NoSuchRule(code) => {
                let known: Vec<&str> = belljar_rules::rules().iter().map(|rule| rule.code).collect();
                Some(
                    belljar_text::did_you_mean(code, &known)
                        .unwrap_or_else(|| "`belljar rules` lists them".to_owned()),
                )
            }
            Self::Ambiguous { .. } => Some("give one of these".to_owned()),
            Self::Artefact { .. } => Some("name a file or folder that can be read".to_owned()),
            Self::NoArtefact => Some(
                "give `--dbt target/manifest.json`, `--dataform`, `--lookml` or `--tableau`, or name them in `belljar.toml` under \
                 `[downstream]`"
                    .to_owned(),
            ),
            // Each problem has its own.
            Self::Render(_) | Self::Config { .. } | Self::BrokenPipe => None,
        }
    }
}

/// What was scanned, and what could be put back.
fn nothing_found(scanned: &belljar_engine::ScanCounts) -> String {
    let unread = match scanned.unreadable {
        0 => String::new(),
        number => format!(", of which {number} could not be read or are too large"),
    };
    let seen = format!("scanned {} files, {} of them Python{unread}", scanned.files, scanned.python);
    // Only files that look as if they declared tables are worth a word.
    let by_option = scanned
        .left_out
        .iter()
        .any(|(rule, left_out)| left_out.hinted > 0 && matches!(rule, Rule::Excluded | Rule::NotSelected));
    if by_option {
        return format!("{seen}; `--only` or `--exclude` leaves out all that declare tables");
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
            "{seen}; files that mention SQLAlchemy were left out: {}; `--include` puts them back",
            left_out.join(", ")
        )
    }
}
