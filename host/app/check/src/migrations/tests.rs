use std::collections::BTreeSet;

use belljar_schema::{Certainty, Diagnostic, Document, Reason, Severity, Status};
use belljar_testing::make::{column, document, id, place, reason, table, with};

use super::{Comparison, Drift, Kind, Migrations, compare, render};
use crate::FailOn;

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
        stray: &[],
        operations: &[],
        problems: &[],
    };
    change(&mut migrations);
    compare(&migrations, models)
}

fn comparison(drift: Drift) -> Comparison {
    Comparison::new("1.0.0", FailOn::Error, vec![drift])
}

fn errors(drift: &Drift) -> usize {
    drift.count(Severity::Error)
}

/// Kind, code, object, part, certainty of each finding.
fn facts(drift: &Drift) -> Vec<(Kind, &str, String, Certainty)> {
    let name = |finding: &super::Finding| match &finding.part {
        Some(part) => format!("{}.{part}", finding.name),
        None => finding.name.clone(),
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
    assert_eq!((errors(&found), found.undetermined()), (5, 0));
    let text = render::text(&comparison(found));
    for expected in [
        "The models have, and no migration creates:\n",
        "error: the column `users.age`: `BIGINT",
        "The migrations create, and no model declares:\n",
        "error: the table `gone`: `(id, x, y)`",
        "error: the nullability of the column `users.name` differs: ",
        "compared with 2 tables of the models: 5 errors\n",
        "failed: 5 findings at `error` or above",
    ] {
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn equal_sides_have_no_differences() {
    let same = document(vec![table("users", vec![id(), column("name", "VARCHAR")])]);
    let found = drift(&same, &same, |_| {});
    assert_eq!(found.findings, []);
    let text = render::text(&comparison(found));
    assert!(text.contains("no differences") && text.ends_with("passed\n"), "{text}");
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
    assert_eq!(errors(&found), 0);

    let doubtful = with(&table("users", vec![id()]), |it| {
        it.status = Status::Partial;
        it.reasons = vec![reason()];
    });
    let models = document(vec![table("users", vec![id(), column("age", "INTEGER")])]);
    let found = drift(&document(vec![doubtful]), &models, |_| {});
    assert_eq!(errors(&found), 0, "{found:?}");
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

/// One of the same project is meant, if there is one.
#[test]
fn which_of_two_tables_is_meant() {
    let migrated = document(vec![table("users", vec![id()])]);
    let at = |path: &str, columns| {
        with(&table("users", columns), |it| {
            it.place = place(path, 1);
            path.clone_into(&mut it.metadata);
        })
    };
    let other = vec![id(), column("x", "TEXT")];
    let models = document(vec![at("one/models.py", vec![id()]), at("two/models.py", other)]);
    let of = |name: &'static str| drift(&migrated, &models, |it| it.name = name).findings.len();
    assert_eq!((of("one/db"), of("two/db:sqlite"), of("db")), (0, 1, 1));
    assert_eq!(drift(&migrated, &models, |it| it.name = "db").findings[0].code, "declared-twice");
}

/// Where an environment names no models, those that share nothing with it are not its own.
#[test]
fn models_of_another_project() {
    let migrated = document(vec![table("users", vec![id()])]);
    let of =
        |metadata: &str, name| with(&table(name, vec![id()]), |it| metadata.clone_into(&mut it.metadata));
    let models = document(vec![of("one", "users"), of("one", "extra"), of("two", "other")]);
    let found = drift(&migrated, &models, |_| {});
    assert_eq!(facts(&found), [(Kind::NotMigrated, "add-table", "extra".to_owned(), Certainty::Certain)]);
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
    let comparison = comparison(found);
    for text in [
        render::text(&comparison),
        render::markdown(&comparison),
        render::sarif(&comparison).unwrap(),
        render::github(&comparison),
    ] {
        assert!(!text.contains(['\u{1b}', '\u{7}']), "{text:?}");
    }
    // All of it stays within its quotes.
    let message = &comparison.environments[0].findings[0].message;
    assert_eq!(message.matches('`').count(), 4, "{message}");
}

#[test]
fn what_fails() {
    let migrated =
        document(vec![table("users", vec![with(&id(), |it| it.comment = Some("the key".to_owned()))])]);
    let models = document(vec![table("users", vec![id()])]);
    let warned = drift(&migrated, &models, |_| {});
    let broken = [Diagnostic::new(Severity::Error, "migration-heads", "two heads")];
    let broken = drift(&models, &models, |it| it.problems = &broken);
    let fails = |drift: &Drift| {
        [FailOn::Error, FailOn::Warning, FailOn::Note, FailOn::Never].map(|level| drift.fails(level))
    };
    assert_eq!(fails(&warned), [false, true, true, false]);
    assert_eq!(fails(&broken), [true, true, true, false]);
    let text = render::text(&comparison(broken));
    assert!(
        text.contains("error: two heads") && text.ends_with("failed: 1 error in the history\n"),
        "{text}"
    );
}

#[test]
fn both_places_in_each_format() {
    let at = |path: &'static str, line| move |it: &mut belljar_schema::Table| it.place = place(path, line);
    let migrated = document(vec![
        with(&table("gone", vec![id(), column("x", "TEXT")]), at("versions/a.py", 7)),
        with(&table("users", vec![id()]), at("versions/b.py", 9)),
    ]);
    let models = document(vec![
        with(&table("extra", vec![id(), column("y", "DATE")]), at("models.py", 3)),
        with(&table("users", vec![with(&id(), |it| it.comment = Some("k".to_owned()))]), at("models.py", 0)),
    ]);
    let comparison = comparison(drift(&migrated, &models, |_| {}));
    let sarif: serde_json::Value = serde_json::from_str(&render::sarif(&comparison).unwrap()).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let uri = |value: &serde_json::Value| value["physicalLocation"]["artifactLocation"]["uri"].clone();
    let rules: Vec<_> = results.iter().map(|it| (it["ruleId"].clone(), uri(&it["locations"][0]))).collect();
    assert_eq!(rules[0], ("not-migrated".into(), "models.py".into()));
    assert_eq!(rules[1], ("not-declared".into(), "versions/a.py".into()));
    assert!(results.iter().all(|it| it["locations"][0]["physicalLocation"]["region"]["startLine"] != 0));
    let text = render::text(&comparison);
    assert!(text.contains("  models.py:3: error: the table `extra`: `(id, y)`"), "{text}");
    assert!(text.contains("  versions/a.py:7: error: the table `gone`: `(id, x)`"), "{text}");
    let github = render::github(&comparison);
    assert!(github.starts_with("::error file=models.py,line=3,title=not-migrated error::"), "{github}");
}

/// What only looks like a difference: it is none in a database of the dialect.
#[test]
fn no_differences() {
    type Change = fn(&mut belljar_schema::Table);
    let cases: [(Change, Change, &str); 9] = [
        (
            |it| it.options = [("mysql_engine".to_owned(), "InnoDB".to_owned())].into(),
            |_| {},
            "of another dialect",
        ),
        (
            |it| it.indexes = vec![index("ix", &[("postgresql_concurrently", "True")])],
            |it| it.indexes = vec![index("ix", &[])],
            "how it is built",
        ),
        (
            |it| it.indexes = vec![index("ix", &[("postgresql_where", "name IS FALSE")])],
            |it| it.indexes = vec![index("ix", &[("postgresql_where", "users.name = false")])],
            "a predicate",
        ),
        (
            |it| it.foreign_keys = vec![key(Some("users_id_fkey"))],
            |it| it.foreign_keys = vec![key(None)],
            "a name that a database gives",
        ),
        (
            |it| it.foreign_keys = vec![key(Some("a"))],
            |it| it.foreign_keys = vec![key(Some("a")), key(None)],
            "a key that is there twice",
        ),
        (|_| {}, |it| it.unique = vec![unique(&["id"])], "the primary key is unique"),
        (
            |it| it.unique = vec![unique(&["name", "id"])],
            |it| it.unique = vec![unique(&["id", "name"])],
            "the order of a unique constraint",
        ),
        (|it| it.columns[1].autoincrement = "true".into(), |_| {}, "what SQLAlchemy alone reads"),
        (|_| {}, |it| it.schema = Some("public".into()), "the default schema"),
    ];
    for (migrated, declared, why) in cases {
        let plain = with(&table("users", vec![id(), column("name", "BOOLEAN")]), |it| {
            it.primary_key.columns = vec!["id".to_owned()];
        });
        let (base, head) = (with(&plain, migrated), with(&plain, declared));
        assert_eq!(facts(&drift(&document(vec![base]), &document(vec![head]), |_| {})), [], "{why}");
    }
}

fn index(name: &str, options: &[(&str, &str)]) -> belljar_schema::Index {
    belljar_schema::Index {
        name: Some(name.to_owned()),
        columns: vec!["name".to_owned()],
        elements: vec![belljar_schema::IndexElement {
            column: Some("name".to_owned()),
            sql: "name".to_owned(),
        }],
        options: options.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect(),
        ..belljar_schema::Index::default()
    }
}

fn key(name: Option<&str>) -> belljar_schema::ForeignKeyConstraint {
    belljar_schema::ForeignKeyConstraint {
        name: name.map(str::to_owned),
        columns: vec!["id".to_owned()],
        targets: vec!["other.id".to_owned()],
        ..belljar_schema::ForeignKeyConstraint::default()
    }
}

fn unique(columns: &[&str]) -> belljar_schema::UniqueConstraint {
    belljar_schema::UniqueConstraint {
        columns: columns.iter().map(|&name| name.to_owned()).collect(),
        ..belljar_schema::UniqueConstraint::default()
    }
}

/// What a plugin's version, or an extension of the ORM, may create is undetermined.
#[test]
fn what_others_may_create() {
    let migrated = document(vec![table("users", vec![id()]), table("users_history", vec![id()])]);
    let models = document(vec![table("users", vec![id(), column("age", "INTEGER")])]);
    let found = drift(&migrated, &models, |_| {});
    assert!(found.findings.iter().all(|it| it.certainty == Certainty::Certain), "{found:?}");

    let words = ["users", "age"].map(str::to_owned).into();
    let stray = [belljar_discover::StrayVersion { path: "plugin/a.py".to_owned(), words }];
    let doubtful = document(vec![with(&models.tables[0], |it| {
        it.status = Status::Partial;
        it.reasons = vec![reason()];
    })]);
    let found = drift(&migrated, &doubtful, |it| it.stray = Box::leak(Box::new(stray.clone())));
    assert!(found.findings.iter().all(|it| it.certainty == Certainty::CannotTell), "{found:?}");
}

/// Several that can't be determined about a table are one entry.
#[test]
fn entries_of_a_table() {
    let doubtful = with(&table("users", vec![id()]), |it| {
        it.status = Status::Partial;
        it.reasons = vec![reason()];
    });
    let models = document(vec![table("users", vec![id(), column("age", "INTEGER"), column("b", "TEXT")])]);
    let comparison = comparison(drift(&document(vec![doubtful]), &models, |_| {}));
    let text = render::text(&comparison);
    assert!(
        text.contains("undetermined: 2 differences of `users`: the column `age`, the column `b`"),
        "{text}"
    );
    let summary =
        "1 table of the migrations (1 in doubt) compared with 1 table of the models: 2 undetermined";
    assert!(text.contains(summary), "{text}");
}
