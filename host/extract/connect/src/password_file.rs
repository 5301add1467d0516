//! PostgreSQL's password file.
//!
//! <https://www.postgresql.org/docs/current/libpq-pgpass.html>

use std::{
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use thiserror::Error;

use crate::{Address, Secret, Target, file::open_regular};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// Why a password file can't be used. No line of it is in a message.
#[derive(Debug, Error)]
pub enum PasswordFileError {
    /// It can't be read.
    #[error("can't read the password file `{}`: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// Others may read it, so that libpq would not use it.
    #[error("the password file `{}` can be read by others", .0.display())]
    Public(PathBuf),
}

/// The password that a file has for a database of PostgreSQL. A file that does not exist has none.
pub fn password_from_file(path: &Path, target: &Target) -> Result<Option<Secret>, PasswordFileError> {
    let unread = |source| PasswordFileError::Read { path: path.to_owned(), source };
    let file = match open_regular(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unread(error)),
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if file.metadata().map_err(unread)?.permissions().mode() & 0o077 != 0 {
            return Err(PasswordFileError::Public(path.to_owned()));
        }
    }
    let mut text = zeroize::Zeroizing::new(Vec::new());
    file.take(LARGEST).read_to_end(&mut text).map_err(unread)?;
    Ok(find(&String::from_utf8_lossy(&text), &fields_of(target)).map(Secret::new))
}

/// Hosts, port, database and user of a target, as a file names them.
struct Fields {
    hosts: Vec<String>,
    port: String,
    database: String,
    user: String,
}

fn fields_of(target: &Target) -> Fields {
    let user = target.user.clone().unwrap_or_default();
    let (hosts, port) = match &target.address {
        Address::Tcp { host, port } => (vec![host.clone()], port.to_string()),
        // A socket in the usual folder is `localhost`, and any other has the name of its folder.
        Address::Unix(path) => {
            let folder = path.parent().map(|folder| folder.display().to_string());
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let port = name.rsplit('.').next().unwrap_or_default().to_owned();
            (folder.into_iter().chain(["localhost".to_owned()]).collect(), port)
        }
        Address::File(_) => (Vec::new(), String::new()),
    };
    // A server takes the name of the user for that of the database.
    let database = target.database.clone().unwrap_or_else(|| user.clone());
    Fields { hosts, port, database, user }
}

/// The password in the first line that matches: `host:port:database:user:password`, where `*` matches anything.
fn find(text: &str, fields: &Fields) -> Option<String> {
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let parts = split(line.trim_end_matches('\r'));
        let [host, port, database, user, password] = parts.as_slice() else { return None };
        let is = |pattern: &(String, bool), value: &str| pattern.1 || pattern.0 == value;
        let is_host = host.1 || fields.hosts.contains(&host.0);
        (is_host && is(port, &fields.port) && is(database, &fields.database) && is(user, &fields.user))
            .then(|| password.0.clone())
    })
}

/// The fields of a line, without the backslash before `:` and `\`, and whether each is a lone `*`.
fn split(line: &str) -> Vec<(String, bool)> {
    let mut fields = vec![(String::new(), false)];
    let mut letters = line.chars();
    let mut is_escaped_star = false;
    while let Some(letter) = letters.next() {
        let is_last = fields.len() == 5;
        let Some((field, _)) = fields.last_mut() else { break };
        match letter {
            '\\' => {
                let next = letters.next().unwrap_or('\\');
                is_escaped_star |= next == '*';
                field.push(next);
            }
            ':' if !is_last => fields.push((String::new(), false)),
            other => field.push(other),
        }
    }
    for (field, matches_all) in &mut fields {
        *matches_all = field == "*" && !is_escaped_star;
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::{Fields, find};

    fn found(text: &str, host: &str) -> Option<String> {
        let fields = Fields {
            hosts: vec![host.to_owned()],
            port: "5432".to_owned(),
            database: "shop".to_owned(),
            user: "me".to_owned(),
        };
        find(text, &fields)
    }

    #[test]
    fn lines_of_a_password_file() {
        let some = |text: &str| Some(text.to_owned());
        for (text, expected) in [
            ("h:5432:shop:me:one", some("one")),
            ("h:5432:shop:me:one:two", some("one:two")),
            ("# h:5432:shop:me:one\nh:*:*:*:two", some("two")),
            ("g:5432:shop:me:one\n*:*:*:me:two\n*:*:*:*:three", some("two")),
            (r"h:5432:shop:me:a\:b\\c", some(r"a:b\c")),
            ("h:5432:shop:me:one\r\n", some("one")),
            ("h:5433:shop:me:one", None),
            ("h:5432:shop:you:one", None),
            ("h:5432:shop:me", None),
            (r"\*:5432:shop:me:one", None),
            ("", None),
        ] {
            assert_eq!(found(text, "h"), expected, "{text}");
        }
        assert_eq!(found(r"\:\:1:5432:shop:me:one", "::1"), some("one"));
    }
}
