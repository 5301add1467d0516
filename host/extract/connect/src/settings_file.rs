//! Files with the settings of a connection: service files of PostgreSQL, and option files of MySQL and MariaDB.
//!
//! <https://www.postgresql.org/docs/current/libpq-pgservice.html>,
//! <https://dev.mysql.com/doc/refman/8.4/en/option-files.html>

use std::{
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use thiserror::Error;
use zeroize::Zeroizing;

use crate::file::open_regular;

/// The largest file that is read, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// A setting by the name that it has in a URL, such as `host` or `password`, and its value.
pub type Setting = (&'static str, Zeroizing<String>);

/// Why a file with settings can't be used. No value of it is in a message.
#[derive(Debug, Error)]
pub enum SettingsFileError {
    /// It can't be read.
    #[error("can't read `{}`: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// It has a password, and others may read it.
    #[error("`{}` has a password, and can be read by others", .0.display())]
    Public(PathBuf),
    /// The service is in none of the files.
    #[error("the service `{name}` is not in {files}")]
    NoService {
        /// The name.
        name: String,
        /// The files that were looked at.
        files: String,
    },
    /// A setting that is not supported. Ignoring one could mean less safety than was asked for.
    #[error("`{}` has a setting that is not supported: `{name}`", path.display())]
    Unsupported {
        /// The setting.
        name: String,
        /// The file.
        path: PathBuf,
    },
}

/// The settings of a service, from the first of some files that has it.
pub fn service(name: &str, files: &[PathBuf]) -> Result<Vec<Setting>, SettingsFileError> {
    for path in files {
        let Some(file) = SettingsFile::read(path)? else { continue };
        let Some(pairs) = section(&file.text, |own| own == name) else { continue };
        let mut found = Vec::new();
        for (key, value) in pairs {
            match SERVICE.iter().find(|(own, _)| *own == key) {
                Some((_, Some(known))) => found.push((*known, Zeroizing::new(value.to_owned()))),
                Some((_, None)) => {}
                None => {
                    let name: String = key.chars().take(40).collect();
                    return Err(SettingsFileError::Unsupported { name, path: path.clone() });
                }
            }
        }
        file.check(&found)?;
        return Ok(found);
    }
    let shown: Vec<String> = files.iter().map(|path| format!("`{}`", path.display())).collect();
    let files = if shown.is_empty() { "any file".to_owned() } else { shown.join(" or ") };
    Err(SettingsFileError::NoService { name: name.to_owned(), files })
}

/// The settings of a service by their names; those without a name in a URL change nothing about what is read, or its safety.
const SERVICE: [(&str, Option<&str>); 17] = [
    ("host", Some("host")),
    ("port", Some("port")),
    ("user", Some("user")),
    ("password", Some("password")),
    ("dbname", Some("dbname")),
    ("sslmode", Some("sslmode")),
    ("sslrootcert", Some("sslrootcert")),
    ("application_name", None),
    ("fallback_application_name", None),
    ("connect_timeout", None),
    ("client_encoding", None),
    ("keepalives", None),
    ("keepalives_idle", None),
    ("keepalives_interval", None),
    ("keepalives_count", None),
    ("tcp_user_timeout", None),
    ("target_session_attrs", None),
];

/// What the group `[client]` of an option file says about a connection. A file that does not exist says nothing.
///
/// Options of programs other than this one are in the group, too, so that unknown ones are passed over; those that state
/// what TLS verifies are not among them.
pub fn client_options(path: &Path) -> Result<Vec<Setting>, SettingsFileError> {
    let Some(file) = SettingsFile::read(path)? else { return Ok(Vec::new()) };
    let mut found: Vec<Setting> = Vec::new();
    for group in ["client", "client-mariadb"] {
        for (key, value) in section(&file.text, |own| own == group).unwrap_or_default() {
            let key = key.replace('_', "-");
            let Some((_, name)) = OPTIONS.iter().find(|(own, _)| *own == key) else { continue };
            let value = Zeroizing::new(unquoted(value));
            found.retain(|(own, _)| own != name);
            found.push((*name, value));
        }
    }
    file.check(&found)?;
    Ok(found)
}

/// Options by their names, and by those that they have in a URL.
const OPTIONS: [(&str, &str); 7] = [
    ("host", "host"),
    ("port", "port"),
    ("socket", "unix_socket"),
    ("user", "user"),
    ("password", "password"),
    ("ssl-ca", "ssl_ca"),
    ("ssl-mode", "ssl_mode"),
];

/// The text of a file, and whether others may read it.
struct SettingsFile {
    path: PathBuf,
    text: Zeroizing<String>,
    is_public: bool,
}

impl SettingsFile {
    fn read(path: &Path) -> Result<Option<Self>, SettingsFileError> {
        let unread = |source| SettingsFileError::Read { path: path.to_owned(), source };
        let file = match open_regular(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unread(error)),
        };
        #[cfg(unix)]
        let is_public = {
            use std::os::unix::fs::PermissionsExt as _;
            file.metadata().map_err(unread)?.permissions().mode() & 0o077 != 0
        };
        #[cfg(not(unix))]
        let is_public = false;
        let mut bytes = Zeroizing::new(Vec::new());
        file.take(LARGEST).read_to_end(&mut bytes).map_err(unread)?;
        let text = Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned());
        Ok(Some(Self { path: path.to_owned(), text, is_public }))
    }

    /// A password is in a private file only.
    fn check(&self, settings: &[Setting]) -> Result<(), SettingsFileError> {
        let has_password = settings.iter().any(|(name, _)| *name == "password");
        if has_password && self.is_public {
            Err(SettingsFileError::Public(self.path.clone()))
        } else {
            Ok(())
        }
    }
}

