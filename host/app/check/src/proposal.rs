//! What a head would change in its own check, if it were trusted: reported to the rules, for a reviewer.
//!
//! Settings ([`setting_changes`]), silencing comments ([`crate::silence`]), artefacts of those who read the schema, and
//! the release of SQLAlchemy that the code asks for. The base decides about all of them, so that a change can't switch
//! off what would stop it.

mod setting_changes;

use std::collections::BTreeSet;

use belljar_diff::{Diff, Options as DiffOptions};
use belljar_impact::{Impact, Verdict};
use belljar_lineage::graph::Graph;
use belljar_rules::{Finding, ReviewFinding, Severity, within_quotes};
use belljar_schema::{Document, Place};

use crate::{CheckConfig, Downstream, FILE_NAME, Input, downstream};
pub use setting_changes::{SettingChange, setting_changes, settings};

/// The maximum number of settings that are reported one by one, and of names in one message.
const MOST: usize = 20;
const MOST_NAMED: usize = 3;

/// What a head proposes for its own check.
#[derive(Debug, Default)]
pub struct Proposal<'a> {
    /// The settings that it changes.
    pub settings: Vec<SettingChange>,
    /// Its settings, where they can be read and differ.
    pub config: Option<&'a CheckConfig>,
    /// The artefacts that it changes, by their paths.
    pub artefacts: Vec<(String, ArtefactChange)>,
    /// The readers of the schema according to its artefacts, if these differ.
    pub graph: Option<&'a Graph>,
}

/// How an artefact differs from that of the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArtefactChange {
    /// It has different content.
    Differs,
    /// The base has it, and the head does not.
    Gone,
    /// The head has it, and the base does not.
    New,
}

impl ArtefactChange {
    /// The fragment of a message.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Differs => "differs from that of the base, which is used",
            Self::Gone => "was removed; that of the base is used",
            Self::New => "is new, and is not used",
        }
    }
}

/// The findings with the settings, comments and artefacts of the base.
pub(crate) struct Found<'a> {
    pub(crate) diff: &'a Diff,
    pub(crate) findings: &'a [Finding],
    pub(crate) impact: Option<&'a Impact>,
}

/// All proposals except comments, which are found where findings are shown.
pub(crate) fn state(input: &Input<'_>, base: &Document, found: &Found<'_>) -> Vec<ReviewFinding> {
    let Some(proposal) = &input.proposal else { return Vec::new() };
    let mut out = of_settings(input, base, found, proposal);
    out.extend(of_artefacts(input, found, proposal));
    out.extend(of_generation(input, base));
    out
}

fn of_settings(
    input: &Input<'_>,
    base: &Document,
    found: &Found<'_>,
    proposal: &Proposal<'_>,
) -> Vec<ReviewFinding> {
    let theirs = proposal.config.map(|config| with(config, input, base));
    let lost: Vec<&Finding> = match &theirs {
        Some(theirs) => found.findings.iter().filter(|one| !is_as_grave_in(one, theirs)).collect(),
        None => Vec::new(),
    };
    let state = |change: &SettingChange| {
        let of_it = lost.iter().filter(|finding| change.is_about(finding));
        let effect = effect(&of_it.map(|finding| named(finding)).collect::<Vec<_>>());
        ReviewFinding {
            code: "BJ010",
            severity: if change.weakens { Severity::Warning } else { Severity::Note },
            subject: change.file.clone(),
            part: Some(change.path.clone()),
            message: format!("{}{effect}", change.message()),
            place: Some(Place { path: change.file.clone(), line: change.line }),
        }
    };
    let mut out: Vec<ReviewFinding> = proposal.settings.iter().take(MOST).map(state).collect();
    if let Some(more) = proposal.settings.len().checked_sub(MOST).filter(|more| *more > 0) {
        let file = proposal.settings.first().map_or(FILE_NAME, |change| change.file.as_str());
        out.push(ReviewFinding {
            code: "BJ010",
            severity: Severity::Warning,
            subject: file.to_owned(),
            part: None,
            message: format!("{more} more settings differ from the base, whose settings are used"),
            place: Some(Place { path: file.to_owned(), line: 0 }),
        });
    }
    out
}

/// The findings that the settings of the head would give.
fn with(config: &CheckConfig, input: &Input<'_>, base: &Document) -> Vec<Finding> {
    let mut renames = config.renames.clone();
    renames.extend_from_slice(input.renames);
    let diff =
        belljar_diff::diff(base, input.head, &DiffOptions { renames, databases: crate::databases(input) });
    let effects = downstream::effects(input, config, base, &diff);
    belljar_rules::check(&diff, base, input.head, &config.rules, &effects.external).findings
}

