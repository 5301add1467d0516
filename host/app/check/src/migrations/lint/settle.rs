//! Joins what the models' change is dangerous for with what the migrations of the head do about it.
//!
//! A finding about the models is *settled* if a statement of a version that the head adds makes this change, and makes it
//! so that the rule finds nothing there. The version files are a stranger's, so only what is known exactly settles: the
//! version ran completely, the statement is on a line of a new version file, and the text around that line shows it, which
//! no code of the guest can change. What loses data or breaks running code is never settled.

use std::collections::BTreeSet;

use belljar_diff::{Change, Diff, Note, Side, Subject, Value};
use belljar_rules::{Category, Database, Finding, steps, within_quotes};
use belljar_schema::Place;
use belljar_tree::Tree;

use super::{Judgements, OfStep};
use crate::verdict::Settled;

/// The rules whose findings a migration can settle, and words that its text has to show then, one of each group.
const SETTLED: &[(&str, &[&str])] = &[
    ("BJ203", &["add_column", "add column", "add"]),
    ("BJ204", &["update"]),
    ("BJ206", &["using"]),
    ("BJ207", &["not_valid", "not valid"]),
    ("BJ208", &["not_valid", "not valid"]),
    ("BJ401", &["concurrently"]),
    ("BJ402", &["concurrently"]),
    ("BJ403", &["using index"]),
    ("BJ406", &["not null", "nullable"]),
    ("BJ407", &["not_valid", "not valid"]),
    ("BJ408", &["not_valid", "not valid"]),
    ("BJ701", &["batch"]),
    ("BJ702", &["batch"]),
    ("BJ703", &["batch"]),
];

/// Rules about how a statement is carried out: with a finding of one of them, the statement avoids nothing.
const IN_VAIN: &[&str] = &["BJ030", "BJ033"];

/// The lines before and after a statement that belong to it.
const LINES_BEFORE: usize = 12;
const LINES_AFTER: usize = 30;

/// What is joined.
pub(crate) struct Joining<'a> {
    pub(crate) diff: &'a Diff,
    pub(crate) judgements: &'a Judgements<'a>,
    /// The files of the head.
    pub(crate) tree: Option<&'a Tree>,
    /// Whether the settings name the databases.
    pub(crate) is_stated: bool,
    /// Whether anything is settled.
    pub(crate) settles: bool,
}

/// What became of the findings.
#[derive(Default)]
pub(crate) struct Joined {
    /// Those about the models, as far as they are not settled, and those about the migrations.
    pub(crate) findings: Vec<Finding>,
    pub(crate) settled: Vec<Settled>,
}

/// The statement that settles a finding, its place, and the databases for which it does not.
type Settlement<'s> = (&'s OfStep<'s>, &'s Place, Vec<Database>);

/// A name in the form in which names are compared.
fn key(name: &str) -> String {
    let name = name.to_lowercase();
    name.strip_prefix("public.").map(str::to_owned).unwrap_or(name)
}

