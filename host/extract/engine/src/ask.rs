//! Counts rows of a live database, by questions that contain no SQL.
//!
//! A run over a connection, or over a copy of an SQLite file, like that of [`inspect`](crate::inspect()).

use std::time::Duration;

use belljar_connect::Connection;
use belljar_sandbox::{Ending, MOUNT, RunLimits};
use belljar_snapshots::{Snapshots, UnpackProgress};
use belljar_tree::Tree;
use serde::Serialize;
use serde_json::Value;

use crate::{
    assemble::ending_text,
    inspect::{Given, InspectError, Login, Server},
};

/// The name of a copied SQLite file in the guest's tree.
const FILE: &str = "database";

/// Seconds for a query, and for all of them: so long may a database be busy for a check.
const SECONDS: u64 = 30;
const ALL_SECONDS: u64 = 300;

/// What is asked.
pub enum Askable {
    /// The database of a server.
    Server {
        /// The connection to it.
        connection: Box<Connection>,
        /// Who asks.
        login: Login,
    },
    /// The bytes of an SQLite file.
    Sqlite(Vec<u8>),
}

/// What a database answers to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowAnswer {
    /// The position of the question.
    pub question: usize,
    /// The number of rows.
    pub count: Option<u64>,
    /// Whether there are more.
    pub is_capped: bool,
    /// The size of the table in bytes; the number of rows is an estimate then.
    pub bytes: Option<u64>,
    /// Why there is no number.
    pub error: Option<String>,
}

#[derive(Serialize)]
struct Plan<'a> {
    ask: Ask<'a>,
}

#[derive(Serialize)]
struct Ask<'a> {
    #[serde(flatten)]
    of: Of<'a>,
    questions: Vec<Value>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Of<'a> {
    Server {
        #[serde(flatten)]
        server: Server<'a>,
        statement_seconds: u64,
    },
    Sqlite {
        dialect: &'a str,
        file: String,
    },
}

/// Asks questions, which are the JSON objects of the guest's `database/questions.py`. Blocks the thread.
pub fn ask<Q: Serialize>(
    askable: Askable,
    questions: &[Q],
    snapshots: &Snapshots,
    limits: &RunLimits,
    progress: &UnpackProgress,
) -> Result<Vec<RowAnswer>, InspectError> {
    let numbered = questions.iter().enumerate().map(|(number, question)| {
        let mut value = serde_json::to_value(question).unwrap_or_default();
        if let Value::Object(fields) = &mut value {
            fields.insert("number".to_owned(), number.into());
        }
        value
    });
    let questions = numbered.collect();
    let of = match &askable {
        Askable::Server { connection, login } => {
            Of::Server { server: Server::new(connection, login), statement_seconds: SECONDS }
        }
        Askable::Sqlite(_) => Of::Sqlite { dialect: "sqlite", file: format!("{MOUNT}/{FILE}") },
    };
    let plan = serde_json::to_vec(&Plan { ask: Ask { of, questions } }).unwrap_or_default();
    let given = match askable {
        Askable::Server { connection, .. } => {
            Given { plan, tree: Tree::in_memory::<&str, &[u8]>([]), connection: Some(connection) }
        }
        Askable::Sqlite(bytes) => {
            Given { plan, tree: Tree::in_memory([(FILE, bytes.as_slice())]), connection: None }
        }
    };
    let limits = RunLimits { timeout: Duration::from_secs(ALL_SECONDS), ..limits.clone() };
    let (findings, _, ending) = given.run(snapshots, &limits, progress)?;
    // Questions that are left have no answer.
    let is_early = matches!(ending, Ending::Timeout | Ending::Fuel);
    if !is_early && (!findings.done || ending != Ending::Finished) {
        return Err(InspectError::Ended(ending_text(&ending)));
    }
    let unsigned = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
    let answers = findings.answers.into_iter().filter_map(|answer| {
        let question = usize::try_from(answer.question).ok()?;
        let (count, bytes) = (unsigned(answer.count), unsigned(answer.bytes));
        Some(RowAnswer { question, count, is_capped: answer.is_capped, bytes, error: answer.error })
    });
    Ok(answers.collect())
}
