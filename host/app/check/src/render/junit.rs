use belljar_schema::Place;
use belljar_text::{brief, safe};
use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};
use serde::Serialize;

use super::{
    at,
    bounds::{FINDINGS, NAME, OTHERS, first, more},
    doubt, ending, full_message, problem_text, severity,
};
use crate::{Item, Verdict};

/// JUnit XML: findings that fail the check are failures; other findings and doubts are skipped cases. If nothing fails,
/// the suite still has a case that passed.
pub fn junit(verdict: &Verdict) -> Result<String, SerializeError> {
    let is_alone = verdict.migrations.as_ref().is_some_and(|migrations| migrations.alone);
    let mut suite = TestSuite::new(if is_alone { "belljar migrations lint" } else { "belljar check" });
    let mut status = TestCaseStatus::success();
    if !verdict.compared {
        status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(ending(verdict));
    }
    let mut whole_check = TestCase::new("schema", status);
    whole_check.set_classname("belljar");
    suite.add_test_case(whole_check);
    let problems = verdict.problems.iter().map(|problem| Case {
        failed: problem.severity == belljar_schema::Severity::Error && !verdict.passed,
        ..Case::new(&problem.code, problem.place.as_ref(), problem_text(problem), "problem")
    });
    let findings = verdict.findings.iter().map(|item| {
        let kind = severity(item.finding.severity);
        let case = Case::new(&test_name(item), item.spot.place.as_ref(), full_message(item, verdict), kind);
        Case { failed: item.fails, ..case }
    });
    let doubts =
        verdict.new_doubts().map(|one| Case::new(&one.name, one.place.as_ref(), doubt(one), "uncertain"));
    let (problems, more_problems) = first(problems, OTHERS);
    let (findings, more_findings) = first(findings, FINDINGS);
    let (doubts, more_doubts) = first(doubts, OTHERS);
    let left_out = more(more_problems + more_findings + more_doubts)
        .map(|message| Case::new("left out", None, message, "left out"));
    for case in problems.into_iter().chain(findings).chain(doubts).chain(left_out) {
        suite.add_test_case(case.into());
    }
    let mut report = Report::new("belljar");
    report.add_test_suite(suite);
    report.to_string()
}

fn test_name(item: &Item) -> String {
    format!("{} {} {}", item.finding.code, item.finding.name, item.finding.change.path)
}

/// A test case as it is written.
#[derive(Serialize)]
struct Case {
    name: String,
    /// The failure; empty if there is none.
    place: String,
    failed: bool,
    message: String,
    kind: &'static str,
}

impl Case {
    fn new(name: &str, place: Option<&Place>, message: String, kind: &'static str) -> Self {
        let name = brief(&safe(name), NAME);
        let place = place.map(|place| brief(&safe(&at(place)), NAME)).unwrap_or_default();
        Self { name, place, failed: false, message, kind }
    }
}

impl From<Case> for TestCase {
    fn from(case: Case) -> Self {
        let Case { name, place, failed, message, kind } = case;
        let mut status = if failed {
            TestCaseStatus::non_success(NonSuccessKind::Failure)
        } else {
            TestCaseStatus::skipped()
        };
        status.set_message(&*message).set_type(kind);
        if failed {
            let place = if place.is_empty() { String::new() } else { format!("{place}: ") };
            status.set_description(format!("{place}{message}"));
        }
        let mut case = Self::new(name, status);
        case.set_classname(if place.is_empty() { "belljar".to_owned() } else { place });
        case
    }
}
