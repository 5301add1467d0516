use belljar_diff::Certainty;
use belljar_rules::Cause;
use belljar_schema::Tally;
use belljar_testing::make::{column, compare, diagnostic, document, id, reason, table, unresolved, with};

use super::*;
use crate::{
    CheckConfig,
    fakes::{MODELS, at, finding, orders},
    spot::SpotKind,
};

const SEVERITIES: [Severity; 3] = [Severity::Note, Severity::Warning, Severity::Error];

/// A finding that fails a check at one level fails it at each that is stricter, and so does a more severe one.
#[test]
fn which_findings_fail() {
    let levels = [FailOn::Never, FailOn::Error, FailOn::Warning, FailOn::Note];
    let failing = levels.map(|level| SEVERITIES.map(|severity| level.fails(severity)));
    assert_eq!(
        failing,
        [[false, false, false], [false, false, true], [false, true, true], [true, true, true]]
    );
    for level in levels {
        assert!(FailOn::NAMES.contains(&(level.text(), level)), "{level:?} has a name");
    }
}

fn fingerprint_of(finding: &Finding, place: Option<Place>, count: usize) -> String {
    let spot = Spot {
        own: place.clone(),
        place,
        kind: SpotKind::Line,
        columns: None,
        was: None,
        near: None,
        own_was: None,
        declared: None,
    };
    fingerprint(finding, &spot, count)
}

#[test]
fn a_fingerprint_stays_where_only_lines_move() {
    let known = finding("BJ204", "a", 2);
    let first = fingerprint_of(&known, Some(at(MODELS, 2)), 0);
    assert_eq!(first.len(), 32);
    let moved = Finding { place: Some(at(MODELS, 90)), severity: Severity::Note, ..known.clone() };
    assert_eq!(
        fingerprint_of(&moved, Some(at(MODELS, 90)), 0),
        first,
        "lines and severity are no part of it"
    );
    let cause = |change: Cause| Finding { change, ..known.clone() };
    let other = Cause { code: "drop-column".to_owned(), ..known.change.clone() };
    let others = [
        fingerprint_of(&known, Some(at("other.py", 2)), 0),
        fingerprint_of(&known, None, 0),
        fingerprint_of(&known, Some(at(MODELS, 2)), 1),
        fingerprint_of(&finding("BJ205", "a", 2), Some(at(MODELS, 2)), 0),
        fingerprint_of(&finding("BJ204", "b", 2), Some(at(MODELS, 2)), 0),
        fingerprint_of(&Finding { message: "x".to_owned(), ..known.clone() }, Some(at(MODELS, 2)), 0),
        fingerprint_of(&cause(other), Some(at(MODELS, 2)), 0),
        // What moves from one part of it to the next is not the same.
        fingerprint_of(
            &Finding {
                code: "BJ204m".to_owned(),
                ..cause(Cause { code: "odify-column".to_owned(), ..known.change.clone() })
            },
            Some(at(MODELS, 2)),
            0,
        ),
    ];
    let different: std::collections::BTreeSet<&String> = others.iter().chain([&first]).collect();
    assert_eq!(different.len(), others.len() + 1, "{others:?}");
}

#[test]
fn equal_findings_have_fingerprints_of_their_own() {
    let (head, diff) = (orders(&[]), compare(&orders(&[]), &orders(&[])));
    let map = Map { head: &head, tree: None, prefix: "" };
    let mut items = Items {
        texts: None,
        diff: &diff,
        map,
        fail_on: FailOn::Error,
        nearest: Nearest::new(None, None),
        owners: crate::Owners::default(),
        seen: BTreeMap::new(),
    };
    let mut made = || items.make(finding("BJ204", "a", 2)).fingerprint;
    let found = [made(), made(), made()];
    let different: std::collections::BTreeSet<&String> = found.iter().collect();
    assert_eq!(different.len(), 3);
}

#[test]
fn counts_are_of_the_findings() {
    let (head, diff) = (orders(&[]), compare(&orders(&[]), &orders(&[])));
    let map = Map { head: &head, tree: None, prefix: "" };
    let mut items = Items {
        texts: None,
        diff: &diff,
        map,
        fail_on: FailOn::Warning,
        nearest: Nearest::new(None, None),
        owners: crate::Owners::default(),
        seen: BTreeMap::new(),
    };
    let made: Vec<Item> = [
        (Severity::Error, Certainty::Certain),
        (Severity::Error, Certainty::CannotTell),
        (Severity::Warning, Certainty::Likely),
        (Severity::Note, Certainty::CannotTell),
    ]
    .into_iter()
    .map(|(severity, certainty)| items.make(Finding { severity, certainty, ..finding("BJ204", "a", 2) }))
    .collect();
    let expected = Counts { errors: 2, warnings: 1, notes: 1, cannot_tell: 2, failing: 3, silenced: 5 };
    assert_eq!(count(&made, 5), expected);
}

/// The verdict on two documents.
fn verdict_of(base: Result<&Document, String>, head: &Document, fail_on: FailOn) -> Verdict {
    let config = CheckConfig { fail_on, ..CheckConfig::default() };
    crate::check(&Input {
        owners: crate::Owners::default(),
        base,
        head,
        tree: None,
        base_tree: None,
        config: &config,
        proposal: None,
        renames: &[],
        prefix: "",
        downstream: None,
        remarks: Vec::new(),
        texts: None,
        migrations: None,
    })
}

