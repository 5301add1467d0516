//! What can't be determined is never certain, and never graver than is set for it.

use belljar_diff::{Certainty, Options, diff};
use belljar_rules::{Severity, check};
use belljar_schema::{Document, Status};

use crate::make::{column, config, edited, email, findings_of, reason, report, same, users};

/// The base is in doubt too, so that the change is not what makes the loss uncertain.
fn doubted(document: &mut Document) {
    users(document).status = Status::Partial;
    users(document).reasons.push(reason());
}

#[test]
fn a_table_in_doubt_does_not_lose_a_column_for_certain() {
    let base = edited(doubted);
    let head = edited(|document| {
        users(document).columns.remove(1);
        users(document).status = Status::Partial;
        users(document).reasons.push(reason());
    });
    let report = report(&base, &head, &config("BJ102"));
    let [finding] = findings_of(&report, "BJ102")[..] else { panic!("one finding in {report:#?}") };
    assert_eq!((finding.certainty, finding.severity), (Certainty::CannotTell, Severity::Warning));
    assert_eq!(
        finding.message,
        "can't determine whether column `users.email` is dropped with its values: `absent.Type` is absent"
    );
    assert_eq!(report.summary.cannot_tell, report.findings.len());
}

/// A head could otherwise lower what its own check finds.
#[test]
fn a_loss_that_the_head_alone_puts_in_doubt_keeps_its_severity() {
    let lost = edited(|document| {
        doubted(document);
        users(document).columns.remove(1);
    });
    let mut config = config("BJ102");
    config.doubtful = Severity::Note;
    let severity = |base: &Document| {
        let report = report(base, &lost, &config);
        findings_of(&report, "BJ102").first().map(|finding| (finding.certainty, finding.severity))
    };
    assert_eq!(severity(&edited(same)), Some((Certainty::CannotTell, Severity::Error)));
    assert_eq!(severity(&edited(doubted)), Some((Certainty::CannotTell, Severity::Note)), "the control");
}

#[test]
fn how_grave_doubt_is_can_be_set() {
    let base = edited(doubted);
    let head = edited(|document| {
        users(document).columns.remove(1);
        users(document).status = Status::Partial;
        users(document).reasons.push(reason());
    });
    let mut config = config("BJ102");
    config.doubtful = Severity::Note;
    let report = report(&base, &head, &config);
    assert_eq!(findings_of(&report, "BJ102").first().map(|finding| finding.severity), Some(Severity::Note));
}

#[test]
fn no_finding_is_surer_than_its_change() {
    let base = edited(|document| email(document).server_default = Some("'a'".to_owned()));
    let head = edited(|document| {
        for table in &mut document.tables {
            table.columns.push(column("extra", "JSON"));
            table.columns.retain(|column| column.name != "name");
            table.status = Status::Partial;
            table.reasons.push(reason());
        }
        email(document).nullable = false;
    });
    let found = diff(&base, &head, &Options::default());
    let report = check(&found, &base, &head, &config("BJ101"), &[]);
    assert!(report.findings.len() > 5, "there is something to see in {report:#?}");
    for finding in &report.findings {
        let change =
            finding.change.index.and_then(|index| found.changes.get(index)).expect("a change of the diff");
        assert!(finding.certainty >= change.certainty, "{finding:#?}");
        let is_undetermined = ["can't determine whether ", "can't be determined"]
            .iter()
            .any(|words| finding.message.contains(words));
        assert_eq!(is_undetermined, finding.certainty == Certainty::CannotTell, "{finding:#?}");
    }
}

#[test]
fn a_function_that_is_not_known_is_likely_volatile() {
    let head = edited(|document| {
        let mut column = column("number", "BIGINT");
        column.server_default = Some("app.next_number()".to_owned());
        users(document).columns.push(column);
    });
    let report = report(&edited(same), &head, &config("BJ405"));
    let found = findings_of(&report, "BJ405");
    assert_eq!(found.first().map(|finding| finding.certainty), Some(Certainty::Likely));
}
