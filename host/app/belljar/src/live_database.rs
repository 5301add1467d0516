//! Live databases: from a URL to a document.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use belljar_check::drift::known_tool;
use belljar_connect::{
    Address, Connection, HostPattern, Policy, Secret, Setting, Target, client_options, password_from_file,
    read_sqlite, service,
};
use belljar_dialect::Database;
use belljar_engine::{Login, SourceError, Subject, inspect};
use belljar_sandbox::RunLimits;
use belljar_schema::{Diagnostic, Document, Severity, View};
use belljar_snapshots::Snapshots;

use crate::{
    failure::{
        Failure,
        database::{DatabaseError, DumpError},
    },
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
const VARIABLES: [&str; 13] = [
    "PGUSER",
    "PGPASSWORD",
    "PGPASSFILE",
    "PGSERVICE",
    "PGSERVICEFILE",
    "PGSYSCONFDIR",
    "PGHOST",
    "PGPORT",
    "MYSQL_PWD",
    "MYSQL_HOST",
    "MYSQL_TCP_PORT",
    "USER",
    "HOME",
];

/// What completes a URL besides user and password: a service of PostgreSQL, the option file of MySQL, and the variables with
/// which the clients of both are told a host.
fn settings(text: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Vec<Setting>, DatabaseError> {
    let set = |name: &str| variable(name).filter(|text| !text.is_empty());
    let scheme = text.split([':', '+']).next().unwrap_or_default().to_ascii_lowercase();
    let home = || set("HOME").map(PathBuf::from);
    let (mut found, host) = match scheme.as_str() {
        "postgresql" | "postgres" => {
            let name = Target::service(text)?.or_else(|| set("PGSERVICE"));
            let own =
                set("PGSERVICEFILE").map(PathBuf::from).or_else(|| Some(home()?.join(".pg_service.conf")));
            let system = set("PGSYSCONFDIR").map(|folder| PathBuf::from(folder).join("pg_service.conf"));
            let files: Vec<PathBuf> = own.into_iter().chain(system).collect();
            let found = name.map(|name| service(&name, &files)).transpose()?.unwrap_or_default();
            (found, [("host", "PGHOST"), ("port", "PGPORT")])
        }
        "mysql" | "mariadb" => {
            let path = home().map(|home| home.join(".my.cnf"));
            let found = path.map(|path| client_options(&path)).transpose()?.unwrap_or_default();
            (found, [("host", "MYSQL_HOST"), ("port", "MYSQL_TCP_PORT")])
        }
        _ => return Ok(Vec::new()),
    };
    let names_host = found.iter().any(|(name, _)| matches!(*name, "host" | "unix_socket"));
    for (name, own) in host.into_iter().filter(|_| !names_host) {
        if let Some(value) = set(own).filter(|_| !found.iter().any(|(known, _)| *known == name)) {
            found.push((name, value.into()));
        }
    }
    Ok(found)
}

/// The database that a URL, or a variable with one, names.
pub(crate) fn target(name: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Target, DatabaseError> {
    let text = match variable_of(name) {
        Some(name) => variable(name).ok_or_else(|| DatabaseError::NoVariable(name.to_owned()))?,
        None => name.to_owned(),
    };
    let text = text.trim();
    let mut target = Target::parse_with(text, &settings(text, variable)?)?;
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

/// The ending of a schema dump.
const DUMP_ENDING: &str = "sql";

/// The largest dump that is read, in bytes: one of ten thousand tables has ten million.
const LARGEST_DUMP: u64 = 64 * 1024 * 1024;

/// Whether a path names a schema dump.
pub(crate) fn is_dump(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(DUMP_ENDING)) && path.is_file()
}

/// The SQL of a dump.
pub(crate) fn read_dump(path: &Path) -> Result<String, Failure> {
    let bytes = belljar_engine::read_file(path, LARGEST_DUMP).map_err(|error| match error {
        SourceError::FileTooLarge { .. } => Failure::from(DumpError::TooLarge(LARGEST_DUMP)),
        other => other.into(),
    })?;
    if bytes.starts_with(b"PGDMP") {
        return Err(DumpError::Archive.into());
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(DumpError::Utf16.into());
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..valid).and_then(|bytes| str::from_utf8(bytes).ok());
        DumpError::NotUtf8(before.unwrap_or_default().matches('\n').count() + 1)
    })?;
    if let Some((before, _)) = text.split_once('\0') {
        return Err(DumpError::Nul(before.matches('\n').count() + 1).into());
    }
    Ok(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned))
}

