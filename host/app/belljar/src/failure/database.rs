//! Why a database can't be read.

use belljar_connect::{ConnectError, PasswordFileError, SettingsFileError, SqliteError, UrlError};
use belljar_engine::InspectError;
use thiserror::Error;

use super::Failure;

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
    /// A file with settings can't be used.
    #[error(transparent)]
    SettingsFile(#[from] SettingsFileError),
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
    /// A dump can't be read.
    #[error(transparent)]
    Dump(#[from] DumpError),
    /// The server, or the run that reads it, failed.
    #[error(transparent)]
    Inspect(#[from] InspectError),
}

/// Why a schema dump can't be read.
#[derive(Debug, Error)]
pub(crate) enum DumpError {
    /// It is larger than a schema is.
    #[error("the dump has more than {0} bytes")]
    TooLarge(u64),
    /// It is no SQL.
    #[error("the dump is an archive of `pg_dump`, and no SQL")]
    Archive,
    /// It is UTF-16, as PowerShell writes what a program prints.
    #[error("the dump is UTF-16, and not UTF-8")]
    Utf16,
    /// It is in another encoding.
    #[error("line {0} of the dump is not valid UTF-8")]
    NotUtf8(usize),
    /// It has a NUL.
    #[error("line {0} of the dump has a NUL character")]
    Nul(usize),
    /// The run that reads it failed.
    #[error("{}", of_dump(.0))]
    Inspect(#[from] InspectError),
}

fn of_dump(error: &InspectError) -> String {
    match error {
        InspectError::Database(message) => format!("can't read the dump: {message}"),
        InspectError::Ended(message) => format!("reading the dump ended early: {message}"),
        other => other.to_string(),
    }
}

impl From<DumpError> for Failure {
    fn from(error: DumpError) -> Self {
        DatabaseError::from(error).into()
    }
}

impl DumpError {
    /// What to do next.
    pub(crate) fn hint(&self) -> Option<String> {
        let text = match self {
            Self::TooLarge(_) => "write the schema alone: `pg_dump --schema-only`, `mysqldump --no-data`",
            Self::Archive => {
                "write SQL: `pg_dump --schema-only --format=plain`, or `pg_restore --schema-only -f FILE.sql`"
            }
            Self::Utf16 => {
                "have the program write the file itself: `pg_dump -f FILE`, `mysqldump --result-file=FILE`"
            }
            Self::NotUtf8(_) => {
                "write it in UTF-8: `pg_dump --encoding=UTF8`, `mysqldump --default-character-set=utf8mb4`"
            }
            Self::Inspect(InspectError::Database(message)) if message.contains("`--dialect`") => {
                "a command without the option reads the document that `belljar inspect FILE --dialect NAME -o FILE.json` writes"
            }
            _ => return None,
        };
        Some(text.to_owned())
    }
}

impl DatabaseError {
    /// What to do next.
    pub(crate) fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Dump(error) => return error.hint(),
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
            Self::SettingsFile(SettingsFileError::NoService { .. }) => {
                "the file is `PGSERVICEFILE`, or `.pg_service.conf` in the home folder"
            }
            Self::PasswordFile(PasswordFileError::Public(_))
            | Self::SettingsFile(SettingsFileError::Public(_)) => "make it private: `chmod 600 FILE`",
            Self::Log => {
                "run `PRAGMA wal_checkpoint(TRUNCATE)` in the database, or wait until its transaction ends"
            }
            Self::NoVariable(_) => "set it to the URL of a database",
            _ => return None,
        };
        Some(text.to_owned())
    }
}
