use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use belljar_contract::Breach;
use belljar_diff::{Certainty, Diff, Side};
use belljar_impact::Impact;
use belljar_rules::{Database, Finding, Report};
use belljar_schema::{Diagnostic, Document, Place, Reason, Severity, Status};
use schemars::{JsonSchema, Schema, schema_for};
use serde::{Deserialize, Serialize};

use crate::{
    FailOn, Input, Owners,
    counts::{AskedDatabase, DataCount},
    downstream::DownstreamEffects,
    nearest::Nearest,
    silence::{Fate, Silences},
    spot::{Map, Spot, SpotKind},
    texts,
    unexplained::unexplained,
};

/// Version of the JSON form. The major part changes when a reader of the old form would be wrong about the new one.
pub const FORMAT_VERSION: &str = "1.1";

/// The result of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// [`FORMAT_VERSION`] of the writer.
    pub format: String,
    /// Version of Belljar that made the check.
    pub belljar: String,
    /// Whether both sides were read. If the base was not, the head is reported all the same, and the check has not
    /// passed.
    pub compared: bool,
    /// Whether no finding fails the check.
    pub passed: bool,
    /// The lowest severity at which a finding fails it.
    pub fail_on: FailOn,
    /// The databases it was looked for.
    pub dialects: Vec<Database>,
    /// The databases were set, and not taken from the project or from the types.
    pub dialects_set: bool,
    /// What names the databases in the project, such as a driver in its requirements; empty if they were set, or taken
    /// from the types.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dialects_named_by: Vec<String>,
    /// The numbers of findings by severity.
    pub summary: Counts,
    /// Findings that are not silenced: the most severe first, then the most certain, then in the order of the changes.
    pub findings: Vec<Item>,
    /// Findings that a comment in the models silenced.
    pub silenced: Vec<Silenced>,
    /// Doubts about the head, sorted by place.
    pub doubts: Vec<Doubt>,
    /// Further diagnostics: a side that could not be read, comments and settings without effect.
    pub problems: Vec<Diagnostic>,
    /// All changes between both sides.
    pub diff: Diff,
    /// The effects on downstream readers, if artefacts are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<Impact>,
    /// Contracts that are breached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaches: Vec<Breach>,
    /// What is said about version files of migrations, if they are judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub migrations: Option<JudgedVersions>,
    /// The live database that was asked about its rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<AskedDatabase>,
}

impl Verdict {
    /// Sorts and counts the findings again, after their severities changed.
    pub(crate) fn recount(&mut self) {
        self.findings.sort_by_key(rank);
        self.summary = count(&self.findings, self.silenced.len());
        self.passed = has_passed(self.compared, self.fail_on, &self.summary, &self.problems);
    }
}

/// The order of findings: the most severe first, then the most certain.
fn rank(item: &Item) -> (Reverse<Severity>, Certainty) {
    (Reverse(item.finding.severity), item.finding.certainty)
}

/// What the head lost fails a check, unless nothing does.
fn has_passed(compared: bool, fail_on: FailOn, summary: &Counts, problems: &[Diagnostic]) -> bool {
    let lost = problems.iter().any(|problem| problem.severity == Severity::Error);
    compared && summary.failing == 0 && (!lost || fail_on == FailOn::Never)
}

/// Counts over a [`Verdict`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Number of findings that are errors.
    pub errors: usize,
    /// Number of findings that are warnings.
    pub warnings: usize,
    /// Number of findings that are notes.
    pub notes: usize,
    /// Of these, findings whose change can't be determined.
    pub cannot_tell: usize,
    /// Of these, findings that fail the check.
    pub failing: usize,
    /// Number of silenced findings, which the other counts exclude.
    pub silenced: usize,
}

/// A finding with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    /// The finding of the rule.
    #[serde(flatten)]
    pub finding: Finding,
    /// Its place in the head.
    pub spot: Spot,
    /// Whether it fails the check.
    pub fails: bool,
    /// A fingerprint that stays the same in other runs, also if its line has moved.
    pub fingerprint: String,
    /// The owners of its file: those of the service, else those by CODEOWNERS, on the side that decides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<String>,
    /// What a live database says about the rows that it depends on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<DataCount>,
}

/// A finding that a comment silenced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Silenced {
    /// The silenced finding, with its place.
    pub item: Item,
    /// The reason that the comment gives.
    pub reason: String,
    /// The place of the comment.
    pub comment: Place,
}

