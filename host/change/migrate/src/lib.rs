//! Renders the changes between two schemas as SQL, and as a migration script.
//!
//! SQLAlchemy and Alembic render them, inside the sandbox: a run without a file, over data alone. It always runs with the
//! newest SQLAlchemy that the program carries, whichever the sides ran with.
//!
//! * [`job`]: the job for the guest: the changes of a diff, and the tables involved
//! * [`statements`]: the DDL of a dialect, step by step, each with the numbers of its changes
//! * [`script`]: a migration script for a dialect
//! * [`Sql`]: writes statements for people and databases
//! * [`generate`]: models for the tables of a document
//! * [`version`]: a version file of an Alembic environment, from a script
//!
//! What is not known well enough to be rendered is omitted, and reported as a gap.

pub mod generate;
mod generated;
mod job;
mod pieces;
mod run;
mod text;
pub mod version;

use belljar_dialect::Database;
use belljar_diff::Diff;
use belljar_sandbox::{Ending, RunLimits};
use belljar_schema::Document;
use belljar_snapshots::{SnapshotLoadError, Snapshots, UnpackProgress};
use thiserror::Error;

pub use belljar_vet::{About, Origin};
pub use text::{Sql, about, written};

/// The statements for some changes in one dialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Indices of the changes in [`Diff::changes`]; a change may be part of several steps.
    pub changes: Vec<usize>,
    /// Statements with their terminators, in an order that the database accepts; empty if there is only a gap.
    pub statements: Vec<String>,
    /// Warnings to read before they are executed, each on one line.
    pub notes: Vec<String>,
    /// The omitted parts and why, each on one line.
    pub gaps: Vec<String>,
}

/// A migration script for Alembic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// The contents of the file.
    pub text: String,
    /// Number of omitted parts, in both directions together; comments in the file describe them.
    pub gaps: u64,
}

/// The reason why nothing could be rendered.
#[derive(Debug, Error)]
pub enum RenderError {
    /// The snapshot can't be used.
    #[error(transparent)]
    Snapshot(#[from] SnapshotLoadError),
    /// The program carries no snapshot.
    #[error("this program contains no SQLAlchemy snapshot to render with")]
    NoSnapshot,
    /// The rendering did not finish.
    #[error("the changes could not be rendered for {dialect}: {message}")]
    Ended {
        /// The dialect for which it was rendered.
        dialect: String,
        /// How it ended, as reported by wasmtime or the guest.
        message: String,
        /// Whether a limit ended it, so that a higher one may help.
        by_limit: bool,
    },
    /// Models could not be generated.
    #[error("the models could not be generated: {message}")]
    NotGenerated {
        /// How the run ended, as reported by wasmtime or the guest.
        message: String,
        /// Whether a limit ended it, so that a higher one may help.
        by_limit: bool,
    },
}

/// Two documents, the differences between them, and the database to render for.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The schema before the change.
    pub base: &'a Document,
    /// The schema after the change.
    pub head: &'a Document,
    /// The result of [`belljar_diff::diff`] for these two.
    pub diff: &'a Diff,
    /// Whose SQL is written.
    pub dialect: Database,
    /// What the run may use.
    pub limits: &'a RunLimits,
}

/// The plan for the guest: statements, or a script with the way back. For tests, which render without a run.
pub fn plan(request: Request<'_>, script: bool) -> Vec<u8> {
    job::encode(request, script)
}

/// The DDL from base to head, in an order that a database can execute.
///
/// # Errors
///
/// If nothing can be rendered at all; a single change that can't be rendered is a gap.
pub fn statements(
    request: Request<'_>,
    snapshots: &Snapshots,
    progress: &UnpackProgress,
) -> Result<Vec<Step>, RenderError> {
    let found = run::run(request, false, snapshots, progress)?;
    Ok(found.steps.into_iter().map(|step| checked(step, request)).collect())
}

/// An Alembic migration script with upgrade and downgrade.
///
/// # Errors
///
/// If nothing can be rendered at all; a single change that can't be rendered is a gap.
pub fn script(
    request: Request<'_>,
    snapshots: &Snapshots,
    progress: &UnpackProgress,
) -> Result<Script, RenderError> {
    let found = run::run(request, true, snapshots, progress)?;
    let script = found.script.ok_or_else(|| ended(request, "the guest sent no script".to_owned(), false))?;
    belljar_vet::script(&script.text).map_err(|refused| {
        ended(request, format!("the script contains something that is not allowed: {refused}"), false)
    })?;
    Ok(script)
}

/// The step, without its statements if one of them is not a single statement.
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

/// A statement that is, or ends with, SQL from the code counts as the code's.
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
        Ending::Finished => "the guest ended without reporting that it was done".to_owned(),
        Ending::Fuel => "it used up its fuel".to_owned(),
        Ending::Timeout => "it used up its time".to_owned(),
        Ending::Output => "its output exceeds the limit".to_owned(),
        Ending::Exit(status) => format!("the guest ended with {status}"),
        Ending::Trap(text) | Ending::Internal(text) => text.clone(),
    }
}
