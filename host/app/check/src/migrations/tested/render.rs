//! Writes the tests of migrations.

use std::fmt::Write as _;

use belljar_text::{brief, counted, safe};
use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::{Case, Test, TestResult, TestedEnvironment, Tests};

/// The most cases of a test that are written for people.
const MOST_CASES: usize = 50;

/// The longest message, in characters.
const LONGEST: usize = 500;

impl TestResult {
    /// The result in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Warning => "warning",
            Self::NotKnown => "not known",
            Self::Failed => "failed",
        }
    }
}

/// What a test is about.
fn title(test: &Test) -> &str {
    match test.name.as_str() {
        "single-head" => "there is a single head",
        "history" => "every version loads and has its place",
        "upgrade" => "upgrade from the base",
        "up-down-up" => "up, down and up again",
        "models" => "the models match",
        "downgrade-not-empty" => "downgrade is not empty",
        other => other,
    }
}

/// For people.
pub fn text(tests: &Tests) -> String {
    let mut out = String::new();
    for environment in &tests.environments {
        out.push_str(&heading(environment));
        for test in &environment.tests {
            let _ = writeln!(out, "  {:<9}  {}", test.result.words(), title(test)); // a string takes all
            for line in lines(test) {
                let _ = writeln!(out, "    {line}");
            }
        }
        out.push('\n');
    }
    out.push_str(&ending(tests));
    out.push('\n');
    out
}

fn heading(environment: &TestedEnvironment) -> String {
    let TestedEnvironment { environment: name, dialect, heads, versions, .. } = environment;
    let head = if heads.len() == 1 { "head" } else { "heads" };
    let heads: Vec<String> = heads.iter().map(|head| safe(head)).collect();
    let (name, count) = (safe(name), counted(*versions, "version"));
    format!("{name}: {count}, {head} {}, {}\n", heads.join(", "), safe(dialect))
}

fn lines(test: &Test) -> Vec<String> {
    let mut lines: Vec<String> = test
        .cases
        .iter()
        .take(MOST_CASES)
        .map(|case| format!("{}{}", mark(case, test), line(case)))
        .collect();
    if let Some(more) = test.cases.len().checked_sub(MOST_CASES + 1) {
        lines.push(format!("… and {} more", more + 1));
    }
    lines
}

/// The result of a case, where it is another than that of the test.
fn mark(case: &Case, test: &Test) -> String {
    if case.result == test.result { String::new() } else { format!("{}: ", case.result.words()) }
}

fn line(case: &Case) -> String {
    let place = case.place.as_ref().map(|place| format!("{}:{}: ", safe(&place.path), place.line));
    let revision = case.revision.as_ref().map(|revision| format!("{}: ", safe(revision)));
    let message = brief(&safe(&case.message), LONGEST);
    format!("{}{}{message}", place.unwrap_or_default(), revision.unwrap_or_default())
}

fn ending(tests: &Tests) -> String {
    let all: usize = tests.environments.iter().map(|one| one.tests.len()).sum();
    let mut parts = vec![format!("{} of {all} tests passed", tests.count(TestResult::Passed))];
    for (result, words) in [
        (TestResult::Warning, "with a warning"),
        (TestResult::Failed, "failed"),
        (TestResult::NotKnown, "not known"),
    ] {
        let count = tests.count(result);
        if count > 0 {
            parts.push(format!("{count} {words}"));
        }
    }
    format!("{}: {}", if tests.passed { "passed" } else { "failed" }, parts.join(", "))
}

/// JUnit XML: a case for each test. One that is not known is an error, or skipped where that is allowed.
pub fn junit(tests: &Tests) -> Result<String, SerializeError> {
    let mut report = Report::new("belljar");
    for environment in &tests.environments {
        let mut suite = TestSuite::new(safe(&environment.environment));
        for test in &environment.tests {
            let mut status = match test.result {
                TestResult::Passed | TestResult::Warning => TestCaseStatus::success(),
                TestResult::Failed => TestCaseStatus::non_success(NonSuccessKind::Failure),
                TestResult::NotKnown if tests.allow_not_known => TestCaseStatus::skipped(),
                TestResult::NotKnown => TestCaseStatus::non_success(NonSuccessKind::Error),
            };
            let lines = lines(test);
            if let Some(first) = lines.first().filter(|_| test.result > TestResult::Warning) {
                status.set_message(first).set_type(test.result.words()).set_description(lines.join("\n"));
            }
            let mut case = TestCase::new(&*test.name, status);
            case.set_classname(format!("belljar.migrations.{}", safe(&environment.environment)));
            if test.result == TestResult::Warning {
                case.set_system_out(lines.join("\n"));
            }
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    report.to_string()
}
