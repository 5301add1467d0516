use std::{
    fmt,
    path::{Path, PathBuf},
};

use belljar_dialect::Database;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::{Secret, Setting, TlsMode, UrlError};

/// Where a server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A host and a port.
    Tcp {
        /// A name or an address.
        host: String,
        /// The port.
        port: u16,
    },
    /// The path of a Unix socket.
    Unix(PathBuf),
    /// A file of SQLite.
    File(PathBuf),
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } if host.contains(':') => write!(out, "[{host}]:{port}"),
            Self::Tcp { host, port } => write!(out, "{host}:{port}"),
            Self::Unix(path) | Self::File(path) => write!(out, "{}", path.display()),
        }
    }
}

/// A database and how to reach it, from a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The kind of database, as the URL says: `mysql` may be MariaDB.
    pub database_kind: Database,
    /// Where its server is.
    pub address: Address,
    /// The user, if the URL names one.
    pub user: Option<String>,
    /// The password, if the URL contains one.
    pub password: Option<Secret>,
    /// The database of the server, if the URL names one.
    pub database: Option<String>,
    /// Whether TLS is used, and what is verified.
    pub tls: TlsMode,
    /// A file with the certificates to trust, instead of those that the machine trusts.
    pub root_certificates: Option<PathBuf>,
}

/// A target as people may see it: without the password, and without parameters.
impl fmt::Display for Target {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Address::File(path) = &self.address {
            return write!(out, "sqlite:///{}", path.display());
        }
        write!(out, "{}://", self.database_kind.name())?;
        if let Some(user) = &self.user {
            write!(out, "{user}@")?;
        }
        write!(out, "{}/{}", self.address, self.database.as_deref().unwrap_or_default())
    }
}

impl Target {
    /// Reads a URL, as libpq and SQLAlchemy write it; a driver (`postgresql+psycopg`) does not matter.
    pub fn parse(url: &str) -> Result<Self, UrlError> {
        Self::parse_with(url, &[])
    }

    /// The same, with settings of a file or of the environment for what the URL leaves out. A host of the URL does not get
    /// the password that is there for another.
    pub fn parse_with(url: &str, settings: &[Setting]) -> Result<Self, UrlError> {
        let (scheme, rest) = url.split_once(':').ok_or(UrlError::NoScheme)?;
        let rest = rest.strip_prefix("//").ok_or(UrlError::NoScheme)?;
        let kind = match scheme.split('+').next().unwrap_or(scheme).to_ascii_lowercase().as_str() {
            "postgresql" | "postgres" => Database::Postgresql,
            "mysql" => Database::Mysql,
            "mariadb" => Database::Mariadb,
            "sqlite" => return sqlite(rest),
            other => return Err(UrlError::Scheme(belonging_to_scheme(other))),
        };
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        if database.contains('@') {
            return Err(UrlError::NotEncoded);
        }
        // The last `@`, as passwords are often not encoded.
        let (credentials, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) =
            credentials.split_once(':').map_or((credentials, None), |(user, text)| (user, Some(text)));
        let (host, port) = host_and_port(host)?;
        let query =
            completed(query, settings, (host, port), (user, password.is_some()), !database.is_empty());
        let mut made = Self {
            database_kind: kind,
            address: Address::Tcp { host: decoded(host, "host")?, port: port.unwrap_or(default_port(kind)) },
            user: some(decoded(user, "user")?),
            password: password.map(|text| decoded(text, "password")).transpose()?.map(Secret::new),
            database: some(decoded(database, "database")?),
            tls: TlsMode::Disable,
            root_certificates: None,
        };
        let mode = made.parameters(&query, port)?;
        made.tls = mode.unwrap_or_else(|| made.default_tls());
        match &made.address {
            Address::Tcp { host, .. } if host.is_empty() => Err(UrlError::Host),
            _ => Ok(made),
        }
    }

    /// The service that a URL names.
    pub fn service(url: &str) -> Result<Option<String>, UrlError> {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let found = pairs.find(|(name, _)| name.eq_ignore_ascii_case("service"));
        found.map(|(_, value)| decoded(value, "service")).transpose()
    }

    /// Takes the parameters of a URL; returns the mode of TLS, if it is stated.
    fn parameters(&mut self, query: &str, port: Option<u16>) -> Result<Option<TlsMode>, UrlError> {
        let (mut mode, mut port) = (None, port);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = decoded(value, "query")?;
            match name.to_ascii_lowercase().as_str() {
                "sslmode" | "ssl-mode" | "ssl_mode" => mode = Some(TlsMode::parse(&value)?),
                "sslrootcert" | "ssl_ca" | "ssl-ca" => self.root_certificates = Some(PathBuf::from(value)),
                "host" | "unix_socket" | "unix_sock" => self.address = self.socket(&value, port),
                "port" => {
                    port = Some(value.parse().map_err(|_| UrlError::Port)?);
                    if let (Address::Tcp { port: own, .. }, Some(port)) = (&mut self.address, port) {
                        *own = port;
                    }
                }
                "user" => self.user = some(value),
                "password" => self.password = Some(Secret::new(value)),
                "dbname" => self.database = some(value),
                // What changes nothing about what is read, or about its safety.
                "application_name"
                | "charset"
                | "connect_timeout"
                | "client_encoding"
                | "keepalives"
                | "target_session_attrs"
                | "prepared_statement_cache_size" => {}
                // Its settings are among the parameters.
                "service" if self.database_kind == Database::Postgresql => {}
                _ => return Err(UrlError::Parameter(shown_parameter(name, query))),
            }
        }
        Ok(mode)
    }

    /// A host in a parameter: a name, the folder of PostgreSQL's socket, or the socket of MySQL.
    fn socket(&self, value: &str, port: Option<u16>) -> Address {
        let port = port.unwrap_or(default_port(self.database_kind));
        if !value.starts_with('/') {
            return Address::Tcp { host: value.to_owned(), port };
        }
        let is_folder = self.database_kind == Database::Postgresql
            && !Path::new(value).file_name().is_some_and(|name| name.to_string_lossy().starts_with(".s."));
        Address::Unix(if is_folder {
            Path::new(value).join(format!(".s.PGSQL.{port}"))
        } else {
            PathBuf::from(value)
        })
    }

    /// Certificates are verified unless the server is on this machine.
    fn default_tls(&self) -> TlsMode {
        match &self.address {
            Address::Tcp { host, .. } if is_local(host) => TlsMode::Prefer,
            Address::Tcp { .. } => TlsMode::VerifyFull,
            Address::Unix(_) | Address::File(_) => TlsMode::Disable,
        }
    }
}

