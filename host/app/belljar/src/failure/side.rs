//! Names of sides that have no meaning, or more than one.

use std::path::PathBuf;

use thiserror::Error;

/// Why the name of a side can't be used.
#[derive(Debug, Error)]
pub(crate) enum SideError {
    /// It is a revision and a file.
    #[error("`{name}` is a revision of `{}`, and {} too", repo.display(), a(*.is_folder))]
    Both {
        /// The name, as given.
        name: String,
        repo: PathBuf,
        is_folder: bool,
    },
    /// It is a folder, and a revision may be intended.
    #[error("`{name}` is a folder, and no revision that `{}` has", repo.display())]
    BareFolder {
        /// The name, as given.
        name: String,
        repo: PathBuf,
    },
    /// No base is given, and there is none to choose.
    #[error("no base is given, and `{}` has no branch `origin/HEAD`, `main` or `master`", repo.display())]
    NoDefaultBranch { repo: PathBuf },
    /// It may contain a password, and so is not repeated.
    #[error("a side that looks like `user:password@host` is neither a revision nor the URL of a database")]
    Password,
    /// A prefix without a name.
    #[error("`{0}` has no name after its prefix")]
    Empty(String),
}

fn a(is_folder: bool) -> &'static str {
    if is_folder { "a folder" } else { "a file" }
}

impl SideError {
    /// What to do next.
    pub(crate) fn hint(&self) -> String {
        match self {
            Self::Both { name, .. } | Self::BareFolder { name, .. } => {
                format!("write `rev:{name}` for the revision, `path:{name}` for the path")
            }
            Self::NoDefaultBranch { .. } => {
                "name the base, such as a branch: `belljar check BASE`, or `HEAD` for changes that are not committed"
                    .to_owned()
            }
            Self::Password => {
                "write `postgresql://user@host/database`, or `rev:NAME` for a revision with such a name".to_owned()
            }
            Self::Empty(prefix) => format!("write `{prefix}NAME`"),
        }
    }
}
