use std::collections::BTreeSet;

use belljar_schema::{Certainty, Document, Reason, Severity, Status};
use belljar_testing::make::{column, document, id, place, reason, table, with};

use super::{Drift, Kind, Migrations, compare, render};

fn drift<'a>(migrated: &'a Document, models: &Document, change: impl FnOnce(&mut Migrations<'a>)) -> Drift {
    let heads: &[String] = Box::leak(Box::new(["h1".to_owned()]));
    let mut migrations = Migrations {
        name: "migrations",
        dialect: "postgresql",
        heads,
        versions: 3,
        document: migrated,
        reasons: &[],
        ignored: Box::leak(Box::new(BTreeSet::from(["alembic_version".to_owned()]))),
        targets: None,
        elsewhere: Box::leak(Box::default()),
    };
    change(&mut migrations);
    compare(&migrations, models)
}

/// Kind, code, object, part, certainty of each finding.
fn facts(drift: &Drift) -> Vec<(Kind, &str, String, Certainty)> {
    let name = |finding: &super::Finding| match &finding.part {
        Some(part) => format!("{}.{part}", finding.object),
        None => finding.object.clone(),
    };
    drift.findings.iter().map(|it| (it.kind, it.code.as_str(), name(it), it.certainty)).collect()
}

#[test]
fn both_directions() {
    let migrated = document(vec![
        table("users", vec![id(), column("name", "VARCHAR"), column("old", "INTEGER")]),
        table("gone", vec![id(), column("x", "TEXT"), column("y", "TEXT")]),
        table("alembic_version", vec![column("version_num", "VARCHAR")]),
    ]);
    let models = document(vec![
        table(
            "users",
            vec![
                id(),
                with(&column("name", "VARCHAR"), |it| it.nullable = !it.nullable),
                column("age", "BIGINT"),
            ],
        ),
        table("extra", vec![id(), column("a", "BOOLEAN"), column("b", "DATE")]),
    ]);
    let found = drift(&migrated, &models, |_| {});
    assert_eq!(
        facts(&found),
        [
            (Kind::NotMigrated, "add-table", "extra".to_owned(), Certainty::Certain),
            (Kind::NotMigrated, "add-column", "users.age".to_owned(), Certainty::Certain),
            (Kind::NotDeclared, "drop-table", "gone".to_owned(), Certainty::Certain),
            (Kind::NotDeclared, "drop-column", "users.old".to_owned(), Certainty::Certain),
            (Kind::Differs, "modify-column-nullable", "users.name".to_owned(), Certainty::Certain),
        ]
    );
    assert_eq!((found.errors(), found.undetermined()), (5, 0));
    let text = render::Text(std::slice::from_ref(&found)).to_string();
    for expected in [
        "the models have the column `users.age`, and no migration creates it",
        "the migrations create the table `gone`, and no model declares it",
        "5 errors, 0 warnings, 0 undetermined",
    ] {
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn equal_sides_have_no_differences() {
    let same = document(vec![table("users", vec![id(), column("name", "VARCHAR")])]);
    let found = drift(&same, &same, |_| {});
    assert_eq!(found.findings, []);
    assert!(render::Text(&[found]).to_string().contains("no differences"));
}

#[test]
fn what_is_in_doubt_is_undetermined() {
    let migrated = document(vec![]);
    let models = document(vec![table("users", vec![id()])]);
    let reasons = [Reason {
        code: "migration-missing".to_owned(),
        message: "`x` is not there".to_owned(),
        hint: None,
        package: None,
    }];
    let found = drift(&migrated, &models, |it| it.reasons = &reasons);
    assert_eq!(facts(&found), [(Kind::NotMigrated, "add-table", "users".to_owned(), Certainty::CannotTell)]);
    assert_eq!(found.errors(), 0);

    let doubtful = with(&table("users", vec![id()]), |it| {
        it.status = Status::Partial;
        it.reasons = vec![reason()];
    });
    let models = document(vec![table("users", vec![id(), column("age", "INTEGER")])]);
    let found = drift(&document(vec![doubtful]), &models, |_| {});
    assert_eq!(found.errors(), 0, "{found:?}");
    assert_eq!(found.undetermined(), 1);
}

#[test]
fn which_tables_are_compared() {
    let migrated = document(vec![table("users", vec![id()]), table("cache", vec![id()])]);
    let models =
        document(vec![table("users", vec![id()]), table("other", vec![id()]), table("third", vec![id()])]);
    let targets = BTreeSet::from(["users".to_owned()]);
    let ignored = BTreeSet::from(["cache".to_owned()]);
    let found = drift(&migrated, &models, |it| (it.targets, it.ignored) = (Some(&targets), &ignored));
    assert_eq!(facts(&found), []);
    let elsewhere = BTreeSet::from(["other".to_owned(), "users".to_owned()]);
    let found = drift(&migrated, &models, |it| (it.elsewhere, it.ignored) = (&elsewhere, &ignored));
    assert_eq!(facts(&found), [(Kind::NotMigrated, "add-table", "third".to_owned(), Certainty::Certain)]);
}

#[test]
fn the_schema_public_is_none() {
    let migrated =
        document(vec![with(&table("users", vec![id()]), |it| it.schema = Some("public".to_owned()))]);
    let models = document(vec![table("users", vec![id()])]);
    assert_eq!(facts(&drift(&migrated, &models, |_| {})), []);
}

#[test]
fn a_table_of_two_metadata_is_not_compared_if_they_differ() {
    let migrated = document(vec![table("users", vec![id()])]);
    let other = with(&table("users", vec![id(), column("x", "TEXT")]), |it| it.metadata = "other".to_owned());
    let models = document(vec![table("users", vec![id()]), other]);
    let found = drift(&migrated, &models, |_| {});
    assert_eq!(facts(&found), [(Kind::Differs, "declared-twice", "users".to_owned(), Certainty::CannotTell)]);
}

#[test]
fn lesser_differences_are_warnings() {
    let migrated =
        document(vec![table("users", vec![with(&id(), |it| it.comment = Some("the key".to_owned()))])]);
    let models = document(vec![table("users", vec![id()])]);
    let found = drift(&migrated, &models, |_| {});
    assert_eq!(found.findings.len(), 1);
    assert_eq!(found.findings[0].severity, Severity::Warning);
}

#[test]
fn texts_of_a_repository_give_no_commands() {
    let hostile = with(&table("a\u{1b}[31m`|<b>", vec![id()]), |it| it.place = place("x\u{7}.py", 1));
    let found = drift(&document(vec![]), &document(vec![hostile]), |_| {});
    let drifts = [found];
    for text in [render::Text(&drifts).to_string(), render::Markdown(&drifts).to_string()] {
        assert!(!text.contains(['\u{1b}', '\u{7}']), "{text:?}");
    }
    // All of it stays within its quotes.
    let message = &drifts[0].findings[0].message;
    assert_eq!(message.matches('`').count(), 4, "{message}");
}
