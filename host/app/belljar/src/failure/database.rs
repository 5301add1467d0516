//! Why a database can't be read.

use belljar_connect::{ConnectError, PasswordFileError, SqliteError, UrlError};
use belljar_engine::InspectError;
use thiserror::Error;

/// Why a database can't be read.
#[derive(Debug, Error)]
pub(crate) enum DatabaseError {
    /// The URL is invalid.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// The variable that is to have the URL is not set.
    #[error("the environment variable `{0}` is not set")]
    NoVariable(String),
    /// The password file can't be used.
    #[error(transparent)]
    PasswordFile(#[from] PasswordFileError),
    /// A host pattern is invalid.
    #[error("`{0}` is not a host, or `*.` and a domain")]
    Host(String),
    /// What is to be a database is something else.
    #[error("`{0}` is neither the URL of a database nor a document of one")]
    NotOfDatabase(String),
    /// There is no connection.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The rows of the file may be others.
    #[error("the file has a write-ahead log or a rollback journal, so that its rows can't be counted")]
    Log,
    /// The file can't be read.
    #[error(transparent)]
    Sqlite(#[from] SqliteError),
    /// The server, or the run that reads it, failed.
    #[error(transparent)]
    Inspect(#[from] InspectError),
}

impl DatabaseError {
    /// What to do next.
    pub(crate) fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Url(UrlError::NoScheme | UrlError::Host) => "write `postgresql://user@host/database`",
            Self::Connect(ConnectError::NotAllowed(_)) | Self::Sqlite(SqliteError::NotAllowed(_)) => {
                "`--allow-host` allows it; with `--limits` the operator does, in `allow-hosts` of the file"
            }
            Self::Connect(ConnectError::Tls(_)) => {
                "give the server's authority with `sslrootcert=FILE` in the URL; `sslmode` states what is verified"
            }
            Self::Connect(ConnectError::Connect { .. } | ConnectError::Resolve { .. }) => {
                "check the host and the port, and that the server runs"
            }
            Self::NotOfDatabase(_) => {
                "write `postgresql://user@host/database`, or `belljar inspect URL -o FILE.json`"
            }
            Self::PasswordFile(PasswordFileError::Public(_)) => "make it private: `chmod 600 FILE`",
            Self::Log => {
                "run `PRAGMA wal_checkpoint(TRUNCATE)` in the database, or wait until its transaction ends"
            }
            Self::NoVariable(_) => "set it to the URL of a database",
            _ => return None,
        };
        Some(text.to_owned())
    }
}
