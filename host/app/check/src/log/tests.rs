use belljar_diff::Diff;
use belljar_testing::make::{column, compare, compare_with, document, id, table};

use super::*;

fn commit(author: &str, subject: &str, diff: &Diff) -> LoggedCommit {
    LoggedCommit {
        id: "0123456789abcdef0123456789abcdef01234567".to_owned(),
        author: author.to_owned(),
        date: "2026-12-01T10:00:00Z".to_owned(),
        subject: subject.to_owned(),
        pull_request: None,
        status: Status::Changed,
        reason: None,
        compared_with: None,
        or_in: Vec::new(),
        migrations: Vec::new(),
        changes: diff.changes.clone(),
    }
}

fn log(commits: Vec<LoggedCommit>) -> Log {
    Log {
        format: FORMAT_VERSION.to_owned(),
        belljar: "0".to_owned(),
        subject: None,
        names: Vec::new(),
        commits_read: commits.len(),
        commits_not_known: commits.iter().filter(|commit| commit.reason.is_some()).count(),
        end: End::Root,
        commits,
    }
}

fn users(name: &str, columns: &[&str]) -> belljar_schema::Document {
    let others = columns.iter().map(|name| column(name, "VARCHAR(10)"));
    document(vec![table(name, [id()].into_iter().chain(others).collect())])
}

/// `people` becomes `users`, as the user says.
fn renamed(columns: &[&str]) -> Diff {
    compare_with(&users("people", columns), &users("users", columns), &["people=users"])
}

#[test]
fn a_table_is_followed_under_its_earlier_names() {
    let begun = compare(&document(vec![]), &users("people", &["mail", "name"]));
    let renamed = renamed(&["mail", "name"]);
    assert!(renamed.changes.iter().any(|change| change.code == "rename-table"), "{renamed:#?}");
    let added = compare(&users("users", &["mail", "name"]), &users("users", &["mail", "name", "age"]));
    let mut followed = Followed::new("users");
    assert_eq!(followed.take(&added).len(), 1);
    assert_eq!(followed.take(&renamed).len(), 1);
    assert_eq!(followed.take(&begun).len(), 1, "it was `people`");
    assert_eq!(followed.into_names(), ["users", "people"]);
    // By its old name it is found too, but not what happened to it under the new one.
    let mut followed = Followed::new("people");
    let found = [&added, &renamed, &begun].map(|diff| followed.take(diff).len());
    assert_eq!(found, [0, 1, 1]);
}

#[test]
fn a_column_is_followed_with_its_table() {
    let begun = compare(&document(vec![]), &users("people", &["mail"]));
    let other = compare(&users("people", &["mail"]), &users("people", &["mail", "age"]));
    let renamed = renamed(&["mail", "age"]);
    let dropped = compare(&users("users", &["mail", "age"]), &users("users", &["mail"]));
    let found = |name: &str| {
        let mut followed = Followed::new(name);
        [&dropped, &renamed, &other, &begun].map(|diff| followed.take(diff).len())
    };
    assert_eq!(found("users.mail"), [0, 1, 0, 1]);
    assert_eq!(found("users.age"), [1, 1, 1, 0], "it was added to `people` later");
    assert_eq!(found("users.absent"), [0, 1, 0, 0], "the table itself was renamed");
    assert_eq!(found("orders"), [0, 0, 0, 0]);
}

/// Whatever an author writes, no format gives a control character, a formula or a mention.
#[test]
fn texts_of_authors_are_neutralised() {
    let diff = compare(&users("users", &[]), &users("users", &["\u{1b}]0;x\u{7}"]));
    let hostile = "=cmd|'/C calc'!A0\u{1b}[31m\r\n::error::x\u{202e}@everyone<b>";
    let mut one = commit(hostile, hostile, &diff);
    one.migrations = vec![hostile.to_owned()];
    let mut other = commit(hostile, hostile, &Diff::of_changes(Vec::new()));
    (other.status, other.reason) = (Status::NotKnown, Some(hostile.to_owned()));
    let log = log(vec![one, other]);
    for text in [render::markdown(&log), render::csv(&log), anstream_free(&render::text(&log))] {
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text}");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::error")), "{text}");
    }
    assert!(!render::csv(&log).split(['\n', ',']).any(|cell| cell.trim_matches('"').starts_with('=')));
}

/// A text without the colours that the program itself writes.
fn anstream_free(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        out.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    out + rest
}