/// Something in the head that is partial or unresolved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Doubt {
    /// The place of its declaration.
    pub place: Option<Place>,
    /// `[schema.]table`, or a class.
    pub name: String,
    /// The kind of doubt.
    pub kind: DoubtKind,
    /// The reason; the first of several.
    pub reason: Reason,
    /// The number of its partial columns.
    pub columns: usize,
    /// Whether the base has the same doubt: then it is not news of this change.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub known: bool,
}

/// The kind of a [`Doubt`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DoubtKind {
    /// It exists, but something absent contributed to it.
    Partial,
    /// It is declared, but no run produced it. That does not mean that it was dropped.
    Unresolved,
}

/// What a verdict says about the version files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JudgedVersions {
    /// Whether only version files were judged, and no models.
    pub alone: bool,
    /// The environments, for each of their databases.
    pub environments: Vec<JudgedEnvironment>,
    /// Findings about the models that a version settles, as it avoids the danger.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<SettledFinding>,
}

/// A finding about the models that a version settles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SettledFinding {
    /// The finding, with its place.
    pub item: Item,
    /// The statement of the version.
    pub by: Place,
    /// The revision of the version.
    pub revision: String,
    /// What it does about the danger: a clause.
    pub reason: String,
}

/// The judged version files, before their findings have places.
pub(crate) struct Judged {
    /// The paths of the versions that are judged.
    pub(crate) paths: BTreeSet<String>,
    pub(crate) environments: Vec<JudgedEnvironment>,
    pub(crate) settled: Vec<Settled>,
}

impl Judged {
    /// The same with places.
    fn into_verdict(self, mut make: impl FnMut(Finding) -> Item, map: Map<'_>) -> JudgedVersions {
        let settled = |one: Settled| SettledFinding {
            item: Item { fails: false, ..make(one.finding) },
            by: map.place(&one.by),
            revision: one.revision,
            reason: one.reason,
        };
        let mut environments = self.environments;
        for version in environments.iter_mut().flat_map(|one| &mut one.undetermined) {
            version.place = version.place.as_ref().map(|place| map.place(place));
        }
        JudgedVersions {
            alone: false,
            environments,
            settled: self.settled.into_iter().map(settled).collect(),
        }
    }
}

/// The version files of an environment that were judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JudgedEnvironment {
    /// The name of the environment.
    pub name: String,
    /// The dialect that its versions ran for.
    pub dialect: String,
    /// The number of its versions.
    pub versions: usize,
    /// The number of those that were judged.
    pub judged: usize,
    /// The versions that were judged only in part, or not at all.
    pub undetermined: Vec<UndeterminedVersion>,
}

/// A version that could not be judged completely.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UndeterminedVersion {
    /// Its revision.
    pub revision: String,
    /// Its function `upgrade`.
    pub place: Option<Place>,
    /// Why it ran only in part, or not at all: the first of the reasons.
    pub reason: String,
}

impl JudgedVersions {
    /// The number of versions that were judged.
    pub fn judged(&self) -> usize {
        self.environments.iter().map(|one| one.judged).sum()
    }

    /// The number of versions.
    pub fn versions(&self) -> usize {
        self.environments.iter().map(|one| one.versions).sum()
    }

    /// The versions that could not be judged completely.
    pub fn undetermined(&self) -> impl Iterator<Item = &UndeterminedVersion> {
        self.environments.iter().flat_map(|one| &one.undetermined)
    }
}

/// A finding about the models that a migration settles.
pub(crate) struct Settled {
    pub(crate) finding: Finding,
    /// The line of the version file.
    pub(crate) by: Place,
    /// The revision of the version.
    pub(crate) revision: String,
    pub(crate) reason: String,
}

/// The JSON Schema (draft 2020-12) of a [`Verdict`].
pub fn json_schema() -> Schema {
    schema_for!(Verdict)
}

