//! `belljar inspect`.

use belljar_connect::{Address, Connection, HostPattern, Limits, Policy, Secret, Target, read_sqlite};
use belljar_dialect::Database;
use belljar_engine::{Login, Subject, inspect};
use belljar_sandbox::RunLimits;
use belljar_schema::{Diagnostic, Document, Severity};
use belljar_snapshots::Snapshots;

use crate::{
    cache,
    cli::{Inspect, InspectFormat},
    failure::{Failure, database::DatabaseError},
    render::{self, TextOptions},
    session::Session,
    terminal::{level::Level, messages, progress::Bars},
};

/// Reads a database and writes its schema.
pub(crate) fn run(arguments: &Inspect, session: &mut Session) -> Result<u8, Failure> {
    let target = target(&arguments.url)?;
    let level = Level::new(arguments.quiet, false);
    let document = read(&target, arguments, level)?;
    session.report(|out| messages::database(out, &document, &target.to_string(), level));
    let options = TextOptions { dialect: target.database_kind, short: arguments.summary, only: None };
    session.write(0, &|out| match arguments.format() {
        InspectFormat::Text => render::text(out, &document, options),
        InspectFormat::Json => render::json(out, &document),
    })?;
    let inexact = document.summary.tables_partial > 0 || !document.diagnostics.is_empty();
    Ok(u8::from(arguments.strict && inexact))
}

/// The database that a URL, or a variable with one, names.
fn target(url: &str) -> Result<Target, DatabaseError> {
    let text = match url.strip_prefix("env:") {
        Some(name) => std::env::var(name).map_err(|_| DatabaseError::NoVariable(name.to_owned()))?,
        None => url.to_owned(),
    };
    let mut target = Target::parse(text.trim())?;
    let (user, password) = match target.database_kind {
        Database::Postgresql => (Some("PGUSER"), "PGPASSWORD"),
        _ => (None, "MYSQL_PWD"),
    };
    let variable = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
    target.user = target.user.or_else(|| user.and_then(variable)).or_else(|| variable("USER"));
    target.password = target.password.or_else(|| variable(password).map(Secret::new));
    Ok(target)
}

fn read(target: &Target, arguments: &Inspect, level: Level) -> Result<Document, Failure> {
    let folder = arguments.cache_dir.clone().map_or_else(cache::default, Ok)?;
    let snapshots = Snapshots::new(belljar_snapshots::ALL, folder);
    let (_bars, progress) = Bars::new(level);
    let mut unread = None;
    let subject = match &target.address {
        Address::File(path) => {
            let (rows, has_log) = read_sqlite(path).map_err(DatabaseError::from)?;
            unread = has_log.then(|| {
                let message = "the file has a write-ahead log, and changes in it are not read";
                Diagnostic::new(Severity::Warning, "not-read", message)
                    .hint("run `PRAGMA wal_checkpoint` in the database")
            });
            Subject::Sqlite(rows)
        }
        Address::Tcp { .. } | Address::Unix(_) => {
            let connection = Connection::open(target, &policy(&arguments.allow_host)?, Limits::default());
            let connection = Box::new(connection.map_err(DatabaseError::from)?);
            Subject::Server { connection, login: login(target, arguments) }
        }
    };
    let limits = RunLimits::default();
    let mut document =
        inspect(subject, &snapshots, &limits, &progress.unpacking).map_err(DatabaseError::from)?;
    document.diagnostics.extend(unread);
    Ok(document)
}

/// The hosts that the command line allows; all of them if it names none.
fn policy(hosts: &[String]) -> Result<Policy, DatabaseError> {
    if hosts.is_empty() {
        return Ok(Policy::default());
    }
    let pattern = |text: &String| HostPattern::parse(text).ok_or_else(|| DatabaseError::Host(text.clone()));
    Ok(Policy::only(hosts.iter().map(pattern).collect::<Result<_, _>>()?))
}

fn login(target: &Target, arguments: &Inspect) -> Login {
    let user = target.user.clone().unwrap_or_default();
    Login {
        dialect: target.database_kind.name(),
        // A PostgreSQL server takes the name of the user for that of the database.
        database: target.database.clone().unwrap_or_default(),
        user,
        password: target.password.clone(),
        schemas: arguments.schema.clone(),
    }
}
