//! The second look: runs files again, in a fresh instance, whose tables another file may have removed, changed or put in
//! doubt.
//!
//! Modules of one run share an interpreter, so whatever one of them does to it reaches those that run after it: it can
//! replace what SQLAlchemy is made of, take tables out of a `MetaData`, or rewrite the extractor. What the guest reports
//! about that cannot be relied on. So a file is run again, with what it imports and nothing else, where something outside
//! of the guest's reach disagrees with the first run:
//!
//! * [`suspects`]: what the text declares and no run gave; what the text says in literals and the table contradicts;
//!   tables that had lost something at the end; files that ran after one that replaced a part of SQLAlchemy
//! * [`alone`]: which of them need not, or can't, run again
//! * [`relation`]: how a table that comes of a file alone differs from the one that came of all files
//! * [`settle`]: what counts: what others add to a table stays; what they take away comes back, or is a doubt
//! * [`culprit`]: which file did it
//!
//! A repository in which nothing disagrees runs once.

mod alone;
mod budget;
mod context;
mod culprit;
mod relation;
mod settle;
mod suspects;

use std::collections::BTreeSet;

use belljar_sandbox::RunLimits;
use belljar_schema::{Diagnostic, Document, Severity};

use crate::{assemble, attempt::RunResult, plan::Run};
use alone::Alone;
use budget::Budget;
pub(crate) use context::Context;
use settle::{Harm, Settled};
use suspects::{Suspect, Why};

/// Looks again at what disagrees, and settles it in the document.
pub(crate) fn look_again(context: &Context<'_>, document: &mut Document, results: &[&RunResult]) {
    let suspects = suspects::find(context, document, results);
    let mut budget = Budget::new(context.limits, results);
    let mut known_alone = Alone::new(context.tree, results);
    let (mut settled, mut missed, mut known) = (false, Vec::new(), Vec::new());
    for suspect in &suspects {
        let Some(run) = context.runs.iter().find(|run| run.has(&suspect.path)) else { continue };
        // What runs alone anyway gives the same again.
        if run.targets.len() < 2 || known_alone.gives_the_same(run, suspect) {
            continue;
        }
        let affordable = |limits: &RunLimits| {
            suspect.why == Why::Evidence || !known_alone.takes_too_much(run, suspect, limits.fuel)
        };
        let Some(limits) = budget.next(suspect).filter(affordable) else {
            missed.push(suspect);
            continue;
        };
        let alone = context.run_only(run, &BTreeSet::from([suspect.path.as_str()]), limits);
        budget.spend(suspect, &alone);
        if !alone.findings.done {
            missed.push(suspect);
            continue;
        }
        let others = others(run, &alone, results);
        if others.is_empty() {
            continue;
        }
        let solo = context.document(document, &alone);
        let found = settle::settle(document, &solo, suspect, &others, &context.inputs.discovery.index);
        if found.harms.is_empty() {
            settled |= found.changed;
            continue;
        }
        settled = true;
        let culprit = culprit::find(
            context,
            &culprit::Case { run, suspect, solo: &solo, others: &others, results },
            &mut known,
            &mut budget,
        );
        report(document, suspect, &found, culprit.as_ref());
    }
    if settled {
        assemble::settle(document, &context.inputs.discovery.requested.projects);
    }
    document.diagnostics.extend(not_looked_at(&missed));
    document.diagnostics.sort();
    document.diagnostics.dedup();
}

/// The files that ran before, and not when a file ran alone.
fn others(run: &Run, alone: &RunResult, results: &[&RunResult]) -> BTreeSet<String> {
    let with = |result: &&&RunResult| result.run.root == run.root && result.run.version == run.version;
    let ran = results.iter().filter(with).flat_map(|result| {
        let started = result.findings.started.iter().map(|module| module.path.clone());
        started.chain(result.left_out.clone())
    });
    let mut others: BTreeSet<String> = ran.collect();
    // A target that never began was kept from it.
    others.extend(run.targets.iter().map(|target| target.path.clone()));
    for module in &alone.findings.started {
        others.remove(&module.path);
    }
    others
}

/// Says what was done to a file, by which file.
fn report(document: &mut Document, suspect: &Suspect, found: &Settled, culprit: Option<&culprit::Culprit>) {
    let (who, place) = match culprit {
        Some(culprit) => (culprit.to_string(), culprit.path.as_str()),
        None => ("another module".to_owned(), suspect.path.as_str()),
    };
    for harm in &found.harms {
        let table = &harm.table;
        let path = &suspect.path;
        let message = match &harm.what {
            Harm::Gone => {
                format!("{who} takes `{table}` away from `{path}`; what `{path}` makes alone counts")
            }
            Harm::Doubted => {
                format!("{who} puts `{table}` of `{path}` in doubt; what `{path}` makes alone counts")
            }
            Harm::Changed { what } => format!("{who} changes `{table}` of `{path}`: {what}"),
        };
        let diagnostic = Diagnostic::new(Severity::Warning, "interference", message).at(place, 0);
        document.diagnostics.push(
            diagnostic
                .hint("see what that module does when it is imported, or leave it out with `--exclude`"),
        );
        if let (Harm::Changed { what }, Some(index)) = (&harm.what, harm.index) {
            settle::doubt(document, index, &format!("{who} changes it: {what}"));
        }
    }
}

/// Says which files were not compared with a run of their own.
fn not_looked_at(missed: &[&Suspect]) -> Option<Diagnostic> {
    let first = missed.first()?;
    let more = missed.len() - 1;
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let message = format!(
        "`{}`{more} could not be run alone to the end within the limits: what other modules did to the tables there is \
         not known",
        first.path
    );
    let severity = if missed.iter().any(|suspect| suspect.why == Why::Evidence) {
        Severity::Warning
    } else {
        Severity::Note
    };
    Some(Diagnostic::new(severity, "not-looked-again", message).hint("raise `--fuel` and `--timeout`"))
}
