//! Tests of migrations, on the recorder: what people write with pytest-alembic against a database.
//!
//! [`test`] judges one environment. Each test has one of four results: what can't be determined is *not known*, and never
//! passes.

pub mod render;

use belljar_diff::{Change, Options};
use belljar_schema::{Certainty, Diagnostic, Document, Place, Reason, Severity};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Drift, counts};

/// The version of the JSON form. Its second number increases when a field is added.
pub const FORMAT_VERSION: &str = "1.0";

/// The tests of all environments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Tests {
    /// [`FORMAT_VERSION`] of the writer.
    pub format: String,
    /// Version of Belljar that ran them.
    pub belljar: String,
    /// Whether no test failed, and none is not known unless that is allowed.
    pub passed: bool,
    /// Whether tests may be not known.
    pub allow_not_known: bool,
    /// The databases of the environments.
    pub environments: Vec<TestedEnvironment>,
}

impl Tests {
    /// The tests of environments, by this version of Belljar.
    pub fn new(belljar: &str, allow_not_known: bool, environments: Vec<TestedEnvironment>) -> Self {
        let results = || environments.iter().flat_map(|one| one.tests.iter().map(|test| test.result));
        let fails = |result| match result {
            TestResult::Failed => true,
            TestResult::NotKnown => !allow_not_known,
            TestResult::Passed | TestResult::Warning => false,
        };
        let passed = results().next().is_some() && !results().any(fails);
        let format = FORMAT_VERSION.to_owned();
        Self { format, belljar: belljar.to_owned(), passed, allow_not_known, environments }
    }

    /// The number of tests with a result.
    pub fn count(&self, result: TestResult) -> usize {
        let tests = self.environments.iter().flat_map(|one| &one.tests);
        tests.filter(|test| test.result == result).count()
    }
}

/// The tests of one database of an environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TestedEnvironment {
    /// The name of the environment.
    pub environment: String,
    /// The dialect that its versions ran for.
    pub dialect: String,
    /// The revisions that no other follows.
    pub heads: Vec<String>,
    /// The number of versions.
    pub versions: usize,
    /// The tests, always the same ones in the same order.
    pub tests: Vec<Test>,
}

/// A test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Test {
    /// Its name: `single-head`, `history`, `upgrade`, `up-down-up`, `models`, `downgrade-not-empty`.
    pub name: String,
    /// The worst result of its cases; passed if it has none.
    pub result: TestResult,
    /// What did not pass.
    pub cases: Vec<Case>,
}

/// What did not pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Case {
    /// Its result.
    pub result: TestResult,
    /// The revision of the version, if it is about one.
    pub revision: Option<String>,
    /// What is wrong, or why it is not known, as a sentence.
    pub message: String,
    /// Where.
    pub place: Option<Place>,
}

/// A result, the worse the later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TestResult {
    /// It passed.
    Passed,
    /// It passed, with something to look at.
    Warning,
    /// It could not be determined whether it passes.
    NotKnown,
    /// It failed.
    Failed,
}

/// What is tested.
#[derive(Debug)]
pub struct Input<'a> {
    /// The name of the environment.
    pub name: &'a str,
    /// The dialect that its versions ran for.
    pub dialect: &'a str,
    /// The revisions that no other follows.
    pub heads: &'a [String],
    /// The versions in the order in which they run.
    pub versions: Vec<TestedVersion<'a>>,
    /// What is wrong with the history or its run.
    pub problems: &'a [&'a Diagnostic],
    /// Why the head may have more or fewer tables than those recorded.
    pub reasons: &'a [Reason],
    /// The differences between the head and the models; `None` if only the history is tested.
    pub drift: Option<&'a Drift>,
}