pub(crate) fn verdict(
    input: &Input<'_>,
    base: &Document,
    diff: Diff,
    (report, judged): (Report, Option<Judged>),
    effects: DownstreamEffects,
) -> Verdict {
    let map = Map { head: input.head, tree: input.tree, prefix: input.prefix };
    let mut problems = problems(input, base, &diff, report.diagnostics);
    problems.extend(effects.problems);
    if let (Some(texts), Ok(base)) = (input.texts, &input.base) {
        problems.extend(texts::disagreements(base, input.head, texts));
        problems.extend(unexplained(input, base, &diff));
    }
    let confirming = input.proposal.as_ref().map(|_| (base, input.base_tree));
    let version_files = judged.as_ref().map(|judged| judged.paths.clone()).unwrap_or_default();
    let silences = input
        .tree
        .map(|tree| Silences::collect((input.head, &version_files, tree), confirming, &mut problems))
        .unwrap_or_default();
    for problem in &mut problems {
        problem.place = problem.place.as_ref().map(|place| map.place(place));
    }
    let fail_on = input.config.fail_on;
    let nearest = Nearest::new(input.base_tree, input.tree);
    let (owners, seen) = (input.owners, BTreeMap::new());
    let mut maker = Items { diff: &diff, map, texts: input.texts, fail_on, nearest, owners, seen };
    let items = report.findings.into_iter().map(|finding| maker.make(finding)).collect();
    let Apart { mut findings, mut silenced, proposed } = apart(items, &silences, map);
    let stated =
        belljar_rules::review_findings(&input.config.rules, &report.dialects, silences.state(&proposed));
    findings.extend(stated.into_iter().map(|finding| maker.make(finding)));
    let migrations = judged.map(|judged| judged.into_verdict(|finding| maker.make(finding), map));
    findings.sort_by_key(rank);
    // Each code is configured and silenced on its own; the remaining findings about one statement are merged.
    let findings = belljar_rules::merge(findings, |item| &mut item.finding);
    let findings = belljar_rules::fold(findings, |item| &mut item.finding);
    silenced.sort_by_key(|one| rank(&one.item));
    let summary = count(&findings, silenced.len());
    let compared = input.base.is_ok();
    Verdict {
        format: FORMAT_VERSION.to_owned(),
        belljar: env!("CARGO_PKG_VERSION").to_owned(),
        compared,
        passed: has_passed(compared, fail_on, &summary, &problems),
        fail_on,
        dialects: report.dialects,
        dialects_set: !input.config.rules.dialects.is_empty() && input.config.databases_named_by.is_empty(),
        dialects_named_by: input.config.databases_named_by.clone(),
        summary,
        findings,
        silenced,
        doubts: news(doubts(input.head, map), input.base.as_ref().map(|base| doubts(base, map))),
        problems,
        diff,
        impact: effects.impact,
        breaches: effects.breaches,
        migrations,
        database: None,
    }
}

/// Diagnostics besides findings. What the head lost is an error; what the base lost is not the fault of the change.
fn problems(input: &Input<'_>, base: &Document, diff: &Diff, settings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let lost = |document: &Document| -> Vec<Diagnostic> {
        document.diagnostics.iter().filter(|item| item.severity == Severity::Error).cloned().collect()
    };
    let mut problems = lost(input.head);
    let compared = input.base.is_ok();
    problems.extend(lost(base).into_iter().map(|mut item| {
        if compared {
            (item.severity, item.place) = (Severity::Warning, None);
            item.message = format!("in the base: {}", item.message);
        }
        item
    }));
    problems.extend(input.remarks.iter().cloned());
    problems.extend(diff.diagnostics.iter().cloned());
    problems.extend(settings);
    problems
}

/// Turns findings into items.
struct Items<'a> {
    diff: &'a Diff,
    map: Map<'a>,
    /// The texts of both sides, which have the calls of indexes and constraints.
    texts: Option<texts::Texts<'a>>,
    fail_on: FailOn,
    nearest: Nearest<'a>,
    owners: Owners<'a>,
    /// The number of earlier occurrences of a fingerprint.
    seen: BTreeMap<String, usize>,
}

impl Items<'_> {
    fn make(&mut self, finding: Finding) -> Item {
        let change = finding.change.index.and_then(|index| self.diff.changes.get(index));
        let spot = self.map.spot(&finding, change);
        let mut spot = self.map.at_call(spot, change, self.texts);
        if spot.kind == SpotKind::File && finding.side == Side::Base {
            spot.near = finding.place.as_ref().and_then(|place| self.nearest.line(place));
        }
        let known = fingerprint(&finding, &spot, 0);
        let count = self.seen.entry(known.clone()).or_default();
        let fingerprint = if *count == 0 { known } else { fingerprint(&finding, &spot, *count) };
        *count += 1;
        let own = spot.own.as_ref().or(spot.own_was.as_ref());
        let owners = own.map(|place| self.owners.of(&place.path)).unwrap_or_default();
        let fails = self.fail_on.fails(finding.severity);
        Item { fails, spot, fingerprint, owners, finding, rows: Vec::new() }
    }
}

