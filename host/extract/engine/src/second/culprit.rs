//! Which file did something to the tables of another.

use std::{collections::BTreeSet, fmt};

use belljar_schema::Document;

use super::{
    budget::Budget,
    context::Context,
    relation::{Relation, relation},
    settle::{by_name, counterpart, of_file},
    suspects::{REPLACED, Suspect},
};
use crate::{assemble, attempt::RunResult, plan::Run};

/// A file, and what is known of what it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Culprit {
    pub(super) path: String,
    /// What it replaced, as a clause.
    what: Option<String>,
}

impl fmt::Display for Culprit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            Some(what) => write!(f, "`{}`, which {what},", self.path),
            None => write!(f, "`{}`", self.path),
        }
    }
}

/// The file whose culprit is searched for.
pub(super) struct Case<'a> {
    /// The run with all targets.
    pub(super) run: &'a Run,
    pub(super) suspect: &'a Suspect,
    /// What the file gives alone.
    pub(super) solo: &'a Document,
    /// The files that run besides it.
    pub(super) others: &'a BTreeSet<String>,
    pub(super) results: &'a [&'a RunResult],
}

/// Runs for one culprit at most.
const MOST: usize = 12;

/// The file that did it: one that is known to have replaced something, else the one with which it happens again.
pub(super) fn find(
    context: &Context<'_>,
    case: &Case<'_>,
    known: &mut Vec<String>,
    budget: &mut Budget,
) -> Option<Culprit> {
    if let Some(culprit) = recorded(case) {
        return Some(culprit);
    }
    let mut runs = MOST;
    let mut happens = |paths: &[&str]| {
        runs = runs.checked_sub(1)?;
        happens_with(context, case, paths, budget)
    };
    let culprit = |path: &str| Some(Culprit { path: path.to_owned(), what: None });
    for path in known.iter().filter(|path| case.others.contains(*path)) {
        if happens(&[path])? {
            return culprit(path);
        }
    }
    let targets = case.run.targets.iter().map(|target| target.path.as_str());
    let mut left: Vec<&str> = targets.filter(|path| case.others.contains(*path)).collect();
    while left.len() > 1 {
        let (first, second) = left.split_at(left.len() / 2);
        left = if happens(first)? { first.to_vec() } else { second.to_vec() };
    }
    let path = *left.first()?;
    if !happens(&[path])? {
        return None;
    }
    known.push(path.to_owned());
    culprit(path)
}

/// The first file that the guest saw replace something, if it did not run with the file itself.
fn recorded(case: &Case<'_>) -> Option<Culprit> {
    let of_root = case.results.iter().filter(|result| result.run.root == case.run.root);
    let mut remarks =
        of_root.flat_map(|result| &result.findings.remarks).filter(|remark| remark.code == REPLACED);
    remarks.find_map(|remark| {
        let path = &remark.place.as_ref()?.path;
        let what = assemble::replaced(remark.message.lines().next().unwrap_or_default());
        case.others.contains(path).then(|| Culprit { path: path.clone(), what: Some(what) })
    })
}

/// Whether the file gives something else together with these files than alone; nothing where no budget is left to find out.
fn happens_with(context: &Context<'_>, case: &Case<'_>, paths: &[&str], budget: &mut Budget) -> Option<bool> {
    let mut wanted: BTreeSet<&str> = paths.iter().copied().collect();
    wanted.insert(&case.suspect.path);
    let limits = budget.next(case.suspect)?;
    let result = context.run_only(case.run, &wanted, limits);
    budget.spend(case.suspect, &result);
    let done = result.findings.done;
    let together = context.document(case.solo, &result);
    let known = by_name(&together);
    // What keeps the run from its end does it too.
    Some(
        !done
            || of_file(case.solo, &case.suspect.path).any(|table| {
                let found =
                    counterpart(&together, &known, table).and_then(|position| together.tables.get(position));
                found.is_none_or(|found| {
                    found.status != table.status
                        || matches!(relation(table, found, &together), Relation::Differs(_))
                })
            }),
    )
}
