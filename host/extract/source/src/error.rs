use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::refusal::Refusal;

/// Why a source can't be read at all. Problems of single files are diagnostics instead.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SourceError {
    /// The path does not exist.
    #[error("`{}` does not exist", .0.display())]
    NotFound(PathBuf),
    /// The operating system denies access.
    #[error("no permission to read `{}`", .0.display())]
    PermissionDenied(PathBuf),
    /// Any other I/O error.
    #[error("can't read `{}`: {message}", path.display())]
    Unreadable {
        /// The path that was opened.
        path: PathBuf,
        /// The message of the system.
        message: String,
    },
    /// A file of another kind: text, a device, an unsupported compression.
    #[error("`{}` is neither a directory nor a supported archive", .0.display())]
    NotASource(PathBuf),
    /// A file that is read as a whole exceeds its limit.
    #[error("`{}` has more than {limit} bytes", path.display())]
    FileTooLarge {
        /// The path of the file, as given.
        path: PathBuf,
        /// The limit in bytes.
        limit: u64,
    },
    /// A revision was requested, but the path is a file.
    #[error("`{}` is a file, but only a git repository has revisions", .0.display())]
    FileWithRevision(PathBuf),
    /// A revision was requested outside a git repository.
    #[error("`{}` is not in a git repository", .0.display())]
    NotARepository(PathBuf),
    /// Git has no such revision.
    #[error("`{revision}` is not a commit of `{}`: {message}", path.display())]
    UnknownRevision {
        /// The path of the repository, as given.
        path: PathBuf,
        /// The revision, as given.
        revision: String,
        /// Branches and tags with a similar name, the most similar first.
        suggestions: Vec<String>,
        /// Whether the clone lacks a part of the history.
        shallow: bool,
        /// The error of the search.
        message: String,
    },
    /// The revision has no directory at the requested path.
    #[error("revision `{revision}` has no directory `{directory}`")]
    NotInRevision {
        /// The revision, as given.
        revision: String,
        /// Path of the directory from the root of the repository.
        directory: String,
    },
    /// The revision has an entry for external files at that path.
    #[error("`{directory}` is {what} in revision `{revision}`")]
    ElsewhereInRevision {
        /// The revision, as given.
        revision: String,
        /// Path of the directory from the root of the repository.
        directory: String,
        /// The kind of the entry.
        what: &'static str,
    },
    /// A link among untrusted files leads out of them.
    #[error("`{}` is a link to `{}`, out of `{}`", path.display(), target.display(), bound.display())]
    LeadsOutside {
        /// The path of the link.
        path: PathBuf,
        /// The target of the link, as it is stored.
        target: PathBuf,
        /// The work tree or directory that it may not leave.
        bound: PathBuf,
    },
    /// The repository has something that no clone made by git has, or that its owner has to trust explicitly.
    #[error("the repository was rejected because of `{}`: {why}", path.display())]
    Refused {
        /// The affected path: the repository or one of git's own files.
        path: PathBuf,
        /// What git would not have created, or the owner has to trust.
        why: Refusal,
    },
    /// Git's own files are damaged.
    #[error("the repository of `{}` is damaged: {message}", path.display())]
    GitDamaged {
        /// The path of the source, as given.
        path: PathBuf,
        /// The damage, as a lower-case fragment.
        message: String,
    },
    /// Two revisions whose histories have no commit in common.
    #[error("`{one}` and `{two}` have no commit in common")]
    NoMergeBase {
        /// The first revision, as given.
        one: String,
        /// The second revision, as given.
        two: String,
    },
    /// The objects of the revision are not in this clone.
    #[error("the objects of {description} are missing or damaged")]
    MissingObjects {
        /// The source, for people.
        description: String,
    },
    /// The source is empty.
    #[error("{description} contains no files")]
    Empty {
        /// The source, for people.
        description: String,
    },
    /// A folder without wheels or packages, or a file.
    #[error("`{}` contains neither wheels nor installed packages", .0.display())]
    NotAWheelhouse(PathBuf),
    /// The source has no virtual environment.
    #[error("there is no virtual environment in `{}` or beside it", .0.display())]
    NoEnvironment(PathBuf),
    /// The virtual environment is a link.
    #[error("`{}` is a link, which may lead anywhere", .0.display())]
    EnvironmentIsLink(PathBuf),
    /// [`crate::SourceLimits::max_files`], [`crate::SourceLimits::max_entries`] or
    /// [`crate::SourceLimits::max_names_bytes`].
    #[error("the source contains more than {value} {what} (limit `{limit}`)")]
    TooMany {
        /// The kind of counted items.
        what: &'static str,
        /// Name of the field of [`crate::SourceLimits`].
        limit: &'static str,
        /// The value of the limit.
        value: usize,
    },
    /// No entry of the archive could be read.
    #[error("archive `{}` is damaged: {message}", path.display())]
    ArchiveDamaged {
        /// The path of the archive, as given.
        path: PathBuf,
        /// The damage, as a lower-case fragment.
        message: String,
    },
    /// The archive exceeds a limit, packed or unpacked. Nothing of it is used.
    #[error("archive `{}` exceeds the limit `{limit}` of {value} bytes", path.display())]
    ArchiveLimit {
        /// The path of the archive, as given.
        path: PathBuf,
        /// Name of the field of [`crate::SourceLimits`].
        limit: &'static str,
        /// Its value in bytes.
        value: u64,
    },
}

