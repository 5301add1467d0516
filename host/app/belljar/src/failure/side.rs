//! Names of sides that have no meaning, or more than one.

use std::path::PathBuf;

use thiserror::Error;

/// Why a name of a side is of no use.
#[derive(Debug, Error)]
pub(crate) enum SideError {
    /// It is a revision and a file.
    #[error("`{name}` is a revision of `{}`, and {} too", repo.display(), a(*.is_folder))]
    Both {
        /// As it was given.
        name: String,
        repo: PathBuf,
        is_folder: bool,
    },
    /// It is a folder where a revision could be meant.
    #[error("`{name}` is a folder, and no revision that `{}` has", repo.display())]
    BareFolder {
        /// As it was given.
        name: String,
        repo: PathBuf,
    },
    /// Nothing follows a prefix.
    #[error("`{0}` does not exist")]
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
            Self::Empty(prefix) => format!("write `{prefix}NAME`"),
        }
    }
}
