use belljar_diff::render::safe;
use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::{at, doubt, ending, said, severity, whole};
use crate::{Item, Verdict};

/// JUnit XML: what fails the check is a failure, what does not and what is not known for sure are skipped, and where nothing
/// fails the suite still has a case that passed.
pub fn junit(verdict: &Verdict) -> Result<String, SerializeError> {
    let mut suite = TestSuite::new("belljar check");
    let mut status = TestCaseStatus::success();
    if !verdict.compared {
        status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(ending(verdict));
    }
    let mut whole_check = TestCase::new("schema", status);
    whole_check.set_classname("belljar");
    suite.add_test_case(whole_check);
    for problem in &verdict.problems {
        let failed = problem.severity == belljar_schema::Severity::Error && !verdict.passed;
        let place = problem.place.as_ref().map(at).unwrap_or_default();
        suite.add_test_case(case(&problem.code, &place, failed, &said(problem), "problem"));
    }
    for item in &verdict.findings {
        let place = item.spot.place.as_ref().map(at).unwrap_or_default();
        let kind = severity(item.finding.severity);
        suite.add_test_case(case(&name(item), &place, item.fails, &whole(item, verdict), kind));
    }
    for one in &verdict.doubts {
        let place = one.place.as_ref().map(at).unwrap_or_default();
        suite.add_test_case(case(&one.name, &place, false, &doubt(one), "not known for sure"));
    }
    let mut report = Report::new("belljar");
    report.add_test_suite(suite);
    report.to_string()
}

fn name(item: &Item) -> String {
    format!("{} {} {}", item.finding.code, item.finding.name, item.finding.change.path)
}

fn case(name: &str, place: &str, failed: bool, message: &str, kind: &str) -> TestCase {
    let mut status =
        if failed { TestCaseStatus::non_success(NonSuccessKind::Failure) } else { TestCaseStatus::skipped() };
    status.set_message(message).set_type(kind);
    if failed {
        let place = if place.is_empty() { String::new() } else { format!("{}: ", safe(place)) };
        status.set_description(format!("{place}{message}"));
    }
    let mut case = TestCase::new(safe(name), status);
    case.set_classname(if place.is_empty() { "belljar".to_owned() } else { safe(place) });
    case
}