/// A version.
#[derive(Debug)]
pub struct TestedVersion<'a> {
    /// Its revision.
    pub revision: &'a str,
    /// Its function `upgrade`.
    pub place: Option<&'a Place>,
    /// Whether it has a place in the order.
    pub is_run: bool,
    /// Whether its `downgrade` does something.
    pub is_reversible: bool,
    /// Whether its `upgrade` does something.
    pub is_doing: bool,
    /// How it ran: `run`, `partial` or `not-run`.
    pub outcome: &'a str,
    /// Why it ran only in part, or not at all.
    pub reasons: &'a [Reason],
    /// What came of it after `downgrade`, and after `upgrade` again.
    pub trips: Vec<Trip>,
}

/// The schema after a function of a version, beside the one that is expected.
#[derive(Debug)]
pub struct Trip {
    /// Whether `upgrade` ran, after `downgrade`.
    pub is_upgrade: bool,
    /// The differing tables, as expected.
    pub expected: Document,
    /// The same as they came.
    pub came: Document,
    /// The function refused to run.
    pub is_refused: bool,
    /// Enumerations that statements created differ.
    pub has_other_types: bool,
    /// Something about it is not known.
    pub is_doubtful: bool,
    /// What it said, or why it is in doubt.
    pub message: Option<String>,
}

/// Tests an environment.
pub fn test(input: &Input<'_>) -> TestedEnvironment {
    let mut tests = vec![made("single-head", single_head(input)), made("history", history(input))];
    if let Some(drift) = input.drift {
        let trips = input.versions.iter().flat_map(|it| up_down_up(it, input.dialect)).collect();
        let empty = input.versions.iter().filter_map(empty_downgrade).collect();
        tests.extend([made("upgrade", upgrade(input)), made("up-down-up", trips)]);
        tests.extend([made("models", models(drift)), made("downgrade-not-empty", empty)]);
    }
    TestedEnvironment {
        environment: input.name.to_owned(),
        dialect: input.dialect.to_owned(),
        heads: input.heads.to_vec(),
        versions: input.versions.len(),
        tests,
    }
}

fn made(name: &str, cases: Vec<Case>) -> Test {
    let result = cases.iter().map(|case| case.result).max().unwrap_or(TestResult::Passed);
    Test { name: name.to_owned(), result, cases }
}

fn whole(result: TestResult, message: String) -> Case {
    Case { result, revision: None, message, place: None }
}

fn of_problem(result: TestResult, problem: &Diagnostic) -> Case {
    Case { place: problem.place.clone(), ..whole(result, problem.message.clone()) }
}

fn of_version(version: &TestedVersion<'_>, result: TestResult, message: String) -> Case {
    let revision = Some(version.revision.to_owned());
    Case { result, revision, message, place: version.place.cloned() }
}

fn single_head(input: &Input<'_>) -> Vec<Case> {
    match input.heads {
        [_] => Vec::new(),
        [] => vec![whole(TestResult::NotKnown, "no head was found".to_owned())],
        several => {
            let names: Vec<String> = several.iter().map(|head| format!("`{head}`")).collect();
            let message = format!("there are {} heads: {}", several.len(), names.join(", "));
            vec![whole(TestResult::Failed, message)]
        }
    }
}

/// Problems with the order of versions that Alembic refuses, too.
const BROKEN: [&str; 3] = ["migration-missing", "migration-duplicate", "migration-circle"];

fn history(input: &Input<'_>) -> Vec<Case> {
    let problems = input.problems.iter().filter(|problem| problem.code != "migration-heads").map(|problem| {
        let is_broken = BROKEN.contains(&problem.code.as_str());
        of_problem(if is_broken { TestResult::Failed } else { TestResult::NotKnown }, problem)
    });
    let lost = input.versions.iter().filter(|version| version.outcome == "not-run" || !version.is_run);
    let lost = lost.map(|version| {
        let reason = version.reasons.first().map_or("it has no place in the order", |it| &*it.message);
        of_version(version, TestResult::NotKnown, format!("it did not run: {reason}"))
    });
    let none = || whole(TestResult::NotKnown, "no version was found".to_owned());
    problems.chain(lost).chain(input.versions.is_empty().then(none)).collect()
}

