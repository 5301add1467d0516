//! Reasons for which a repository is rejected, although git might read it.

use std::{fmt, path::PathBuf};

/// A reason to reject a repository, or one of its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Another user owns it.
    Owner {
        /// The id of that user.
        user: u32,
    },
    /// A link of git's own files leads out of the repository.
    Link {
        /// The target of the link.
        target: PathBuf,
    },
    /// A pipe, a socket, a device or a folder in place of a file of git.
    NotAFile,
    /// One of git's own files exceeds its limit.
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// There are more files than the limit.
    TooMany {
        /// The maximum number of files.
        limit: usize,
    },
    /// It borrows objects from another one (`objects/info/alternates`).
    Borrows {
        /// The object store of the other one.
        from: PathBuf,
    },
    /// `.git` names a repository that does not name this work tree in return.
    Claim {
        /// The path of the repository that is named.
        target: PathBuf,
    },
    /// `commondir` names a repository that does not have this work tree.
    CommonFolder {
        /// The path of the repository that is named.
        target: PathBuf,
    },
    /// A file of git can't be parsed.
    Nonsense,
    /// Its references are stored in an unsupported format.
    References {
        /// The name of the format.
        format: String,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Owner { user } => write!(f, "it belongs to another user ({user})"),
            Self::Link { target } => {
                write!(f, "it is a link out of the repository, to `{}`", target.display())
            }
            Self::NotAFile => f.write_str("it is not a regular file"),
            Self::TooLarge { size, limit } => write!(f, "it has {size} bytes, over the limit of {limit}"),
            Self::TooMany { limit } => write!(f, "it contains more than {limit} files"),
            Self::Borrows { from } => write!(f, "it borrows the objects of `{}`", from.display()),
            Self::Claim { target } => {
                write!(f, "it names `{}`, which does not name this work tree in return", target.display())
            }
            Self::CommonFolder { target } => {
                write!(f, "it names `{}`, which has no such work tree", target.display())
            }
            Self::Nonsense => f.write_str("it can't be parsed"),
            Self::References { format } => write!(f, "its references are kept as `{format}`"),
        }
    }
}

impl Refusal {
    /// What to do next, as a lower-case fragment.
    pub(crate) fn hint(&self) -> String {
        match self {
            Self::Owner { .. } => {
                "run as its owner, or, if you trust it, name the folder with `--safe-directory`".to_owned()
            }
            Self::Borrows { from } => format!(
                "if it is yours, name it with `--safe-directory {}`, or copy the objects with `git repack -a -d`",
                from.display()
            ),
            Self::Claim { target } => format!(
                "run `git worktree repair`, or, if it is yours, name it with `--safe-directory {}`",
                target.display()
            ),
            Self::Link { .. } | Self::CommonFolder { .. } => {
                "pass a clone made by git: `git clone` or `git worktree add`".to_owned()
            }
            Self::TooMany { .. } => "run `git gc`, or raise `max-entries` in a file of `--limits`".to_owned(),
            Self::References { .. } => "run `git refs migrate --ref-format=files`".to_owned(),
            Self::NotAFile | Self::TooLarge { .. } | Self::Nonsense => {
                "git writes no such file: pass a fresh clone".to_owned()
            }
        }
    }
}
