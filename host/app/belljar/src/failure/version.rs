//! Why a version file can't be written.

use std::io;

use belljar_migrate::version::BadRevision;
use thiserror::Error;

/// Why a version file can't be written.
#[derive(Debug, Error)]
pub(crate) enum VersionError {
    /// There are several environments.
    #[error("there are several environments: `{}`", .0.join("`, `"))]
    SeveralEnvironments(Vec<String>),
    /// An environment runs its versions for several databases.
    #[error("`{0}` runs its versions for several databases, which need a function each")]
    SeveralDatabases(String),
    /// There are several heads, and none is chosen.
    #[error("`{environment}` has several heads: `{}`", heads.join("`, `"))]
    SeveralHeads { environment: String, heads: Vec<String> },
    /// What is chosen is no head.
    #[error("`{wanted}` is no head of `{environment}`")]
    NoHead { wanted: String, environment: String, heads: Vec<String> },
    /// The history is broken.
    #[error("the history is broken: {0}")]
    Broken(String),
    /// The revision is none.
    #[error("`{text}` can't be a revision: {why}")]
    Revision { text: String, why: BadRevision },
    /// A version has the revision.
    #[error("the revision `{revision}` is that of `{path}`")]
    Taken { revision: String, path: String },
    /// The folders of version files are elsewhere.
    #[error("the folder of version files is not in {description}{}", locations(written))]
    NoFolder { description: String, written: Vec<String> },
    /// Nothing can be written into the source.
    #[error("a version can't be written into {0}")]
    NoDirectory(String),
    /// The text would not be what was rendered.
    #[error("the version can't be written: {0}")]
    Text(String),
    /// The file can't be written.
    #[error("cannot write the version file `{path}`: {source}")]
    Write { path: String, source: io::Error },
}

fn locations(written: &[String]) -> String {
    if written.is_empty() { String::new() } else { format!(": `{}`", written.join("`, `")) }
}

impl VersionError {
    /// What to do next.
    pub(crate) fn hint(&self) -> String {
        match self {
            Self::SeveralEnvironments(_) => "name one with `--environment`".to_owned(),
            Self::SeveralDatabases(_) => "write it by hand, or with Alembic itself; `--sql` prints statements".to_owned(),
            Self::SeveralHeads { .. } => {
                "name the one that the version follows with `--head REVISION`, or join them with `--head heads`".to_owned()
            }
            Self::NoHead { heads, .. } => match heads.as_slice() {
                [] => "it has no version yet: leave out `--head`".to_owned(),
                heads => format!("its heads are `{}`", heads.join("`, `")),
            },
            Self::Broken(_) => "repair it first: `belljar migrations lint` shows what is wrong".to_owned(),
            Self::Revision { .. } => "leave out `--rev-id`, and it follows from the contents".to_owned(),
            Self::Taken { .. } => "choose another one with `--rev-id`".to_owned(),
            Self::NoFolder { .. } => {
                "name the directory that has it, or print the version with `--dry-run`".to_owned()
            }
            Self::NoDirectory(_) => "add `--dry-run` or `--sql` to print it".to_owned(),
            Self::Text(_) => "print the statements with `--sql`".to_owned(),
            Self::Write { .. } => "print the version with `--dry-run`".to_owned(),
        }
    }
}
