use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::refusal::Refusal;

/// Why a source can't be read at all. What concerns single files is a diagnostic instead.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SourceError {
    /// The path is not there.
    #[error("`{}` does not exist", .0.display())]
    NotFound(PathBuf),
    /// The operating system refuses to open it.
    #[error("no permission to read `{}`", .0.display())]
    PermissionDenied(PathBuf),
    /// Any other failure of the storage.
    #[error("cannot read `{}`: {message}", path.display())]
    Unreadable {
        /// What was opened.
        path: PathBuf,
        /// What the storage said.
        message: String,
    },
    /// A file of some other kind: a text, a device, a compression that is not read.
    #[error("`{}` is neither a directory nor an archive that can be read", .0.display())]
    NotASource(PathBuf),
    /// A file that is read whole has more bytes than it may.
    #[error("`{}` has more than {limit} bytes", path.display())]
    FileTooLarge {
        /// The file.
        path: PathBuf,
        /// How many it may have.
        limit: u64,
    },
    /// A revision was asked for, and the path is a file.
    #[error("`{}` is a file, and only a git repository has revisions", .0.display())]
    FileWithRevision(PathBuf),
    /// A revision was asked for outside of a git repository.
    #[error("`{}` is not in a git repository", .0.display())]
    NotARepository(PathBuf),
    /// Git has no such revision.
    #[error("`{revision}` names no commit of `{}`: {message}", path.display())]
    UnknownRevision {
        /// The repository.
        path: PathBuf,
        /// What was asked for.
        revision: String,
        /// Branches and tags with a similar name, the most similar first.
        suggestions: Vec<String>,
        /// Whether the clone lacks a part of the history.
        shallow: bool,
        /// What the search came to.
        message: String,
    },
    /// The revision has no directory at the place that was asked for.
    #[error("revision `{revision}` has no directory `{directory}`")]
    NotInRevision {
        /// What was asked for.
        revision: String,
        /// Path of the directory from the root of the repository.
        directory: String,
    },
    /// At that place the revision has something that stands for files elsewhere.
    #[error("`{directory}` lies {what} in revision `{revision}`")]
    ElsewhereInRevision {
        /// What was asked for.
        revision: String,
        /// Path of the directory from the root of the repository.
        directory: String,
        /// What stands there.
        what: &'static str,
    },
    /// A link of files that a stranger may have written leads out of them.
    #[error("`{}` is a link to `{}`, out of `{}`", path.display(), target.display(), bound.display())]
    LeadsOutside {
        /// The link.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
        /// The work tree or directory that it may not leave.
        bound: PathBuf,
    },
    /// The repository has something that no clone made by git has, or that its owner has to vouch for.
    #[error("the repository is not read for `{}`: {why}", path.display())]
    Refused {
        /// What is wrong: the repository or one of git's own files.
        path: PathBuf,
        /// What is wrong with it.
        why: Refusal,
    },
    /// Git's own files are damaged.
    #[error("the repository of `{}` is damaged: {message}", path.display())]
    GitDamaged {
        /// What was asked for.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// Two revisions whose histories have no commit in common.
    #[error("`{one}` and `{two}` have no commit in common")]
    NoMergeBase {
        /// The first.
        one: String,
        /// The second.
        two: String,
    },
    /// The objects of the revision are not in this clone.
    #[error("the objects of {description} are missing or damaged")]
    MissingObjects {
        /// The source, for people.
        description: String,
    },
    /// Nothing is left to look at.
    #[error("{description} holds no files")]
    Empty {
        /// The source, for people.
        description: String,
    },
    /// A folder that holds neither wheels nor packages, or a file.
    #[error("`{}` holds neither wheels nor installed packages", .0.display())]
    NotAWheelhouse(PathBuf),
    /// There is no virtual environment with this source.
    #[error("there is no virtual environment in `{}` or beside it", .0.display())]
    NoEnvironment(PathBuf),
    /// The virtual environment is a link.
    #[error("`{}` is a link, which may lead anywhere", .0.display())]
    EnvironmentIsLink(PathBuf),
    /// [`crate::Limits::max_files`], [`crate::Limits::max_entries`] or [`crate::Limits::max_names_bytes`].
    #[error("the source holds more than {value} {what} (limit `{limit}`)")]
    TooMany {
        /// What was counted.
        what: &'static str,
        /// Name of the field of [`crate::Limits`].
        limit: &'static str,
        /// Its value.
        value: usize,
    },
    /// No entry of the archive could be read.
    #[error("archive `{}` is damaged: {message}", path.display())]
    ArchiveDamaged {
        /// The archive.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The archive is, or unpacks to, more than it may. Nothing of it is used.
    #[error("archive `{}` goes over the limit `{limit}` of {value} bytes", path.display())]
    ArchiveLimit {
        /// The archive.
        path: PathBuf,
        /// Name of the field of [`crate::Limits`].
        limit: &'static str,
        /// Its value in bytes.
        value: u64,
    },
}

impl SourceError {
    /// What to do next, in the same style as the message.
    pub fn hint(&self) -> String {
        match self {
            Self::NotFound(_) => "check the path".to_owned(),
            Self::NoMergeBase { .. } => {
                "compare them directly, with two arguments; a shallow clone may lack the commit".to_owned()
            }
            Self::PermissionDenied(_) => "run as a user who may read it".to_owned(),
            Self::Unreadable { .. } => "check the storage, then try again".to_owned(),
            Self::NotASource(_) => {
                "give a directory, or a `.tar`, `.tar.gz`, `.zip` or `.whl` file; repack other compressions"
                    .to_owned()
            }
            Self::FileTooLarge { .. } => "give a smaller one".to_owned(),
            Self::FileWithRevision(_) => "omit the revision, or give the repository's directory".to_owned(),
            Self::NotARepository(_) => {
                "omit the revision to read the files as they are, or give a clone".to_owned()
            }
            Self::UnknownRevision { suggestions, shallow, .. } => {
                unknown_revision_hint(suggestions, *shallow)
            }
            Self::ElsewhereInRevision { .. } => "give the directory that holds the files".to_owned(),
            Self::LeadsOutside { target, .. } => {
                format!("if it is meant, name `{}` itself", target.display())
            }
            Self::Refused { why, .. } => why.hint(),
            Self::GitDamaged { .. } => "run `git fsck`, or give a fresh clone".to_owned(),
            Self::NotInRevision { .. } => "give a directory that exists in that revision".to_owned(),
            Self::MissingObjects { .. } => {
                "the clone may be shallow or partial: run `git fetch --unshallow` or `git fetch --refetch`"
                    .to_owned()
            }
            Self::Empty { .. } => {
                "check the path; ignored files, caches and environments are left out unless asked for"
                    .to_owned()
            }
            Self::NotAWheelhouse(_) => {
                "give a folder of `.whl` files, a `site-packages`, or a virtual environment".to_owned()
            }
            Self::NoEnvironment(_) => {
                "give the packages with `--wheelhouse`, or make an environment with `python -m venv .venv`"
                    .to_owned()
            }
            Self::EnvironmentIsLink(_) => "name it with `--wheelhouse` if it is meant".to_owned(),
            Self::TooMany { limit, .. } => format!("give a sub-directory, or raise `{limit}`"),
            Self::ArchiveDamaged { .. } => "download or pack it again".to_owned(),
            Self::ArchiveLimit { limit, .. } => {
                format!("if the archive can be trusted, unpack it and give the directory, or raise `{limit}`")
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
