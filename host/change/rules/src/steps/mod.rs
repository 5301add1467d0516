//! Judges the statements of version files one by one, each with the tables before and after it.
//!
//! The rules on changes look at what each statement changes ([`change`]); what makes a statement harmless there is
//! `handled`: how it is carried out, or that the table or the column is new. The rules on statements look at their text,
//! and at what the transaction did before ([`text`]).
//!
//! * [`design`]: rules that look at what the whole version leaves
//! * [`sql`]: what the text of a statement says
//! * [`state`]: what is known of the version so far

mod change;
mod design;
mod fill;
mod made;
mod sql;
mod state;
mod text;

use std::collections::BTreeSet;

use belljar_diff::Change;
use belljar_schema::{Document, Place};

use crate::{Database, Finding, RulesConfig, active::Active};
use state::State;

/// A statement of a version.
#[derive(Debug, Clone)]
pub struct Step<'a> {
    /// The name of the operation, `statement` for SQL, or `question` where rows are read that are not known.
    pub kind: &'a str,
    /// The table, with its schema.
    pub table: Option<&'a str>,
    /// The column, constraint or index, or the new name of a table.
    pub name: Option<&'a str>,
    /// SQL text of a statement.
    pub text: Option<&'a str>,
    /// How it is carried out: `autocommit`, `batch`, `concurrently`, `doubt`, `not-valid`, `recreates`, `repeatable`,
    /// `repeated` (a loop runs it until there are no rows left), `using`.
    pub flags: &'a BTreeSet<String>,
    /// The tables that it may change, before it.
    pub before: Document,
    /// The same after it.
    pub after: Document,
    /// Its place in the version file.
    pub place: Option<&'a Place>,
}

impl Step<'_> {
    fn has(&self, flag: &str) -> bool {
        self.flags.contains(flag)
    }

    fn is_statement(&self) -> bool {
        self.kind == "statement"
    }
}

/// What the rules say about a statement.
#[derive(Debug, Clone, Default)]
pub struct Judgement {
    /// What it changes.
    pub changes: Vec<Change>,
    /// The findings of each rule.
    pub findings: Vec<Finding>,
    /// The rules that would have found something, and what makes it harmless.
    pub handled: Vec<Handled>,
}

/// Merges findings of several rules about one statement. They are of no change of a diff afterwards.
pub fn merged(mut findings: Vec<Finding>) -> Vec<Finding> {
    for finding in &mut findings {
        finding.change.index = Some(0);
    }
    let mut merged = crate::merge(findings, |finding| finding);
    for finding in &mut merged {
        finding.change.index = None;
    }
    merged
}

/// A danger that a statement avoids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handled {
    /// The code of the rule.
    pub code: String,
    /// The index of the change in [`Judgement::changes`].
    pub change: usize,
    /// What makes it harmless: a clause.
    pub reason: &'static str,
}

/// Judges versions in the order in which they run.
pub struct Judge<'a> {
    config: RulesConfig,
    /// The configuration that was given, whose scopes count.
    given: &'a RulesConfig,
    active: Vec<Active>,
    database: Database,
    state: State,
}

impl<'a> Judge<'a> {
    /// A judge for one database.
    pub fn new(config: &'a RulesConfig, database: Database) -> Self {
        let own = RulesConfig { dialects: vec![database], services: Vec::new(), ..config.clone() };
        // Errors in the settings are reported once, for the configuration as a whole.
        let active = Active::all(&own, &mut Vec::new());
        Self { config: own, given: config, active, database, state: State::default() }
    }

    /// Judges the statements of a version. `is_complete` says that all of them are known.
    pub fn version(&mut self, steps: &[Step<'_>], is_complete: bool) -> Vec<Judgement> {
        self.state.begin(is_complete);
        let mut found: Vec<Judgement> = steps.iter().map(|step| self.step(step)).collect();
        let left = self.left(steps);
        for judgement in &mut found {
            judgement.findings.retain(|finding| !design::is_of_whole(finding) || left.has(finding));
        }
        found
    }

    fn step(&mut self, step: &Step<'_>) -> Judgement {
        let words = sql::words(step.text.unwrap_or_default(), self.database);
        if step.has("autocommit") {
            self.state.end_transaction();
        }
        let mut judgement = self.changes(step, &words);
        judgement.findings.extend(self.of_text(step, &words));
        self.state.note(step, &words, &judgement.changes, self.database);
        judgement
    }
}
