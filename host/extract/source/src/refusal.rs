//! Why a repository is not read, although git might.

use std::{fmt, path::PathBuf};

/// What is wrong with a repository, or with one of its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Another user owns it.
    Owner {
        /// The user's number.
        user: u32,
    },
    /// A link of git's own files leads out of the repository.
    Link {
        /// Where it leads.
        target: PathBuf,
    },
    /// A pipe, a socket, a device or a folder stands where git has a file.
    NotAFile,
    /// One of git's own files is larger than it may be.
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// The most it may have.
        limit: u64,
    },
    /// There are more files than are looked at.
    TooMany {
        /// How many may be.
        limit: usize,
    },
    /// It borrows objects from another one (`objects/info/alternates`).
    Borrows {
        /// The other one's objects.
        from: PathBuf,
    },
    /// `.git` names a repository that does not name this work tree in return.
    Claim {
        /// The repository.
        target: PathBuf,
    },
    /// `commondir` names a repository that this is no work tree of.
    CommonFolder {
        /// The repository.
        target: PathBuf,
    },
    /// A file of git's own says nothing that can be understood.
    Nonsense,
    /// Its references are kept in a way that is not read here.
    References {
        /// The name of that way.
        format: String,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Owner { user } => write!(f, "it belongs to another user ({user})"),
            Self::Link { target } => write!(f, "it leads out of the repository, to `{}`", target.display()),
            Self::NotAFile => f.write_str("it is not a regular file"),
            Self::TooLarge { size, limit } => write!(f, "it has {size} bytes, over the limit of {limit}"),
            Self::TooMany { limit } => write!(f, "it holds more than {limit} files"),
            Self::Borrows { from } => write!(f, "it borrows the objects of `{}`", from.display()),
            Self::Claim { target } => {
                write!(f, "it names `{}`, which does not name this work tree in return", target.display())
            }
            Self::CommonFolder { target } => {
                write!(f, "it names `{}`, which has no such work tree", target.display())
            }
            Self::Nonsense => f.write_str("it cannot be understood"),
            Self::References { format } => write!(f, "its references are kept as `{format}`"),
        }
    }
}

impl Refusal {
    /// What to do next.
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
                "give a clone that git made: `git clone` or `git worktree add`".to_owned()
            }
            Self::TooMany { .. } => "run `git gc`, or raise `max-entries` in a file of `--limits`".to_owned(),
            Self::References { .. } => "run `git refs migrate --ref-format=files`".to_owned(),
            Self::NotAFile | Self::TooLarge { .. } | Self::Nonsense => {
                "git writes no such file: give a fresh clone".to_owned()
            }
        }
    }
}
