//! What the changes between two schemas are as SQL, and as a migration script.
//!
//! SQLAlchemy and Alembic render them, inside the sandbox: a run without a file, over data alone. It always runs with the
//! newest SQLAlchemy that the program carries, whichever the sides ran with.
//!
//! * [`job`]: what the guest is told: the changes of a diff, the tables they speak of
//! * [`statements`]: the DDL of a dialect, step by step, each with the numbers of its changes
//! * [`script`]: a migration script for a dialect
//! * [`Sql`]: writes statements for people and databases
//!
//! What is not known well enough to be rendered is left out, and told as a gap.

mod job;
mod pieces;
mod run;
mod text;

use belljar_dialect::Database;
use belljar_diff::Diff;
use belljar_sandbox::{Ending, Limits};
use belljar_schema::Document;
use belljar_snapshots::{SnapshotLoadError, Snapshots, UnpackProgress};
use thiserror::Error;

pub use belljar_vet::{About, Origin};
pub use text::{Sql, about, written};

/// What some changes become in one dialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Places of the changes in [`Diff::changes`]; a change may have part in several steps.
    pub changes: Vec<usize>,
    /// Statements with what ends each in a file, in an order that the database accepts; none where there is a gap alone.
    pub statements: Vec<String>,
    /// What to know before they are carried out, each on one line.
    pub notes: Vec<String>,
    /// What is left out, and why, each on one line.
    pub gaps: Vec<String>,
}

/// A migration script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// The whole file.
    pub text: String,
    /// How many things are left out of it, in both directions together; comments in the file say which, and why.
    pub gaps: u64,
}

/// Why nothing could be rendered.
#[derive(Debug, Error)]
pub enum RenderError {
    /// The snapshot can't be used.
    #[error(transparent)]
    Snapshot(#[from] SnapshotLoadError),
    /// The program carries no snapshot.
    #[error("this program carries no SQLAlchemy to render with")]
    NoSnapshot,
    /// The rendering did not come to its end.
    #[error("the changes could not be rendered for {dialect}: {message}")]
    Ended {
        /// The dialect.
        dialect: String,
        /// How it ended, as wasmtime or the guest tells it.
        message: String,
        /// A limit ended it, and a higher one may help.
        by_limit: bool,
    },
}

/// Two documents, what differs between them, and for which database it is to be rendered.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// What was.
    pub base: &'a Document,
    /// What will be.
    pub head: &'a Document,
    /// What [`belljar_diff::diff`] found between these two.
    pub diff: &'a Diff,
    /// Whose SQL is written.
    pub dialect: Database,
    /// What the run may use.
    pub limits: &'a Limits,
}

/// What the guest is told of a request: statements, or a script with the way back. For tests, which render without a run.
pub fn plan(request: Request<'_>, script: bool) -> Vec<u8> {
    job::encode(request, script)
}

/// The DDL that leads from base to head, in the order in which a database can carry it out.
///
/// # Errors
///
/// Where nothing can be rendered at all; a change alone that can't is a gap.
pub fn statements(
    request: Request<'_>,
    snapshots: &Snapshots,
    progress: &UnpackProgress,
) -> Result<Vec<Step>, RenderError> {
    let found = run::run(request, false, snapshots, progress)?;
    Ok(found.steps.into_iter().map(|step| checked(step, request)).collect())
}

/// An Alembic migration script, with the way there and the way back.
///
/// # Errors
///
/// Where nothing can be rendered at all; a change alone that can't is a gap.
pub fn script(
    request: Request<'_>,
    snapshots: &Snapshots,
    progress: &UnpackProgress,
) -> Result<Script, RenderError> {
    let found = run::run(request, true, snapshots, progress)?;
    let script = found.script.ok_or_else(|| ended(request, "the guest sent no script".to_owned(), false))?;
    belljar_vet::script(&script.text).map_err(|refused| {
        ended(request, format!("the script is not what such a script consists of: {refused}"), false)
    })?;
    Ok(script)
}

/// The step, without its statements where one of them is not one statement.
fn checked(step: Step, request: Request<'_>) -> Step {
    let statements = step.statements.iter().map(|text| written(text, request.dialect, origin(text, request)));
    match statements.collect() {
        Ok(statements) => Step { statements, ..step },
        Err(why) => {
            let gap = format!("a statement can't be written: {why}");
            Step { statements: Vec::new(), gaps: step.gaps.into_iter().chain([gap]).collect(), ..step }
        }
    }
}

/// A statement that is, or ends with, what the code gives as a whole is the code's.
fn origin(text: &str, request: Request<'_>) -> Origin {
    let copied = |given: &Option<String>| {
        let given = given.as_deref().unwrap_or_default().trim().trim_end_matches(';');
        !given.is_empty() && text.trim_end().ends_with(given)
    };
    let is_copied = [request.base, request.head].into_iter().any(|side| {
        side.views.iter().any(|view| copied(&view.sql) || copied(&view.postgresql))
            || side.objects.iter().any(|object| copied(&object.sql) || copied(&object.postgresql))
    });
    if is_copied { Origin::Copied } else { Origin::Made }
}

fn ended(request: Request<'_>, message: String, by_limit: bool) -> RenderError {
    RenderError::Ended { dialect: request.dialect.name().to_owned(), message, by_limit }
}

fn ending(ending: &Ending) -> String {
    match ending {
        Ending::Finished => "the guest did not say that it was done".to_owned(),
        Ending::Fuel => "it used up its fuel".to_owned(),
        Ending::Timeout => "it used up its time".to_owned(),
        Ending::Output => "there is more of it than may be".to_owned(),
        Ending::Exit(status) => format!("the guest ended with {status}"),
        Ending::Trap(text) | Ending::Internal(text) => text.clone(),
    }
}