impl SourceError {
    /// The next step, in the style of the message.
    pub fn hint(&self) -> String {
        match self {
            Self::NotFound(_) => "check the path".to_owned(),
            Self::NoMergeBase { .. } => {
                "compare them directly, with two arguments; a shallow clone may lack the commit".to_owned()
            }
            Self::PermissionDenied(_) => "run as a user with read permission".to_owned(),
            Self::Unreadable { .. } => "check the storage, then try again".to_owned(),
            Self::NotASource(path) if path.extension().is_some_and(|ending| ending == "py") => {
                "pass its directory; `--only` with the name of the file reads that one alone".to_owned()
            }
            Self::NotASource(_) => {
                "pass a directory, or a `.tar`, `.tar.gz`, `.zip` or `.whl` file; repack other formats"
                    .to_owned()
            }
            Self::FileTooLarge { .. } => "pass a smaller one".to_owned(),
            Self::FileWithRevision(_) => {
                "omit the revision, or pass the directory of the repository".to_owned()
            }
            Self::NotARepository(_) => {
                "omit the revision to read the files as they are, or pass a clone; a comparison also takes two \
                 directories, archives or documents"
                    .to_owned()
            }
            Self::UnknownRevision { suggestions, shallow, .. } => {
                unknown_revision_hint(suggestions, *shallow)
            }
            Self::ElsewhereInRevision { .. } => "pass the directory that contains the files".to_owned(),
            Self::LeadsOutside { target, .. } => {
                format!("if this is intended, pass `{}` itself", target.display())
            }
            Self::Refused { why, .. } => why.hint(),
            Self::GitDamaged { .. } => "run `git fsck`, or pass a fresh clone".to_owned(),
            Self::NotInRevision { .. } => "pass a directory that exists in that revision".to_owned(),
            Self::MissingObjects { .. } => {
                "the clone may be shallow or partial: run `git fetch --unshallow` or `git fetch --refetch`"
                    .to_owned()
            }
            Self::Empty { .. } => {
                "check the path; ignored files, caches and environments are excluded by default".to_owned()
            }
            Self::NotAWheelhouse(_) => {
                "pass a folder of `.whl` files, a `site-packages`, or a virtual environment".to_owned()
            }
            Self::NoEnvironment(_) => {
                "pass the packages with `--wheelhouse`, or create an environment with `python -m venv .venv`"
                    .to_owned()
            }
            Self::EnvironmentIsLink(_) => "pass it with `--wheelhouse` if it is intended".to_owned(),
            Self::TooMany { limit, .. } => format!("pass a subdirectory, or raise `{limit}`"),
            Self::ArchiveDamaged { .. } => "download or pack it again".to_owned(),
            Self::ArchiveLimit { limit, .. } => {
                format!("if the archive can be trusted, unpack it and pass the directory, or raise `{limit}`")
            }
        }
    }

    /// The error of an operation on a path.
    pub(crate) fn from_io(path: &Path, error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound => Self::NotFound(path.to_owned()),
            std::io::ErrorKind::PermissionDenied => Self::PermissionDenied(path.to_owned()),
            _ => Self::Unreadable { path: path.to_owned(), message: error.to_string() },
        }
    }
}

fn unknown_revision_hint(suggestions: &[String], shallow: bool) -> String {
    if !suggestions.is_empty() {
        return format!("did you mean `{}`?", suggestions.join("`, `"));
    }
    if shallow {
        return "the clone is shallow: run `git fetch --unshallow`, or fetch the revision".to_owned();
    }
    "check the spelling, or run `git fetch --all --tags`".to_owned()
}
