//! Asking a live database about its rows, for `belljar check --database`.
//!
//! A process that has run code of a repository gets neither the address of a database nor a connection. So there the
//! command runs twice: the first process returns the questions, this one asks them, and the second process gets the
//! answers. The questions are untrusted: each has a kind, names and numbers, and the guest that asks them quotes the names.

use std::ffi::{OsStr, OsString};

use belljar_check::{DataAnswer, DataAnswers};
use belljar_connect::{Address, Connection, Target, read_sqlite_file};
use belljar_engine::{Askable, RowAnswer};
use belljar_rules::DataQuestion;
use belljar_snapshots::Snapshots;

use crate::{
    cache,
    cli::Check,
    failure::{Failure, database::DatabaseError, isolate::IsolateError},
    limits,
    live_database::{self, Access},
    terminal::{level::Level, progress::Bars},
};

/// The most questions that another process may ask.
const MOST: usize = 10_000;

/// The option with the database, which only this process reads.
const OPTION: &str = "--database";

/// A database that is asked about its rows.
#[derive(Debug)]
pub(crate) struct Asked {
    target: Target,
    access: Access,
}

impl Asked {
    /// The database of a check; `None` if it names none.
    pub(crate) fn of(check: &Check) -> Result<Option<Self>, Failure> {
        let Some(name) = &check.database else { return Ok(None) };
        if !live_database::is_database(name) {
            let shown = if live_database::may_have_password(name) { "the argument" } else { name };
            return Err(DatabaseError::NotOfDatabase(shown.to_owned()).into());
        }
        let sources = &check.sources;
        let limits = limits::resolve(&sources.limits)?;
        let access = Access {
            policy: limits.databases.and(live_database::policy(&check.compared.allow_host)?),
            connection: limits.connection,
            run: limits.run,
            cache: sources.cache_dir.clone().map_or_else(cache::default, Ok)?,
            schemas: Vec::new(),
            level: Level::new(sources.quiet, sources.verbose),
        };
        let target = live_database::target(name, &|name| std::env::var(name).ok())?;
        Ok(Some(Self { target, access }))
    }

    /// The command line of the process that returns the questions.
    pub(crate) fn asking(&self, arguments: &[OsString]) -> Vec<OsString> {
        let mut out = without_database(arguments);
        out.insert(out.len().min(2), format!("--data-questions={}", self.target.database_kind.name()).into());
        if self.access.level == Level::Normal {
            // The second process reports what both read.
            out.insert(out.len().min(2), "--quiet".into());
        }
        out
    }

    /// The command line of the process that gets the answers to these questions, which are JSON.
    pub(crate) fn answered(
        &self,
        arguments: &[OsString],
        questions: &[u8],
    ) -> Result<Vec<OsString>, Failure> {
        let questions: Vec<DataQuestion> = serde_json::from_slice(questions)
            .map_err(|error| IsolateError::NoAnswer { message: error.to_string(), stderr: String::new() })?;
        if questions.len() > MOST {
            return Err(IsolateError::NoAnswer {
                message: format!("it has more than {MOST} questions to the database"),
                stderr: String::new(),
            }
            .into());
        }
        let answers = serde_json::to_string(&self.ask(questions)?).map_err(IsolateError::Job)?;
        let mut out = without_database(arguments);
        out.insert(out.len().min(2), format!("--data-answers={answers}").into());
        Ok(out)
    }

    /// The database's dialect.
    pub(crate) const fn database(&self) -> belljar_dialect::Database {
        self.target.database_kind
    }

    /// Asks questions. Without any there is no connection.
    pub(crate) fn ask(&self, questions: Vec<DataQuestion>) -> Result<DataAnswers, Failure> {
        let mut found: Vec<DataAnswer> = questions.iter().map(|_| DataAnswer::default()).collect();
        for answer in self.run(&questions)? {
            let RowAnswer { question, count, is_capped, bytes, error } = answer;
            if let Some(place) = found.get_mut(question) {
                *place = DataAnswer { count, is_capped, bytes, error };
            }
        }
        Ok(DataAnswers {
            name: self.target.to_string(),
            database: self.target.database_kind,
            answers: questions.into_iter().zip(found).collect(),
        })
    }

    fn run(&self, questions: &[DataQuestion]) -> Result<Vec<RowAnswer>, Failure> {
        let Access { policy, connection, run, cache, level, .. } = &self.access;
        if questions.is_empty() {
            return Ok(Vec::new());
        }
        let askable = match &self.target.address {
            Address::File(path) => {
                let path = belljar_engine::real_folder(path)?;
                let (bytes, is_unsure) = read_sqlite_file(&path, policy).map_err(DatabaseError::from)?;
                if is_unsure {
                    return Err(DatabaseError::Log.into());
                }
                Askable::Sqlite(bytes)
            }
            Address::Tcp { .. } | Address::Unix(_) => {
                let opened = Connection::open(&self.target, policy, *connection);
                let connection = Box::new(opened.map_err(DatabaseError::from)?);
                Askable::Server { connection, login: self.access.login(&self.target) }
            }
        };
        let snapshots = Snapshots::new(belljar_snapshots::ALL, cache.clone());
        let (_bars, progress) = Bars::new(*level);
        let answers = belljar_engine::ask(askable, questions, &snapshots, run, &progress.unpacking);
        Ok(answers.map_err(DatabaseError::from)?)
    }
}

/// The arguments without the name of the database, which may contain a password.
fn without_database(arguments: &[OsString]) -> Vec<OsString> {
    let mut out = Vec::with_capacity(arguments.len());
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument == OPTION {
            rest.next();
        } else if !is_option(argument) {
            out.push(argument.clone());
        }
    }
    out
}

fn is_option(argument: &OsStr) -> bool {
    argument.to_string_lossy().strip_prefix(OPTION).is_some_and(|rest| rest.starts_with('='))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::without_database;

    #[test]
    fn another_process_does_not_get_the_database() {
        let given = |texts: &[&str]| texts.iter().map(OsString::from).collect::<Vec<_>>();
        for arguments in [
            &["belljar", "check", "--database", "postgresql://u:p@h/d", "a", "b"][..],
            &["belljar", "check", "--database=postgresql://u:p@h/d", "a", "b"],
            &["belljar", "check", "a", "b", "--database", "postgresql://u:p@h/d"],
        ] {
            assert_eq!(without_database(&given(arguments)), given(&["belljar", "check", "a", "b"]));
        }
    }
}