#[test]
fn what_passes() {
    let base = document(vec![table("orders", vec![id(), column("note", "TEXT")])]);
    let dropped = document(vec![]);
    let lost = with(&base, |document| {
        let mut error = diagnostic("run-ended", Some(MODELS));
        error.severity = Severity::Error;
        document.diagnostics.push(error);
    });
    let unread = || Err("no such revision".to_owned());
    for (base, head, fail_on, compared, passed, why) in [
        (Ok(&base), &base, FailOn::Note, true, true, "nothing changes"),
        (Ok(&base), &dropped, FailOn::Error, true, false, "a table is dropped"),
        (Ok(&base), &dropped, FailOn::Never, true, true, "no finding fails it"),
        (Ok(&base), &lost, FailOn::Error, true, false, "a part of the head was lost"),
        (Ok(&base), &lost, FailOn::Never, true, true, "and that is accepted"),
        (Ok(&lost), &base, FailOn::Error, true, true, "what the base lost is not the fault of the change"),
        (unread(), &base, FailOn::Error, false, false, "the base could not be read"),
        (unread(), &base, FailOn::Never, false, false, "whatever fails a check"),
    ] {
        let found = verdict_of(base, head, fail_on);
        assert_eq!((found.compared, found.passed), (compared, passed), "{why}: {:?}", found.problems);
        assert_eq!(found.summary.failing, found.findings.iter().filter(|item| item.fails).count(), "{why}");
    }
}

#[test]
fn what_the_base_lost_is_a_warning_without_a_place() {
    let plain = orders(&[("a", 2)]);
    let lost = with(&plain, |document| {
        let mut error = diagnostic("run-ended", Some(MODELS));
        error.severity = Severity::Error;
        document.diagnostics.push(error);
    });
    let of = |base, head| {
        let found = verdict_of(Ok(base), head, FailOn::Error);
        let mut problems = found.problems.into_iter().filter(|problem| problem.code == "run-ended");
        let problem = problems.next().unwrap();
        (problem.severity, problem.place, problem.message.starts_with("in the base: "))
    };
    assert_eq!(of(&lost, &plain), (Severity::Warning, None, true));
    assert_eq!(of(&plain, &lost), (Severity::Error, Some(at(MODELS, of_diagnostic())), false));
}

/// The line of a diagnostic of these tests.
fn of_diagnostic() -> u32 {
    diagnostic("x", Some(MODELS)).place.unwrap().line
}

#[test]
fn the_gravest_finding_comes_first() {
    let required = with(&column("x", "TEXT"), |x| x.nullable = false);
    let base = document(vec![table("a", vec![id(), required]), table("b", vec![id()])]);
    // In the order of the changes, the note about `a` comes before the error about `b`.
    let head = document(vec![table("a", vec![id(), column("x", "TEXT")])]);
    let found = verdict_of(Ok(&base), &head, FailOn::Error);
    let ranks: Vec<_> =
        found.findings.iter().map(|item| (Reverse(item.finding.severity), item.finding.certainty)).collect();
    assert!(ranks.len() > 2 && ranks.is_sorted(), "{ranks:?}");
}

#[test]
fn doubts_are_of_what_is_not_exact() {
    let partial = |name: &str, change: &dyn Fn(&mut belljar_schema::Table)| {
        with(&table(name, vec![id(), column("x", "TEXT"), column("y", "TEXT")]), |table| change(table))
    };
    let doubted = Reason { message: "first".to_owned(), ..reason() };
    let mut head = document(vec![
        partial("exact", &|_| {}),
        partial("whole", &|table| {
            table.status = Status::Partial;
            table.reasons.push(doubted.clone());
        }),
        partial("columns", &|table| {
            for column in &mut table.columns[1..] {
                column.status = Status::Partial;
                column.reasons.push(doubted.clone());
            }
        }),
        partial("silent", &|table| table.status = Status::Partial),
    ]);
    head.summary = Tally::default();
    head.unresolved.push(unresolved("gone", None, MODELS));
    let map = Map { head: &head, tree: None, prefix: "api/" };
    let found = doubts(&head, map);
    let mut lines: Vec<_> = found
        .iter()
        .map(|doubt| (doubt.name.as_str(), doubt.kind, doubt.columns, doubt.reason.message.as_str()))
        .collect();
    lines.sort_unstable();
    let of_unresolved = head.unresolved[0].reason.message.as_str();
    assert_eq!(
        lines,
        [
            ("columns", DoubtKind::Partial, 2, "first"),
            ("gone", DoubtKind::Unresolved, 0, of_unresolved),
            ("silent", DoubtKind::Partial, 0, "no reason is known"),
            ("whole", DoubtKind::Partial, 0, "first"),
        ]
    );
    assert!(found.is_sorted());
    assert!(found.iter().all(|doubt| doubt.place.as_ref().unwrap().path.starts_with("api/")));
}

/// A doubt is known if the base has the same one, of the same object and for the same reason, on whatever line.
#[test]
fn which_doubts_are_known() {
    let doubt = |name: &str, line: u32, message: &str| Doubt {
        place: Some(at(MODELS, line)),
        name: name.to_owned(),
        kind: DoubtKind::Partial,
        reason: Reason { message: message.to_owned(), ..reason() },
        columns: 1,
        known: false,
    };
    let head = vec![doubt("a", 1, "x"), doubt("a", 1, "y"), doubt("b", 1, "x")];
    let known = |base: Result<Vec<Doubt>, &String>| -> Vec<bool> {
        news(head.clone(), base).iter().map(|one| one.known).collect()
    };
    assert_eq!(known(Ok(vec![doubt("a", 7, "x")])), [true, false, false]);
    assert_eq!(known(Ok(vec![Doubt { columns: 2, ..doubt("a", 1, "x") }])), [false, false, false]);
    assert_eq!(known(Err(&"the base can't be read".to_owned())), [false, false, false]);
}
