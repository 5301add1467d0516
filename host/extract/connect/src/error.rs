use std::{io, time::Duration};

use thiserror::Error;

/// Why a text is not the URL of a database. The text itself is not repeated, as it may contain a password.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UrlError {
    /// It has no scheme.
    #[error("a database is named by a URL, such as `postgresql://user@host/database`")]
    NoScheme,
    /// Its scheme is unknown.
    #[error("`{0}` is not supported: databases are postgresql, mysql, mariadb and sqlite")]
    Scheme(String),
    /// The host is missing or malformed.
    #[error("the URL has no valid host")]
    Host,
    /// The port is no number.
    #[error("the URL has a port that is not a number from 1 to 65535")]
    Port,
    /// A part is not UTF-8 once it is decoded.
    #[error("the {0} of the URL is not valid UTF-8")]
    Encoding(&'static str),
    /// A parameter has an unknown value.
    #[error("`{name}` has an unknown value; known are {known}")]
    Value {
        /// The parameter.
        name: &'static str,
        /// The values that it may have.
        known: &'static str,
    },
    /// A parameter is unknown. Ignoring one could mean less safety than was asked for.
    #[error("the URL has a parameter that is not supported{0}")]
    Parameter(String),
    /// A password, or another part, has characters that have to be encoded.
    #[error(
        "the URL has an `@` after its host: write `/`, `?`, `#` and `@` in a password as `%2F`, `%3F`, `%23` and `%40`"
    )]
    NotEncoded,
    /// A file is named without its path.
    #[error("the URL names no file: `sqlite:///path` is relative, `sqlite:////path` absolute")]
    NoFile,
}

/// Why there is no connection, or no more of it.
#[derive(Debug, Error)]
pub enum ConnectError {
    /// The operator does not allow the host.
    #[error("connections to `{0}` are not allowed")]
    NotAllowed(String),
    /// The name of the host can't be resolved.
    #[error("can't resolve `{host}`: {error}")]
    Resolve {
        /// The name.
        host: String,
        /// The system's error.
        error: io::Error,
    },
    /// No address of the server accepts a connection.
    #[error("can't connect to {address}: {error}")]
    Connect {
        /// The address, without credentials.
        address: String,
        /// The system's error.
        error: io::Error,
    },
    /// The server does not offer TLS, which is required.
    #[error("the server does not offer TLS; `sslmode=disable` connects without")]
    NoTls,
    /// The answer to the request for TLS is none.
    #[error("the server's answer is not of the PostgreSQL protocol")]
    NotPostgresql,
    /// TLS failed, such as for an invalid certificate.
    #[error("TLS: {0}")]
    Tls(String),
    /// Certificates to trust can't be read.
    #[error("can't read certificates: {0}")]
    Certificates(String),
    /// The server takes too long.
    #[error("the server did not answer within {}", seconds(*.0))]
    Timeout(Duration),
    /// Everything takes too long.
    #[error("reading the database took longer than {}", seconds(*.0))]
    Total(Duration),
    /// The server sends too much.
    #[error("the server sent more than {0} bytes")]
    TooMuch(u64),
    /// Too much would be sent.
    #[error("more than {0} bytes were sent to the server")]
    TooMuchSent(u64),
    /// The connection broke.
    #[error("the connection broke: {0}")]
    Broken(io::Error),
}

fn seconds(time: Duration) -> String {
    format!("{} seconds", time.as_secs_f64())
}