impl Access {
    /// Reads the schema of a dump. `dialect` is for one that does not say which database wrote it.
    pub(crate) fn inspect_dump(
        &self,
        text: String,
        dialect: Option<Database>,
        snapshots: &Snapshots,
    ) -> Result<Document, Failure> {
        let (_bars, progress) = Bars::new(self.level);
        let subject = Subject::Dump { text, dialect: dialect.map(Database::name) };
        Ok(inspect(subject, snapshots, &self.run, &progress.unpacking).map_err(DumpError::from)?)
    }

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
        (Some(_), Some(_)) => {
            complete(one, other);
            complete(other, one);
            return;
        }
        (None, None) => return,
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

/// Takes the types and comments of a view's columns from the other side, if a dump has none of them.
fn complete(one: &mut Document, other: &Document) {
    for view in &mut one.views {
        let same = |found: &&View| (&found.schema, &found.name) == (&view.schema, &view.name);
        let Some(found) = other.views.iter().find(same) else { continue };
        let names = |view: &View| view.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
        if view.columns.iter().all(|column| column.ty.is_none()) && names(view) == names(found) {
            view.columns.clone_from(&found.columns);
        }
    }
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

    /// A home folder with a service file and an option file.
    fn home_with_files() -> tempfile::TempDir {
        let home = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = home.path().join(name);
            std::fs::write(&path, text).unwrap();
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
            }
        };
        write(
            ".pg_service.conf",
            "[prod]\nhost=h\nport=6000\nuser=s\npassword=p@?&=%\ndbname=shop\nsslmode=require\n[sock]\nhost=/run/pg\n",
        );
        write(".my.cnf", "[client]\nuser=m\npassword='q;#'\nhost=mh\n");
        home
    }

    /// What is found for a URL: with the files of a home folder, and some variables.
    fn found(home: &std::path::Path, name: &str, variables: &[(&str, &str)]) -> String {
        let variable = |wanted: &str| match wanted {
            "HOME" => Some(home.display().to_string()),
            "USER" => Some("me".to_owned()),
            _ => variables.iter().find(|(name, _)| *name == wanted).map(|(_, value)| (*value).to_owned()),
        };
        target(name, &variable).map_or_else(
            |error| error.to_string(),
            |found| {
                let password = found.password.as_ref().map_or("-", Secret::reveal);
                format!("{found} {password} {:?}", found.tls)
            },
        )
    }

    #[test]
    fn files_and_variables_complete_a_url() {
        let home = home_with_files();
        let shown = |name: &str, variables: &[(&str, &str)]| found(home.path(), name, variables);
        let service: &[_] = &[("PGSERVICE", "prod")];
        for (url, variables, expected) in [
            ("postgresql:///?service=prod", &[][..], "postgresql://s@h:6000/shop p@?&=% Require"),
            ("postgresql://", service, "postgresql://s@h:6000/shop p@?&=% Require"),
            ("postgresql://u@/other?service=prod", &[], "postgresql://u@h:6000/other p@?&=% Require"),
            (
                "postgresql:///?service=prod&sslmode=verify-full",
                &[],
                "postgresql://s@h:6000/shop p@?&=% VerifyFull",
            ),
            // Its password is not for another host, nor its port.
            ("postgresql://evil/?service=prod", &[], "postgresql://s@evil:5432/shop - Require"),
            ("postgresql:///?service=prod&host=evil", &[], "postgresql://s@evil:5432/shop - Require"),
            (
                "postgresql:///x?service=sock",
                &[("PGPORT", "7000")],
                "postgresql://me@/run/pg/.s.PGSQL.5432/x - Disable",
            ),
            (
                "postgresql:///x",
                &[("PGHOST", "e"), ("PGPORT", "7000")],
                "postgresql://me@e:7000/x - VerifyFull",
            ),
            (
                "postgresql://h/x",
                &[("PGHOST", "e"), ("PGPORT", "7000")],
                "postgresql://me@h:5432/x - VerifyFull",
            ),
            ("postgresql:///x", &[], "the URL has no valid host"),
            ("mysql:///x", &[], "mysql://m@mh:3306/x q;# VerifyFull"),
            ("mariadb://u@mh/x", &[], "mariadb://u@mh:3306/x q;# VerifyFull"),
            ("mysql://evil/x", &[], "mysql://m@evil:3306/x - VerifyFull"),
            ("mysql:///x", &[("MYSQL_HOST", "no")], "mysql://m@mh:3306/x q;# VerifyFull"),
        ] {
            assert_eq!(shown(url, variables), expected, "{url}");
        }
        let error = shown("postgresql:///?service=none", &[]);
        assert!(error.starts_with("the service `none` is not in `"), "{error}");
        assert!(shown("mysql://h/x?service=prod", &[]).contains("not supported: `service`"));
    }

    #[test]
    fn hosts_of_the_command_line() {
        let hosts = |texts: &[&str]| policy(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        assert!(hosts(&[]).unwrap().allows_host("h"));
        assert!(hosts(&["h"]).unwrap().allows_host("h") && !hosts(&["g"]).unwrap().allows_host("h"));
        assert!(hosts(&["*"]).is_err());
    }
}
