//! From a live database to a schema.
//!
//! A run of the newest generation over a connection, without any code of a repository: it reads the catalogue of the server
//! with SQLAlchemy's dialects, or the statements of an SQLite schema.

use std::sync::{Arc, Mutex, PoisonError};

use belljar_connect::{Connection, SchemaRow, Secret, TlsMode};
use belljar_frames as frames;
use belljar_sandbox::{ByteStream, Connected, Ending, Job, MOUNT, RunLimits};
use belljar_schema::{Document, Generation};
use belljar_snapshots::{SnapshotLoadError, Snapshots, UnpackProgress};
use belljar_tree::Tree;
use serde::Serialize;
use thiserror::Error;

use crate::{
    assemble::{database, ending_text},
    collect::{Collector, Findings},
    progress::Progress,
};

/// The code of the guest's remark about a database that it can't read.
const FAILED: &str = "cannot-inspect";

/// Why there is no document of a database. No password is in a message.
#[derive(Debug, Error)]
pub enum InspectError {
    /// No snapshot is included.
    #[error("this program includes no snapshot")]
    NoSnapshot,
    /// The snapshot can't be used.
    #[error(transparent)]
    Snapshot(#[from] SnapshotLoadError),
    /// The server, or its driver, refuses.
    #[error("can't read the database: {0}")]
    Database(String),
    /// The run ended early.
    #[error("reading the database ended early: {0}")]
    Ended(String),
}

/// What is read.
pub enum Subject {
    /// The database of a server.
    Server {
        /// The connection to it.
        connection: Box<Connection>,
        /// Who asks for what.
        login: Login,
    },
    /// The rows of an `sqlite_schema`: type, name, table and SQL.
    Sqlite(Vec<SchemaRow>),
    /// The SQL that `pg_dump --schema-only` and its like write.
    Dump {
        /// The SQL.
        text: String,
        /// The database that wrote it, for a dump that does not say it.
        dialect: Option<&'static str>,
    },
}

/// The name of a dump in the guest's tree.
const DUMP: &str = "dump.sql";

/// Who asks for what database.
#[derive(Clone)]
pub struct Login {
    /// The dialect: `postgresql`, `mysql` or `mariadb`.
    pub dialect: &'static str,
    /// The user.
    pub user: String,
    /// The password.
    pub password: Option<Secret>,
    /// The database of the server.
    pub database: String,
    /// The schemas to read; empty for all (PostgreSQL).
    pub schemas: Vec<String>,
}

/// The plan of a run, in the guest's terms.
#[derive(Serialize)]
struct Plan<'a> {
    inspect: Inspect<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Inspect<'a> {
    Server(Server<'a>),
    Sqlite { dialect: &'a str, statements: &'a [SchemaRow] },
    Dump { dump: String, dialect: Option<&'a str> },
}

/// Reads a database. Blocks the thread.
pub fn inspect(
    subject: Subject,
    snapshots: &Snapshots,
    limits: &RunLimits,
    progress: &UnpackProgress,
) -> Result<Document, InspectError> {
    let plan = Plan { inspect: encoded(&subject) };
    let plan = serde_json::to_vec(&plan).unwrap_or_default();
    let none = Tree::in_memory::<&str, &[u8]>([]);
    let (tree, connection) = match subject {
        Subject::Server { connection, .. } => (none, Some(connection)),
        Subject::Sqlite(_) => (none, None),
        Subject::Dump { text, .. } => (Tree::in_memory([(DUMP, text.as_bytes())]), None),
    };
    let given = Given { plan, tree, connection };
    let (findings, version, ending) = given.run(snapshots, limits, progress)?;
    if !findings.done || ending != Ending::Finished {
        return Err(InspectError::Ended(ending_text(&ending)));
    }
    let reason = "databases are read with the newest".to_owned();
    Ok(database::document(&findings, Generation { version, reason }))
}

/// The input of a run over a database.
pub(crate) struct Given {
    /// The plan, in the guest's terms.
    pub(crate) plan: Vec<u8>,
    /// The files that the guest sees.
    pub(crate) tree: Tree,
    /// The connection to a server.
    pub(crate) connection: Option<Box<Connection>>,
}

impl Given {
    /// Runs the newest generation; returns also its version, and how the run ended.
    pub(crate) fn run(
        self,
        snapshots: &Snapshots,
        limits: &RunLimits,
        progress: &UnpackProgress,
    ) -> Result<(Findings, String, Ending), InspectError> {
        let version = snapshots.versions().last().copied().ok_or(InspectError::NoSnapshot)?;
        let sandbox = snapshots.sandbox(version, progress)?;
        let collector = Arc::new(Mutex::new(Collector::new(Progress::default(), limits.memory)));
        let sink = Arc::clone(&collector);
        let job = Job {
            tree: self.tree,
            packages: None,
            bodies: None,
            plan: self.plan,
            limits: limits.clone(),
            on_frame: Box::new(move |bytes| sink.lock().unwrap_or_else(PoisonError::into_inner).take(&bytes)),
        };
        let outcome = match self.connection {
            None => sandbox.run(job),
            Some(connection) => {
                let seed = connection.random().map_err(|error| InspectError::Database(error.to_string()))?;
                sandbox.run_connected(job, Connected { stream: Box::new(Wire(*connection)), seed })
            }
        };
        let findings =
            std::mem::take(&mut *collector.lock().unwrap_or_else(PoisonError::into_inner)).finish();
        if let Some(remark) = failure(&findings) {
            return Err(InspectError::Database(remark.message.clone()));
        }
        Ok((findings, version.to_owned(), outcome.ending))
    }
}

fn failure(findings: &Findings) -> Option<&frames::Remark> {
    findings.remarks.iter().find(|remark| remark.code == FAILED)
}

fn encoded(subject: &Subject) -> Inspect<'_> {
    match subject {
        Subject::Sqlite(statements) => Inspect::Sqlite { dialect: "sqlite", statements },
        Subject::Server { connection, login } => Inspect::Server(Server::new(connection, login)),
        Subject::Dump { dialect, .. } => Inspect::Dump { dump: format!("{MOUNT}/{DUMP}"), dialect: *dialect },
    }
}

/// A server, in the guest's terms.
#[derive(Serialize)]
pub(crate) struct Server<'a> {
    dialect: &'a str,
    user: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
    database: &'a str,
    tls: &'a str,
    is_private: bool,
    schemas: &'a [String],
}

impl<'a> Server<'a> {
    pub(crate) fn new(connection: &Connection, login: &'a Login) -> Self {
        Self {
            dialect: login.dialect,
            user: &login.user,
            password: login.password.as_ref().map(Secret::reveal),
            database: &login.database,
            tls: match connection.mode() {
                TlsMode::Disable => "no",
                TlsMode::Prefer => "try",
                TlsMode::Require | TlsMode::VerifyCa | TlsMode::VerifyFull => "must",
            },
            is_private: connection.is_private(),
            schemas: &login.schemas,
        }
    }
}

/// A connection as the sandbox gives it to a guest.
struct Wire(Connection);

impl ByteStream for Wire {
    fn read(&mut self, most: usize) -> Result<Vec<u8>, String> {
        self.0.read(most).map_err(|error| error.to_string())
    }

    fn write(&mut self, data: &[u8]) -> Result<(), String> {
        self.0.write(data).map_err(|error| error.to_string())
    }

    fn start_tls(&mut self) -> Result<(), String> {
        self.0.start_tls().map_err(|error| error.to_string())
    }
}