/// The settings below the heading of each section that is wanted; `None` if there is none.
fn section(text: &str, is_wanted: impl Fn(&str) -> bool) -> Option<Vec<(&str, &str)>> {
    let (mut found, mut is_inside) = (None::<Vec<_>>, false);
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with(['#', ';', '!']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[') {
            is_inside = is_wanted(name.split(']').next().unwrap_or_default().trim());
            if is_inside {
                found.get_or_insert_default();
            }
        } else if let (true, Some((key, value))) = (is_inside, line.split_once('=')) {
            found.get_or_insert_default().push((key.trim(), value.trim()));
        }
    }
    found
}

/// A value without its quotes, or the comment behind it, and with its escapes.
fn unquoted(value: &str) -> String {
    let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''));
    let inside = match quote {
        Some(quote) => {
            value.get(1..).and_then(|rest| rest.rsplit_once(quote)).map_or(value, |(text, _)| text)
        }
        None => value.split('#').next().unwrap_or_default().trim_end(),
    };
    let (mut out, mut letters) = (String::new(), inside.chars());
    while let Some(letter) = letters.next() {
        out.push(match letter {
            '\\' => match letters.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some('r') => '\r',
                Some('b') => '\u{8}',
                Some('s') => ' ',
                Some(other) => other,
                None => '\\',
            },
            other => other,
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{client_options, section, service, unquoted};

    fn file(folder: &tempfile::TempDir, text: &str, mode: u32) -> PathBuf {
        let path = folder.path().join("file");
        std::fs::write(&path, text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        }
        path
    }

    fn shown(found: &[super::Setting]) -> String {
        let texts: Vec<String> =
            found.iter().map(|(name, value)| format!("{name}={} ", value.as_str())).collect();
        texts.concat()
    }

    #[test]
    fn services() {
        let folder = tempfile::tempdir().unwrap();
        let text = "# c\n[other]\nhost=o\n\n[shop]\nhost=h\nport = 5433\npassword=a#b=c\nconnect_timeout=3\n[bad]\nhost=h\ngssencmode=x\n";
        let path = file(&folder, text, 0o600);
        let missing = folder.path().join("none");
        let found = service("shop", &[missing.clone(), path.clone()]).unwrap();
        assert_eq!(shown(&found), "host=h port=5433 password=a#b=c ");
        let error = service("bad", std::slice::from_ref(&path)).unwrap_err().to_string();
        assert!(error.ends_with("not supported: `gssencmode`"), "{error}");
        let error = service("none", &[missing]).unwrap_err().to_string();
        assert!(error.starts_with("the service `none` is not in `"), "{error}");
        #[cfg(unix)]
        {
            file(&folder, text, 0o644);
            let error = service("shop", std::slice::from_ref(&path)).unwrap_err().to_string();
            assert!(error.ends_with("can be read by others") && !error.contains("a#b"), "{error}");
            // Without a password, it is no secret.
            assert!(service("other", &[path]).is_ok());
        }
    }

    #[test]
    fn options() {
        let folder = tempfile::tempdir().unwrap();
        let text = "[mysqld]\npassword=no\n[client]\nuser = u # c\npassword=\"p#q\\\"\"\nssl_ca=/ca\nunknown=1\nquick\n!include /x\n[client-mariadb]\nuser=v\n";
        let path = file(&folder, text, 0o600);
        assert_eq!(shown(&client_options(&path).unwrap()), "password=p#q\" ssl_ca=/ca user=v ");
        assert!(client_options(&folder.path().join("none")).unwrap().is_empty());
        #[cfg(unix)]
        {
            file(&folder, text, 0o640);
            assert!(client_options(&path).is_err());
        }
    }

    #[test]
    fn values() {
        for (text, expected) in [
            ("a", "a"),
            ("'a b'", "a b"),
            ("a\\\\b\\s", "a\\b "),
            ("a # b", "a"),
            ("'a", "'a"),
            ("\\", "\\"),
            ("", ""),
        ] {
            assert_eq!(unquoted(text), expected, "{text}");
        }
        assert_eq!(section("a=1\n[x]\n", |name| name == "x"), Some(Vec::new()));
        assert_eq!(section("[x\na=1", |name| name == "y"), None);
    }
}
