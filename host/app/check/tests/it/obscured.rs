//! What was known exactly and is in doubt is a finding, and what was never known is none.

use belljar_check::{CheckConfig, FailOn, Input, Verdict, check};
use belljar_rules::Severity;
use belljar_schema::{Column, Document, Generation, Place, ProjectGeneration, Reason, Status, Table};

use super::hostile::{column, document, table};

fn reason(code: &str) -> Reason {
    Reason { code: code.to_owned(), message: format!("because of {code}"), hint: None, package: None }
}

fn doubt(status: &mut Status, reasons: &mut Vec<Reason>, code: &str) {
    *status = Status::Partial;
    reasons.push(reason(code));
}

fn doubt_column(column: &mut Column, code: &str) {
    doubt(&mut column.status, &mut column.reasons, code);
}

fn users() -> Table {
    let mut users = table("users", "x");
    users.schema = None;
    users.columns.push(column("email", "x", false));
    users.columns.push(column("age", "x", false));
    users.place = Some(Place { path: "models.py".to_owned(), line: 4 });
    users
}

fn with(edit: impl Fn(&mut Table)) -> Document {
    let mut users = users();
    edit(&mut users);
    document(vec![users])
}

fn exact() -> Document {
    with(|_| {})
}

fn whole(code: &'static str) -> Document {
    with(|table| doubt(&mut table.status, &mut table.reasons, code))
}

fn of_column(code: &'static str) -> Document {
    with(|table| doubt_column(&mut table.columns[1], code))
}

fn verdict(base: &Document, head: &Document) -> Verdict {
    let config = CheckConfig { fail_on: FailOn::Error, ..CheckConfig::default() };
    check(&Input {
        owners: belljar_check::Owners::default(),
        base: Ok(base),
        head,
        tree: None,
        config: &config,
        renames: &[],
        prefix: "",
        base_tree: None,
        texts: None,
        migrations: None,
        proposal: None,
        downstream: None,
        remarks: vec![],
    })
}

fn found(base: &Document, head: &Document) -> Vec<(Severity, String)> {
    let all = verdict(base, head).findings.into_iter().map(|item| item.finding);
    all.filter(|one| one.code == "BJ014").map(|one| (one.severity, one.message)).collect()
}

const EXACTLY: &str = "was exact in the base and is not in the head";

#[test]
fn a_table_that_is_in_doubt_from_now_on() {
    let expected = |code: &str| format!("table `users` {EXACTLY}: because of {code}");
    for code in ["environment", "declared-twice", "interference", "changed-elsewhere"] {
        assert_eq!(found(&exact(), &whole(code)), [(Severity::Error, expected(code))]);
        assert!(!verdict(&exact(), &whole(code)).passed, "{code}");
    }
    for code in ["stand-in-type", "taken-at-import", "guess"] {
        assert_eq!(found(&exact(), &whole(code)), [(Severity::Warning, expected(code))]);
        assert!(verdict(&exact(), &whole(code)).passed, "{code}");
    }
    let verdict = verdict(&exact(), &whole("guess"));
    let place = verdict.findings.first().and_then(|item| item.spot.place.clone());
    assert_eq!(place, users().place);
    // The most severe of several reasons is reported.
    let both = with(|table| {
        doubt(&mut table.status, &mut table.reasons, "guess");
        doubt(&mut table.status, &mut table.reasons, "environment");
    });
    assert_eq!(found(&exact(), &both), [(Severity::Error, expected("environment"))]);
}

#[test]
fn columns_that_are_in_doubt_from_now_on() {
    let one = format!("column `email` of table `users` {EXACTLY}: because of stand-in-option");
    assert_eq!(found(&exact(), &of_column("stand-in-option")), [(Severity::Warning, one)]);
    // A tightening beside it is seen or not, and the doubt is reported.
    let tight = with(|table| {
        table.columns[1].nullable = !table.columns[1].nullable;
        doubt_column(&mut table.columns[1], "environment");
    });
    assert_eq!(found(&exact(), &tight).first().map(|one| one.0), Some(Severity::Error));
    let two = with(|table| {
        for column in &mut table.columns[1..] {
            doubt_column(column, "guess");
        }
    });
    let message = "columns `email`, `age` of table `users` were exact in the base and are not in the head: because of \
                   guess";
    assert_eq!(found(&exact(), &two), [(Severity::Warning, message.to_owned())]);
}

#[test]
fn what_was_in_doubt_before_is_new_or_was_read_otherwise() {
    for (base, head) in [
        (exact(), exact()),
        (whole("guess"), whole("environment")),
        (whole("environment"), exact()),
        (of_column("guess"), of_column("environment")),
        // Nothing of the base is known.
        (document(vec![]), whole("environment")),
        (with(|table| drop(table.columns.remove(1))), of_column("environment")),
    ] {
        assert_eq!(found(&base, &head), []);
    }
    let edits: [fn(&mut Document); 2] = [
        |head| head.belljar = "1".to_owned(),
        |head| head.sqlalchemy = Generation { version: "1.4.0".to_owned(), reason: String::new() },
    ];
    for edit in edits {
        let mut head = whole("environment");
        edit(&mut head);
        assert_eq!(found(&exact(), &head), []);
    }
    // A project that comes along says nothing of the others.
    for (path, count) in [("", 0), ("other", 1)] {
        let mut head = whole("environment");
        let (version, reason) = ("1.4.0".to_owned(), String::new());
        head.projects.push(ProjectGeneration { path: path.to_owned(), version, reason });
        assert_eq!(found(&exact(), &head).len(), count, "{path}");
    }
    // Of a table that was in doubt, a column that was not.
    let still = with(|table| {
        doubt(&mut table.status, &mut table.reasons, "guess");
        doubt_column(&mut table.columns[1], "environment");
    });
    assert_eq!(found(&whole("guess"), &still).len(), 1);
}

#[test]
fn a_table_is_found_again_by_its_new_name() {
    let renamed = with(|table| {
        table.name = "people".to_owned();
        doubt_column(&mut table.columns[1], "environment");
    });
    let found = found(&exact(), &renamed);
    assert_eq!(found.first().map(|one| one.0), Some(Severity::Error), "{found:?}");
}

fn in_folders(folders: &[&str]) -> Document {
    let of = |folder: &&str| {
        let mut one = users();
        one.metadata = format!("{folder}!app:Base.metadata");
        one.place = Some(Place { path: format!("{folder}/app.py"), line: 4 });
        one
    };
    document(folders.iter().map(of).collect())
}

#[test]
fn a_table_that_gets_namesakes() {
    let mut head = in_folders(&["a", "b"]);
    head.tables[0].columns.remove(1);
    let [(severity, message)] = found(&in_folders(&["a"]), &head).try_into().expect("one finding");
    assert_eq!(severity, Severity::Error);
    assert!(message.starts_with(&format!("table `users` {EXACTLY}: several `MetaData`")), "{message}");
    // One that comes along and was never known is new.
    let mut head = in_folders(&["a", "b"]);
    let new = &mut head.tables[1];
    doubt(&mut new.status, &mut new.reasons, "environment");
    assert_eq!(found(&in_folders(&["a"]), &head), []);
    // Where it is certain which is which, or the base had several, nothing is new in doubt.
    assert_eq!(found(&in_folders(&["a"]), &in_folders(&["a", "b"])), []);
    assert_eq!(found(&in_folders(&["a", "b"]), &in_folders(&["c", "d"])), []);
}
