//! Judges version files: their order, and what their statements do.
//!
//! [`lint`] judges them alone. The result is a [`Verdict`], as that of a check, so that findings are enabled, graded,
//! silenced and reported in the same way.
//!
//! * [`history`]: the order of the versions, and how they differ from those of a base
//! * [`models`]: a change of the models without a migration, and the reverse
//! * [`settle`]: dangers in a change of the models that migrations avoid

mod history;
pub(crate) mod models;
pub(crate) mod settle;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use belljar_diff::Options;
use belljar_discover::VersionChanges;
use belljar_rules::{
    Database, Finding, ReviewFinding, RulesConfig,
    steps::{self, Judge, Judgement, Step},
};
use belljar_schema::{Diagnostic, Document, Generation, Place, Reason};
use belljar_tree::Tree;

use crate::{
    CheckConfig, Input, Owners, Verdict,
    downstream::DownstreamEffects,
    migrations::Drift,
    verdict::{self, Judged, JudgedEnvironment, UndeterminedVersion},
};

/// The recorded versions of one database of an environment.
#[derive(Debug)]
pub struct History<'a> {
    /// The name of the environment.
    pub name: &'a str,
    /// The dialect that its versions ran for.
    pub dialect: &'a str,
    /// The versions in the order in which they run.
    pub versions: Vec<Version<'a>>,
    /// What is wrong with the history or its run.
    pub problems: &'a [Diagnostic],
}

/// A version.
#[derive(Debug)]
pub struct Version<'a> {
    /// Its revision.
    pub revision: &'a str,
    /// Its function `upgrade`.
    pub place: Option<&'a Place>,
    /// Whether its statements are judged.
    pub is_judged: bool,
    /// Its `downgrade` does something.
    pub is_reversible: bool,
    /// How it ran: `run`, `partial` or `not-run`.
    pub outcome: &'a str,
    /// Why it ran only in part, or not at all.
    pub reasons: &'a [Reason],
    /// Its statements; none of a version that is not judged.
    pub steps: Vec<Step<'a>>,
}

/// The version files of a head.
#[derive(Debug, Clone, Copy)]
pub struct Migrated<'a> {
    /// The recorded histories, for each database of each environment.
    pub histories: &'a [History<'a>],
    /// How the version files differ from those of the base, if there is one.
    pub changes: Option<&'a VersionChanges>,
    /// The differences between the heads of the histories and the models of the head.
    pub drifts: &'a [Drift],
    /// The words of all version files, if none of them differs from the base.
    pub words: Option<&'a BTreeSet<String>>,
}

/// What the version files are judged with.
#[derive(Debug)]
pub struct LintInput<'a> {
    /// The recorded histories, for each database of each environment.
    pub histories: &'a [History<'a>],
    /// How the version files differ from those of the base, if there is one.
    pub changes: Option<&'a VersionChanges>,
    /// The configuration in effect.
    pub config: &'a CheckConfig,
    /// The files, for silencing comments.
    pub tree: &'a Tree,
    /// The path of the source in its repository, with `/` at the end; empty at its root.
    pub prefix: &'a str,
    /// The SQLAlchemy that the versions ran with.
    pub sqlalchemy: Generation,
    /// Further diagnostics to report.
    pub remarks: Vec<Diagnostic>,
}

/// What the rules say about each statement of the versions that are judged, and about the histories.
pub(crate) struct Judgements<'a> {
    pub(crate) of_steps: Vec<OfStep<'a>>,
    pub(crate) of_history: Vec<Finding>,
}

/// What the rules say about a statement.
pub(crate) struct OfStep<'a> {
    pub(crate) version: &'a Version<'a>,
    pub(crate) step: &'a Step<'a>,
    /// The database that it was judged for.
    pub(crate) database: Database,
    pub(crate) judgement: Judgement,
}

/// Judges the histories. A version that runs for several databases is judged for each of them, and what is found for
/// both counts once.
pub(crate) fn judge<'a>(
    histories: &'a [History<'a>],
    changes: Option<&VersionChanges>,
    config: &RulesConfig,
) -> Judgements<'a> {
    let (mut of_steps, mut stated) = (Vec::new(), Vec::new());
    for history in histories {
        stated.extend(history::findings(history));
        let Some(database) = database(history, config) else { continue };
        let mut judge = Judge::new(config, database);
        for version in history.versions.iter().filter(|version| version.is_judged) {
            let judgements = judge.version(&version.steps, version.outcome == "run");
            let all = version.steps.iter().zip(judgements);
            of_steps.extend(all.map(|(step, judgement)| OfStep { version, step, database, judgement }));
        }
    }
    stated.extend(changes.into_iter().flat_map(history::changes));
    let databases = databases(histories, config);
    let of_history = belljar_rules::review_findings(config, &databases, distinct(stated));
    Judgements { of_steps, of_history }
}

