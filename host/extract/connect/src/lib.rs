//! A byte stream to a database server.
//!
//! [`Target::parse`] reads a URL, [`Policy`] states which hosts and files are allowed, and [`Connection::open`] connects and starts
//! TLS as [`TlsMode`] asks. The guest that speaks the protocol of the server gets only [`Connection::read`],
//! [`Connection::write`] and [`Connection::start_tls`]; deadlines and limits of bytes ([`Limits`]) end a server that never
//! answers, or never stops.
//!
//! [`read_sqlite`] reads the schema of a file of SQLite, which has no server.
//!
//! No password is in an error, in `Debug` or in `Display`.

mod connection;
mod error;
mod file;
mod limits;
mod password_file;
mod policy;
mod secret;
mod settings_file;
mod socket;
mod sqlite;
mod target;
mod tls;

pub use connection::Connection;
pub use error::{ConnectError, UrlError};
pub use limits::Limits;
pub use password_file::{PasswordFileError, password_from_file};
pub use policy::{HostPattern, Policy};
pub use secret::Secret;
pub use settings_file::{Setting, SettingsFileError, client_options, service};
pub use sqlite::{SchemaRow, SqliteError, read_sqlite, read_sqlite_file};
pub use target::{Address, Target};
pub use tls::{TlsMode, Trust};
