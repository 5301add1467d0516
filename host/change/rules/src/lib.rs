//! Rules that find dangerous schema changes, with safe alternatives.
//!
//! [`check`] goes from a [`Diff`] with both its documents to a [`Report`]. It is pure. Each [`Rule`] is one file of
//! `rules`, with a stable code, an explanation and a recipe; [`rules`] lists them all. A [`Finding`] is never more
//! certain than the change it comes from, and if that can't be determined the finding says so.
//!
//! * `config`: the enabled rules, their scope and their severities
//! * `context`, `facts`, `draft`: the input, the queries and the output of a rule
//! * `ty`, `sql`: the properties of types and defaults that matter to rules
//!
//! * [`steps`]: the statements of version files, one by one
//! * `data`: what to ask a database about the rows that a finding depends on
//!
//! Not covered: how large a table is, and who reads it.

mod active;
mod additions;
mod condition;
mod config;
mod context;
mod data;
mod draft;
mod examples;
mod external;
mod facts;
mod finding;
mod merge;
mod quotes;
mod rule;
mod rules;
mod scope;
mod selector;
mod sql;
pub mod steps;
mod taken;
mod ty;
mod unique;
mod uses;
mod versions;

use std::{borrow::Cow, collections::BTreeSet};

pub use belljar_dialect::Database;
use belljar_diff::{Action, Certainty, Change, Diff, Effect, Side};
pub use belljar_schema::Severity;
use belljar_schema::{Document, Status, Table};

pub use config::{Level, RuleConfig, RulesConfig, Selector, ServiceDatabases, joined};
pub use data::{DataQuestion, DataRequest, QuestionKind, data_questions};
pub use external::{ExternalFinding, ReviewFinding, review_findings};
pub use finding::{Advice, Also, Cause, Counts, FORMAT_VERSION, Finding, Report, json_schema};
pub use merge::{fold, merge};
pub use quotes::within_quotes;
pub use rule::{Category, Rule, Step};
pub use rules::{find, rules};
pub use selector::parse_selector;
pub use versions::{DATABASES, Version, Versions, databases_for};

use active::Active;
use context::RuleContext;
use draft::Draft;
use scope::Seen;

/// The findings for a diff of these documents, and for what is `external` to it. The same arguments give the same
/// report.
pub fn check(
    diff: &Diff,
    base: &Document,
    head: &Document,
    config: &RulesConfig,
    external: &[ExternalFinding],
) -> Report {
    let mut diagnostics = Vec::new();
    let active = Active::all(config, &mut diagnostics);
    let renamed = belljar_diff::renamed(base, diff);
    let context = RuleContext::new(diff, (base, renamed.as_ref().unwrap_or(base)), head, config);
    let mut findings: Vec<Finding> = Vec::new();
    for (index, change) in diff.changes.iter().enumerate() {
        if change.effect != Effect::Database {
            continue;
        }
        let seen = scope::seen(change);
        for active in &active {
            let of_rule = |one: &&ExternalFinding| one.change == index && one.code == active.rule.code;
            let drafts = external.iter().filter(of_rule).map(ExternalFinding::draft);
            let whole = Seen { change: Cow::Borrowed(change), dialects: None };
            findings.extend(drafts.filter_map(|draft| finding(&context, active, (index, &whole), &draft)));
            for seen in &seen {
                let drafts = (active.rule.check)(&context, &seen.change);
                let found = drafts.iter().filter_map(|draft| finding(&context, active, (index, seen), draft));
                findings.extend(found);
            }
        }
    }
    // Several changes of one column may give the same finding.
    let mut seen = BTreeSet::new();
    findings.retain(|one| seen.insert((one.code.clone(), one.message.clone(), one.dialects.clone())));
    Report {
        format: FORMAT_VERSION.to_owned(),
        belljar: env!("CARGO_PKG_VERSION").to_owned(),
        summary: Counts::from_findings(&findings),
        dialects: context.dialects,
        findings,
        diagnostics,
    }
}

