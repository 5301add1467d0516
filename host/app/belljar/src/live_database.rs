//! Live databases: from a URL to a document.

use std::{collections::BTreeSet, path::PathBuf};

use belljar_check::drift::known_tool;
use belljar_connect::{
    Address, Connection, HostPattern, Policy, Secret, Target, password_from_file, read_sqlite,
};
use belljar_dialect::Database;
use belljar_engine::{Login, Subject, inspect};
use belljar_sandbox::RunLimits;
use belljar_schema::{Diagnostic, Document, Severity};
use belljar_snapshots::Snapshots;

use crate::{
    failure::{Failure, database::DatabaseError},
    terminal::{level::Level, progress::Bars},
};

/// What precedes the name of a variable with a URL.
const VARIABLE: &str = "env:";

/// Which databases may be read, and within which limits.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    /// The databases that the operator and the command line allow.
    pub(crate) policy: Policy,
    pub(crate) connection: belljar_connect::Limits,
    pub(crate) run: RunLimits,
    /// The folder of unpacked snapshots.
    pub(crate) cache: PathBuf,
    /// The schemas to read; all of them if empty.
    pub(crate) schemas: Vec<String>,
    pub(crate) level: Level,
}

/// Whether a name on the command line is that of a database: a URL, or a variable with one. No revision is a URL, so that one of
/// another scheme is a mistake in it, and an error that does not repeat its password.
pub(crate) fn is_database(name: &str) -> bool {
    let is_scheme = |text: &str| {
        text.starts_with(|one: char| one.is_ascii_alphabetic())
            && text.chars().all(|one| one.is_ascii_alphanumeric() || matches!(one, '+' | '-' | '.' | '_'))
    };
    variable_of(name).is_some() || name.split_once("://").is_some_and(|(scheme, _)| is_scheme(scheme))
}

/// Whether a name could be a URL that is written wrong, with a password in it: `postgresql:user:password@host`.
pub(crate) fn may_have_password(name: &str) -> bool {
    name.split_once(':').is_some_and(|(_, rest)| rest.contains('@'))
}

/// The name of the variable with the URL, if a name on the command line is that of one. Names of variables are in upper case, so that
/// `env:path` is a path in a branch.
fn variable_of(name: &str) -> Option<&str> {
    let name = name.strip_prefix(VARIABLE)?;
    let starts = name.starts_with(|one: char| one.is_ascii_uppercase() || one == '_');
    let is_rest = |one: char| one.is_ascii_uppercase() || one.is_ascii_digit() || one == '_';
    (starts && name.chars().all(is_rest)).then_some(name)
}

/// The variables that complete the name of a database, for a process without an environment.
pub(crate) fn variables_for(name: &str) -> Vec<String> {
    let own = variable_of(name).map(str::to_owned);
    own.into_iter().chain(VARIABLES.map(str::to_owned)).collect()
}

/// The variables that complete a URL.
const VARIABLES: [&str; 6] = ["PGUSER", "PGPASSWORD", "PGPASSFILE", "MYSQL_PWD", "USER", "HOME"];