/// Made of parts that stay the same as long as the finding does: lines move, and are not part of it.
fn fingerprint(finding: &Finding, spot: &Spot, count: usize) -> String {
    let path = spot.place.as_ref().map_or("", |place| &place.path);
    let what = finding.change.path.to_string();
    let mut hasher = blake3::Hasher::new();
    for part in [&*finding.code, &finding.change.code, path, &what, &finding.message, &count.to_string()] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().chars().take(32).collect()
}

/// Splits findings into those that count, those that a comment silences, and those that one would silence if the base
/// had it.
struct Apart {
    findings: Vec<Item>,
    silenced: Vec<Silenced>,
    /// Place and rule of the comment, and the finding that it would silence.
    proposed: Vec<(Place, &'static str, String)>,
}

fn apart(items: Vec<Item>, silences: &Silences<'_>, map: Map<'_>) -> Apart {
    let mut out = Apart { findings: Vec::new(), silenced: Vec::new(), proposed: Vec::new() };
    for mut item in items {
        match silences.fate(&item.finding, &item.spot) {
            Fate::Silenced(silence, reason) => {
                let (reason, comment) = (reason.to_owned(), map.place(&silence.place));
                out.silenced.push(Silenced { item: Item { fails: false, ..item }, reason, comment });
                continue;
            }
            Fate::Proposed(silence) => {
                let what = format!("{} of `{}`", item.finding.code, item.finding.change.path);
                out.proposed.push((silence.place.clone(), silence.code, what));
                // After the fingerprint was made: the finding is the same without the comment.
                item.finding.message.push_str(
                    "; its silencing comment is not in the base, so it needs a reviewer or `--config-from head`",
                );
            }
            Fate::Open => {}
        }
        out.findings.push(item);
    }
    out
}

fn count(findings: &[Item], silenced: usize) -> Counts {
    let all = belljar_rules::Counts::from_findings(findings.iter().map(|item| &item.finding));
    let belljar_rules::Counts { errors, warnings, notes, cannot_tell } = all;
    let failing = findings.iter().filter(|item| item.fails).count();
    Counts { errors, warnings, notes, cannot_tell, failing, silenced }
}

/// Marks the doubts that the base has too, wherever there.
fn news(mut doubts: Vec<Doubt>, base: Result<Vec<Doubt>, &String>) -> Vec<Doubt> {
    let key = |one: &Doubt| (one.name.clone(), one.kind, one.reason.clone(), one.columns);
    let known: BTreeSet<_> = base.unwrap_or_default().iter().map(key).collect();
    for one in &mut doubts {
        one.known = known.contains(&key(one));
    }
    doubts
}

impl Verdict {
    /// The doubts that the base does not have.
    pub fn new_doubts(&self) -> impl Iterator<Item = &Doubt> {
        self.doubts.iter().filter(|one| !one.known)
    }

    /// The number of doubts that the base has too.
    pub fn known_doubts(&self) -> usize {
        self.doubts.iter().filter(|one| one.known).count()
    }
}

fn doubts(head: &Document, map: Map<'_>) -> Vec<Doubt> {
    let unexplained = || Reason {
        code: "partial".to_owned(),
        message: "no reason is known".to_owned(),
        hint: None,
        package: None,
    };
    let mut found = Vec::new();
    for table in &head.tables {
        let partial = || table.columns.iter().filter(|column| column.status == Status::Partial);
        if table.status == Status::Exact && partial().next().is_none() {
            continue;
        }
        let mut reasons = table.reasons.iter().chain(partial().flat_map(|column| &column.reasons));
        found.push(Doubt {
            place: table.place.as_ref().map(|place| map.place(place)),
            name: table.schema.iter().chain([&table.name]).cloned().collect::<Vec<_>>().join("."),
            kind: DoubtKind::Partial,
            reason: reasons.next().cloned().unwrap_or_else(unexplained),
            columns: partial().count(),
            known: false,
        });
    }
    found.extend(head.unresolved.iter().map(|item| Doubt {
        place: Some(map.place(&item.place)),
        name: item.name.clone(),
        kind: DoubtKind::Unresolved,
        reason: item.reason.clone(),
        columns: 0,
        known: false,
    }));
    found.sort();
    found
}

#[cfg(test)]
mod tests;