/// Converts a draft to a finding, if its rule applies to its databases and its place.
fn finding(
    context: &RuleContext<'_>,
    active: &Active,
    (index, seen): (usize, &Seen<'_>),
    draft: &Draft,
) -> Option<Finding> {
    let (rule, change) = (active.rule, &*seen.change);
    let is_of_change = |dialect: &Database| draft.everywhere || seen.is_in(*dialect);
    let own = draft.dialects.as_deref().unwrap_or(rule.dialects);
    let (place, side) = match (&draft.place, &change.head, &change.base) {
        (Some(place), ..) => (Some(place.clone()), Side::Head),
        (None, Some(place), _) if !change.is_gone() => (Some(place.clone()), Side::Head),
        (None, head, Some(place)) if change.is_gone() || head.is_none() => (Some(place.clone()), Side::Base),
        (None, head, _) => (head.clone(), Side::Head),
    };
    let table = facts::table_text(&change.path);
    let dialects: Vec<Database> = context
        .dialects_at([place.as_ref(), change.head.as_ref(), change.base.as_ref()])
        .into_iter()
        .filter(|one| rule.dialects.contains(one) && own.contains(one) && is_of_change(one))
        .collect();
    if dialects.is_empty() || !active.looks_at(context.config, place.as_ref(), &table) {
        return None;
    }
    let certainty = change.sureness().max(draft.certainty);
    let severity = active.severity.or(draft.severity).unwrap_or(rule.severity);
    let in_doubt = certainty == Certainty::CannotTell;
    let is_capped = in_doubt && !is_doubt_of_the_head(context, rule, change);
    let severity = if is_capped { severity.min(context.config.doubtful) } else { severity };
    Some(Finding {
        code: rule.code.to_owned(),
        name: rule.name.to_owned(),
        category: rule.category(),
        severity,
        message: message(change, &quotes::unambiguous(draft.message.clone(), change), certainty),
        certainty,
        recipe: sql::recipe(rule, change, &draft.names, &dialects),
        dialects,
        change: Cause { index: Some(index), code: change.code.clone(), path: change.path.clone() },
        place,
        side,
        notes: change.notes.clone(),
        also: vec![],
        others: vec![],
    })
}

/// Whether a loss is in doubt only because of the head: the base was exact where something is lost, and the head is
/// not, or has a possible counterpart. Such a doubt does not lower the severity, or a head could lower the severity of
/// its own findings.
fn is_doubt_of_the_head(context: &RuleContext<'_>, rule: &Rule, change: &Change) -> bool {
    let is_loss = matches!(rule.category(), Category::Destructive | Category::Downstream);
    let is_exact = |table: &Table| {
        let column = change.path.part.as_ref().and_then(|name| facts::column_of(table, name));
        let of_column = column.is_none_or(|column| column.status == Status::Exact);
        table.status == Status::Exact && of_column
    };
    let has_note_of = |side| change.notes.iter().any(|note| note.side == Some(side));
    let of_base = context.old_table(&change.path).is_some_and(is_exact) && !has_note_of(Side::Base);
    let of_head = has_note_of(Side::Head) || !context.table(&change.path).is_some_and(is_exact);
    is_loss && of_base && of_head
}

/// The message with its certainty.
fn message(change: &Change, text: &str, certainty: Certainty) -> String {
    match certainty {
        Certainty::Certain => text.to_owned(),
        Certainty::Likely => format!("likely, {text}"),
        Certainty::CannotTell => {
            // The object exists; whether it existed before is unknown.
            let is_unseen = change.action == Action::Unseen;
            let reason = change.notes.first().map(|note| format!(": {}", note.message)).unwrap_or_default();
            if is_unseen {
                format!("{text}, unless it existed before, which can't be determined{reason}")
            } else {
                format!("can't determine whether {text}{reason}")
            }
        }
    }
}

/// The conditions of every rule on a change.
trait Asked {
    fn is_gone(&self) -> bool;
    fn sureness(&self) -> Certainty;
}

impl Asked for Change {
    /// The head does not have it, as far as is known.
    fn is_gone(&self) -> bool {
        matches!(self.action, Action::Drop | Action::Missing)
    }

    /// Missing or unseen objects are undetermined, whatever the other notes.
    fn sureness(&self) -> Certainty {
        match self.action {
            Action::Missing | Action::Unseen => Certainty::CannotTell,
            _ => self.certainty,
        }
    }
}