fn upgrade(input: &Input<'_>) -> Vec<Case> {
    let partial = input.versions.iter().filter(|version| version.outcome != "run").map(|version| {
        let reason = version.reasons.first().map_or("it ran only in part", |it| &*it.message);
        of_version(version, TestResult::NotKnown, reason.to_owned())
    });
    // What a version changes and none creates is not there in an empty database, unless something unknown creates it.
    let is_missing = |reason: &&Reason| reason.code == "migration-missing-table";
    let is_certain = input.reasons.iter().all(|reason| is_missing(&reason));
    let result = if is_certain { TestResult::Failed } else { TestResult::NotKnown };
    let of_head = input.reasons.iter().map(|reason| whole(result, reason.message.clone()));
    partial.chain(of_head).collect()
}

fn up_down_up(version: &TestedVersion<'_>, dialect: &str) -> Vec<Case> {
    if version.trips.is_empty() {
        let message = "it was not run down and up again".to_owned();
        return vec![of_version(version, TestResult::NotKnown, message)];
    }
    version.trips.iter().flat_map(|trip| of_trip(version, trip, dialect)).collect()
}

fn of_trip(version: &TestedVersion<'_>, trip: &Trip, dialect: &str) -> Vec<Case> {
    let function = if trip.is_upgrade { "`upgrade` after `downgrade`" } else { "`downgrade`" };
    let said = trip.message.as_deref().unwrap_or("something that it depends on is not known");
    let case = |result, message| of_version(version, result, message);
    if trip.is_refused {
        return vec![case(TestResult::Failed, format!("{function} does not run: {said}"))];
    }
    let options = Options { renames: Vec::new(), databases: vec![dialect.to_owned()] };
    let (mut expected, mut came) = (trip.expected.clone(), trip.came.clone());
    super::view::align(&mut expected, &mut came, dialect);
    let changes = belljar_diff::diff(&expected, &came, &options).changes;
    let changes: Vec<&Change> = changes.iter().filter(|change| counts(change, dialect)).collect();
    let before = if trip.is_upgrade { "the schema after the first `upgrade`" } else { "the schema before" };
    if trip.is_doubtful {
        return vec![case(
            TestResult::NotKnown,
            format!("whether {function} returns {before} is not known: {said}"),
        )];
    }
    let mut cases: Vec<Case> = changes
        .iter()
        .map(|change| {
            let is_certain = change.certainty != Certainty::CannotTell;
            let result = if is_certain { TestResult::Failed } else { TestResult::NotKnown };
            let line = belljar_diff::render::line(change);
            case(
                result,
                format!("{function} does not return {before}: `{}`: {line}", change.path.full_name()),
            )
        })
        .collect();
    if trip.has_other_types {
        let message =
            format!("{function} does not return {before}: the types that statements created differ");
        cases.push(case(TestResult::Failed, message));
    }
    cases
}

fn models(drift: &Drift) -> Vec<Case> {
    let cases = drift.findings.iter().map(|finding| {
        let result = match (finding.certainty, finding.severity) {
            (Certainty::CannotTell, _) => TestResult::NotKnown,
            (_, Severity::Error) => TestResult::Failed,
            _ => TestResult::Warning,
        };
        Case { place: finding.place().cloned(), ..whole(result, finding.message.clone()) }
    });
    let compared = drift.migrated_tables + drift.model_tables;
    let none = || whole(TestResult::NotKnown, "there are no tables to compare".to_owned());
    cases.chain((compared == 0).then(none)).collect()
}

fn empty_downgrade(version: &TestedVersion<'_>) -> Option<Case> {
    // One that refuses to run fails as such.
    let is_refused = version.trips.iter().any(|trip| trip.is_refused);
    let is_empty = version.is_doing && !version.is_reversible && !is_refused;
    is_empty.then(|| of_version(version, TestResult::Warning, "its `downgrade` does nothing".to_owned()))
}