impl Joining<'_> {
    pub(crate) fn join(&self, findings: Vec<Finding>) -> Joined {
        let mut joined = Joined::default();
        for mut finding in findings {
            let own = self.steps_of(&finding);
            match self.settlement(&finding, &own) {
                Some((by, by_place, left)) if left.is_empty() => {
                    let (revision, reason) = (by.version.revision.to_owned(), reason(by, &finding.code));
                    joined.settled.push(Settled { finding, by: by_place.clone(), revision, reason });
                    continue;
                }
                Some((.., left)) => finding.dialects = left,
                None => finding.notes.extend(own.first().and_then(|one| carried_out(one))),
            }
            joined.findings.push(finding);
        }
        let known: BTreeSet<(String, String)> =
            joined.findings.iter().map(|finding| (finding.code.clone(), path(finding))).collect();
        joined.findings.extend(self.of_migrations(&known));
        joined
    }

    fn change_of(&self, finding: &Finding) -> Option<&Change> {
        finding.change.index.and_then(|index| self.diff.changes.get(index))
    }

    /// The statements that make the change of a finding.
    fn steps_of(&self, finding: &Finding) -> Vec<&OfStep<'_>> {
        let Some(change) = self.change_of(finding) else { return Vec::new() };
        self.judgements.of_steps.iter().filter(|one| is_of(one, change, &finding.dialects)).collect()
    }

    /// The statement that settles a finding.
    fn settlement<'s>(&self, finding: &Finding, own: &[&'s OfStep<'s>]) -> Option<Settlement<'s>> {
        let change = self.change_of(finding).filter(|_| self.settles)?;
        let (_, words) = SETTLED.iter().find(|(code, _)| *code == finding.code)?;
        let is_avoided = |one: &&OfStep<'_>| self.is_known(one, change) && !has(one, &finding.code);
        let is_filled = finding.code != "BJ203" || !own.iter().any(|one| has(one, "BJ204"));
        if own.is_empty() || !is_filled || !own.iter().all(is_avoided) {
            return None;
        }
        let shows = own.iter().find(|one| self.shows(one, words));
        if shows.is_none() && !self.is_filled_elsewhere(finding) {
            return None;
        }
        let by = own.iter().find(|one| handles(one, &finding.code)).or(shows).or_else(|| own.first())?;
        let databases: BTreeSet<Database> = own.iter().map(|one| one.database).collect();
        Some((by, by.step.place?, self.databases_left(finding, &databases)))
    }

    /// The databases of a finding for which no migration settles it. Databases that nobody has set are a guess, which that
    /// of the migrations replaces.
    fn databases_left(&self, finding: &Finding, settled: &BTreeSet<Database>) -> Vec<Database> {
        if !self.is_stated {
            return Vec::new();
        }
        finding.dialects.iter().copied().filter(|one| !settled.contains(one)).collect()
    }

    /// Whether a statement is known exactly, and the text of its version file shows it.
    fn is_known(&self, one: &OfStep<'_>, change: &Change) -> bool {
        let is_exact = one.version.outcome == "run" && one.version.reasons.is_empty();
        let is_fine = !one.step.flags.contains("doubt") && !IN_VAIN.iter().any(|code| has(one, code));
        let names = [Some(change.path.name.as_str()), change.path.part.as_deref()];
        let text = self.text_around(one).unwrap_or_default();
        is_exact && is_fine && names.into_iter().flatten().all(|name| text.contains(&name.to_lowercase()))
    }

    /// Whether another version, or another part of it, fills in the rows that a column needs.
    fn is_filled_elsewhere(&self, finding: &Finding) -> bool {
        let table = key(&finding.change.path.full_name());
        let fills = |one: &&OfStep<'_>| {
            let text = one.step.text.map(str::to_lowercase).unwrap_or_default();
            text.starts_with("update") && text.contains(table.rsplit('.').next().unwrap_or_default())
        };
        finding.code == "BJ204"
            && self.judgements.of_steps.iter().filter(fills).any(|one| self.shows(one, &["update"]))
    }

    /// Whether the text around a statement has one of these words.
    fn shows(&self, one: &OfStep<'_>, words: &[&str]) -> bool {
        let around = self.text_around(one).unwrap_or_default();
        words.iter().any(|word| around.contains(word))
    }

    /// The text of the version file around a statement, in lower case.
    fn text_around(&self, one: &OfStep<'_>) -> Option<String> {
        let place = one.step.place?;
        if one.version.place?.path != place.path || place.line == 0 {
            return None;
        }
        let bytes = self.tree?.read(&place.path).ok()?;
        let text = String::from_utf8_lossy(&bytes);
        let line = usize::try_from(place.line).ok()?;
        let lines = text.lines().skip(line.saturating_sub(LINES_BEFORE)).take(LINES_BEFORE + LINES_AFTER);
        Some(lines.collect::<Vec<_>>().join("\n").to_lowercase())
    }

    /// The findings about the migrations that are not also found in the models.
    fn of_migrations(&self, known: &BTreeSet<(String, String)>) -> Vec<Finding> {
        let mut found: Vec<Finding> = Vec::new();
        for one in &self.judgements.of_steps {
            let is_own = |finding: &&Finding| {
                !matches!(finding.category, Category::Naming | Category::Design | Category::Enums)
                    && !known.contains(&(finding.code.clone(), path(finding)))
            };
            let own = one.judgement.findings.iter().filter(is_own).cloned().collect();
            for finding in steps::merged(own) {
                let is_same = |other: &Finding| {
                    (&other.code, &other.message, &other.place)
                        == (&finding.code, &finding.message, &finding.place)
                };
                if !found.iter().any(is_same) {
                    found.push(finding);
                }
            }
        }
        found.extend(self.judgements.of_history.iter().cloned());
        found
    }
}

/// The table and the part of a finding, as names are compared.
fn path(finding: &Finding) -> String {
    let path = &finding.change.path;
    key(&format!("{}.{}", path.full_name(), path.part.as_deref().unwrap_or_default()))
}

/// Whether a statement makes a change of the models, in one of these databases.
fn is_of(one: &OfStep<'_>, change: &Change, dialects: &[Database]) -> bool {
    dialects.contains(&one.database) && one.judgement.changes.iter().any(|other| is_same(change, other))
}

/// Whether both are changes of the same object, in the same direction.
fn is_same(change: &Change, other: &Change) -> bool {
    let is_of_table = key(&change.path.full_name()) == key(&other.path.full_name());
    let is_part = change.subject == other.subject
        && match (&change.path.part, &other.path.part) {
            (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
            (None, None) => true,
            _ => false,
        };
    // A column that the models add may be added and changed by several statements.
    is_of_table
        && is_part
        && (change.subject == Subject::Column || change.action == other.action || is_unnamed(change))
}

fn is_unnamed(change: &Change) -> bool {
    matches!(&change.after, Some(Value::Unique(one)) if one.name.is_none())
}

/// Whether a rule finds something about a statement.
fn has(one: &OfStep<'_>, code: &str) -> bool {
    one.judgement.findings.iter().any(|finding| finding.code == code)
}

/// The note that a version makes the change of a finding.
fn carried_out(one: &OfStep<'_>) -> Option<Note> {
    Some(Note {
        code: "migration".to_owned(),
        message: format!("the version `{}` carries it out", within_quotes(one.version.revision)),
        side: Some(Side::Head),
        place: Some(one.step.place?.clone()),
        hint: None,
    })
}

/// Whether the way of a statement avoids the danger of a rule.
fn handles(one: &OfStep<'_>, code: &str) -> bool {
    one.judgement.handled.iter().any(|handled| handled.code == code)
}

/// What the statement does about the danger, as a clause.
fn reason(one: &OfStep<'_>, code: &str) -> String {
    let handled = one.judgement.handled.iter().find(|handled| handled.code == code);
    if let Some(handled) = handled {
        return handled.reason.to_owned();
    }
    match code {
        "BJ203" => "the column is added so that existing rows need no value",
        "BJ401" => "`CONCURRENTLY` blocks neither reads nor writes",
        "BJ406" => "a validated check makes the scan unnecessary",
        _ => "the statement is carried out so that the rule finds nothing",
    }
    .to_owned()
}