/// The database that a URL, or a variable with one, names.
pub(crate) fn target(name: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Target, DatabaseError> {
    let text = match variable_of(name) {
        Some(name) => variable(name).ok_or_else(|| DatabaseError::NoVariable(name.to_owned()))?,
        None => name.to_owned(),
    };
    let mut target = Target::parse(text.trim())?;
    if matches!(target.address, Address::File(_)) {
        return Ok(target);
    }
    let set = |name: &str| variable(name).filter(|text| !text.is_empty());
    let (user, password) = match target.database_kind {
        Database::Postgresql => (set("PGUSER"), "PGPASSWORD"),
        _ => (None, "MYSQL_PWD"),
    };
    target.user = target.user.or(user).or_else(|| set("USER"));
    target.password = target.password.or_else(|| set(password).map(Secret::new));
    if target.password.is_none() && target.database_kind == Database::Postgresql {
        let of_user = || Some(PathBuf::from(set("HOME")?).join(".pgpass"));
        if let Some(file) = set("PGPASSFILE").map(PathBuf::from).or_else(of_user) {
            target.password = password_from_file(&file, &target)?;
        }
    }
    Ok(target)
}

/// The databases that `--allow-host` allows; all of them without it.
pub(crate) fn policy(hosts: &[String]) -> Result<Policy, DatabaseError> {
    if hosts.is_empty() {
        return Ok(Policy::default());
    }
    let pattern = |text: &String| HostPattern::parse(text).ok_or_else(|| DatabaseError::Host(text.clone()));
    Ok(Policy::only(hosts.iter().map(pattern).collect::<Result<_, _>>()?))
}

impl Access {
    /// Reads a database.
    pub(crate) fn read(&self, target: &Target) -> Result<Document, Failure> {
        let snapshots = Snapshots::new(belljar_snapshots::ALL, self.cache.clone());
        let (_bars, progress) = Bars::new(self.level);
        let (subject, unread) = match &target.address {
            Address::File(path) => {
                // As every other path that is named, it does not lead out of a checkout through a link.
                let path = belljar_engine::real_folder(path)?;
                let (rows, is_unsure) = read_sqlite(&path, &self.policy).map_err(DatabaseError::from)?;
                (Subject::Sqlite(rows), is_unsure.then(unread_log))
            }
            Address::Tcp { .. } | Address::Unix(_) => {
                let connection = Connection::open(target, &self.policy, self.connection);
                let connection = Box::new(connection.map_err(DatabaseError::from)?);
                (Subject::Server { connection, login: self.login(target) }, None)
            }
        };
        let document =
            inspect(subject, &snapshots, &self.run, &progress.unpacking).map_err(DatabaseError::from);
        let mut document = document?;
        document.diagnostics.extend(unread);
        Ok(document)
    }

    pub(crate) fn login(&self, target: &Target) -> Login {
        Login {
            dialect: target.database_kind.name(),
            // A PostgreSQL server takes the name of the user for that of the database.
            database: target.database.clone().unwrap_or_default(),
            user: target.user.clone().unwrap_or_default(),
            password: target.password.clone(),
            schemas: self.schemas.clone(),
        }
    }
}

/// Gives code the spelling of a database, where one of two documents is of code and the other of a database.
pub(crate) fn align(one: &mut Document, other: &mut Document) {
    let (code, database) = match (&one.database, &other.database) {
        (Some(_), None) => (other, one),
        (None, Some(_)) => (one, other),
        _ => return,
    };
    let live = database.database.clone();
    let Some((live, dialect)) = live.and_then(|live| Database::find(&live.dialect).map(|it| (live, it)))
    else {
        return;
    };
    let count = code.tables.len();
    code.tables.retain(|table| table.schema.as_ref().is_none_or(|schema| !live.unread.contains(schema)));
    if code.tables.len() < count {
        let message =
            format!("tables in schemas that were not read are not compared: `{}`", live.unread.join("`, `"));
        code.diagnostics.push(Diagnostic::new(Severity::Warning, "not-compared", message));
    }
    (*code, *database) = belljar_diff::aligned(code, database, dialect, live.schema.as_deref());
    // Tables that tools keep for themselves are not those of the code.
    let declared: BTreeSet<String> = code.tables.iter().map(|table| table.name.clone()).collect();
    database.tables.retain(|table| known_tool(&table.name).is_none() || declared.contains(&table.name));
}

/// The database of a comparison with one that is live.
pub(crate) fn of_sides(one: &Document, other: &Document) -> Option<Database> {
    let live = one.database.as_ref().or(other.database.as_ref())?;
    Database::find(&live.dialect)
}

/// Reports that an SQLite file may have another schema, by its log or its journal.
fn unread_log() -> Diagnostic {
    let message = "the file has a write-ahead log or a rollback journal, and changes in it are not read";
    Diagnostic::new(Severity::Warning, "not-read", message)
        .hint("run `PRAGMA wal_checkpoint` in the database; an interrupted transaction is undone once SQLite opens it")
}

#[cfg(test)]
mod tests {
    use belljar_connect::Secret;

    use super::{is_database, policy, target};

    #[test]
    fn what_names_a_database() {
        for name in [
            "postgresql://u@h/app",
            "postgres://h/app",
            "PostgreSQL+psycopg://h/app",
            "mysql+pymysql://h/app",
            "mariadb://h/app",
            "sqlite:///app.db",
            "mssql+pyodbc://h/app",
            "env:DATABASE_URL",
            "env:_A1",
            "postgressql://u:p@h/app",
            "http://h",
        ] {
            assert!(is_database(name), "{name}");
        }
        for name in
            ["HEAD", "env", "env:", "env:models", "env:9", "main:a/b", "./a://b", "env:mysql://h", "."]
        {
            assert!(!is_database(name), "{name}");
        }
    }

    #[test]
    fn variables_complete_a_url() {
        let variable = |name: &str| {
            let value = match name {
                "PGUSER" => "postgres",
                "PGPASSWORD" => "one",
                "MYSQL_PWD" => "two",
                "USER" => "me",
                "URL" => " mysql://h/app\n",
                "EMPTY" => "",
                _ => return None,
            };
            Some(value.to_owned())
        };
        for (name, user, password) in [
            ("postgresql://h/app", Some("postgres"), Some("one")),
            ("postgresql://u:p@h/app", Some("u"), Some("p")),
            ("mysql://h/app", Some("me"), Some("two")),
            ("env:URL", Some("me"), Some("two")),
            ("sqlite:///app.db", None, None),
        ] {
            let found = target(name, &variable).unwrap();
            let (own, secret) = (found.user.as_deref(), found.password.as_ref().map(Secret::reveal));
            assert_eq!((own, secret), (user, password), "{name}");
        }
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "h:5432:app:u:three\n").unwrap();
        let path = file.path().display().to_string();
        let of_file = |name: &str| (name == "PGPASSFILE").then(|| path.clone());
        let password = |url: &str| target(url, &of_file).unwrap().password;
        assert_eq!(password("postgresql://u@h/app").as_ref().map(Secret::reveal), Some("three"));
        assert_eq!(password("postgresql://u:p@h/app").as_ref().map(Secret::reveal), Some("p"));
        assert!(password("postgresql://u@g/app").is_none() && password("mysql://u@h/app").is_none());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o644)).unwrap();
            let error = target("postgresql://u@h/app", &of_file).unwrap_err().to_string();
            assert!(error.ends_with("can be read by others"), "{error}");
        }
        assert!(target("env:NONE", &variable).is_err() && target("env:EMPTY", &variable).is_err());
    }

    #[test]
    fn hosts_of_the_command_line() {
        let hosts = |texts: &[&str]| policy(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        assert!(hosts(&[]).unwrap().allows_host("h"));
        assert!(hosts(&["h"]).unwrap().allows_host("h") && !hosts(&["g"]).unwrap().allows_host("h"));
        assert!(hosts(&["*"]).is_err());
    }
}