fn is_as_grave_in(finding: &Finding, others: &[Finding]) -> bool {
    let is_same = |other: &&Finding| {
        (&other.code, &other.message, &other.change.path)
            == (&finding.code, &finding.message, &finding.change.path)
    };
    others.iter().find(is_same).is_some_and(|other| other.severity >= finding.severity)
}

/// The readers that would no longer be affected according to the artefacts of the head.
fn of_artefacts(input: &Input<'_>, found: &Found<'_>, proposal: &Proposal<'_>) -> Vec<ReviewFinding> {
    let lost = match (found.impact, proposal.graph, input.downstream) {
        (Some(impact), Some(graph), Some(Downstream { owners, .. })) => {
            let application = &input.config.downstream.application;
            let options = belljar_impact::Options { application, owners };
            let theirs = affected(&belljar_impact::impact(graph, found.diff, &options));
            affected(impact).difference(&theirs).cloned().collect()
        }
        _ => Vec::new(),
    };
    let effect = match lost.as_slice() {
        [] => String::new(),
        lost => format!("; according to those of the change, {} would not be affected", listed(lost)),
    };
    let state = |(position, (path, change)): (usize, &(String, ArtefactChange))| ReviewFinding {
        code: "BJ012",
        severity: if *change == ArtefactChange::New { Severity::Note } else { Severity::Warning },
        subject: path.clone(),
        part: None,
        message: format!(
            "the artefact `{}` {}{}",
            within_quotes(path),
            change.text(),
            if position == 0 { &effect } else { "" }
        ),
        place: Some(Place { path: path.clone(), line: 0 }),
    };
    proposal.artefacts.iter().take(MOST).enumerate().map(state).collect()
}

/// The readers that a change breaks or changes silently.
fn affected(impact: &Impact) -> BTreeSet<String> {
    let all = impact.changes.iter().flat_map(|change| &change.affected);
    all.filter(|one| one.is_reader() && one.verdict != Verdict::NotAffected)
        .map(|one| format!("`{}`", within_quotes(&one.name)))
        .collect()
}

/// The SQLAlchemy releases of both sides, where they differ: of the whole, and of each project with its own.
fn of_generation(input: &Input<'_>, base: &Document) -> Vec<ReviewFinding> {
    let (before, after) = (&base.sqlalchemy, &input.head.sqlalchemy);
    if before.version.is_empty() || after.version.is_empty() || input.base.is_err() {
        return Vec::new();
    }
    let state = |who: &str, (before, after): (Ran<'_>, Ran<'_>)| {
        (before.0 != after.0).then(|| ReviewFinding {
            code: "BJ013",
            severity: Severity::Note,
            subject: "sqlalchemy".to_owned(),
            part: None,
            message: format!(
                "{who} runs with SQLAlchemy {} ({}), the base with {} ({})",
                after.0, after.1, before.0, before.1
            ),
            place: None,
        })
    };
    let whole = state("the head", ((&before.version, &before.reason), (&after.version, &after.reason)));
    let projects = base.projects.iter().chain(&input.head.projects).map(|project| project.path.as_str());
    let projects: BTreeSet<&str> = projects.collect();
    let of_projects = projects.into_iter().take(MOST).filter_map(|path| {
        let who = format!("`{}` of the head", within_quotes(path));
        state(&who, (ran(base, path), ran(input.head, path)))
    });
    whole.into_iter().chain(of_projects).collect()
}

/// A version of SQLAlchemy, and the reason for it.
type Ran<'a> = (&'a str, &'a str);

fn ran<'a>(document: &'a Document, path: &str) -> Ran<'a> {
    let own = document.projects.iter().find(|project| project.path == path);
    own.map_or((document.sqlalchemy.version.as_str(), document.sqlalchemy.reason.as_str()), |own| {
        (own.version.as_str(), own.reason.as_str())
    })
}

/// The findings that would be lost, as the end of a message.
fn effect(lost: &[String]) -> String {
    match lost {
        [] => String::new(),
        lost => format!("; it would remove or lower {}", listed(lost)),
    }
}

fn named(finding: &Finding) -> String {
    format!("{} of `{}`", finding.code, within_quotes(&finding.change.path.to_string()))
}

fn listed(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(MOST_NAMED).map(String::as_str).collect();
    let more = names.len() - shown.len();
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}