/// The name of the parameter for a host, by any of its spellings.
fn is_of_host(name: &str) -> bool {
    matches!(name, "host" | "unix_socket" | "unix_sock")
}

/// The parameters of a URL after those settings that it leaves out.
fn completed(
    query: &str,
    settings: &[Setting],
    (host, port): (&str, Option<u16>),
    (user, has_password): (&str, bool),
    names_database: bool,
) -> Zeroizing<String> {
    let stated: Vec<String> = query
        .split('&')
        .map(|pair| pair.split('=').next().unwrap_or_default().to_ascii_lowercase())
        .collect();
    let setting =
        |wanted: &str| settings.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str());
    let names_host = !host.is_empty() || stated.iter().any(|name| is_of_host(name));
    // The settings may be those of another server.
    let of_file = setting("host").or_else(|| setting("unix_socket"));
    let is_elsewhere = names_host && of_file.is_some_and(|own| own != host);
    let is_left_out = |name: &str| match name {
        "host" | "unix_socket" => !names_host,
        "port" => port.is_none() && !names_host,
        "user" => user.is_empty(),
        "password" => !has_password && !is_elsewhere,
        "dbname" => !names_database,
        _ => true,
    };
    let mut out = Zeroizing::new(String::new());
    // A port first, as the path of a socket depends on it.
    for wanted in [
        "port",
        "host",
        "unix_socket",
        "user",
        "password",
        "dbname",
        "sslmode",
        "ssl_mode",
        "sslrootcert",
        "ssl_ca",
    ] {
        if let Some(value) = setting(wanted).filter(|_| is_left_out(wanted)) {
            let encoded: Zeroizing<String> =
                Zeroizing::new(utf8_percent_encode(value, NON_ALPHANUMERIC).to_string());
            out.push_str(wanted);
            out.push('=');
            out.push_str(&encoded);
            out.push('&');
        }
    }
    out.push_str(query);
    out
}

fn is_local(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn default_port(kind: Database) -> u16 {
    if kind == Database::Postgresql { 5432 } else { 3306 }
}

fn sqlite(rest: &str) -> Result<Target, UrlError> {
    let (path, _) = rest.split_once('?').unwrap_or((rest, ""));
    let path = decoded(path.strip_prefix('/').ok_or(UrlError::NoFile)?, "path")?;
    if path.is_empty() || path == ":memory:" {
        return Err(UrlError::NoFile);
    }
    Ok(Target {
        database_kind: Database::Sqlite,
        address: Address::File(PathBuf::from(path)),
        user: None,
        password: None,
        database: None,
        tls: TlsMode::Disable,
        root_certificates: None,
    })
}

fn host_and_port(text: &str) -> Result<(&str, Option<u16>), UrlError> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']').ok_or(UrlError::Host)?;
            (host, if after.is_empty() { None } else { Some(after.strip_prefix(':').ok_or(UrlError::Host)?) })
        }
        None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
    };
    let port = port.filter(|text| !text.is_empty()).map(|text| text.parse().map_err(|_| UrlError::Port));
    match port.transpose()? {
        Some(0) => Err(UrlError::Port),
        port => Ok((host, port)),
    }
}

fn decoded(text: &str, what: &'static str) -> Result<String, UrlError> {
    let found = percent_decode_str(text).decode_utf8().map_err(|_| UrlError::Encoding(what))?;
    // A zero ends a text in both protocols, and what follows would be another parameter.
    if found.contains('\0') { Err(UrlError::Encoding(what)) } else { Ok(found.into_owned()) }
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// A scheme that may be shown: a URL without its scheme could begin with a user and a password.
fn belonging_to_scheme(text: &str) -> String {
    let is_plain = text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_plain { text.to_owned() } else { "the scheme".to_owned() }
}

/// A parameter that may be shown: after a `?` in a password that is not encoded, it would be a part of that.
fn shown_parameter(name: &str, query: &str) -> String {
    let is_plain = name.bytes().all(|one| one.is_ascii_alphanumeric() || matches!(one, b'_' | b'-'));
    let is_shown = is_plain && name.len() <= 40 && !query.contains('@');
    if is_shown { format!(": `{name}`") } else { String::new() }
}