fn distinct(stated: Vec<ReviewFinding>) -> Vec<ReviewFinding> {
    let mut seen = BTreeSet::new();
    let mut is_new = |one: &ReviewFinding| seen.insert((one.code, one.message.clone(), one.place.clone()));
    stated.into_iter().filter(|one| is_new(one)).collect()
}

/// The database that a history is judged for: of several that use its dialect, the one in the settings.
fn database(history: &History<'_>, config: &RulesConfig) -> Option<Database> {
    let own = Database::find(history.dialect)?;
    let configured = config.dialects.iter().find(|one| one.family() == own.family());
    Some(configured.copied().unwrap_or(own))
}

fn databases(histories: &[History<'_>], config: &RulesConfig) -> Vec<Database> {
    let found: BTreeSet<Database> = histories.iter().filter_map(|one| database(one, config)).collect();
    found.into_iter().collect()
}

impl Judgements<'_> {
    /// All findings, each once.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let of_steps = self.of_steps.iter().flat_map(|one| steps::merged(one.judgement.findings.clone()));
        let mut found: Vec<Finding> = Vec::new();
        let mut known: BTreeMap<(String, String, Option<Place>), usize> = BTreeMap::new();
        for finding in of_steps.chain(self.of_history.iter().cloned()) {
            let key = (finding.code.clone(), finding.message.clone(), finding.place.clone());
            match known.get(&key).and_then(|position| found.get_mut(*position)) {
                Some(same) => {
                    same.dialects.extend(&finding.dialects);
                    same.dialects.sort_unstable();
                    same.dialects.dedup();
                }
                None => {
                    known.insert(key, found.len());
                    found.push(finding);
                }
            }
        }
        found
    }
}

/// What is said about the environments themselves.
pub(crate) fn environments(histories: &[History<'_>]) -> Vec<JudgedEnvironment> {
    let undetermined = |version: &&Version<'_>| version.is_judged && version.outcome != "run";
    let made = |version: &Version<'_>| UndeterminedVersion {
        revision: version.revision.to_owned(),
        place: version.place.cloned(),
        reason: version.reasons.first().map(|reason| reason.message.clone()).unwrap_or_default(),
    };
    let environment = |history: &History<'_>| JudgedEnvironment {
        name: history.name.to_owned(),
        dialect: history.dialect.to_owned(),
        versions: history.versions.len(),
        judged: history.versions.iter().filter(|version| version.is_judged).count(),
        undetermined: history.versions.iter().filter(undetermined).map(made).collect(),
    };
    histories.iter().map(environment).collect()
}

/// The paths of the versions that are judged.
pub(crate) fn paths(histories: &[History<'_>]) -> BTreeSet<String> {
    let judged = histories.iter().flat_map(|history| &history.versions).filter(|version| version.is_judged);
    judged.filter_map(|version| Some(version.place?.path.clone())).collect()
}

/// Judges version files alone.
pub fn lint(input: LintInput<'_>) -> Verdict {
    let LintInput { histories, changes, config, tree, prefix, sqlalchemy, remarks } = input;
    let document = Document::empty(env!("CARGO_PKG_VERSION"), sqlalchemy);
    let judgements = judge(histories, changes, &config.rules);
    let diff = belljar_diff::diff(&document, &document, &Options::default());
    let mut report = belljar_rules::check(&diff, &document, &document, &config.rules, &[]);
    report.findings = judgements.findings();
    report.dialects = databases(histories, &config.rules);
    let judged =
        Judged { paths: paths(histories), environments: environments(histories), settled: Vec::new() };
    let checked = Input {
        base: Ok(&document),
        head: &document,
        tree: Some(tree),
        base_tree: None,
        config,
        proposal: None,
        renames: &[],
        prefix,
        downstream: None,
        owners: Owners(None),
        remarks: remarks.into_iter().chain(problems(histories)).collect(),
        texts: None,
        migrations: Some(Migrated { histories, changes, drifts: &[], words: None }),
    };
    let mut found =
        verdict::verdict(&checked, &document, diff, (report, Some(judged)), DownstreamEffects::default());
    found.dialects_set = true;
    found.migrations.iter_mut().for_each(|judged| judged.alone = true);
    found
}

/// What is wrong with the runs, and is no finding.
fn problems(histories: &[History<'_>]) -> Vec<Diagnostic> {
    let all = histories.iter().flat_map(|history| history.problems);
    let mut found: Vec<Diagnostic> = all.filter(|problem| !history::is_finding(problem)).cloned().collect();
    found.sort();
    found.dedup();
    found
}
